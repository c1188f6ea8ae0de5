"""The start page in the server pane: the form to connect by, and the servers there are. It connects to nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.client.address import Address, Link
from desktop.client.nearby_server import NearbyServer
from desktop.storage.site_store import RecentServer, Site
from desktop.widgets.busy_line import BusyLine
from desktop.widgets.connect_form import ConnectForm
from desktop.widgets.labels import label, line
from desktop.widgets.server_sections import ServerSections
from shared.errors import WherryError
from shared.look.error_words import translated
from shared.look.tokens import Space
from shared.names import RemotePath

_COLUMN_WIDTH = 400


class ConnectPage(QWidget):
    """Where a person says which server to open. Implements the controllers' ConnectScreen.

    Its parts ``form`` and ``servers`` speak for themselves; what ``servers`` is asked for but to connect is not
    repeated here.

    Signals:
        connect_requested: Address, password (str; empty: look in the keyring), whether to remember it (bool).
        site_chosen: a saved server was clicked; its Site.
        cancel_requested: give up the login under way.
        seen: the page came into view, or went (bool).
    """

    connect_requested = Signal(object, str, bool)
    site_chosen = Signal(object)
    cancel_requested = Signal()
    seen = Signal(bool)

    def __init__(self, user: str = "", parent: QWidget | None = None) -> None:
        """``user``: what somebody may be called on a server that nothing is known of."""
        super().__init__(parent)
        self._user = user
        self._is_connecting = False
        self._busy_line = BusyLine()
        self.form = ConnectForm()
        self.servers = ServerSections()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._page = self._lay_out()
        self._scroll.setWidget(self._page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._busy_line)
        column.addWidget(self._scroll)
        self.setFocusProxy(self.form)
        self._connect_parts()
        self.set_connecting(None)

    @property
    def start(self) -> RemotePath | None:
        """The folder that the link just connected to names; None where there was none."""
        return self.form.start

    @property
    def fingerprint(self) -> str | None:
        """The fingerprint that the link just connected to names; None where there was none."""
        return self.form.fingerprint

    @property
    def error(self) -> str:
        """The message that is shown; empty when none is."""
        return self.form.error

    # --- What the controllers and the wiring say -------------------------------------------------------------------

    def set_sites(self, sites: Sequence[Site]) -> None:
        """Show the saved servers, in this order."""
        self.servers.set_sites(sites)

    def set_recent(self, recent: Sequence[RecentServer]) -> None:
        """Show the servers used last, the latest first."""
        self.servers.set_recent(recent)

    def set_nearby(self, servers: Sequence[NearbyServer]) -> None:
        """Show the servers found in the local network."""
        self.servers.set_nearby(servers)

    def set_looking(self, is_looking: bool, problem: str = "") -> None:
        """Somebody has begun to look for servers nearby, or nothing more is expected; ``problem``: why not."""
        self.servers.set_looking(is_looking, problem)

    def set_connecting(self, title: str | None) -> None:
        """A login to ``title`` is under way; None: it is over."""
        self._is_connecting = title is not None
        self._busy_line.set_busy(self._is_connecting)
        self.form.set_connecting(title)
        self.servers.setEnabled(not self._is_connecting)

    def show_error(self, text: str, detail: str = "", hint: str = "") -> None:
        """Say why there is no connection: a title with its parts, or one text whose first sentence is the title."""
        self.form.show_error(text, detail, hint)

    def ask_password(self, address: Address) -> None:
        """Fill in the address and wait for its password."""
        self.form.ask_password(address)

    def take_link(self, link: Link) -> None:
        """Show a link that was opened from outside."""
        self.form.take_link(link, self._user)

    def refuse_link(self, error: WherryError) -> None:
        """Say why a link that was opened from outside is none."""
        self.form.show_error(*map(translated, (error.title, error.detail, error.hint)))

    # --- How -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> QWidget:
        column = QVBoxLayout()
        column.setContentsMargins(0, Space.XL, 0, Space.XL)
        column.setSpacing(0)
        column.addWidget(label(self.tr("Connect to a server"), "display", wraps=True))
        column.addSpacing(Space.XS)
        column.addWidget(label(self.tr("Straight to the other machine, encrypted all the way."), "muted", wraps=True))
        column.addSpacing(Space.L)
        column.addWidget(self.form)
        column.addSpacing(Space.L)
        column.addWidget(line())
        column.addSpacing(Space.S)
        column.addWidget(self.servers)
        column.addStretch(1)
        inner = QWidget()
        inner.setMaximumWidth(_COLUMN_WIDTH)
        inner.setLayout(column)
        page = QFrame()
        page.setProperty("tone", "page")
        sides = QHBoxLayout(page)
        sides.setContentsMargins(Space.XL, 0, Space.XL, 0)
        sides.addStretch(1)
        sides.addWidget(inner, 1000)
        sides.addStretch(1)
        return page

    def _connect_parts(self) -> None:
        self.form.connect_requested.connect(self.connect_requested)
        self.form.cancel_requested.connect(self.cancel_requested)
        self.form.message_shown.connect(lambda: self._scroll.ensureVisible(0, 0))
        self.servers.row_reached.connect(self._reveal)
        self.servers.site_chosen.connect(self._choose_site)
        self.servers.address_chosen.connect(self._choose_address)
        self.servers.stranger_chosen.connect(self._choose_stranger)

    def _choose_site(self, site: Site) -> None:
        self.form.fill(Address(site.host, site.port, site.user))
        self.site_chosen.emit(site)

    def _choose_address(self, address: Address) -> None:
        self.form.fill(address)
        self.connect_requested.emit(address, "", False)

    def _choose_stranger(self, server: NearbyServer) -> None:
        self.form.ask_user(Address(server.addresses[0], server.port, self._user))

    def _reveal(self, row: QRect) -> None:
        middle = self.servers.mapTo(self._page, row.center())
        self._scroll.ensureVisible(middle.x(), middle.y(), 0, row.height())

    # --- Qt's side -----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._is_connecting:
            self.cancel_requested.emit()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.seen.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            # Connected, or the window is closing: the field has no more business with the password.
            self.form.forget_password()
            self.seen.emit(False)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 200)
