"""What an account may do and use, as two pages of a dialog: permissions and limits. Checks and stores nothing."""

from __future__ import annotations

from PySide6.QtCore import QDate, QDateTime, QObject, QSignalBlocker, Qt, QTime, Signal
from PySide6.QtWidgets import QCheckBox, QDateEdit, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from server.accounts.account import MIN_RATE
from server.capacity import Limit
from server.tray.account_form import Rights
from server.tray.amount_field import AmountField, count_units, rate_units, size_units
from server.tray.form_dialog import form_layout
from server.tray.permission_boxes import PermissionBoxes
from shared.look.tokens import Space

_GB = 1000**3
_MB = 1000**2
_DAY_WIDTH = 136


class RightsFields(QObject):
    """Two widgets to be put where a dialog wants them, and the value they stand for.

    Signals:
        changed: A person has changed something.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.permissions = PermissionBoxes()
        self.quota = AmountField(self.tr("Space"), size_units(), 10 * _GB)
        self.files = AmountField(self.tr("Files"), count_units(), 100_000)
        self.upload_rate = AmountField(self.tr("Upload speed"), rate_units(), 10 * _MB, least=MIN_RATE)
        self.download_rate = AmountField(self.tr("Download speed"), rate_units(), 10 * _MB, least=MIN_RATE)
        self.sessions = AmountField(self.tr("Sessions at once"), count_units(), 4)
        self.expiry = ExpiryField()
        self.access_page = _page(
            self.permissions,
            _note(self.tr("This is about the home folder. Each shared folder has permissions of its own.")),
        )
        holder = QWidget()
        form = form_layout(holder)
        form.addRow(self.tr("Space"), self.quota)
        form.addRow(self.tr("Files"), self.files)
        form.addRow(self.tr("Upload speed"), self.upload_rate)
        form.addRow(self.tr("Download speed"), self.download_rate)
        form.addRow(self.tr("Sessions at once"), self.sessions)
        form.addRow(self.tr("Valid"), self.expiry)
        self.limits_page = _page(
            holder, _note(self.tr("Speeds are those of all its connections together, as the account sees them."))
        )
        for part in (
            self.permissions, self.quota, self.files, self.upload_rate, self.download_rate, self.sessions, self.expiry
        ):  # fmt: skip
            part.changed.connect(self.changed)

    @property
    def value(self) -> Rights:
        """What is set."""
        return Rights(
            permissions=self.permissions.permissions,
            limit=Limit(self.quota.value, self.files.value),
            upload_rate=self.upload_rate.value,
            download_rate=self.download_rate.value,
            max_sessions=self.sessions.value,
            expires=self.expiry.value,
        )

    def show_value(self, rights: Rights) -> None:
        """Show the rights of an account."""
        self.permissions.show_permissions(rights.permissions)
        self.quota.show_value(rights.limit.bytes)
        self.files.show_value(rights.limit.files)
        self.upload_rate.show_value(rights.upload_rate)
        self.download_rate.show_value(rights.download_rate)
        self.sessions.show_value(rights.max_sessions)
        self.expiry.show_value(rights.expires)


class ExpiryField(QWidget):
    """The last day of an account, or none. The value is the moment after that day, in seconds since the epoch.

    Signals:
        changed: A person has changed it.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: float | None = None
        self._is_touched = False
        self.check = QCheckBox(self.tr("Until the end of"))
        self.check.setAccessibleName(self.tr("Expires"))
        self.day = QDateEdit()
        self.day.setAccessibleName(self.tr("Last day"))
        self.day.setCalendarPopup(True)
        self.day.setFixedWidth(_DAY_WIDTH)
        self.day.setDisplayFormat("yyyy-MM-dd")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.check)
        row.addWidget(self.day)
        row.addStretch()
        self.show_value(None)
        self.check.toggled.connect(self._checked)
        self.day.dateChanged.connect(self._touched)

    @property
    def value(self) -> float | None:
        if not self.check.isChecked():
            return None
        if not self._is_touched and self._value is not None:
            return self._value
        return float(self.day.date().addDays(1).startOfDay().toSecsSinceEpoch())

    def show_value(self, value: float | None) -> None:
        """Show when an account ends; None: never."""
        self._value, self._is_touched = value, False
        with QSignalBlocker(self.day), QSignalBlocker(self.check):
            self.day.setDate(_last_day(value) if value is not None else QDate.currentDate().addMonths(1))
            self.check.setChecked(value is not None)
        self.day.setEnabled(value is not None)

    def _checked(self, is_checked: bool) -> None:
        self.day.setEnabled(is_checked)
        self.changed.emit()

    def _touched(self) -> None:
        self._is_touched = True
        self.changed.emit()


def _last_day(moment: float) -> QDate:
    """Return the day that a moment is the end of, or lies in."""
    when = QDateTime.fromMSecsSinceEpoch(round(moment * 1000))
    return when.date().addDays(-1) if when.time() == QTime(0, 0) else when.date()


def _page(*parts: QWidget) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, Space.L, 0, 0)
    layout.setSpacing(Space.M)
    for part in parts:
        layout.addWidget(part)
    layout.addStretch()
    return page


def _note(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "small")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
