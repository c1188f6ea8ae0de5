"""Dialogs for a new account, an account that is there, and a new password. They check what was typed and ask; a
controller does it."""

from __future__ import annotations

from dataclasses import fields as fields_of
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QTabWidget, QVBoxLayout, QWidget

from server.accounts.account import MAX_NAME, Account, check_account_name
from server.tray.account_form import AccountForm, Rights, difference
from server.tray.folder_field import FolderField, HomeField
from server.tray.form_dialog import FormDialog, form_layout
from server.tray.password_fields import PasswordFields
from server.tray.rights_fields import RightsFields
from server.tray.wording import cause_text
from shared.errors import ConfigError
from shared.look.tokens import Space
from shared.names import display
from shared.text import format_time


def name_problem(name: str) -> str:
    """Return why an account cannot be called so, as a sentence; empty when it can."""
    try:
        check_account_name(name)
    except ConfigError as error:
        return cause_text(error)
    return ""


class AccountFields(QWidget):
    """Name, password and home of a new account; part of the dialog and of the first start's page.

    Signals:
        changed: Something was typed.
    """

    changed = Signal()

    def __init__(self, homes: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = QLineEdit()
        self.name.setMaxLength(MAX_NAME)
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setPlaceholderText(self.tr("For example: anna"))
        self.home = HomeField(homes)
        form = form_layout(self)
        form.addRow(self.tr("Name"), self.name)
        self.passwords = PasswordFields(form, self)
        form.addRow(self.tr("Home folder"), self.home)
        self.name.textChanged.connect(self._named)
        self.passwords.changed.connect(self.changed)
        self.home.edit.textChanged.connect(self.changed)

    @property
    def problem(self) -> str:
        """What is wrong or missing, as a sentence; empty when the form is whole."""
        if not self.name.text():
            return self.tr("Give the account a name.")
        return name_problem(self.name.text()) or self.passwords.problem or self.home.problem

    @property
    def form(self) -> AccountForm:
        """What was typed; meaningful when :attr:`problem` is empty."""
        return AccountForm(self.name.text(), self.passwords.password, self.home.folder)

    def _named(self, name: str) -> None:
        self.passwords.set_words(name)
        try:
            self.home.suggest(check_account_name(name) if name else "")
        except ConfigError:
            self.home.suggest("")
        self.changed.emit()


class NewAccountDialog(FormDialog):
    """Signals:
    submitted: The form is whole; carries an AccountForm. Answer with ``accept()`` or ``show_failure()``.
    """

    submitted = Signal(object)

    def __init__(self, homes: Path, parent: QWidget | None = None) -> None:
        self.fields = AccountFields(homes)
        self.tabs = QTabWidget()
        self.rights = RightsFields()
        super().__init__(
            self.tr("New account"),
            self.tr("Whoever logs in with it reaches its home folder, and nothing else on this computer."),
            self.tabs,
            self.tr("Add account"),
            parent,
        )
        self.rights.setParent(self)
        first = QWidget()
        layout = QVBoxLayout(first)
        layout.setContentsMargins(0, Space.L, 0, 0)
        layout.addWidget(self.fields)
        layout.addStretch()
        self.tabs.addTab(first, self.tr("Account"))
        self.tabs.addTab(self.rights.access_page, self.tr("Permissions"))
        self.tabs.addTab(self.rights.limits_page, self.tr("Limits"))
        self.fields.changed.connect(self.forget_error)
        self.rights.changed.connect(self.forget_error)
        self.fields.name.setFocus()

    def problem(self) -> str:
        problem = self.fields.problem
        if problem:
            # It is about what stands there.
            self.tabs.setCurrentIndex(0)
        return problem

    def send(self) -> None:
        self.submitted.emit(replace(self.fields.form, rights=self.rights.value))


class EditAccountDialog(FormDialog):
    """Signals:
    submitted: Carries an AccountChange. Answer with ``accept()`` or ``show_failure()``.
    """

    submitted = Signal(object)

    def __init__(self, account: Account, parent: QWidget | None = None) -> None:
        self._account = account
        self.tabs = QTabWidget()
        self.rights = RightsFields()
        super().__init__(
            self.tr("Account {name}").format(name=display(account.name)),
            self.tr(
                "Changes act at once. Those of speeds and of the number of sessions let its sessions go on; any other "
                "ends them, and what was cut resumes after the next login."
            ),
            self.tabs,
            self.tr("Save"),
            parent,
        )
        self.rights.setParent(self)
        self.rights.show_value(Rights.of(account))
        self.name = QLineEdit(account.name)
        self.name.setMaxLength(MAX_NAME)
        self.name.setAccessibleName(self.tr("Name"))
        self.enabled = QCheckBox(self.tr("May log in"))
        self.enabled.setChecked(account.enabled)
        self.home = FolderField(self.tr("Home folder"))
        self.home.show_folder(account.home)
        self.tabs.addTab(self._first_page(), self.tr("Account"))
        self.tabs.addTab(self.rights.access_page, self.tr("Permissions"))
        self.tabs.addTab(self.rights.limits_page, self.tr("Limits"))
        for changed in (
            self.name.textChanged, self.home.edit.textChanged, self.enabled.toggled, self.rights.changed
        ):  # fmt: skip
            changed.connect(self.forget_error)
        self.name.setFocus()

    def problem(self) -> str:
        problem = ""
        if self.name.text() != self._account.name:
            problem = name_problem(self.name.text())
        if not problem and (self.home.folder is None or not self.home.is_whole):
            problem = self.tr("Give the home folder with its whole path.")
        if problem:
            self.tabs.setCurrentIndex(0)
        return problem

    def send(self) -> None:
        rights = self.rights.value
        edited = replace(
            self._account,
            name=self.name.text(),
            home=self.home.folder or self._account.home,
            enabled=self.enabled.isChecked(),
            **{each.name: getattr(rights, each.name) for each in fields_of(rights)},
        )
        self.submitted.emit(difference(self._account, edited))

    def _first_page(self) -> QWidget:
        account = self._account
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, Space.L, 0, 0)
        holder = QWidget()
        form = form_layout(holder)
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("Home folder"), self.home)
        form.addRow("", self.enabled)
        last = format_time(account.last_login) if account.last_login is not None else self.tr("Never")
        form.addRow(self.tr("Last login"), _fact(last))
        form.addRow(self.tr("Made"), _fact(format_time(account.created)))
        shared = ", ".join(display(share.name) for share in account.shares)
        form.addRow(self.tr("Shared folders"), _fact(shared or self.tr("None")))
        layout.addWidget(holder)
        note = _fact(self.tr("Files stay where they are when the name or the home folder changes."))
        note.setProperty("role", "small")
        layout.addWidget(note)
        layout.addStretch()
        return page


class PasswordDialog(FormDialog):
    """Signals:
    submitted: Two equal passwords; carries the account's name and the password.
    """

    submitted = Signal(str, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self._name = name
        fields = QWidget()
        self.passwords = PasswordFields(form_layout(fields), fields)
        super().__init__(
            self.tr("New password for {name}").format(name=display(name)),
            self.tr("The old one no longer works, and the account's sessions end now."),
            fields,
            self.tr("Change password"),
            parent,
        )
        self.passwords.set_words(name)
        self.passwords.changed.connect(self.forget_error)
        self.passwords.first.setFocus()

    def problem(self) -> str:
        return self.passwords.problem

    def send(self) -> None:
        self.submitted.emit(self._name, self.passwords.password)


def _fact(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
