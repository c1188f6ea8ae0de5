"""The Chinese texts: each is there, says where the values go, and is what the program shows."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QTranslator

from tests.translations.catalogue import CHINESE, read, read_note
from tests.translations.texts import Text, all_texts, calls_in, files

_PLACEHOLDER = re.compile(r"%L?\d|%n|\{\w*\}")
_KEY = re.compile(r"&(\w)")
_HINT = "run: make translations"

_ELSEWHERE = {
    "desktop/widgets/pane_actions.py": 2,
    "desktop/widgets/queue_actions.py": 1,
    "shared/look/error_words.py": 2,
    "shared/look/filetypes.py": 1,
}
"""Where texts are looked up that are marked in a table, and how often."""


@pytest.fixture(scope="module")
def chinese() -> dict[Text, str]:
    return read(CHINESE)


def test_every_text_of_the_programs_has_a_translation(chinese: dict[Text, str]) -> None:
    texts = set(all_texts())
    assert not [text for text in texts if not chinese.get(text)], _HINT
    assert not chinese.keys() - texts, f"nobody says these any more; {_HINT}"


def test_the_same_values_go_into_both_languages(chinese: dict[Text, str]) -> None:
    wrong = [
        (text.source, translation)
        for text, translation in chinese.items()
        if sorted(_PLACEHOLDER.findall(text.source)) != sorted(_PLACEHOLDER.findall(translation))
    ]
    assert not wrong


def test_the_keys_that_are_underlined_are_those_of_english(chinese: dict[Text, str]) -> None:
    """Whoever changes the language keeps the keys; a Chinese text names the letter in brackets at its end."""
    for text, translation in chinese.items():
        wanted = [f"(&{key.upper()})" for key in _KEY.findall(text.source)]
        assert re.findall(r"\(&\w\)", translation) == wanted, text
        assert translation.count("&") == len(wanted), text


def test_a_text_that_goes_on_or_is_set_apart_stays_so(chinese: dict[Text, str]) -> None:
    for text, translation in chinese.items():
        assert translation.endswith("…") == text.source.endswith("…"), text
        assert translation.startswith(" ") == text.source.startswith(" "), text
        assert translation == translation.rstrip(), text


def test_what_the_programs_load_is_what_is_written(chinese: dict[Text, str]) -> None:
    compiled = QTranslator()
    assert compiled.load(str(CHINESE.with_suffix(".qm")))
    for text, translation in chinese.items():
        shown = compiled.translate(text.context, text.source, text.comment or None)
        assert shown == translation, f"{text}; {_HINT}"


def test_no_text_is_handed_over_in_a_way_that_cannot_be_read() -> None:
    unread: dict[str, int] = {}
    for path in files():
        for call in calls_in(path):
            if not call.texts:
                place = call.place.partition(":")[0]
                unread[place] = unread.get(place, 0) + 1
    assert unread == _ELSEWHERE


def test_the_words_that_mean_the_same_everywhere_stand_on_top() -> None:
    assert "transfer 传输" in read_note(CHINESE)
