"""The page in the server pane on which a person says where to connect. It keeps no password."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.client.address import Address, parse_address
from desktop.widgets.banner import Banner
from desktop.widgets.busy_line import BusyLine
from desktop.widgets.buttons import push_button
from desktop.widgets.labels import label
from shared.errors import WherryError
from shared.look import icons, wording
from shared.look.theme import restyle
from shared.look.tokens import Size, Space
from shared.names import display
from shared.protocol import limits

_WIDTH = 400


class SavedSite(Protocol):
    """What the page shows of a saved server."""

    @property
    def name(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str: ...


class ConnectPage(QScrollArea):
    """Quick connect, saved servers and recent ones.

    Signals:
        connect_requested: an Address, the password typed (str, may be empty) and whether to remember it.
        cancel_requested: give up the login under way.
        site_chosen: a saved server was pressed, as it was given to :meth:`set_sites`.
        site_edit_requested, site_remove_requested: from the menu of a saved server.
        site_add_requested: save a new one.
    """

    connect_requested = Signal(object, str, bool)
    cancel_requested = Signal()
    site_chosen = Signal(object)
    site_edit_requested = Signal(object)
    site_remove_requested = Signal(object)
    site_add_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_busy = False
        self._title = label(self.tr("Connect to a server"), "display", wraps=True)
        self._hint = label(self.tr("Reach your files on a machine that runs Wherry Server."), "muted", wraps=True)
        self._address = QLineEdit()
        self._address.setPlaceholderText(self.tr("user@host, or a wherry:// link"))
        self._address.setAccessibleName(self.tr("Address"))
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setPlaceholderText(self.tr("Password"))
        self._password.setAccessibleName(self.tr("Password"))
        self._reveal = QAction(self.tr("Show the password"), self)
        self._reveal.setCheckable(True)
        self._reveal.toggled.connect(self._show_password)
        self._password.addAction(self._reveal, QLineEdit.ActionPosition.TrailingPosition)
        icons.dress(self._reveal, "eye")
        self._remember = QCheckBox(self.tr("Remember the password in the system's keyring"))
        self._problem = Banner()
        self._problem.setProperty("shape", "round")
        self._busy = BusyLine()
        self._connect = push_button(self.tr("Connect"), "primary")
        self._connect.setMinimumWidth(112)
        self._cancel = push_button(self.tr("Cancel"))
        self._cancel.hide()
        self._status = label("", "muted")
        self._saved = QVBoxLayout()
        self._recent = QVBoxLayout()
        self._build()
        self._address.returnPressed.connect(self._enter_address)
        self._password.returnPressed.connect(self._submit)
        self._connect.clicked.connect(self._submit)
        self._cancel.clicked.connect(self.cancel_requested)
        self._address.textChanged.connect(self._allow)
        self._address.textEdited.connect(lambda: self._mark_invalid(False))
        self.setAccessibleName(self.tr("Connect to a server"))
        self.setFocusProxy(self._address)
        self.set_sites(())
        self.set_recent(())
        self._allow()

    # --- What it shows -------------------------------------------------------------------------------------------

    def set_sites(self, sites: Sequence[SavedSite]) -> None:
        """Show the saved servers, in this order."""
        self._clear(self._saved)
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Saved servers"), "section"), 1)
        add = push_button(self.tr("Save a server…"), "link")
        add.clicked.connect(self.site_add_requested)
        head.addWidget(add)
        self._saved.addLayout(head)
        for site in sites:
            self._saved.addWidget(self._site_card(site))
        if not sites:
            self._saved.addWidget(label(self.tr("Servers that you save stand here, one press away."), "muted"))

    def set_recent(self, addresses: Sequence[Address]) -> None:
        """Show where connections went lately, the last first."""
        self._clear(self._recent)
        if not addresses:
            return
        self._recent.addSpacing(Space.L)
        self._recent.addWidget(label(self.tr("Recent"), "section"))
        for address in addresses:
            card = _card(address.title, "", "clock")
            card.clicked.connect(lambda _=False, address=address: self._use(address))
            self._recent.addWidget(card)

    def set_connecting(self, title: str | None) -> None:
        """A login to ``title`` is under way; None: it is over."""
        self._is_busy = title is not None
        self._busy.set_busy(self._is_busy)
        if title is not None:
            self._problem.show_text("", "")
            self._status.setText(self.tr("Connecting to %1…").replace("%1", display(title)))
        else:
            self._status.setText("")
        for field in (self._address, self._password, self._remember):
            field.setEnabled(not self._is_busy)
        self._connect.setVisible(not self._is_busy)
        self._cancel.setVisible(self._is_busy)
        self._allow()

    def show_error(self, text: str) -> None:
        """Say over the form why it did not work, and what to do."""
        self._problem.show_text("error", text)
        self.ensureWidgetVisible(self._problem)
        if self._password.text():
            self._password.setFocus()
            self._password.selectAll()

    def ask_password(self, address: Address) -> None:
        """Fill in the address and wait for its password."""
        self._address.setText(_written(address))
        self._password.clear()
        self._problem.show_text("info", self.tr("Enter the password of %1.").replace("%1", address.title))
        self._password.setFocus()

    def forget_password(self) -> None:
        """Empty the password field, once it has served."""
        self._password.clear()
        self._reveal.setChecked(False)

    # --- Building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        form = QVBoxLayout()
        form.setSpacing(Space.S)
        form.addWidget(self._address)
        form.addWidget(self._password)
        form.addWidget(self._remember)
        form.addSpacing(Space.XS)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.M)
        buttons.addWidget(self._connect)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._status, 1)
        form.addLayout(buttons)
        form.addWidget(self._busy)
        middle = QWidget()
        middle.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self._title)
        column.addWidget(self._hint)
        column.addSpacing(Space.M)
        column.addWidget(self._problem)
        column.addSpacing(Space.XS)
        column.addLayout(form)
        column.addSpacing(Space.L)
        self._saved.setSpacing(Space.HALF)
        self._recent.setSpacing(Space.HALF)
        column.addLayout(self._saved)
        column.addLayout(self._recent)
        page = QFrame()
        page.setProperty("tone", "page")
        outer = QVBoxLayout(page)
        outer.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        outer.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(middle, 8)
        row.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(2)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _site_card(self, site: SavedSite) -> QToolButton:
        address = Address(site.host, site.port, site.user)
        card = _card(site.name or address.title, address.title if site.name else "", "server")
        card.clicked.connect(lambda: self.site_chosen.emit(site))
        card.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        card.customContextMenuRequested.connect(lambda where: self._show_menu(card, site, where))
        return card

    def _show_menu(self, card: QWidget, site: SavedSite, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for icon, text, signal in (
            ("server", self.tr("Connect"), self.site_chosen),
            ("edit", self.tr("Edit…"), self.site_edit_requested),
            ("trash", self.tr("Remove"), self.site_remove_requested),
        ):
            action = menu.addAction(text)
            icons.dress(action, icon)
            action.triggered.connect(lambda _=False, signal=signal: signal.emit(site))
        menu.popup(card.mapToGlobal(where))

    @staticmethod
    def _clear(layout: QVBoxLayout) -> None:
        while (item := layout.takeAt(0)) is not None:
            inner = item.layout()
            if isinstance(inner, QHBoxLayout):
                while (part := inner.takeAt(0)) is not None:
                    _discard(part.widget())
            _discard(item.widget())

    # --- Acting --------------------------------------------------------------------------------------------------

    def _submit(self) -> None:
        if self._is_busy:
            return
        try:
            address = parse_address(self._address.text())
        except WherryError as error:
            self._mark_invalid(True)
            self.show_error(" ".join(part for part in (f"{error}.", error.hint) if part))
            self._address.setFocus()
            return
        if not address.user:
            self._mark_invalid(True)
            self.show_error(self.tr("Say as whom: write user@%1.").replace("%1", display(address.host)))
            self._address.setFocus()
            return
        self.connect_requested.emit(address, self._password.text(), self._remember.isChecked())

    def _enter_address(self) -> None:
        # Enter in the first field goes to the second; an empty password means the keyring's.
        if self._password.text():
            self._submit()
        else:
            self._password.setFocus()

    def _use(self, address: Address) -> None:
        self._address.setText(_written(address))
        self.connect_requested.emit(address, "", False)

    def _show_password(self, is_shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if is_shown else QLineEdit.EchoMode.Password
        self._password.setEchoMode(mode)
        self._reveal.setText(self.tr("Hide the password") if is_shown else self.tr("Show the password"))
        icons.dress(self._reveal, "eye-off" if is_shown else "eye")

    def _mark_invalid(self, is_invalid: bool) -> None:
        self._address.setProperty("tone", "invalid" if is_invalid else "")
        restyle(self._address)

    def _allow(self) -> None:
        self._connect.setEnabled(bool(self._address.text().strip()))


def _card(title: str, subtitle: str, icon: str) -> QToolButton:
    card = QToolButton()
    card.setProperty("kind", "card")
    card.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    card.setIconSize(QSize(Size.ICON, Size.ICON))
    icons.dress(card, icon, "accent" if icon == "server" else "icon")
    shown = f"{title}   —   {subtitle}" if subtitle else title
    card.setText("  " + display(shown).replace("&", "&&"))
    card.setAccessibleName(title)
    card.setToolTip(wording.tooltip(title, subtitle))
    card.setSizePolicy(card.sizePolicy().Policy.Expanding, card.sizePolicy().Policy.Fixed)
    card.setMinimumHeight(36)
    card.setCursor(Qt.CursorShape.PointingHandCursor)
    return card


def _written(address: Address) -> str:
    """Return an address as a person would type it."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    port = "" if address.port == limits.DEFAULT_PORT else f":{address.port}"
    return f"{address.user}@{host}{port}" if address.user else f"{host}{port}"


def _discard(widget: QWidget | None) -> None:
    if widget is not None:
        widget.hide()
        widget.deleteLater()
