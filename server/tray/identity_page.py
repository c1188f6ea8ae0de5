"""The server's identity in the settings: what it is, another one made here, or one that its owner brings."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from server.engine.identity import IdentityInfo
from server.tray.address_card import CopyButton
from shared.look import fonts
from shared.look.tokens import Space
from shared.text import format_time


class IdentityPage(QWidget):
    """Signals:
    renew_requested: Make another one; the person has not been warned yet.
    import_requested: Carries the paths of the certificate and of its key.
    """

    renew_requested = Signal()
    import_requested = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fingerprint = _value(is_mono=True)
        self.copy = CopyButton(self.tr("Copy the fingerprint"))
        self.subject = _value()
        self.begins = _value()
        self.ends = _value()
        self.renew = QPushButton(self.tr("Make a new one…"))
        self.bring = QPushButton(self.tr("Import…"))
        for button in (self.renew, self.bring):
            button.setAutoDefault(False)
        self.outcome = QLabel()
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome.setWordWrap(True)
        rows = QGridLayout()
        rows.setHorizontalSpacing(Space.L)
        rows.setVerticalSpacing(Space.S)
        rows.setColumnStretch(1, 1)
        for number, (title, field) in enumerate(
            (
                (self.tr("Fingerprint"), self.fingerprint),
                (self.tr("Name in it"), self.subject),
                (self.tr("Made"), self.begins),
                (self.tr("Valid until"), self.ends),
            )
        ):
            label = QLabel(title)
            label.setProperty("role", "muted")
            rows.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            rows.addWidget(field, number, 1)
        rows.addWidget(self.copy, 0, 2)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self.renew)
        buttons.addWidget(self.bring)
        buttons.addStretch()
        note = QLabel(
            self.tr(
                "Clients recognise this server by its fingerprint. Another identity is tested before it is used; after "
                "that every client stops, shows both fingerprints, and goes on only when its user accepts the new one. "
                "So change it when the key leaked, or when the server moves to another computer."
            )
        )
        note.setProperty("role", "muted")
        note.setTextFormat(Qt.TextFormat.PlainText)
        note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addLayout(rows)
        layout.addWidget(note)
        layout.addLayout(buttons)
        layout.addWidget(self.outcome)
        layout.addStretch()
        self.renew.clicked.connect(self.renew_requested)
        self.bring.clicked.connect(self._ask_certificate)

    def show_identity(self, info: IdentityInfo) -> None:
        """Show the identity in force."""
        self.fingerprint.setText(info.fingerprint)
        self.copy.hold(info.fingerprint)
        self.subject.setText(info.subject)
        self.begins.setText(format_time(info.begins))
        self.ends.setText(format_time(info.ends))

    def show_outcome(self, text: str, *, is_good: bool) -> None:
        """Say what has become of a change."""
        self.outcome.setProperty("role", "muted" if is_good else "error")
        self.outcome.style().unpolish(self.outcome)
        self.outcome.style().polish(self.outcome)
        self.outcome.setText(text)

    def _ask_certificate(self) -> None:
        dialog = _file_dialog(self, self.tr("Choose the certificate (PEM)"))
        dialog.fileSelected.connect(self._ask_key)
        dialog.open()

    def _ask_key(self, certificate: str) -> None:
        dialog = _file_dialog(self, self.tr("Choose its private key (PEM, without a passphrase)"))
        dialog.setDirectory(str(Path(certificate).parent))
        dialog.fileSelected.connect(lambda key: self.import_requested.emit(Path(certificate), Path(key)))
        dialog.open()


def _file_dialog(parent: QWidget, title: str) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return dialog


def _value(*, is_mono: bool = False) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setWordWrap(not is_mono)
    if is_mono:
        label.setFont(fonts.fixed())
    return label
