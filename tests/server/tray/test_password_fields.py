"""A password typed twice: what is refused, and what the line beside the meter says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from server.accounts.strength import Strength
from server.tray.password_fields import PasswordFields


@pytest.fixture
def fields(qtbot: QtBot) -> Iterator[PasswordFields]:
    window = QWidget()
    qtbot.addWidget(window)
    yield PasswordFields(QFormLayout(window), window)
    # Held until here: a window that nobody holds takes its fields with it.
    window.close()


def _type(fields: PasswordFields, first: str, again: str) -> None:
    fields.first.setText(first)
    fields.again.setText(again)


@pytest.mark.parametrize(
    ("first", "again", "problem"),
    [
        ("", "", "at least 8"),
        ("seven77", "seven77", "at least 8"),
        ("swordfish42", "", "not the same"),
        ("swordfish42", "swordfish43", "not the same"),
        ("sword\u200efish42", "sword\u200efish42", "may not contain"),
    ],
)
def test_what_cannot_be_taken_is_said(fields: PasswordFields, first: str, again: str, problem: str) -> None:
    _type(fields, first, again)
    assert problem in fields.problem


def test_a_good_password_typed_twice_is_taken(fields: PasswordFields) -> None:
    _type(fields, "swordfish 42 tram", "swordfish 42 tram")
    assert fields.problem == ""


def test_the_advice_follows_the_strength(fields: PasswordFields) -> None:
    assert fields.advice == "At least 8 characters"
    fields.first.setText("password")
    assert fields.advice == "Among the first guessed"
    fields.first.setText("tram-olive-vqk8-cliff")
    assert fields.advice == "Strong"


def test_a_password_like_the_name_is_weaker(fields: PasswordFields) -> None:
    fields.first.setText("rosamundel")
    without = fields.strength
    fields.set_words("rosamundel")
    assert fields.strength < without


def test_a_second_text_that_cannot_become_the_first_is_marked_while_typing(fields: PasswordFields) -> None:
    _type(fields, "swordfish42", "sword")
    assert fields.again.property("tone") != "invalid"
    fields.again.setText("swort")
    assert fields.again.property("tone") == "invalid"


def test_the_eye_shows_the_password_and_hides_it_again(fields: PasswordFields) -> None:
    assert fields.first.echoMode() is QLineEdit.EchoMode.Password
    (eye,) = fields.first.actions()
    eye.trigger()
    assert fields.first.echoMode() is QLineEdit.EchoMode.Normal
    eye.trigger()
    assert fields.first.echoMode() is QLineEdit.EchoMode.Password


def test_clear_leaves_nothing(fields: PasswordFields) -> None:
    _type(fields, "swordfish42", "swordfish42")
    fields.clear()
    assert (fields.password, fields.again.text(), fields.strength) == ("", "", Strength.NONE)
