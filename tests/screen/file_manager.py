"""PCManFM on the screen: shows one folder, whose files are found by what changes in the picture when they come."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage

from tests.screen.display import Program, Screen
from tests.screen.scene import Rect, Window

COMMAND = "pcmanfm"
_SETTINGS = """[config]
single_click=0
quick_exec=1
"""
"""quick_exec: a double-click on a program's entry starts it, with no question whether to look into the file."""


def is_missing() -> bool:
    return shutil.which(COMMAND) is None


class FileManager:
    """A window of PCManFM on ``folder``, which must be empty at first."""

    def __init__(self, screen: Screen, folder: Path) -> None:
        self._screen = screen
        self.folder = folder
        self._seen: QImage | None = None

    def open(self) -> Program:
        settings = Path(self._screen.env["XDG_CONFIG_HOME"]) / "libfm" / "libfm.conf"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(_SETTINGS)
        program = self._screen.start([COMMAND, "--no-desktop", self.folder])
        self._screen.wait_for(self._window, "the file manager's window")
        self.look_again()
        return program

    def look_again(self) -> None:
        """Take what is on the screen now as what was there before; for when windows have been moved."""
        self._seen = self._screen.still_picture()

    def show(self, make: Callable[[], object]) -> Rect:
        """Let ``make`` put a file into the folder and return where its icon appears in the window."""
        assert self._seen is not None, "open() first"
        before = self._seen
        make()
        view = self._view()
        self._screen.wait_for(lambda: changed(before, self._screen.picture(), view), "the new file's icon")
        self._seen = self._screen.still_picture()
        where = changed(before, self._seen, view)
        assert where is not None
        return where

    @property
    def window(self) -> Window:
        return self._screen.wait_for(self._window, "the file manager's window")

    def free_space(self) -> tuple[int, int]:
        """Return a point of the window below its files, where a drop means the folder that is shown."""
        view = self._view()
        return view.x + view.width // 2, view.y + view.height - 60

    def _window(self) -> Window | None:
        return self._screen.find_window(title=f"^{self.folder.name}$")

    def _view(self) -> Rect:
        """Return the part of the window that shows files: without tool bar, side pane and status line."""
        window = self._window()
        assert window is not None, "the file manager's window has gone"
        rect = window.rect
        side = rect.width * 27 // 100
        return Rect(rect.x + side, rect.y + 70, rect.width - side - 10, rect.height - 110)


def changed(before: QImage, after: QImage, within: Rect) -> Rect | None:
    """Return the smallest rectangle that holds every pixel that differs inside ``within``; None where none does."""
    left, top, right, bottom = within.x + within.width, within.y + within.height, -1, -1
    for y in range(within.y, within.y + within.height):
        for x in range(within.x, within.x + within.width):
            if before.pixel(x, y) != after.pixel(x, y):
                left, top, right, bottom = min(left, x), min(top, y), max(right, x), max(bottom, y)
    return Rect(left, top, right - left + 1, bottom - top + 1) if right >= 0 else None
