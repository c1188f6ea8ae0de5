from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.widgets.colour_picker import SITE_COLOURS, ColourPicker
from shared.look.tokens import DARK, LIGHT, contrast


@pytest.mark.parametrize("colour", SITE_COLOURS)
def test_each_colour_stands_out_in_light_and_dark(colour: str) -> None:
    for scheme in (LIGHT, DARK):
        for ground in (scheme.surface, scheme.window, scheme.hover):
            assert contrast(colour, ground) >= 3.0


def test_a_click_and_the_arrows_choose(qtbot: QtBot) -> None:
    picker = ColourPicker()
    qtbot.addWidget(picker)
    with qtbot.waitActive(picker):
        picker.show()
        picker.activateWindow()
    assert picker.colour == ""
    first = picker.swatch(SITE_COLOURS[0])
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert picker.colour == SITE_COLOURS[0]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)

    assert picker.colour == SITE_COLOURS[1]


def test_a_colour_from_elsewhere_is_kept(qtbot: QtBot) -> None:
    picker = ColourPicker()
    qtbot.addWidget(picker)
    picker.choose("#123456")

    assert picker.colour == "#123456"
