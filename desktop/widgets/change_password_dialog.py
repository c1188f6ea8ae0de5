"""Asks for an old and a new password. It changes nothing itself, and keeps no password longer than it is open."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialogButtonBox, QFormLayout, QWidget

from desktop.widgets.busy_line import BusyLine
from desktop.widgets.dialog import Dialog, Notice, name_in_heading
from desktop.widgets.labels import label
from desktop.widgets.password_field import PasswordField
from shared.look.tokens import Space


class ChangePasswordDialog(Dialog):
    """``title``: whose password, as ``anna@desk``. It stays until it is told to close.

    Signals:
        change_requested: the old and the new password (str, str); both are as they were typed.
    """

    change_requested = Signal(str, str)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        heading = self.tr("Change the password for %1").replace("%1", name_in_heading(title))
        super().__init__("key", "accent", heading, parent)
        self._is_busy = False
        self.old = PasswordField()
        self.new = PasswordField()
        self.again = PasswordField()
        self._notice = Notice("danger", "alert-circle")
        self._notice.hide()
        self._busy = BusyLine()
        self._busy.hide()
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(Space.L)
        form.setVerticalSpacing(Space.M)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for text, field in (
            (self.tr("&Present password"), self.old),
            (self.tr("&New password"), self.new),
            (self.tr("New one &again"), self.again),
        ):
            name = label(text, "muted")
            name.setBuddy(field.edit)
            name.setMinimumHeight(field.edit.sizeHint().height())
            field.edit.setAccessibleName(text.replace("&", ""))
            field.edit.textEdited.connect(self._clear)
            form.addRow(name, field)
        self.body.addWidget(self._notice)
        self.body.addLayout(form)
        self.body.addWidget(
            label(
                self.tr("Where you are logged in from other computers, you have to log in again with the new one."),
                "muted",
                wraps=True,
            )
        )
        self.body.addWidget(self._busy)
        role = QDialogButtonBox.ButtonRole
        self.change_button = self.add_button(self.tr("&Change password"), role.ActionRole, "primary")
        self.cancel_button = self.add_button(self.tr("Cancel"), role.RejectRole)
        self.change_button.setDefault(True)
        self.change_button.clicked.connect(self._change)
        self.finished.connect(self._forget)
        self.old.edit.setFocus()

    @property
    def error(self) -> str:
        """What is wrong, as it is shown; empty when nothing is."""
        return self._notice.text if self._notice.isVisibleTo(self) else ""

    def set_busy(self, is_busy: bool) -> None:
        """The server is being asked."""
        self._is_busy = is_busy
        self._busy.set_busy(is_busy)
        self._busy.setVisible(is_busy)
        for part in (self.old, self.new, self.again, self.change_button):
            part.setEnabled(not is_busy)

    def show_trouble(self, text: str, title: str = "") -> None:
        """Say why the password is still the old one, and let it be tried again."""
        self.set_busy(False)
        self._notice.show_text(text, title)
        self._notice.show()
        self.old.edit.setFocus()
        self.old.edit.selectAll()
        self.fit()

    def _change(self) -> None:
        old, new, again = (field.edit.text() for field in (self.old, self.new, self.again))
        if self._is_busy:
            return
        if not new:
            self._refuse(self.new, self.tr("A new password is needed: an empty one would let everybody in."))
        elif new != again:
            self._refuse(self.again, self.tr("The two new passwords differ."))
        elif new == old:
            self._refuse(self.new, self.tr("The new password is the present one."))
        else:
            self._clear()
            self.set_busy(True)
            self.change_requested.emit(old, new)

    def _refuse(self, field: PasswordField, text: str) -> None:
        self._notice.show_text(text)
        self._notice.show()
        field.edit.setFocus()
        field.edit.selectAll()
        self.fit()

    def _clear(self) -> None:
        self._notice.hide()

    def _forget(self) -> None:
        for field in (self.old, self.new, self.again):
            field.forget()
