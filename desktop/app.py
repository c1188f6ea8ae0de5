"""The window program: builds everything once, runs it, and takes it down again in order."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop.asking import DialogQuestions
from desktop.client.address import Address, Link, parse_link
from desktop.client.links import ClientLinks
from desktop.client.session import Session
from desktop.client.trust import KnownServers
from desktop.controllers.connection import ConnectionController
from desktop.controllers.link_opening import LinkController
from desktop.controllers.nearby import NearbyController
from desktop.controllers.permitting import PermissionController
from desktop.controllers.probing import Prober
from desktop.controllers.sites import SitesController
from desktop.controllers.views import Banner, Notices
from desktop.controllers.window import WindowController
from desktop.controllers.wording import describe
from desktop.demo.passwords import MemoryPasswords
from desktop.demo.server import Demo, running_demo
from desktop.panes import make_panes
from desktop.places.local import DiskFiles, LocalPlace
from desktop.places.place import PlacePath
from desktop.places.remote import RemotePlace
from desktop.queue_side import QueueSide, make_queue_side, make_queue_widgets
from desktop.runtime.collector import Collector
from desktop.runtime.desktop_services import DesktopServices
from desktop.runtime.dialogs import answered
from desktop.runtime.event_loop import run_on_qt
from desktop.runtime.single_instance import SingleInstance
from desktop.runtime.stall_meter import Reading, StallMeter
from desktop.runtime.task_scope import ErrorReport
from desktop.runtime.unhandled import logged_exceptions, logged_qt
from desktop.storage.profile import Profile
from desktop.storage.queue_store import QueueStore
from desktop.storage.secrets import Passwords
from desktop.storage.settings import Settings, SettingsFile
from desktop.storage.site_store import SiteStore
from desktop.transfers.engine import TransferEngine
from desktop.widgets.connect_page import ConnectPage
from desktop.widgets.main_window import MainWindow
from desktop.widgets.pane import PaneView
from desktop.wiring import Parts, wire
from shared import logs
from shared.errors import ConfigError, WherryError
from shared.look import theme, translations
from shared.look.error_words import translated
from shared.version import VERSION

_log = logging.getLogger(__name__)


def run(
    profile: Path | None = None,
    *,
    link: str | None = None,
    demo: bool = False,
    with_tray: bool = False,
    measure_stalls: bool = False,
) -> int:
    """Open the window and return the program's exit status when it is closed.

    profile: the folder for settings, queue and known servers, the user's own when None. link: a ``wherry://``
    link to connect to at once. demo: connect to a private throw-away server with sample files, on a profile that
    goes with it; with_tray starts the tray program of a server beside it. measure_stalls: print at exit, as one
    line of JSON, how smoothly the window ran (:class:`desktop.runtime.stall_meter.Reading`).
    """
    program = _Program(profile, link, demo=demo, with_tray=with_tray)
    app = _application()
    if measure_stalls:
        program.meter = StallMeter(app)
    with logged_qt(), logged_exceptions(program.show_bug):
        try:
            return run_on_qt(app, program.main, quit_asked=program.ask_to_close, interrupted=program.interrupted)
        except asyncio.CancelledError:
            return program.status
        finally:
            if program.reading is not None:
                print(program.reading.to_json(), flush=True)


def _application() -> QApplication:
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("wherry")
    app.setApplicationDisplayName("Wherry")
    app.setApplicationVersion(VERSION)
    # Ties the window to its .desktop file, and so to its icon in panels (X11 and Wayland).
    app.setDesktopFileName("wherry")
    return app


@dataclass(slots=True)
class _Start:
    """What the window begins with."""

    profile: Profile
    local_folder: Path | None = None
    address: Address | None = None
    remote_folder: PlacePath | None = None
    link: Link | None = None
    """Instead of an address: opened as one that comes from outside."""
    passwords: MemoryPasswords | None = None
    """Instead of the system's keyring."""


