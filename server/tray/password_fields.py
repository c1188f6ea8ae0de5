"""A new password, typed twice, with its strength shown as words and a bar. Keeps and sends nothing."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from server.accounts.strength import MIN_LENGTH, Strength, estimate
from shared.auth.credentials import normalise_password
from shared.look.icons import dress
from shared.look.theme import restyle, theme_of
from shared.look.tokens import Space

_STEPS = len(Strength) - 1
_METER_HEIGHT = 4


class PasswordField(QLineEdit):
    """A line of dots, with an eye that shows them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._eye = QAction(self)
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._reveal)
        self.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
        self._reveal(False)

    def _reveal(self, is_shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if is_shown else QLineEdit.EchoMode.Password)
        dress(self._eye, "eye-off" if is_shown else "eye")
        self._eye.setToolTip(self.tr("Hide the password") if is_shown else self.tr("Show the password"))


class StrengthMeter(QWidget):
    """Four short bars: as many are filled as the password is strong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strength = Strength.NONE
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_of().changed.connect(self.update)

    def show_strength(self, strength: Strength) -> None:
        self._strength = strength
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(4 * Space.XXL, _METER_HEIGHT + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme_of().colours
        filled = {
            Strength.WEAK: colours.danger,
            Strength.FAIR: colours.warning,
            Strength.GOOD: colours.success,
            Strength.STRONG: colours.success,
        }.get(self._strength, colours.track)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        width = (self.width() - Space.XS * (_STEPS - 1)) / _STEPS
        for step in range(_STEPS):
            painter.setBrush(QColor(filled if step < self._strength else colours.track))
            bar = QRectF(step * (width + Space.XS), (self.height() - _METER_HEIGHT) / 2, width, _METER_HEIGHT)
            painter.drawRoundedRect(bar, _METER_HEIGHT / 2, _METER_HEIGHT / 2)
        painter.end()


class PasswordFields(QObject):
    """Two fields, the meter and one line of advice, as two rows of a form.

    Signals:
        changed: One of the fields has another text.
    """

    changed = Signal()

    def __init__(self, form: QFormLayout, parent: QWidget) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self.first = PasswordField()
        self.first.setAccessibleName(self.tr("Password"))
        self.again = PasswordField()
        self.again.setAccessibleName(self.tr("Password again"))
        self._meter = StrengthMeter()
        self._advice = QLabel()
        self._advice.setProperty("role", "small")
        self._advice.setTextFormat(Qt.TextFormat.PlainText)
        meter = QHBoxLayout()
        meter.setSpacing(Space.M)
        meter.addWidget(self._meter, 1)
        meter.addWidget(self._advice)
        top = QVBoxLayout()
        top.setSpacing(Space.XS)
        top.addWidget(self.first)
        top.addLayout(meter)
        form.addRow(self.tr("Password"), top)
        form.addRow(self.tr("Password again"), self.again)
        self.first.textChanged.connect(self._typed)
        self.again.textChanged.connect(self._typed)
        self._typed()

    @property
    def password(self) -> str:
        return self.first.text()

    @property
    def strength(self) -> Strength:
        return estimate(self.password, self._words)

    @property
    def advice(self) -> str:
        return self._advice.text()

    @property
    def problem(self) -> str:
        """Why this password cannot be taken as it stands, as a sentence; empty when it can."""
        if len(self.password) < MIN_LENGTH:
            return self.tr("The password needs at least {count} characters.").format(count=MIN_LENGTH)
        try:
            normalise_password(self.password)
        except ValueError as error:
            return f"{str(error)[:1].upper()}{str(error)[1:]}."
        if self.again.text() != self.password:
            return self.tr("The two passwords are not the same.")
        return ""

    def set_words(self, *words: str) -> None:
        """Words that a guesser tries first: the account's name."""
        self._words = words
        self._typed()

    def clear(self) -> None:
        self.first.clear()
        self.again.clear()

    def _typed(self) -> None:
        strength = self.strength
        self._meter.show_strength(strength)
        self._advice.setText(self._advice_for(strength))
        is_wrong = bool(self.again.text()) and not self.password.startswith(self.again.text())
        if is_wrong != (self.again.property("tone") == "invalid"):
            self.again.setProperty("tone", "invalid" if is_wrong else "")
            restyle(self.again)
        self.changed.emit()

    def _advice_for(self, strength: Strength) -> str:
        if len(self.password) < MIN_LENGTH:
            return self.tr("At least {count} characters").format(count=MIN_LENGTH)
        return {
            Strength.NONE: self.tr("Among the first guessed"),
            Strength.WEAK: self.tr("Weak: add a word or two"),
            Strength.FAIR: self.tr("Fair"),
            Strength.GOOD: self.tr("Good"),
            Strength.STRONG: self.tr("Strong"),
        }[strength]
