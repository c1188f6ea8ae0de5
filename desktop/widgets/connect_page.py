"""The start page in the server pane: quick connect, saved and recent servers. It connects to nothing itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.client.address import Address, is_link, parse_address, parse_link
from desktop.storage.site_store import RecentServer, Site
from desktop.widgets.busy_line import BusyLine
from desktop.widgets.buttons import push_button
from desktop.widgets.dialog import Notice
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.labels import ElidedLabel, label, line
from desktop.widgets.password_field import PasswordField
from desktop.widgets.server_list import ServerList, ServerRow
from shared.errors import WherryError
from shared.look import icons, wording
from shared.look.theme import restyle
from shared.look.tokens import Space
from shared.names import RemotePath, display
from shared.protocol.limits import DEFAULT_PORT

_COLUMN_WIDTH = 400


class ConnectPage(QWidget):
    """Where a person says which server to open. Implements the controllers' ConnectScreen.

    Signals:
        connect_requested: Address, password (str; empty: look in the keyring), whether to remember it (bool).
        site_chosen: a saved server was clicked; its Site.
        site_add_requested: save a server; the Address to begin with, or None.
        site_edit_requested: change a saved server; its Site.
        site_remove_requested: forget a saved server; its Site.
        recent_clear_requested: forget the recent servers.
        cancel_requested: give up the login under way.
    """

    connect_requested = Signal(object, str, bool)
    site_chosen = Signal(object)
    site_add_requested = Signal(object)
    site_edit_requested = Signal(object)
    site_remove_requested = Signal(object)
    recent_clear_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_connecting = False
        self._start: RemotePath | None = None
        self._address: Address | None = None
        self._next_focus: QLineEdit | None = None
        self._busy_line = BusyLine()
        self._make_form()
        self._make_lists()
        self._resting: tuple[QWidget, ...] = (
            self.address_edit,
            self._password,
            self.site_list,
            self.recent_list,
            self.add_button,
            self.clear_button,
            self._empty,
        )
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
        self.setFocusProxy(self.address_edit)
        self.set_sites(())
        self.set_recent(())
        self.set_connecting(None)
        self._show_message(None)

    @property
    def start(self) -> RemotePath | None:
        """The folder that the link just connected to names; None where there was none."""
        return self._start

    @property
    def error(self) -> str:
        """The message that is shown; empty when none is."""
        return self._notice.text if self._notice.isVisibleTo(self) else ""

    # --- What the controllers and the wiring say -------------------------------------------------------------------

    def set_sites(self, sites: Sequence[Site]) -> None:
        """Show the saved servers, in this order."""
        rows = [ServerRow(display(s.name), display(_typed(_address(s))), s.colour, s) for s in sites]
        self.site_list.set_rows(rows)
        self._show_lists()

    def set_recent(self, recent: Sequence[RecentServer]) -> None:
        """Show the servers used last, the latest first."""
        addresses = [Address(server.host, server.port, server.user) for server in recent]
        self.recent_list.set_rows([ServerRow("", display(_typed(address)), "", address) for address in addresses])
        self._show_lists()

    def set_connecting(self, title: str | None) -> None:
        """A login to ``title`` is under way; None: it is over."""
        is_connecting = title is not None
        had_focus = self.focusWidget() is not None
        was_connecting, self._is_connecting = self._is_connecting, is_connecting
        self._busy_line.set_busy(is_connecting)
        self._progress.setText(self.tr("Connecting to %1…").replace("%1", title) if title is not None else "")
        for part in self._resting:
            part.setEnabled(not is_connecting)
        self.remember_box.setVisible(not is_connecting)
        self.connect_button.setVisible(not is_connecting)
        self._progress.setVisible(is_connecting)
        self.cancel_button.setVisible(is_connecting)
        if is_connecting:
            self._show_message(None)
            if had_focus:
                self.cancel_button.setFocus()
        elif was_connecting:
            target = self._next_focus or (self.password_edit if self.address_edit.text() else self.address_edit)
            self._next_focus = None
            if had_focus:
                target.setFocus()
                target.selectAll()

    def show_error(self, text: str, detail: str = "", hint: str = "") -> None:
        """Say why there is no connection: a title with its parts, or one text whose first sentence is the title."""
        if not detail and not hint:
            text, detail = _split_title(text)
        self._show_message(self._notice, " ".join(part for part in (detail, hint) if part), text)

    def ask_password(self, address: Address) -> None:
        """Fill in the address and wait for its password."""
        # The password for a link that is being opened: its folder is still the one to show.
        start = self._start if address == self._address else None
        self._fill(address)
        self._start = start
        self.password_edit.setPlaceholderText("")
        self._show_message(self._question, self.tr("Type your password for this server; none is remembered."))
        self._next_focus = self.password_edit
        self.password_edit.setFocus()

    # --- How -----------------------------------------------------------------------------------------------------

    def _make_form(self) -> None:
        self.address_edit = QLineEdit()
        self.address_edit.setPlaceholderText(self.tr("user@host, or a wherry:// link"))
        self.address_edit.setAccessibleName(self.tr("Address"))
        self._password = PasswordField()
        self.password_edit = self._password.edit
        self.password_edit.setPlaceholderText(self._password_hint())
        self.remember_box = QCheckBox(self.tr("&Remember password"))
        hint = self.tr("Kept in this computer's keyring, never in a file.")
        self.remember_box.setToolTip(wording.tooltip(hint))
        self.remember_box.setAccessibleDescription(hint)
        self.connect_button = push_button(self.tr("&Connect"), "primary")
        self.cancel_button = push_button(self.tr("Cancel"))
        self.cancel_button.setToolTip(wording.tooltip(self.tr("Give up connecting  (Esc)")))
        self._progress = ElidedLabel("", "muted")
        self._notice = Notice("danger", "alert-circle")
        self._question = Notice("info", "key")
        for edit in (self.address_edit, self.password_edit):
            edit.returnPressed.connect(self._connect)
        self.address_edit.textEdited.connect(self._address_edited)
        self.connect_button.clicked.connect(self._connect)
        self.cancel_button.clicked.connect(self.cancel_requested)

    def _make_lists(self) -> None:
        self.site_list = ServerList(self.tr("Saved servers"))
        self.recent_list = ServerList(self.tr("Recent servers"))
        self.add_button = push_button(self.tr("Add server…"), "link")
        self.clear_button = push_button(self.tr("Clear"), "link")
        self.clear_button.setToolTip(wording.tooltip(self.tr("Forget the recent servers")))
        self._empty = EmptyState()
        self._empty.show_text(
            "server",
            self.tr("No saved servers yet"),
            self.tr("Start Wherry Server on the other machine: its window shows the address to type above."),
            self.tr("Add server…"),
        )
        for servers in (self.site_list, self.recent_list):
            servers.current_moved.connect(lambda rect, servers=servers: self._reveal_row(servers, rect))
        self.site_list.chosen.connect(self._choose_site)
        self.site_list.menu_requested.connect(self._show_site_menu)
        self.recent_list.chosen.connect(self._choose_recent)
        self.recent_list.menu_requested.connect(self._show_recent_menu)
        self.add_button.clicked.connect(lambda: self.site_add_requested.emit(None))
        self.clear_button.clicked.connect(self.recent_clear_requested)
        self._empty.action_requested.connect(lambda: self.site_add_requested.emit(None))

    def _lay_out(self) -> QWidget:
        form = QVBoxLayout()
        form.setSpacing(Space.XS)
        form.addWidget(self._name_of(self.tr("A&ddress"), self.address_edit))
        form.addWidget(self.address_edit)
        form.addSpacing(Space.S)
        form.addWidget(self._name_of(self.tr("&Password"), self.password_edit))
        form.addWidget(self._password)
        form.addSpacing(Space.S)
        last = _row(self._progress)
        last.insertWidget(0, self.remember_box, 1, Qt.AlignmentFlag.AlignLeft)
        last.addWidget(self.connect_button)
        last.addWidget(self.cancel_button)
        form.addLayout(last)
        self._saved_head = self._head(self.tr("Saved servers"), self.add_button)
        self._recent_head = self._head(self.tr("Recent"), self.clear_button)
        column = QVBoxLayout()
        column.setContentsMargins(0, Space.XXL, 0, Space.XL)
        column.setSpacing(0)
        column.addWidget(label(self.tr("Connect to a server"), "display", wraps=True))
        column.addSpacing(Space.XS)
        column.addWidget(label(self.tr("Straight to the other machine, encrypted all the way."), "muted", wraps=True))
        column.addSpacing(Space.L)
        for notice in (self._notice, self._question):
            column.addWidget(notice)
            notice.hide()
        self._gap = QWidget()
        self._gap.setFixedHeight(Space.M)
        column.addWidget(self._gap)
        column.addLayout(form)
        column.addSpacing(Space.XL)
        column.addWidget(line())
        column.addSpacing(Space.M)
        self._none_saved = label(self.tr("Save one to give it a name, a colour and its folders."), "muted", wraps=True)
        parts = (self._saved_head, self.site_list, self._none_saved, self._empty, self._recent_head, self.recent_list)
        for part in parts:
            column.addWidget(part)
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

    def _password_hint(self) -> str:
        return self.tr("Leave empty to use the remembered one")

    def _name_of(self, text: str, field: QWidget) -> QWidget:
        name = label(text, "muted")
        name.setBuddy(field)
        return name

    def _head(self, text: str, button: QPushButton) -> QWidget:
        head = QWidget()
        row = _row(label(text, "section"))
        row.setContentsMargins(0, Space.S, 0, Space.XS)
        row.addWidget(button)
        head.setLayout(row)
        return head

    def _show_lists(self) -> None:
        has_sites, has_recent = bool(self.site_list.rows), bool(self.recent_list.rows)
        self._saved_head.setVisible(has_sites or has_recent)
        self.site_list.setVisible(has_sites)
        # Whoever has connected before needs no explanation, only the way to save a server.
        self._empty.setVisible(not has_sites and not has_recent)
        self._none_saved.setVisible(has_recent and not has_sites)
        self._recent_head.setVisible(has_recent)
        self.recent_list.setVisible(has_recent)

    def _show_message(self, notice: Notice | None, text: str = "", title: str = "") -> None:
        for each in (self._notice, self._question):
            each.setVisible(each is notice)
        self._gap.setVisible(notice is not None)
        if notice is not None:
            notice.show_text(text, title)
            self._scroll.ensureVisible(0, 0)

    def _address_edited(self) -> None:
        self._address = None
        self._mark_address(True)
        self.password_edit.setPlaceholderText(self._password_hint())

    def _mark_address(self, is_valid: bool) -> None:
        if bool(self.address_edit.property("tone")) is is_valid:
            self.address_edit.setProperty("tone", "" if is_valid else "invalid")
            restyle(self.address_edit)

    def _connect(self) -> None:
        text = self.address_edit.text().strip()
        try:
            address = parse_address(text)
            if is_link(text):
                self._start = parse_link(text).path or None
            elif address != self._address:
                self._start = None
        except WherryError as error:
            self._refuse(error.title, error.detail, error.hint)
            return
        if not address.user:
            title = self.tr("The user is missing")
            self._refuse(title, self.tr("Write it before the host, as in %1.").replace("%1", f"anna@{address.title}"))
            return
        self._mark_address(True)
        self._address = address
        self.connect_requested.emit(address, self.password_edit.text(), self.remember_box.isChecked())

    def _refuse(self, title: str, detail: str, hint: str = "") -> None:
        self.show_error(title, detail, hint)
        self._mark_address(False)
        self.address_edit.setFocus()
        self.address_edit.selectAll()

    def _choose_site(self, site: Site) -> None:
        self._fill(_address(site))
        self.site_chosen.emit(site)

    def _choose_recent(self, address: Address) -> None:
        self._fill(address)
        self.connect_requested.emit(address, "", False)

    def _fill(self, address: Address) -> None:
        """Show where it goes; a password typed for another server is not kept for this one."""
        self._start = None
        self._address = address
        self.address_edit.setText(_typed(address))
        self._mark_address(True)
        self.password_edit.clear()

    def _show_site_menu(self, site: Site, where: QPoint) -> None:
        menu = self._make_menu()
        _add(menu, self.tr("&Connect"), "play").triggered.connect(lambda: self._choose_site(site))
        menu.addSeparator()
        _add(menu, self.tr("&Edit…"), "edit").triggered.connect(lambda: self.site_edit_requested.emit(site))
        _add(menu, self.tr("&Remove"), "trash").triggered.connect(lambda: self.site_remove_requested.emit(site))
        menu.popup(where)

    def _show_recent_menu(self, address: Address, where: QPoint) -> None:
        menu = self._make_menu()
        _add(menu, self.tr("&Connect"), "play").triggered.connect(lambda: self._choose_recent(address))
        menu.addSeparator()
        _add(menu, self.tr("&Save server…"), "plus").triggered.connect(lambda: self.site_add_requested.emit(address))
        menu.popup(where)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _reveal_row(self, servers: ServerList, rect: QRect) -> None:
        middle = servers.mapTo(self._page, rect.center())
        self._scroll.ensureVisible(middle.x(), middle.y(), 0, rect.height())

    # --- Qt's side -----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._is_connecting:
            self.cancel_requested.emit()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            # Connected, or the window is closing: the field has no more business with the password.
            self._password.forget()

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 200)


def _row(first: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Space.S)
    row.addWidget(first, 1)
    return row


def _typed(address: Address) -> str:
    """Return an address as one would type it, so that it reads back as itself."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    port = "" if address.port == DEFAULT_PORT else f":{address.port}"
    return f"{address.user}@{host}{port}" if address.user else f"{host}{port}"


def _add(menu: QMenu, text: str, icon: str) -> QAction:
    action = menu.addAction(text)
    icons.dress(action, icon)
    return action


def _address(site: Site) -> Address:
    return Address(site.host, site.port, site.user)


def _split_title(text: str) -> tuple[str, str]:
    """Part the first sentence, which says what happened, from those that say why and what next."""
    title, separator, rest = text.partition(". ")
    return (title, rest) if separator else (text, "")
