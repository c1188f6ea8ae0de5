from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QTranslator
from pytestqt.qtbot import QtBot

from shared import errors
from shared.look.error_words import WORDS, translated


def families(family: type[errors.WherryError]) -> Iterator[type[errors.WherryError]]:
    yield family
    for below in family.__subclasses__():
        if below.__module__ == "shared.errors":
            yield from families(below)


def test_every_title_and_hint_is_marked_for_the_translators() -> None:
    said = {family.title for family in families(errors.WherryError)}
    said |= {errors.IdentityError("", found="SHA256:a", expected="SHA256:b").title}
    said |= set(errors.TITLES.values()) | set(errors.HINTS.values())
    assert said == set(map(str, WORDS))


class Chinese(QTranslator):
    def isEmpty(self) -> bool:  # noqa: N802
        return False

    def translate(self, context: str, text: str, note: str | None = None, n: int = -1) -> str:
        return CHINESE.get(text, text) if context == "Errors" else text


CHINESE = {
    "Permission denied": "没有权限",
    "Not found": "未找到",
    "%1 could not be read: %2": "无法读取 %1：%2",
    "%1 shows %2": "%1 显示 %2",
    "%1 shows %2, but %3 was accepted before": "%1 显示 %2，之前是 %3",
}


def test_what_is_translated_is_shown_so_and_the_rest_as_it_is(qtbot: QtBot) -> None:
    chinese = Chinese()
    QCoreApplication.installTranslator(chinese)
    try:
        assert translated("Permission denied") == "没有权限"
        assert translated("the server says: teapot") == "the server says: teapot"
        assert translated("") == ""
    finally:
        QCoreApplication.removeTranslator(chinese)


def test_a_cause_with_values_in_it_is_recognised_and_they_are_put_into_the_translation(qtbot: QtBot) -> None:
    chinese = Chinese()
    assert translated("a.json could not be read: x") == "a.json could not be read: x"
    QCoreApplication.installTranslator(chinese)
    try:
        assert translated("a.json could not be read: Permission denied") == "无法读取 a.json：没有权限"
        assert translated("boat shows A, but B was accepted before") == "boat 显示 A，之前是 B"
        assert translated("boat shows A") == "boat 显示 A"
        assert translated("%2 could not be read: %1") == "无法读取 %2：%1", "a name may look like a place for a value"
    finally:
        QCoreApplication.removeTranslator(chinese)
