"""The window itself: where it stood, what it remembers, its status line, and how it is closed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

import msgspec
from PySide6.QtCore import QCoreApplication, QObject, Signal

from desktop.client.session import Session
from desktop.controllers.pane import PaneController
from desktop.controllers.questions import Questions
from desktop.controllers.queue import QueueController
from desktop.places.local import LocalPlace
from desktop.places.place import PlacePath
from desktop.runtime.task_scope import ErrorReport, TaskScope
from desktop.storage.settings import Settings, SettingsFile, Theme
from shared.errors import ConfigError

translate = QCoreApplication.translate

_log = logging.getLogger(__name__)

LAYOUT = "main"
"""The key of the main window's layout in the settings."""

_CLOSING = "closing"
_ABOUT = "about"
_SETTINGS = "settings"
_PALETTE = "palette"
_SHORTCUTS = "shortcuts"


class WindowScreen(Protocol):
    """The part of the main window that its controller drives."""

    def save_layout(self) -> bytes: ...

    def restore_layout(self, layout: bytes) -> None: ...

    def set_status(self, text: str) -> None: ...

    def showNormal(self) -> None: ...  # noqa: N802

    def isMinimized(self) -> bool: ...  # noqa: N802

    def show(self) -> None: ...

    def raise_(self) -> None: ...

    def activateWindow(self) -> None: ...  # noqa: N802


