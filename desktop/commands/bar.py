"""The live progress bar of a terminal. Imported only where there is one: drawing costs a script's start dearly."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)


class Bar:
    """A bar that comes with its first numbers and goes with :meth:`stop`; it may come again."""

    def __init__(self, file: TextIO) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(binary_units=False),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(file=file),
            transient=True,
        )
        self._task: TaskID | None = None

    @property
    def is_shown(self) -> bool:
        return self._task is not None

    def update(self, text: str, done: int, total: int) -> None:
        """Show how many bytes are done, of how many."""
        if self._task is None:
            self._progress.start()
            self._task = self._progress.add_task("")
        self._progress.update(self._task, description=text, total=total, completed=done)

    def print(self, text: str) -> None:
        """Print a line above the bar."""
        self._progress.console.print(text, markup=False, highlight=False)

    def stop(self) -> None:
        """Take the bar away."""
        if self._task is not None:
            self._progress.stop()
            self._task = None
