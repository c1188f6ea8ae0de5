"""Edits one saved server. It holds no password: that is the keyring's."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QFormLayout, QLineEdit, QSpinBox, QWidget

from desktop.widgets.dialog import Dialog
from desktop.widgets.labels import label
from shared.look.tokens import Space
from shared.protocol import limits


@dataclass(frozen=True, slots=True)
class SiteFields:
    """What a person says about a saved server."""

    name: str = ""
    host: str = ""
    port: int = limits.DEFAULT_PORT
    user: str = ""


class SiteDialog(Dialog):
    """Answers SiteFields, or None."""

    def __init__(self, fields: SiteFields | None = None, parent: QWidget | None = None) -> None:
        title = self.tr("Save a server") if fields is None else self.tr("Edit the server")
        super().__init__(title, "server", "accent", parent)
        fields = fields or SiteFields()
        self._name = self._field(fields.name, self.tr("Name"), self.tr("Optional, such as Studio"))
        self._host = self._field(fields.host, self.tr("Address"), self.tr("desk.local or 192.168.1.20"))
        self._user = self._field(fields.user, self.tr("User"), "")
        self._port = QSpinBox()
        self._port.setRange(1, 65535)
        self._port.setGroupSeparatorShown(False)
        self._port.setValue(fields.port)
        self._port.setAccessibleName(self.tr("Port"))
        form = QFormLayout()
        form.setHorizontalSpacing(Space.L)
        form.setVerticalSpacing(Space.S)
        for text, field in (
            (self.tr("Name"), self._name),
            (self.tr("Address"), self._host),
            (self.tr("Port"), self._port),
            (self.tr("User"), self._user),
        ):
            caption = label(text, "muted")
            caption.setBuddy(field)
            form.addRow(caption, field)
        self.content.addLayout(form)
        self.add_stretch()
        self.add_button(self.tr("Cancel"), None)
        self._save = self.add_button(self.tr("Save"), True, "primary", is_default=True)
        for line in (self._host, self._user):
            line.textChanged.connect(self._judge)
        self._judge()
        self._name.setFocus()

    def close_with(self, answer: object) -> None:
        if answer:
            answer = SiteFields(
                self._name.text().strip(), self._host.text().strip(), self._port.value(), self._user.text().strip()
            )
        super().close_with(answer)

    def _judge(self) -> None:
        self._save.setEnabled(bool(self._host.text().strip() and self._user.text().strip()))

    @staticmethod
    def _field(text: str, name: str, hint: str) -> QLineEdit:
        field = QLineEdit(text)
        field.setAccessibleName(name)
        field.setPlaceholderText(hint)
        return field
