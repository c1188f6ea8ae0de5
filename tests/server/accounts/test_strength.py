"""The password meter: what it calls weak, and that it stays quick."""

from __future__ import annotations

import pytest

from server.accounts.strength import MIN_LENGTH, Strength, estimate


@pytest.mark.parametrize("password", ["", "a", "x" * (MIN_LENGTH - 1)])
def test_what_is_too_short_has_no_strength(password: str) -> None:
    assert estimate(password) is Strength.NONE


@pytest.mark.parametrize("password", ["password", "12345678", "qwertyui"])
def test_the_first_guesses_are_weak(password: str) -> None:
    assert estimate(password) <= Strength.WEAK


def test_four_words_are_strong() -> None:
    assert estimate("tram-olive-vqk8-cliff") is Strength.STRONG


def test_the_name_of_the_account_is_no_password() -> None:
    assert estimate("rosamundel", ("rosamundel",)) < estimate("rosamundel")


def test_a_very_long_password_is_taken() -> None:
    assert estimate("ab cd-ef." * 100) >= Strength.GOOD
