"""Dialogs for a new account and a new password. They check what was typed and ask; a controller does it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from server.accounts.account import MAX_NAME, check_account_name
from server.tray.account_controller import AccountForm
from server.tray.password_fields import PasswordFields
from shared.errors import ConfigError, WherryError
from shared.look.tokens import Size, Space
from shared.names import display


class HomeField(QWidget):
    """A folder to type or choose; left empty, the server makes one."""

    def __init__(self, homes: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._homes = homes
        self.edit = QLineEdit()
        self.edit.setAccessibleName(self.tr("Home folder"))
        self._choose = QPushButton(self.tr("Choose…"))
        self._choose.clicked.connect(self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.edit, 1)
        row.addWidget(self._choose)
        self.suggest("")

    @property
    def home(self) -> Path | None:
        """The folder; None for the server's own place."""
        text = self.edit.text().strip()
        return Path(text) if text else None

    @property
    def problem(self) -> str:
        """Why this cannot be a home, as a sentence; empty when it can."""
        home = self.home
        if home is not None and not home.expanduser().is_absolute():
            return self.tr("Give the home folder with its whole path, or leave it empty for a new one.")
        return ""

    def suggest(self, name: str) -> None:
        """Show where the home would be made for an account of this name."""
        self.edit.setPlaceholderText(str(self._homes / name) if name else self.tr("A new folder, made for the account"))

    def _ask(self) -> None:
        dialog = folder_dialog(self, self.tr("Choose a home folder"), self.home)
        dialog.fileSelected.connect(self.edit.setText)
        dialog.open()


def folder_dialog(parent: QWidget, title: str, start: Path | None) -> QFileDialog:
    """Return a dialog that chooses one folder, to be opened with ``open()``."""
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    if start is not None and start.is_dir():
        dialog.setDirectory(str(start))
    return dialog


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
        self.read_only = QCheckBox(self.tr("Read only: may download, but change nothing"))
        form = _form(self)
        form.addRow(self.tr("Name"), self.name)
        self.passwords = PasswordFields(form, self)
        form.addRow(self.tr("Home folder"), self.home)
        form.addRow("", self.read_only)
        self.name.textChanged.connect(self._named)
        self.passwords.changed.connect(self.changed)
        self.home.edit.textChanged.connect(self.changed)

    @property
    def problem(self) -> str:
        """What is wrong or missing, as a sentence; empty when the form is whole."""
        if not self.name.text():
            return self.tr("Give the account a name.")
        try:
            check_account_name(self.name.text())
        except ConfigError as error:
            return f"{error.detail[:1].upper()}{error.detail[1:]}."
        return self.passwords.problem or self.home.problem

    @property
    def form(self) -> AccountForm:
        """What was typed; meaningful when :attr:`problem` is empty."""
        return AccountForm(self.name.text(), self.passwords.password, self.home.home, self.read_only.isChecked())

    def _named(self, name: str) -> None:
        self.passwords.set_words(name)
        try:
            self.home.suggest(check_account_name(name) if name else "")
        except ConfigError:
            self.home.suggest("")
        self.changed.emit()


class FormDialog(QDialog):
    """A form with one button that does it. It stays open until the work is done, or says why it was not."""

    def __init__(self, title: str, lead: str, fields: QWidget, accept_text: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(Size.DIALOG)
        head = QLabel(title)
        head.setProperty("role", "title")
        head.setTextFormat(Qt.TextFormat.PlainText)
        about = QLabel(lead)
        about.setProperty("role", "muted")
        about.setTextFormat(Qt.TextFormat.PlainText)
        about.setWordWrap(True)
        self._fields = fields
        self.error = QLabel()
        self.error.setProperty("role", "error")
        self.error.setTextFormat(Qt.TextFormat.PlainText)
        self.error.setWordWrap(True)
        self.error.hide()
        self.submit = QPushButton(accept_text)
        self.submit.setProperty("kind", "primary")
        self.submit.setDefault(True)
        self.submit.clicked.connect(self._submitted)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setAutoDefault(False)
        self._cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addStretch()
        buttons.addWidget(self._cancel)
        buttons.addWidget(self.submit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        layout.setSpacing(Space.S)
        layout.addWidget(head)
        layout.addWidget(about)
        layout.addSpacing(Space.S)
        layout.addWidget(fields)
        layout.addWidget(self.error)
        layout.addStretch()
        layout.addSpacing(Space.S)
        layout.addLayout(buttons)
        self._layout = layout

    def problem(self) -> str:
        """Return what hinders, as a sentence; empty when nothing does."""
        raise NotImplementedError

    def send(self) -> None:
        """Emit what was asked for."""
        raise NotImplementedError

    def show_failure(self, error: WherryError) -> None:
        """The work was refused: say why and let the person mend it. The hints speak of the command line."""
        self._set_busy(False)
        self._show_error(f"{error.title}: {display(error.detail)}" if error.detail else error.title)

    def forget_error(self) -> None:
        self.error.hide()

    def _submitted(self) -> None:
        problem = self.problem()
        if problem:
            self._show_error(problem)
            return
        self.error.hide()
        self._set_busy(True)
        self.send()

    def _show_error(self, text: str) -> None:
        self.error.setText(text)
        self.error.show()
        # Wrapped texts do not count in a window's minimum: without this the fields would be squeezed.
        needed = self._layout.totalHeightForWidth(self.width())
        if self.height() < needed:
            self.resize(self.width(), needed)

    def _set_busy(self, is_busy: bool) -> None:
        self._fields.setEnabled(not is_busy)
        self.submit.setEnabled(not is_busy)


class NewAccountDialog(FormDialog):
    """Signals:
    submitted: The form is whole; carries an AccountForm. Answer with ``accept()`` or ``show_failure()``.
    """

    submitted = Signal(object)

    def __init__(self, homes: Path, parent: QWidget | None = None) -> None:
        self.fields = AccountFields(homes)
        super().__init__(
            self.tr("New account"),
            self.tr("Whoever logs in with it reaches its home folder, and nothing else on this computer."),
            self.fields,
            self.tr("Add account"),
            parent,
        )
        self.fields.changed.connect(self.forget_error)
        self.fields.name.setFocus()

    def problem(self) -> str:
        return self.fields.problem

    def send(self) -> None:
        self.submitted.emit(self.fields.form)


class PasswordDialog(FormDialog):
    """Signals:
    submitted: Two equal passwords; carries the account's name and the password.
    """

    submitted = Signal(str, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self._name = name
        fields = QWidget()
        self.passwords = PasswordFields(_form(fields), fields)
        super().__init__(
            self.tr("New password for {name}").format(name=display(name)),
            self.tr("The old one no longer works. Sessions that run go on."),
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


def _form(parent: QWidget) -> QFormLayout:
    form = QFormLayout(parent)
    form.setContentsMargins(0, 0, 0, 0)
    form.setVerticalSpacing(Space.M)
    form.setHorizontalSpacing(Space.L)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
    parent.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form