class WindowController(QObject):
    """Remembers over restarts, and knows when the program should end.

    ``close_asked`` is set when the window is to go; who waits for it stops everything and returns ``status``, or
    makes a new window if ``is_reopening``.

    Signals:
        settings_changed: the Settings as the person has just made them.
    """

    settings_changed = Signal(object)

    def __init__(
        self,
        screen: WindowScreen,
        local: PaneController,
        queue: QueueController,
        questions: Questions,
        file: SettingsFile,
        settings: Settings,
        failed: ErrorReport,
        *,
        show_log: Callable[[], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._show_log = show_log
        self._screen = screen
        self._local = local
        self._queue = queue
        self._questions = questions
        self._file = file
        self._settings = settings
        self._scope = TaskScope("window", failed)
        self.close_asked = asyncio.Event()
        self.status = 0
        self.is_reopening = False

    @property
    def settings(self) -> Settings:
        return self._settings

    # --- Start and end ------------------------------------------------------------------------------------------

    def restore(self) -> PlacePath | None:
        """Put the window where it was; return the local folder shown last, if any."""
        layout = self._settings.window.get(LAYOUT, "")
        if layout:
            self._screen.restore_layout(layout.encode("ascii", "ignore"))
        place = self._local.place or LocalPlace()
        folder = self._settings.local_folder
        return place.from_native(folder) if folder and isinstance(place, LocalPlace) else None

    async def close(self) -> None:
        """Write down what is to be remembered. A disk that refuses is logged: nothing is worth keeping the window."""
        await self._scope.close()
        place, path = self._local.place, self._local.path
        folder = place.native(path) if isinstance(place, LocalPlace) and path is not None else ""
        # A setting must be text; a folder whose name is none starts at home the next time.
        if not folder.isprintable():
            folder = ""
        window = {**self._settings.window, LAYOUT: self._screen.save_layout().decode("ascii")}
        settings = msgspec.structs.replace(self._settings, window=window, local_folder=folder)
        try:
            await asyncio.to_thread(self._file.save, settings)
        except ConfigError as error:
            _log.warning("the settings were not saved: %s", error)

    # --- Closing ------------------------------------------------------------------------------------------------

    def ask_to_close(self) -> None:
        """The person closes the window: ask first when files are being transferred."""
        if self.close_asked.is_set() or self._scope.is_running(_CLOSING):
            return
        unfinished = self._queue.unfinished
        if unfinished:
            self._scope.replace(_CLOSING, self._confirm_close(unfinished), "closing the window")
        else:
            self.close_asked.set()

    def end(self, status: int = 0) -> None:
        """Close without asking: the system's session ends, or a signal came."""
        self.status = status
        self.close_asked.set()

    def note_totals(self, _totals: object) -> None:
        """When the last transfer ends while the question stands, it has answered itself."""
        if self._scope.is_running(_CLOSING) and not self._queue.unfinished:
            self.close_asked.set()

    async def _confirm_close(self, unfinished: int) -> None:
        if await self._questions.confirm_quit(unfinished):
            self.close_asked.set()

    # --- While it is there --------------------------------------------------------------------------------------

    def come_to_front(self) -> None:
        """Somebody started the program again."""
        if self._screen.isMinimized():
            self._screen.showNormal()
        self._screen.show()
        self._screen.raise_()
        self._screen.activateWindow()

    def show_connected(self, session: Session) -> None:
        """Name the server in the status line."""
        text = translate("WindowController", "Connected to %1")
        if session.is_read_only:
            text = translate("WindowController", "Connected to %1 (read only)")
        self._screen.set_status(text.replace("%1", session.address.title))

    def show_reconnecting(self, _site: str) -> None:
        self._screen.set_status(translate("WindowController", "The connection was lost; trying again"))

    def show_left(self) -> None:
        self._screen.set_status(translate("WindowController", "Not connected"))

    def show_settings(self) -> None:
        """Let the person change the settings; they hold at once, and are written down when the dialog closes."""
        if not self._scope.is_running(_SETTINGS):
            self._scope.replace(_SETTINGS, self._change_settings(), "changing the settings")

    async def _change_settings(self) -> None:
        await self._questions.show_settings(self._settings, self.change_settings, self.reopen)
        await asyncio.to_thread(self._file.save, self._settings)

    def change_settings(self, settings: Settings) -> None:
        """Take other settings; what the window remembers beside them stays."""
        self._settings = msgspec.structs.replace(
            settings, window=self._settings.window, local_folder=self._settings.local_folder
        )
        self.settings_changed.emit(self._settings)

    def keep_limit(self, limit: int | None) -> None:
        """The limit for both ways together was changed beside the queue."""
        self.change_settings(msgspec.structs.replace(self._settings, limit_bps=limit))

    def reopen(self) -> None:
        """Make the window anew, as after a change of its language; transfers go on in the new one."""
        self.is_reopening = True
        self.close_asked.set()

    def show_palette(self) -> None:
        """Let the person choose among everything that can be done, and do it."""
        if not self._scope.is_running(_PALETTE):
            self._scope.replace(_PALETTE, self._questions.run_command(), "choosing a command")

    def show_shortcuts(self) -> None:
        """Show all keys."""
        if not self._scope.is_running(_SHORTCUTS):
            self._scope.replace(_SHORTCUTS, self._questions.show_shortcuts(), "showing the shortcuts")

    def show_about(self) -> None:
        """Say what this program is."""
        self._scope.replace(_ABOUT, self._questions.show_about(), "showing what this program is")

    def show_log(self) -> None:
        """Open the log with the system's program for texts."""
        self._show_log()

    def keep_hidden_shown(self, shows: bool) -> None:
        """Hidden files are shown, or not, at the next start too."""
        self._settings = msgspec.structs.replace(self._settings, show_hidden=shows)

    def keep_filters(self, filters: tuple[str, ...]) -> None:
        """Offer these filters at the next start too."""
        self._settings = msgspec.structs.replace(self._settings, filters=filters)

    def keep_columns(self, side: str, columns: str) -> None:
        """Show a pane's columns so at the next start too."""
        window = {**self._settings.window, f"columns-{side}": columns}
        self._settings = msgspec.structs.replace(self._settings, window=window)

    def keep_theme(self, theme: Theme) -> None:
        """Look so at the next start too."""
        self.change_settings(msgspec.structs.replace(self._settings, theme=theme))
