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
        return "没有权限" if (context, text) == ("Errors", "Permission denied") else text


def test_what_is_translated_is_shown_so_and_the_rest_as_it_is(qtbot: QtBot) -> None:
    chinese = Chinese()
    QCoreApplication.installTranslator(chinese)
    try:
        assert translated("Permission denied") == "没有权限"
        assert translated("the server says: teapot") == "the server says: teapot"
        assert translated("") == ""
    finally:
        QCoreApplication.removeTranslator(chinese)
