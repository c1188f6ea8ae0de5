"""Asks which address to keep out, for how long, and why. It checks and asks."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from server.accounts.networks import parse_network
from server.tray.form_dialog import FormDialog, form_layout
from server.tray.wording import cause_text
from shared.errors import ConfigError
from shared.look.tokens import Space

_HOUR = 3600.0
_MAX_REASON = 200


class BanDialog(FormDialog):
    """Signals:
    submitted: Carries the network (str), the seconds (float, or None for until it is lifted) and the reason (str).
    """

    submitted = Signal(str, object, str)

    def __init__(self, address: str = "", parent: QWidget | None = None) -> None:
        fields = QWidget()
        super().__init__(
            self.tr("Ban an address"),
            self.tr("Nobody from there can connect, and the sessions from there end now."),
            fields,
            self.tr("Ban"),
            parent,
        )
        self.network = QLineEdit(address)
        self.network.setAccessibleName(self.tr("Address or network"))
        self.network.setPlaceholderText(self.tr("For example: 203.0.113.7 or 203.0.113.0/24"))
        self.span = QComboBox()
        self.span.setAccessibleName(self.tr("For how long"))
        for text, seconds in (
            (self.tr("For an hour"), _HOUR),
            (self.tr("For a day"), 24 * _HOUR),
            (self.tr("For a week"), 7 * 24 * _HOUR),
            (self.tr("Until it is lifted"), None),
        ):
            self.span.addItem(text, seconds)
        self.span.setCurrentIndex(1)
        self.reason = QLineEdit()
        self.reason.setMaxLength(_MAX_REASON)
        self.reason.setAccessibleName(self.tr("Reason"))
        self.reason.setPlaceholderText(self.tr("For you to remember"))
        form = form_layout(fields)
        form.setContentsMargins(0, Space.XS, 0, 0)
        form.addRow(self.tr("Address"), self.network)
        form.addRow(self.tr("For how long"), self.span)
        form.addRow(self.tr("Reason"), self.reason)
        self.network.textChanged.connect(self.forget_error)
        (self.reason if address else self.network).setFocus()

    def problem(self) -> str:
        if not self.network.text().strip():
            return self.tr("Name an address or a network.")
        try:
            parse_network(self.network.text().strip())
        except ConfigError as error:
            return cause_text(error)
        return ""

    def send(self) -> None:
        self.submitted.emit(self.network.text().strip(), self.span.currentData(), self.reason.text().strip())
