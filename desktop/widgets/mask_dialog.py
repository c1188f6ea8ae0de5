"""Asks for a pattern such as ``*.jpg; *.png`` and tells how many names fit while it is typed. It selects nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QWidget

from desktop.widgets.dialog import Dialog
from desktop.widgets.labels import label
from shared.look import wording

Count = Callable[[str], int]


class MaskDialog(Dialog):
    """Accepted means: add what fits to the selection, or take it out, as :attr:`is_selecting` says.

    count: how many names of the folder fit a pattern.
    """

    def __init__(self, pattern: str, count: Count, *, is_selecting: bool = True, parent: QWidget | None = None) -> None:
        super().__init__("filter", "accent", self.tr("Select by pattern"), parent)
        self._count = count
        self.is_selecting = is_selecting
        self._field = QLineEdit(pattern)
        self._field.setAccessibleName(self.tr("Pattern"))
        self._field.setPlaceholderText("*.jpg; *.png; !draft*")
        self._field.textChanged.connect(self._show_count)
        self._found = label("", "muted")
        hint = self.tr("* and ? stand for any characters. Separate patterns with “;”. “!” leaves out.")
        self.body.addWidget(self._field)
        self.body.addWidget(self._found)
        self.body.addWidget(label(hint, "muted", wraps=True))
        role = QDialogButtonBox.ButtonRole
        self._select = self.add_button(self.tr("&Select"), role.AcceptRole, "primary" if is_selecting else "")
        self._deselect = self.add_button(self.tr("&Deselect"), role.AcceptRole, "" if is_selecting else "primary")
        self.add_button(self.tr("Cancel"), role.RejectRole)
        self._select.clicked.connect(lambda: self._end(True))
        self._deselect.clicked.connect(lambda: self._end(False))
        (self._select if is_selecting else self._deselect).setDefault(True)
        self._show_count()
        self._field.selectAll()
        self._field.setFocus()

    @property
    def pattern(self) -> str:
        return self._field.text()

    def _end(self, is_selecting: bool) -> None:
        self.is_selecting = is_selecting
        self.accept()

    def _show_count(self) -> None:
        found = self._count(self.pattern)
        self._found.setText(wording.counted(found, self.tr("1 item fits"), self.tr("%1 items fit")))
        for button in (self._select, self._deselect):
            button.setEnabled(found > 0)