class _Program:
    """One run. Before the window is there, a signal cancels the start; afterwards it closes the window."""

    def __init__(self, profile: Path | None, link: str | None, *, demo: bool, with_tray: bool) -> None:
        self._profile = profile
        self._link = link
        self._is_demo = demo
        self._with_tray = with_tray
        self._main: asyncio.Task[int] | None = None
        self._parts: Parts | None = None
        self.status = 0
        self.meter: StallMeter | None = None
        self.reading: Reading | None = None

    async def main(self) -> int:
        """Run from start to end and return the exit status."""
        self._main = asyncio.current_task()
        try:
            async with self._starting() as start:
                return await self._with_instance(start)
        except WherryError as error:
            _log.error("the window could not be opened: %s", error)
            await _show_failure(error)
            return 1

    def ask_to_close(self) -> None:
        """The desktop wants the program gone."""
        if self._parts is not None:
            self._parts.window_controller.ask_to_close()
        elif self._main is not None:
            self._main.cancel()

    def interrupted(self, number: int) -> None:
        """A signal came; a second one while closing changes nothing."""
        self.status = 128 + number
        if self._parts is not None:
            self._parts.window_controller.end(self.status)
        elif self._main is not None:
            self._main.cancel()

    def show_bug(self, error: BaseException) -> None:
        """An exception came out of a slot: it is in the log; say so in the window."""
        if self._parts is not None:
            self._parts.panes.left.view.show_banner(Banner.ERROR, describe(error))

    # --- Start --------------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _starting(self) -> AsyncIterator[_Start]:
        if not self._is_demo:
            yield _with_link(_Start(Profile(self._profile)), self._link)
            return
        with contextlib.ExitStack() as stack:
            demo = await asyncio.to_thread(_enter_demo, stack, self._with_tray)
            try:
                yield _demo_start(demo, self._profile)
            finally:
                # Ending the child takes a moment, and the loop has nothing better to do any more.
                await asyncio.to_thread(stack.close)

    async def _with_instance(self, start: _Start) -> int:
        instance = SingleInstance(start.profile.folder)
        if not instance.acquire():
            if instance.ask_to_activate(self._link):
                return 0
            raise ConfigError(
                "another Wherry uses this profile, and does not answer",
                title="Wherry is running already",
                hint="End it, or choose another folder with --profile.",
            )
        try:
            return await self._with_window(start, instance)
        finally:
            instance.release()

    async def _with_window(self, start: _Start, instance: SingleInstance) -> int:
        logs.configure(file=start.profile.log)
        try:
            while True:
                built = _Built(start, instance)
                self._parts = built.parts
                try:
                    status = await built.run(self._measured(built))
                finally:
                    self._parts = None
                    built.destroy()
                if not built.parts.window_controller.is_reopening:
                    return status
                instance.activation_requested.disconnect()
                start = built.as_it_stood()
        finally:
            # Closes the log: a demo's profile is about to be removed.
            logs.configure()

    @contextlib.contextmanager
    def _measured(self, built: _Built) -> Iterator[None]:
        """Measure while the window is used; how long it takes to end is no stall."""
        meter = self.meter
        if meter is None:
            yield
            return
        meter.watch(built.parts.window)
        built.usable = meter.note_usable
        try:
            yield
        finally:
            meter.stop()
            self.reading = meter.reading()


