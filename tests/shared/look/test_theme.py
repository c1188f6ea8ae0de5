from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from shared.look import theme
from shared.look.stylesheet import stylesheet
from shared.look.theme import Scheme, Theme
from shared.look.tokens import DARK, LIGHT, Colours


@pytest.fixture
def dressed(qapp: QApplication, qtbot: QtBot) -> Iterator[Theme]:
    sheet, palette, font = qapp.styleSheet(), qapp.palette(), qapp.font()
    yield theme.apply(qapp, Scheme.LIGHT)
    theme.theme_of().choose(Scheme.LIGHT)
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
    qapp.setFont(font)


def test_a_scheme_changes_palette_and_sheet_and_tells(dressed: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    assert dressed.colours is LIGHT
    with qtbot.waitSignal(dressed.changed):
        dressed.choose(Scheme.DARK)
    assert dressed.colours is DARK
    assert qapp.palette().color(QPalette.ColorRole.Base).name() == DARK.surface
    assert DARK.accent in qapp.styleSheet()
    assert LIGHT.accent not in qapp.styleSheet()


def test_choosing_the_same_again_repaints_nothing(dressed: Theme, qtbot: QtBot) -> None:
    dressed.choose(Scheme.DARK)
    with qtbot.assertNotEmitted(dressed.changed):
        dressed.choose(Scheme.DARK)


def test_there_is_one_theme_for_the_application(dressed: Theme, qapp: QApplication) -> None:
    assert theme.theme_of() is dressed
    assert theme.apply(qapp, Scheme.LIGHT) is dressed


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_sheet_is_whole(colours: Colours) -> None:
    sheet = stylesheet(colours)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
