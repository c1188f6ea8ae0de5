"""The client's window as a person uses it: opened on a profile, connected by typing, worked by dragging."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Literal

from tests.screen.display import Program, Screen
from tests.screen.scene import Rect, Row, View, Window
from tests.screen.tray_server import PASSWORD, TrayServer

Side = Literal["left", "right"]
_TRUST = "Trust and connect"


class ClientWindow:
    """``wherry`` on a screen. ``home``: what the pane on the left shows when the program starts."""

    def __init__(self, screen: Screen, home: Path, profile: Path) -> None:
        self._screen = screen
        self.home = home
        self.profile = profile
        self.program: Program | None = None

    @property
    def running(self) -> Program:
        assert self.program is not None, "open() first"
        return self.program

    def open(self, *arguments: str) -> Program:
        """Start the program and wait until its window shows the files of this computer."""
        environment = {"HOME": str(self.home)}
        self.program = self._screen.watch("desktop", "--profile", self.profile, *arguments, env=environment)
        self._screen.wait_for(lambda: self._panes(), "the client's window")
        return self.program

    @property
    def window(self) -> Window:
        return self._screen.wait_for(
            lambda: self._screen.find_window(pid=self.running.pid, title="^Wherry"), "the window"
        )

    def connect(self, server: TrayServer, *, is_new: bool) -> None:
        """Type address and password, press Connect; confirm the fingerprint of a server that ``is_new``."""
        screen = self._screen
        screen.wait_for(lambda: self.running.look().labelled("Address"), "the page to connect on")
        screen.fill_in(self.running, "Address", server.url.removesuffix("/"))
        screen.fill_in(self.running, "Password", PASSWORD)
        screen.press(self.running, "Connect")
        if is_new:
            screen.press(self.running, _TRUST)
        screen.wait_for(self.has_both_panes, "the files of the server")

    def drag_across(self, name: str, start: Side) -> None:
        """Drag a row into the free space below the rows of the other pane."""
        row = self.wait_for_row(start, name)
        self._screen.settled(self.running)
        row = self.row(start, name) or row
        self._screen.drag(name_of(row.rect), self.free_space("right" if start == "left" else "left"))

    def wait_for_row(self, side: Side, name: str) -> Row:
        """Wait until a pane shows a name, and return its row."""
        return self._screen.wait_for(lambda: self.row(side, name), f"“{name}” on the {side}")

    def row(self, side: Side, name: str) -> Row | None:
        return self.pane(side).row(name)

    def pane(self, side: Side) -> View:
        panes = self._panes()
        assert len(panes) == 2, f"two panes are expected:\n{self.running.look().texts()}"
        return panes[0 if side == "left" else 1]

    def free_space(self, side: Side) -> tuple[int, int]:
        """Return a point of a pane below its rows, where a drop means the folder that is shown."""
        pane = self.pane(side)
        below = max((row.rect.y + row.rect.height for row in pane.rows), default=pane.rect.y)
        bottom = pane.rect.y + pane.rect.height
        assert bottom - below > 20, "no free space to drop into"
        return pane.rect.centre[0], (below + bottom) // 2

    def has_both_panes(self) -> bool:
        """Tell whether the window is connected: the right pane shows files instead of the page to connect on."""
        return len(self._panes()) == 2

    def queue(self) -> View | None:
        """Return the list of transfers, when it shows one."""
        return next((view for view in self.running.look().views if view.label == "Transfers"), None)

    def kill(self) -> None:
        self.running.kill()

    def stop(self) -> bool:
        """End the program as the session's end does; tell whether it tidied up: 128 + SIGTERM is its status then."""
        return self.running.stop() == 128 + signal.SIGTERM

    def _panes(self) -> list[View]:
        found = [view for view in self.running.look().views if view.label.startswith("Files in ")]
        return sorted(found, key=lambda view: view.rect.x)


def name_of(row: Rect) -> tuple[int, int]:
    """Where one takes hold of a row: on its name, not in the middle of a wide column."""
    return row.x + min(60, row.width // 2), row.centre[1]
