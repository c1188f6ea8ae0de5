"""What Enter does on a file: this computer's are opened by the system, a server's are copied across."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QUrl

from desktop.controllers.crossing import CrossingController
from desktop.controllers.pane import PaneController
from desktop.controllers.questions import Questions
from desktop.places.local import LocalPlace
from desktop.runtime.task_scope import TaskScope
from shared.entries import Entry, Kind
from shared.names import display

translate = QCoreApplication.translate

OpenUrl = Callable[[QUrl], bool]
"""How the system is asked; QDesktopServices.openUrl does it."""


class OpeningController(QObject):
    """Acts on files that were double-clicked in one pane."""

    def __init__(
        self,
        pane: PaneController,
        crossing: CrossingController,
        questions: Questions,
        open_url: OpenUrl,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._pane = pane
        self._crossing = crossing
        self._questions = questions
        self._open_url = open_url
        self._scope = TaskScope("opening", pane.failed)

    async def close(self) -> None:
        """End what is under way."""
        await self._scope.close()

    def open(self, entry: Entry) -> None:
        """Open a file, follow a link of this computer, or fetch a file of a server."""
        place, path = self._pane.place, self._pane.path
        if path is None:
            return
        if not isinstance(place, LocalPlace):
            self._crossing.copy(self._pane, [entry])
        elif entry.kind is Kind.LINK:
            target = (*path, entry.name)
            self._scope.start(self._follow(place.native(target), entry), f"opening {display(entry.name)}")
        else:
            self._open(place.native((*path, entry.name)), entry)

    async def _follow(self, path: str, entry: Entry) -> None:
        """A link may lead to a disk that sleeps: not in the thread that paints."""
        if await asyncio.to_thread(os.path.isdir, path):
            if self._pane.path is not None:
                self._pane.go((*self._pane.path, entry.name))
        else:
            self._open(path, entry)

    def _open(self, path: str, entry: Entry) -> None:
        if not self._open_url(QUrl.fromLocalFile(path)):
            text = translate("OpeningController", "No program on this computer opens “%1”.")
            self._pane.show_error(text.replace("%1", display(entry.name)))
