"""The form of the start page: an address or a link, a password, and what came of it. It connects to nothing itself."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.client.address import Address, Link, is_link, parse_address, parse_link
from desktop.widgets.buttons import push_button
from desktop.widgets.dialog import Notice
from desktop.widgets.labels import ElidedLabel, label
from desktop.widgets.password_field import PasswordField
from shared.errors import WherryError
from shared.look import wording
from shared.look.error_words import translated
from shared.look.theme import restyle
from shared.look.tokens import Space
from shared.names import RemotePath
from shared.protocol.limits import DEFAULT_PORT

_MAX_TEXT = 4096
"""As much as a link may have; more is something else that was pasted."""


class ConnectForm(QWidget):
    """Says what is wrong with an address itself; what a server answers is told to it.

    Signals:
        connect_requested: Address, password (str; empty: look in the keyring), whether to remember it (bool).
        cancel_requested: give up the login under way.
        message_shown: an error or a question stands over the fields now.
    """

    connect_requested = Signal(object, str, bool)
    cancel_requested = Signal()
    message_shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_connecting = False
        self._start: RemotePath | None = None
        self._fingerprint: str | None = None
        self._address: Address | None = None
        self._next_focus: QLineEdit | None = None
        self._make_parts()
        self._lay_out()
        self.setFocusProxy(self.address_edit)
        self._show_message(None)

    @property
    def start(self) -> RemotePath | None:
        """The folder that the link just connected to names; None where there was none."""
        return self._start

    @property
    def fingerprint(self) -> str | None:
        """The fingerprint that the link just connected to names; None where there was none."""
        return self._fingerprint

    @property
    def error(self) -> str:
        """The message that is shown; empty when none is."""
        return self._notice.text if self._notice.isVisibleTo(self) else ""

    # --- What it is told -------------------------------------------------------------------------------------------

    def set_connecting(self, title: str | None) -> None:
        """A login to ``title`` is under way; None: it is over."""
        is_connecting = title is not None
        had_focus = self.focusWidget() is not None
        was_connecting, self._is_connecting = self._is_connecting, is_connecting
        self._progress.setText(self.tr("Connecting to %1…").replace("%1", title) if title is not None else "")
        for part in (self.address_edit, self._password):
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

    def refuse(self, error: WherryError) -> None:
        """Say why the text in the address field is none."""
        self._refuse(*map(translated, (error.title, error.detail, error.hint)))

    def ask_password(self, address: Address) -> None:
        """Fill in the address and wait for its password."""
        # The password for a link that is being opened: its folder is still the one to show.
        start, fingerprint = (self._start, self._fingerprint) if address == self._address else (None, None)
        self.fill(address)
        self._start, self._fingerprint = start, fingerprint
        self.password_edit.setPlaceholderText("")
        self._show_message(self._question, self.tr("Type your password for this server; none is remembered."))
        self._next_focus = self.password_edit
        self.password_edit.setFocus()

    def ask_user(self, address: Address) -> None:
        """Fill in the address, and let the person say who they are there: its user is only a guess."""
        self.fill(address)
        self._ask_user(0, len(address.user))

    def take_link(self, link: Link, user: str) -> None:
        """Show a link that is opened from outside; where it names no user, let the person say who they are."""
        address = link.address if link.address.user else replace(link.address, user=user)
        self.fill(address)
        self._start, self._fingerprint = link.folder or None, link.fingerprint
        # Whole, as its folder and its fingerprint still count when the user in it is typed over.
        text = address.url(link.folder, link.fingerprint or "")
        self.address_edit.setText(text)
        if not link.address.user:
            self._ask_user(text.index("//") + 2, len(quote(user, safe="")))

    def fill(self, address: Address) -> None:
        """Show where it goes; a password typed for another server is not kept for this one."""
        self._start = self._fingerprint = None
        self._address = address
        self.address_edit.setText(typed(address))
        self._mark_address(True)
        self.password_edit.clear()

    def forget_password(self) -> None:
        """Keep nothing of what was typed into the password's field."""
        self._password.forget()

    # --- How -----------------------------------------------------------------------------------------------------

    def _ask_user(self, at: int, length: int) -> None:
        text = self.tr("Say who you are there: the name of your account stands before the @.")
        self._show_message(self._question, text)
        self.address_edit.setFocus()
        self.address_edit.setSelection(at, length)

    def _make_parts(self) -> None:
        self.address_edit = QLineEdit()
        self.address_edit.setMaxLength(_MAX_TEXT)
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

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        for notice in (self._notice, self._question):
            column.addWidget(notice)
            notice.hide()
        self._gap = QWidget()
        self._gap.setFixedHeight(Space.S)
        column.addWidget(self._gap)
        column.addWidget(_name_of(self.tr("A&ddress"), self.address_edit))
        column.addWidget(self.address_edit)
        column.addSpacing(Space.S)
        column.addWidget(_name_of(self.tr("&Password"), self.password_edit))
        column.addWidget(self._password)
        column.addSpacing(Space.S)
        last = QHBoxLayout()
        last.setSpacing(Space.S)
        last.addWidget(self.remember_box, 1, Qt.AlignmentFlag.AlignLeft)
        last.addWidget(self._progress, 1)
        last.addWidget(self.connect_button)
        last.addWidget(self.cancel_button)
        column.addLayout(last)

    def _password_hint(self) -> str:
        return self.tr("Leave empty to use the remembered one")

    def _show_message(self, notice: Notice | None, text: str = "", title: str = "") -> None:
        for each in (self._notice, self._question):
            each.setVisible(each is notice)
        self._gap.setVisible(notice is not None)
        if notice is not None:
            notice.show_text(text, title)
            self.message_shown.emit()

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
                link = parse_link(text)
                self._start, self._fingerprint = link.folder or None, link.fingerprint
            elif address != self._address:
                self._start = self._fingerprint = None
        except WherryError as error:
            self.refuse(error)
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


def typed(address: Address) -> str:
    """Return an address as one would type it, so that it reads back as itself."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    port = "" if address.port == DEFAULT_PORT else f":{address.port}"
    return f"{address.user}@{host}{port}" if address.user else f"{host}{port}"


def _name_of(text: str, field: QWidget) -> QWidget:
    name = label(text, "muted")
    name.setBuddy(field)
    return name


def _split_title(text: str) -> tuple[str, str]:
    """Part the first sentence, which says what happened, from those that say why and what next."""
    title, separator, rest = text.partition(". ")
    return (title, rest) if separator else (text, "")
