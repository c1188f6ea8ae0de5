"""Tells in full why a transfer failed: what, where, the cause, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QFrame, QGridLayout, QWidget

from desktop.models.queue_row import QueueRow, failure_text
from desktop.widgets.dialog import Dialog, Notice, name_in_heading
from desktop.widgets.labels import label
from shared.look.error_words import translated
from shared.look.tokens import Space


class FailureDialog(Dialog):
    """Accepted means: try it again."""

    def __init__(self, row: QueueRow, parent: QWidget | None = None) -> None:
        failure = row.failure
        title = self.tr("“%1” was not transferred").replace("%1", name_in_heading(row.title))
        super().__init__("alert-circle", "danger", title, parent)
        self._text = failure_text(row)
        facts = [(self.tr("From"), row.source), (self.tr("To"), row.target)]
        if failure is not None:
            facts += [(self.tr("Problem"), translated(failure.title)), (self.tr("Cause"), translated(failure.detail))]
        frame = QFrame()
        frame.setProperty("tone", "well")
        grid = QGridLayout(frame)
        grid.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(1, 1)
        for place, (name, text) in enumerate((name, text) for name, text in facts if text):
            value = label(text, wraps=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleName(f"{name}: {text}")
            grid.addWidget(label(name, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, place, 1)
        self.body.addWidget(frame)
        hint = translated(failure.hint) if failure is not None else ""
        if not hint and failure is not None and failure.is_retryable:
            hint = self.tr("It can be tried again.")
        if hint:
            self.body.addWidget(Notice("info", "info", hint))
        role = QDialogButtonBox.ButtonRole
        self.copy_button = self.add_button(self.tr("&Copy"), role.ActionRole)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text))
        self.retry_button = self.add_button(self.tr("&Try again"), role.AcceptRole, "primary")
        self.retry_button.clicked.connect(self.accept)
        self.add_button(self.tr("Close"), role.RejectRole)
        self.retry_button.setDefault(True)
        self.retry_button.setFocus()