class _Built:
    """All objects of one window, made in the order in which they need each other."""

    def __init__(self, start: _Start, instance: SingleInstance) -> None:
        profile = start.profile
        self._start = start
        settings_file = SettingsFile(profile.settings)
        settings = settings_file.load()
        app = _application()
        translations.load(app, language=settings.language)
        theme.apply(app, theme.Scheme(settings.theme.value))
        known, site_store = KnownServers(profile.known_servers), SiteStore(profile.sites)
        self._known = known
        self._passwords = start.passwords or Passwords()
        self._store = QueueStore(profile.queue, history=settings.history)
        self._collector = Collector()
        questions = DialogQuestions()

        links = ClientLinks(asyncio.get_running_loop())
        engine = TransferEngine(
            self._store,
            links,
            DiskFiles(),
            max_channels=settings.channels,
            patience=None,
            on_change=lambda: side.queue.wake(),
        )

        # Unique, so that a drag from another window of Wherry is not taken for one from here.
        run_id = uuid4().hex[:8]
        self._place = LocalPlace()
        left_view, right_view = PaneView(f"left-{run_id}", "computer"), PaneView(f"right-{run_id}", "server")
        left_view.clipboard.set_local_paths(lambda path, names: [self._place.native((*path, name)) for name in names])
        right_view.set_can_disconnect(True)
        lower = make_queue_widgets()
        window = MainWindow(left_view, right_view, lower.queue)
        window.set_scheme(theme.Scheme(settings.theme.value))
        questions.window, questions.commands = window, window.commands
        questions.asks_before_trash = lambda: self._settings_now().confirm_delete
        page = ConnectPage(_user_name())

        side: QueueSide = make_queue_side(
            lower,
            engine,
            links,
            questions,
            DesktopServices(),
            self._settings_now,
            _shown_in(lower.queue),
        )
        side.apply(settings)
        panes = make_panes((left_view, right_view), side.queue, questions, QDesktopServices.openUrl, window, profile)
        for view, kept in ((left_view, "left"), (right_view, "right")):
            view.set_shows_hidden(settings.show_hidden)
            view.filter_bar.set_saved(settings.filters)
            view.table.columns.restore(settings.window.get(f"columns-{kept}", ""))
        connection = ConnectionController(
            right_view,
            page,
            panes.right.pane,
            panes.right.tabs,
            questions,
            known,
            self._passwords,
            RemotePlace,
            is_busy=lambda: side.queue.unfinished > 0,
        )
        self.parts = Parts(
            window=window,
            panes=panes,
            page=page,
            lower=side,
            connection=connection,
            links=LinkController(connection, page),
            nearby=NearbyController(page, _shown_in(right_view)),
            permissions=PermissionController((panes.left.pane, panes.right.pane), (left_view, right_view)),
            sites=SitesController(
                page, site_store, questions, _shown_in(right_view), test=Prober(known, self._passwords).test
            ),
            window_controller=WindowController(
                window,
                panes.left.pane,
                side.queue,
                questions,
                settings_file,
                settings,
                _shown_in(left_view),
                show_log=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(profile.log))),
            ),
            instance=instance,
        )
        wire(self.parts)
        self._session: Session | None = None
        self._notices = [settings_file.notice, site_store.notice, *panes.notices]
        self.usable: Callable[[], object] = lambda: None
        """Called when the folder on the left is listed and the queue is loaded."""

    async def run(self, while_used: contextlib.AbstractContextManager[None]) -> int:
        """Show the window, run until it is closed, and stop everything; ``while_used`` lasts until it stops."""
        parts = self.parts
        remembered = parts.window_controller.restore()
        parts.panes.right.view.show_page(parts.page)
        parts.window_controller.show_left()
        try:
            with while_used:
                parts.window.show()
                self._collector.start()
                self._open_local(remembered)
                await parts.lower.queue.start()
                parts.lower.away.start()
                self._tell_usable()
                self._show_notices()
                if self._start.link is not None:
                    parts.links.follow(self._start.link)
                elif self._start.address is not None:
                    parts.connection.connect_to(self._start.address, "", start=self._start.remote_folder)
                await parts.window_controller.close_asked.wait()
                self._session = parts.connection.session
        finally:
            await self._stop()
        return parts.window_controller.status

    def _settings_now(self) -> Settings:
        return self.parts.window_controller.settings

    def as_it_stood(self) -> _Start:
        """Return with what a new window begins where this one was, on both sides."""
        panes, session = self.parts.panes, self._session
        return replace(
            self._start,
            local_folder=None,
            link=None,
            address=session.address if session is not None else None,
            remote_folder=panes.right.pane.path if session is not None else None,
        )

    def destroy(self) -> None:
        """Take the widgets down while the application is there."""
        self._collector.stop()
        self.parts.window.close_now()
        for widget in (self.parts.page, self.parts.window):
            widget.deleteLater()

    def _tell_usable(self) -> None:
        """The queue is loaded; the window can be used as soon as there are files to use it on."""
        pane = self.parts.panes.left.pane
        if pane.path is not None:
            self.usable()
        else:
            pane.entries_changed.connect(lambda: self.usable())
        self.parts.nearby.allow()

    def _open_local(self, remembered: PlacePath | None) -> None:
        folder = self._start.local_folder
        start = self._place.from_native(str(folder)) if folder is not None else remembered
        self.parts.panes.left.pane.set_place(self._place, start)
        self.parts.panes.left.view.focus_list()

    def _show_notices(self) -> None:
        """Tell of stores that were damaged: a copy was kept, and the person should know where."""
        if notices := [notice for notice in self._notices if notice]:
            self.parts.panes.left.view.show_banner(Banner.WARNING, " ".join(map(translated, notices)))
        if self._store.notice:
            self.parts.lower.view.show_banner(Banner.WARNING, translated(self._store.notice))

    async def _stop(self) -> None:
        """Who feeds others ends first: the queue's workers, then the session they use, then the panes."""
        parts = self.parts
        await parts.window_controller.close()
        parts.window.hide()
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(asyncio.to_thread, self._store.close)
            stack.push_async_callback(parts.panes.close)
            stack.push_async_callback(parts.sites.close)
            stack.push_async_callback(parts.nearby.close)
            stack.push_async_callback(parts.connection.close)
            stack.push_async_callback(parts.lower.close)
            stack.push_async_callback(parts.panes.moving.close)
            stack.push_async_callback(parts.panes.editing.close)


def _with_link(start: _Start, link: str | None) -> _Start:
    if link is not None:
        start.link = parse_link(link)
    return start


def _user_name() -> str:
    """Return what the person is called on this computer: a guess at what they are called on others."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        # No name in the environment, and none for the user's number.
        return ""


def _enter_demo(stack: contextlib.ExitStack, with_tray: bool) -> Demo:
    return stack.enter_context(running_demo(start_tray=with_tray))


def _demo_start(demo: Demo, profile: Path | None) -> _Start:
    passwords = MemoryPasswords({demo.address.site: demo.password})
    start = _Start(Profile(profile or demo.profile), demo.local_folder, demo.address, passwords=passwords)
    # No question about the fingerprint: it was read from the child itself, over no network.
    known = KnownServers(start.profile.known_servers)
    known.pin(demo.address.host, demo.address.port, demo.fingerprint)
    return start


def _shown_in(view: Notices) -> ErrorReport:
    """Return a report that logs an error and shows it in a view's banner."""

    def report(what: str, error: Exception) -> None:
        level = logging.WARNING if isinstance(error, WherryError) else logging.ERROR
        _log.log(level, "%s failed: %s", what, error, exc_info=None if level == logging.WARNING else error)
        view.show_banner(Banner.ERROR, describe(error))

    return report


async def _show_failure(error: WherryError) -> None:
    """The one message box: there is no window yet that could show it."""
    theme.apply(_application())
    box = QMessageBox(QMessageBox.Icon.Critical, "Wherry", describe(error))
    box.setTextFormat(Qt.TextFormat.PlainText)
    async with answered(box):
        return
