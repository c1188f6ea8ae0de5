"""Caps at accept: in total, and for strangers per address."""

from __future__ import annotations

from server.engine.admission import Admission


def test_strangers_of_one_address_are_capped_and_others_are_not() -> None:
    admission = Admission(max_connections=10, max_per_address=2)
    assert [admission.admit("10.0.0.1") for _ in range(3)] == [True, True, False]
    assert admission.admit("10.0.0.2")


def test_logging_in_makes_room_for_the_next() -> None:
    admission = Admission(max_connections=10, max_per_address=1)
    assert admission.admit("10.0.0.1")
    admission.logged_in("10.0.0.1")
    assert admission.admit("10.0.0.1")
    admission.left("10.0.0.1", was_logged_in=True)
    admission.left("10.0.0.1", was_logged_in=False)
    assert admission.total == 0
    assert admission.admit("10.0.0.1")


def test_the_total_is_capped() -> None:
    admission = Admission(max_connections=2, max_per_address=2)
    assert [admission.admit(f"10.0.0.{n}") for n in range(3)] == [True, True, False]


def test_addresses_of_one_ipv6_network_are_one_origin() -> None:
    admission = Admission(max_connections=10, max_per_address=1)
    assert admission.admit("2001:db8::1")
    assert not admission.admit("2001:db8::2")
    assert admission.admit("2001:db8:0:1::1")
    assert admission.admit("::ffff:10.0.0.1")
    assert not admission.admit("10.0.0.1")
