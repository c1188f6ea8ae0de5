"""A limit that can be set or not: what is shown, what is kept exactly, and what a change of the unit means."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from server.tray.amount_field import AmountField, count_units, rate_units, size_units


@pytest.fixture
def field(qtbot: QtBot) -> AmountField:
    found = AmountField("Space", size_units(), 10 * 1000**3)
    qtbot.addWidget(found)
    return found


def test_no_limit_is_none_and_a_tick_brings_the_usual_one(qtbot: QtBot, field: AmountField) -> None:
    assert field.value is None
    assert not field.number.isEnabled()
    with qtbot.waitSignal(field.changed):
        field.check.click()
    assert field.value == 10 * 1000**3
    assert field.number.isEnabled()


@pytest.mark.parametrize("amount", [1, 10 * 1024**3 + 7, 1000**3, 8 * 1024**5])
def test_what_is_not_touched_stays_exact(field: AmountField, amount: int) -> None:
    field.show_value(amount)
    assert field.value == amount
    # Off and on again is no change either.
    field.check.click()
    assert field.value is None
    field.check.click()
    assert field.value == amount


def test_an_amount_is_shown_in_the_unit_that_fits(field: AmountField) -> None:
    field.show_value(2_500_000_000)
    assert (field.number.value(), field.unit.currentText()) == (2.5, "GB")
    field.show_value(300_000_000_000_000)
    assert (field.number.value(), field.unit.currentText()) == (300.0, "TB")


def test_number_and_unit_make_the_amount(field: AmountField) -> None:
    field.show_value(10**9)
    field.number.setValue(1.5)
    assert field.value == 1_500_000_000
    field.unit.setCurrentIndex(field.unit.findText("MB"))
    assert field.value == 1_500_000


def test_the_least_is_kept(qtbot: QtBot) -> None:
    field = AmountField("Speed", rate_units(), 10**6, least=65_536)
    qtbot.addWidget(field)
    field.show_value(100_000)
    field.number.setValue(0.0)
    assert field.value is not None
    assert field.value >= 65_536


def test_a_count_is_whole_and_has_no_unit(qtbot: QtBot) -> None:
    field = AmountField("Files", count_units(), 100)
    qtbot.addWidget(field)
    field.show()
    field.show_value(3)
    assert field.number.decimals() == 0
    assert not field.unit.isVisible()
    assert field.value == 3


def test_each_part_has_a_name_for_screen_readers(field: AmountField) -> None:
    names = {part.accessibleName() for part in (field.check, field.number, field.unit)}
    assert names == {"Space: limited", "Space", "Space: unit"}
