"""Asks for the name of a bookmark. It keeps nothing."""

from __future__ import annotations

from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QWidget

from desktop.widgets.dialog import Dialog
from desktop.widgets.labels import label
from shared.names import display


class BookmarkDialog(Dialog):
    """``where``: the folders, a line each. Accepted means: keep them under :attr:`name`."""

    def __init__(self, name: str, where: str, parent: QWidget | None = None) -> None:
        super().__init__("star", "accent", self.tr("Bookmark these folders"), parent)
        self._field = QLineEdit(name)
        self._field.setMaxLength(100)
        self._field.setAccessibleName(self.tr("Name of the bookmark"))
        self._field.textChanged.connect(self._check)
        self.body.addWidget(self._field)
        for line in where.splitlines():
            self.body.addWidget(label(display(line), "muted", wraps=True))
        role = QDialogButtonBox.ButtonRole
        self._save = self.add_button(self.tr("&Save"), role.AcceptRole, "primary")
        self._save.setDefault(True)
        self._save.clicked.connect(self.accept)
        self.add_button(self.tr("Cancel"), role.RejectRole)
        self._field.selectAll()
        self._field.setFocus()
        self._check()

    @property
    def name(self) -> str:
        return self._field.text().strip()

    def _check(self) -> None:
        self._save.setEnabled(bool(self.name))
