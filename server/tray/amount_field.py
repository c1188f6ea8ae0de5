"""A number that may be limited: a check box, the number, and its unit. Keeps what it was given until it is touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from shared.look.tokens import Space

_MOST = 9_999_999.0
_NUMBER_WIDTH = 112


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit and how many of the smallest it is."""

    name: str
    factor: int


def size_units() -> tuple[Unit, ...]:
    """Return units of sizes, decimal as they are shown everywhere."""
    return tuple(Unit(name, 1000**power) for power, name in enumerate(("MB", "GB", "TB"), 2))


def rate_units() -> tuple[Unit, ...]:
    """Return units of rates."""
    return tuple(Unit(name, 1000**power) for power, name in enumerate(("kB/s", "MB/s"), 1))


def count_units() -> tuple[Unit, ...]:
    """Return the unit of what is merely counted."""
    return (Unit("", 1),)


def give_room(box: QAbstractSpinBox) -> None:
    """Let the text stand away from the frame: the padding of a style sheet does not reach into these boxes."""
    edit = box.findChild(QLineEdit)
    if edit is not None:
        edit.setTextMargins(Space.S, 0, 0, 0)


class AmountField(QWidget):
    """Holds an int, or None while the box is not checked.

    Signals:
        changed: A person has changed it.
    """

    changed = Signal()

    def __init__(
        self, name: str, units: Sequence[Unit], default: int, *, least: int = 1, parent: QWidget | None = None
    ) -> None:
        """``default`` stands there when the box is checked for the first time; ``least`` is the smallest number."""
        super().__init__(parent)
        self._units = tuple(units)
        self._default = default
        self._least = least
        self._value: int | None = None
        self._is_touched = False
        self.check = QCheckBox(QCoreApplication.translate("AmountField", "At most"))
        self.check.setAccessibleName(QCoreApplication.translate("AmountField", "{name}: limited").format(name=name))
        self.number = QDoubleSpinBox()
        self.number.setAccessibleName(name)
        self.number.setFixedWidth(_NUMBER_WIDTH)
        self.number.setMaximum(_MOST)
        give_room(self.number)
        self.unit = QComboBox()
        self.unit.setAccessibleName(QCoreApplication.translate("AmountField", "{name}: unit").format(name=name))
        for each in self._units:
            self.unit.addItem(each.name, each.factor)
        self.unit.setVisible(len(self._units) > 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.check)
        row.addWidget(self.number)
        row.addWidget(self.unit)
        row.addStretch()
        self.show_value(None)
        self.check.toggled.connect(self._checked)
        self.number.valueChanged.connect(self._touched)
        self.unit.currentIndexChanged.connect(self._unit_chosen)

    @property
    def value(self) -> int | None:
        """The amount in the smallest unit, exactly as it was given where nobody has touched it."""
        if not self.check.isChecked():
            return None
        if not self._is_touched and self._value is not None:
            return self._value
        return max(self._least, round(self.number.value() * self._factor))

    def show_value(self, value: int | None) -> None:
        """Show an amount; None is no limit."""
        self._value, self._is_touched = value, False
        self._show(value if value is not None else self._default)
        with QSignalBlocker(self.check):
            self.check.setChecked(value is not None)
        self._allow(value is not None)

    @property
    def _factor(self) -> int:
        return self._units[max(0, self.unit.currentIndex())].factor

    def _show(self, amount: int) -> None:
        fitting = [number for number, unit in enumerate(self._units) if amount >= unit.factor]
        with QSignalBlocker(self.unit), QSignalBlocker(self.number):
            self.unit.setCurrentIndex(fitting[-1] if fitting else 0)
            self._set_range()
            self.number.setValue(amount / self._factor)

    def _set_range(self) -> None:
        self.number.setDecimals(0 if self._factor == 1 else 2)
        self.number.setMinimum(max(self._least / self._factor, 0.01) if self._factor > 1 else self._least)

    def _unit_chosen(self) -> None:
        with QSignalBlocker(self.number):
            self._set_range()
        self._touched()

    def _checked(self, is_checked: bool) -> None:
        self._allow(is_checked)
        if is_checked:
            self.number.setFocus()
            self.number.selectAll()
        self.changed.emit()

    def _allow(self, is_limited: bool) -> None:
        self.number.setEnabled(is_limited)
        self.unit.setEnabled(is_limited)

    def _touched(self) -> None:
        self._is_touched = True
        self.changed.emit()
