"""The lists of the start page: saved servers, those found nearby, and those used last. It connects to nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop.client.address import Address
from desktop.client.nearby_server import NearbyServer
from desktop.storage.site_store import RecentServer, Site
from desktop.widgets.buttons import push_button
from desktop.widgets.connect_form import typed
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.labels import label
from desktop.widgets.server_list import ServerList, ServerRow
from shared.look import icons, wording
from shared.look.tokens import Space
from shared.names import display

_HEAD_HEIGHT = 44


class ServerSections(QWidget):
    """Lists what it is told; a person chooses, or asks for more by the menu of a row.

    Signals:
        site_chosen: a saved server was clicked; its Site.
        address_chosen: a server used last, or one nearby that is known by now; its Address.
        stranger_chosen: a server nearby that nobody has connected to from here; its NearbyServer.
        site_add_requested: save a server; the Address to begin with, or None.
        site_edit_requested, site_remove_requested, password_forget_requested: of a saved server; its Site.
        recent_clear_requested: forget the servers used last.
        row_reached: the keyboard is on a row; its QRect in this widget.
    """

    site_chosen = Signal(object)
    address_chosen = Signal(object)
    stranger_chosen = Signal(object)
    site_add_requested = Signal(object)
    site_edit_requested = Signal(object)
    site_remove_requested = Signal(object)
    password_forget_requested = Signal(object)
    recent_clear_requested = Signal()
    row_reached = Signal(QRect)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sites: tuple[Site, ...] = ()
        self._recent: tuple[Address, ...] = ()
        self._nearby: tuple[NearbyServer, ...] = ()
        self._is_looking, self._problem = False, ""
        self._make_lists()
        self._lay_out()
        self._show()

    @property
    def nearby_text(self) -> str:
        """What stands where servers nearby would be listed; empty while some are."""
        return self._none_nearby.text() if self._none_nearby.isVisibleTo(self) else ""

    def set_sites(self, sites: Sequence[Site]) -> None:
        """Show the saved servers, in this order."""
        self._sites = tuple(sites)
        self._show()

    def set_recent(self, recent: Sequence[RecentServer]) -> None:
        """Show the servers used last, the latest first; those that are saved are listed once only."""
        self._recent = tuple(Address(server.host, server.port, server.user) for server in recent)
        self._show()

    def set_nearby(self, servers: Sequence[NearbyServer]) -> None:
        """Show the servers found in the local network."""
        self._nearby = tuple(servers)
        self._show()

    def set_looking(self, is_looking: bool, problem: str = "") -> None:
        """Say whether somebody has just begun to look; ``problem``: why nothing can be found on this network."""
        self._is_looking, self._problem = is_looking, problem
        self._show()

    # --- How -----------------------------------------------------------------------------------------------------

    def _make_lists(self) -> None:
        self.site_list = ServerList(self.tr("Saved servers"))
        self.nearby_list = ServerList(self.tr("Servers nearby"))
        self.recent_list = ServerList(self.tr("Recent servers"))
        self.add_button = push_button(self.tr("Add server…"), "link")
        self.clear_button = push_button(self.tr("Clear"), "link")
        self.clear_button.setToolTip(wording.tooltip(self.tr("Forget the recent servers")))
        self.empty = EmptyState()
        self.empty.show_text(
            "server",
            self.tr("No servers saved yet"),
            self.tr("Start Wherry Server on the other machine: its window shows the address to type above."),
            self.tr("Add server…"),
        )
        for servers in (self.site_list, self.nearby_list, self.recent_list):
            servers.current_moved.connect(lambda rect, servers=servers: self._reach(servers, rect))
        self.site_list.chosen.connect(self.site_chosen)
        self.site_list.menu_requested.connect(self._show_site_menu)
        self.nearby_list.chosen.connect(self._choose_nearby)
        self.nearby_list.menu_requested.connect(self._show_nearby_menu)
        self.recent_list.chosen.connect(self.address_chosen)
        self.recent_list.menu_requested.connect(self._show_recent_menu)
        self.add_button.clicked.connect(lambda: self.site_add_requested.emit(None))
        self.clear_button.clicked.connect(self.recent_clear_requested)
        self.empty.action_requested.connect(lambda: self.site_add_requested.emit(None))

    def _lay_out(self) -> None:
        self._saved_head = _head(self.tr("Saved servers"), self.add_button)
        self._nearby_head = _head(self.tr("Nearby"))
        self._recent_head = _head(self.tr("Recent"), self.clear_button)
        self._none_saved = label(self.tr("Save one to give it a name, a colour and its folders."), "muted", wraps=True)
        self._none_nearby = label("", "muted", wraps=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (
            *(self._saved_head, self.site_list, self._none_saved),
            *(self._nearby_head, self.nearby_list, self._none_nearby),
            *(self._recent_head, self.recent_list, self.empty),
        ):
            column.addWidget(part)

    def _show(self) -> None:
        saved = {_address(site) for site in self._sites}
        recent = [address for address in self._recent if address not in saved]
        self.site_list.set_rows(
            [ServerRow(display(s.name), display(typed(_address(s))), s.colour, s) for s in self._sites]
        )
        self.nearby_list.set_rows([_nearby_row(server) for server in self._nearby])
        self.recent_list.set_rows([ServerRow("", display(typed(address)), "", address) for address in recent])
        has_sites, has_recent, has_nearby = bool(self._sites), bool(recent), bool(self._nearby)
        self._saved_head.setVisible(has_sites or has_recent)
        self.site_list.setVisible(has_sites)
        # Whoever has connected before needs no explanation, only the way to save a server.
        self.empty.setVisible(not has_sites and not has_recent)
        self._none_saved.setVisible(has_recent and not has_sites)
        self.nearby_list.setVisible(has_nearby)
        self._none_nearby.setVisible(not has_nearby)
        self._none_nearby.setText(self._nearby_explanation())
        self._none_nearby.setToolTip(wording.tooltip(display(self._problem)) if self._problem else "")
        self._recent_head.setVisible(has_recent)
        self.recent_list.setVisible(has_recent)

    def _nearby_explanation(self) -> str:
        if self._is_looking:
            return self.tr("Looking for servers in your network…")
        if self._problem:
            return self.tr("Nothing nearby: discovery is blocked on this network.")
        return self.tr("Nothing nearby. Servers show here when they are switched on in the same network.")

    def _choose_nearby(self, server: NearbyServer) -> None:
        places = {(address.lower(), server.port) for address in server.addresses}
        for site in self._sites:
            if (site.host.lower(), site.port) in places:
                self.site_chosen.emit(site)
                return
        for address in self._recent:
            if (address.host.lower(), address.port) in places:
                self.address_chosen.emit(address)
                return
        self.stranger_chosen.emit(server)

    def _show_site_menu(self, site: Site, where: QPoint) -> None:
        menu = self._make_menu()
        _add(menu, self.tr("&Connect"), "play").triggered.connect(lambda: self.site_chosen.emit(site))
        menu.addSeparator()
        _add(menu, self.tr("&Edit…"), "edit").triggered.connect(lambda: self.site_edit_requested.emit(site))
        self._add_copy(menu, _address(site).url())
        forget = _add(menu, self.tr("&Forget the password"), "key")
        forget.triggered.connect(lambda: self.password_forget_requested.emit(site))
        menu.addSeparator()
        _add(menu, self.tr("&Remove"), "trash").triggered.connect(lambda: self.site_remove_requested.emit(site))
        menu.popup(where)

    def _show_nearby_menu(self, server: NearbyServer, where: QPoint) -> None:
        address = Address(server.addresses[0], server.port)
        menu = self._make_menu()
        _add(menu, self.tr("&Connect"), "play").triggered.connect(lambda: self._choose_nearby(server))
        menu.addSeparator()
        _add(menu, self.tr("&Save server…"), "plus").triggered.connect(lambda: self.site_add_requested.emit(address))
        self._add_copy(menu, address.url())
        menu.popup(where)

    def _show_recent_menu(self, address: Address, where: QPoint) -> None:
        menu = self._make_menu()
        _add(menu, self.tr("&Connect"), "play").triggered.connect(lambda: self.address_chosen.emit(address))
        menu.addSeparator()
        _add(menu, self.tr("&Save server…"), "plus").triggered.connect(lambda: self.site_add_requested.emit(address))
        self._add_copy(menu, address.url())
        menu.popup(where)

    def _add_copy(self, menu: QMenu, link: str) -> None:
        copy = _add(menu, self.tr("Copy &link"), "link")
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(link))

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _reach(self, servers: ServerList, rect: QRect) -> None:
        self.row_reached.emit(QRect(servers.mapTo(self, rect.topLeft()), rect.size()))


def _nearby_row(server: NearbyServer) -> ServerRow:
    address = display(typed(Address(server.addresses[0], server.port)))
    name = display(server.name)
    tip = display(server.fingerprint or "")
    return ServerRow(name, address, "", server, icon="computer", detail=tip)


def _head(text: str, button: QPushButton | None = None) -> QWidget:
    head = QWidget()
    # As high with a button as without.
    head.setFixedHeight(_HEAD_HEIGHT)
    row = QHBoxLayout(head)
    row.setContentsMargins(0, Space.S, 0, Space.XS)
    row.setSpacing(Space.S)
    row.addWidget(label(text, "section"), 1)
    if button is not None:
        row.addWidget(button)
    return head


def _add(menu: QMenu, text: str, icon: str) -> QAction:
    action = menu.addAction(text)
    icons.dress(action, icon)
    return action


def _address(site: Site) -> Address:
    return Address(site.host, site.port, site.user)
