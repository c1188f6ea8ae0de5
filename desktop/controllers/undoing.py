"""Takes back what was just done, where that is honest: a rename, a move, what went to the trash.

What cannot be brought back as it was (a deletion on a server, a file that was replaced) is never offered here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.runtime.task_scope import ErrorReport, TaskScope

MAX_STEPS = 50
"""Steps that are remembered; what lies further back nobody has in mind any more."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done. ``text`` completes “Undo …”; ``take_back`` raises what went wrong, as it may."""

    text: str
    take_back: Callable[[], Awaitable[None]]


class UndoController(QObject):
    """One list for the whole window, the last step first.

    Signals:
        changed: what Ctrl+Z would take back now (str), empty for nothing.
    """

    changed = Signal(str)

    def __init__(self, failed: ErrorReport, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: list[Step] = []
        self._scope = TaskScope("undoing", failed)

    async def close(self) -> None:
        """End what is under way."""
        await self._scope.close()

    @property
    def text(self) -> str:
        """What would be taken back, such as ``renaming “a.txt”``; empty for nothing."""
        return self._steps[-1].text if self._steps else ""

    def note(self, step: Step) -> None:
        """Something was done that can be taken back."""
        self._steps.append(step)
        del self._steps[:-MAX_STEPS]
        self.changed.emit(self.text)

    def undo(self) -> None:
        """Take back the last step. One that fails is not tried again: something is in the way of it."""
        if self._steps and not len(self._scope):
            step = self._steps.pop()
            self.changed.emit(self.text)
            self._scope.start(self._take_back(step), f"undoing {step.text}")

    async def _take_back(self, step: Step) -> None:
        await step.take_back()
