"""How others reach this server: address, link and fingerprint, each to copy, and the link as a QR code."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from server.tray.addresses import HostAddress, Medium, link
from server.tray.elided_label import ElidedLabel
from server.tray.qr_code import QrCode
from shared.look import fonts
from shared.look.icons import dress
from shared.look.tokens import Size, Space

_QR_EDGE = 148
_COPIED_MS = 1500


class CopyButton(QToolButton):
    """Copies one text; a tick says for a moment that it did."""

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setToolTip(what)
        self.setAccessibleName(what)
        self.setIconSize(QSize(Size.ICON, Size.ICON))
        self._timer = QTimer(self, interval=_COPIED_MS, singleShot=True)
        self._timer.timeout.connect(lambda: dress(self, "copy"))
        self.clicked.connect(self.copy)
        dress(self, "copy")

    def hold(self, text: str) -> None:
        """Take the text to copy; without one there is nothing to press."""
        self._text = text
        self.setEnabled(bool(text))

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        dress(self, "check", "success")
        self._timer.start()


class AddressCard(QFrame):
    """Shows where the server listens; with several addresses a person chooses which one the link names."""

    link_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("tone", "card")
        self._addresses: tuple[HostAddress, ...] = ()
        self._port = 0
        self._user = ""
        self._is_on = False
        self._link = ""

        self._choice = QComboBox()
        self._choice.setAccessibleName(self.tr("Address"))
        self._choice.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._choice.currentIndexChanged.connect(self._show_link)
        self._single = _value(mono=False)
        self._link_label = ElidedLabel()
        self._link_label.setFont(fonts.fixed())
        # A fingerprint is compared by eye: all of it must be there.
        self._fingerprint = _value()
        self._note = QLabel()
        self._note.setProperty("role", "small")
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        self._copy_address = CopyButton(self.tr("Copy the address"))
        self._copy_link = CopyButton(self.tr("Copy the link"))
        self._copy_fingerprint = CopyButton(self.tr("Copy the fingerprint"))
        self.qr = QrCode(_QR_EDGE)

        place = QWidget()
        address = QHBoxLayout(place)
        address.setContentsMargins(0, 0, 0, 0)
        address.addWidget(self._choice)
        address.addWidget(self._single)
        address.addStretch()
        rows = QGridLayout()
        rows.setVerticalSpacing(Space.XS)
        rows.setHorizontalSpacing(Space.M)
        rows.setColumnStretch(1, 1)
        for number, (title, field, button) in enumerate(
            (
                (self.tr("Address"), place, self._copy_address),
                (self.tr("Link"), self._link_label, self._copy_link),
                (self.tr("Fingerprint"), self._fingerprint, self._copy_fingerprint),
            )
        ):
            label = QLabel(title)
            label.setProperty("role", "muted")
            rows.addWidget(label, number, 0)
            rows.addWidget(field, number, 1)
            rows.addWidget(button, number, 2)
            rows.setRowMinimumHeight(number, Size.FIELD)
        rows.addWidget(self._note, 3, 1, 1, 2)
        middle = QVBoxLayout()
        middle.addStretch()
        middle.addLayout(rows)
        middle.addStretch()
        outer = QHBoxLayout(self)
        outer.setContentsMargins(Space.L, Space.M, Space.M, Space.M)
        outer.setSpacing(Space.L)
        outer.addLayout(middle, 1)
        outer.addWidget(self.qr, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def link(self) -> str:
        """The ``wherry://`` link shown; empty while the port is not known."""
        return self._link

    def show_place(
        self, addresses: Sequence[HostAddress], port: int, fingerprint: str, *, user: str = "", is_on: bool
    ) -> None:
        """Show where the server listens. ``user`` is named in the link; the QR code only stands there when on."""
        self._fingerprint.setText(fingerprint)
        self._copy_fingerprint.hold(fingerprint)
        if tuple(addresses) != self._addresses:
            chosen = self._choice.currentData()
            self._addresses = tuple(addresses)
            with QSignalBlocker(self._choice):
                self._choice.clear()
                for each in self._addresses:
                    self._choice.addItem(self._title(each), each.host)
                self._choice.setCurrentIndex(max(0, self._choice.findData(chosen)))
            self._choice.setVisible(len(self._addresses) > 1)
            self._single.setVisible(len(self._addresses) <= 1)
        self._port, self._user, self._is_on = port, user, is_on
        self._show_link()

    def _show_link(self) -> None:
        chosen = next((a for a in self._addresses if a.host == self._choice.currentData()), None)
        if chosen is None:
            return
        has_port = self._port > 0
        place = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
        address = f"{place}:{self._port}" if has_port else place
        self._single.setText(address)
        self._copy_address.hold(address)
        self._link = link(chosen.host, self._port, self._user, self._fingerprint.text()) if has_port else ""
        self._link_label.setText(self._link or "–")
        self._copy_link.hold(self._link)
        self.qr.show_text(self._link if self._is_on else "")
        is_local = chosen.medium is Medium.LOOPBACK
        self._note.setText(self.tr("This address works on this computer only.") if is_local else "")
        self._note.setVisible(is_local)
        self.link_changed.emit(self._link)

    def _title(self, address: HostAddress) -> str:
        kind = {Medium.CABLE: self.tr("cable"), Medium.WIRELESS: self.tr("Wi-Fi")}.get(address.medium)
        about = ", ".join(part for part in (kind, address.interface) if part)
        return f"{address.host}  ({about})" if about else address.host


def _value(*, mono: bool = True) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setCursor(Qt.CursorShape.IBeamCursor)
    if mono:
        label.setFont(fonts.fixed())
    return label
