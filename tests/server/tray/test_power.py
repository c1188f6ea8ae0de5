"""The switch's state machine, walked in full."""

from __future__ import annotations

import itertools

import pytest

from server.tray.power import TABLE, Event, Power, next_power, wish_of


@pytest.mark.parametrize(("power", "event"), list(itertools.product(Power, Event)))
def test_every_pair_is_in_the_table_or_an_error(power: Power, event: Event) -> None:
    if (power, event) in TABLE:
        assert next_power(power, event) is TABLE[power, event]
    else:
        with pytest.raises(ValueError, match="makes no sense"):
            next_power(power, event)


@pytest.mark.parametrize("power", Power)
def test_a_wish_is_always_one_the_table_knows(power: Power) -> None:
    wish = wish_of(power)
    assert wish is None or (power, wish) in TABLE


def test_a_toggle_means_nothing_while_the_engine_is_on_its_way() -> None:
    assert wish_of(Power.STARTING) is None
    assert wish_of(Power.STOPPING) is None


def test_a_start_that_ends_while_the_server_stops_does_not_switch_it_on() -> None:
    power = next_power(next_power(Power.STARTING, Event.SWITCH_OFF), Event.STARTED)
    assert next_power(power, Event.STOPPED) is Power.OFF


def test_every_state_can_be_left_and_reached() -> None:
    assert {power for power, _ in TABLE} == set(Power)
    assert set(TABLE.values()) == set(Power)
