"""The overview of shortcuts (F1): every action with its keys, by the part of the window, with a filter."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QGridLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desktop.widgets.command_list import Command, matches
from desktop.widgets.dialog import Dialog
from desktop.widgets.labels import label
from shared.look.tokens import Space

_WIDTH, _HEIGHT = 640, 420


class ShortcutsDialog(Dialog):
    """Lists what has keys. Nothing can be changed here."""

    def __init__(self, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__("keyboard", "accent", self.tr("Keyboard shortcuts"), parent, width=_WIDTH)
        self._commands = [command for command in commands if command.keys]
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Filter by name or key"))
        self.field.setAccessibleName(self.tr("Filter by name or key"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._fill)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFixedHeight(_HEIGHT)
        self._area.setProperty("tone", "window")
        self.body.addWidget(self.field)
        self.body.addWidget(self._area)
        close = self.add_button(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole, "primary")
        close.setDefault(True)
        self._fill("")
        self.field.setFocus()

    def rows(self) -> list[tuple[str, str]]:
        """Return texts and keys as they are listed now."""
        return [(command.text, command.keys) for command in self._listed]

    def _fill(self, typed: str) -> None:
        self._listed = [command for command in self._commands if matches(command, typed)]
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, Space.M, 0)
        column.setSpacing(Space.L)
        for where, commands in groupby(self._listed, key=lambda command: command.where):
            part = QVBoxLayout()
            part.setSpacing(Space.XS)
            part.addWidget(label(where, "section"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(Space.L)
            grid.setVerticalSpacing(Space.XS)
            grid.setColumnStretch(0, 1)
            for row, command in enumerate(commands):
                keys = label(command.keys, "muted")
                keys.setAccessibleName(f"{command.text}: {command.keys}")
                grid.addWidget(label(command.text), row, 0)
                grid.addWidget(keys, row, 1, Qt.AlignmentFlag.AlignRight)
            part.addLayout(grid)
            column.addLayout(part)
        if not self._listed:
            column.addWidget(label(self.tr("No shortcut matches"), "muted"))
        column.addStretch(1)
        self._area.setWidget(page)
