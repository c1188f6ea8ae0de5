"""Shows what was found out about the way to the server, each finding with a drawing, and can find out again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from server.tray.address_card import CopyButton
from server.tray.elided_label import ElidedLabel
from server.tray.reachability import Finding, Tone
from shared.look import fonts
from shared.look.icons import pixmap
from shared.look.theme import theme_of
from shared.look.tokens import Space

_SIZE = (560, 460)
_PICTURE = 20
_DRAWINGS = {
    Tone.GOOD: ("check-circle", "success"),
    Tone.PROBLEM: ("alert", "danger"),
    Tone.UNKNOWN: ("question", "muted"),
}


class CheckDialog(QDialog):
    """Signals:
    again_requested: Find out (again). Answer with :meth:`show_findings`.
    """

    again_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Can others reach this server?"))
        self.resize(*_SIZE)
        head = QLabel(self.tr("Can others reach this server?"))
        head.setProperty("role", "title")
        self.status = QLabel()
        self.status.setProperty("role", "muted")
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.setWordWrap(True)
        self._area = QScrollArea()
        self._area.setProperty("tone", "window")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setAccessibleName(self.tr("What was found out"))
        self.again = QPushButton(self.tr("Try again"))
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self.start)
        close = QPushButton(self.tr("Close"))
        close.setProperty("kind", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addStretch()
        buttons.addWidget(self.again)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        layout.setSpacing(Space.S)
        layout.addWidget(head)
        layout.addWidget(self.status)
        layout.addWidget(self._area, 1)
        layout.addLayout(buttons)
        self.findings: tuple[Finding, ...] = ()

    def start(self) -> None:
        """Ask for findings, and say that one has to wait."""
        self.status.setText(self.tr("Trying this computer's own addresses…"))
        self.again.setEnabled(False)
        self.again_requested.emit()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show what was found out, in words first."""
        self.findings = tuple(findings)
        self.again.setEnabled(True)
        self.status.setText(self._summary())
        holder = QWidget()
        rows = QGridLayout(holder)
        rows.setContentsMargins(0, Space.S, 0, 0)
        rows.setHorizontalSpacing(Space.M)
        rows.setVerticalSpacing(Space.L)
        rows.setColumnStretch(1, 1)
        for number, finding in enumerate(self.findings):
            rows.addWidget(self._picture(finding.tone), number, 0, Qt.AlignmentFlag.AlignTop)
            rows.addWidget(_words(finding), number, 1)
        rows.setRowStretch(len(self.findings), 1)
        self._area.setWidget(holder)

    def _summary(self) -> str:
        tones = {finding.tone for finding in self.findings}
        if Tone.PROBLEM in tones:
            return self.tr("Something is in the way.")
        if Tone.GOOD in tones:
            return self.tr("From this computer nothing is seen that would be in the way.")
        return self.tr("This cannot be known from here.")

    def _picture(self, tone: Tone) -> QLabel:
        name, colour = _DRAWINGS[tone]
        picture = QLabel()
        picture.setPixmap(pixmap(name, _PICTURE, self.devicePixelRatioF(), getattr(theme_of().colours, colour)))
        picture.setAccessibleName(
            {Tone.GOOD: self.tr("Good"), Tone.PROBLEM: self.tr("Problem"), Tone.UNKNOWN: self.tr("Not known")}[tone]
        )
        return picture


def _words(finding: Finding) -> QWidget:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(Space.HALF)
    for text, role in ((finding.title, "strong"), (finding.text, "muted")):
        if text:
            label = QLabel(text)
            label.setProperty("role", role)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setWordWrap(True)
            layout.addWidget(label)
    if finding.command:
        line = QHBoxLayout()
        command = ElidedLabel()
        command.setFont(fonts.fixed())
        command.setText(finding.command)
        copy = CopyButton(QCoreApplication.translate("CheckDialog", "Copy the command"))
        copy.hold(finding.command)
        line.addWidget(command, 1)
        line.addWidget(copy)
        layout.addLayout(line)
    return holder
