"""The QR code as painted: dark modules on a light ground, in the dark theme as well."""

from __future__ import annotations

import pytest
import segno
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from server.tray.qr_code import QrCode

LINK = "wherry://anna@192.168.1.5:47623/"


@pytest.mark.parametrize("edge", [120, 148, 333])
def test_every_module_is_painted_where_it_belongs(qtbot: QtBot, edge: int) -> None:
    code = QrCode(edge)
    qtbot.addWidget(code)
    code.resize(edge, edge)
    code.show_text(LINK)
    picture = code.grab().toImage()
    matrix = [list(row) for row in segno.make(LINK, error="m", micro=False).matrix]
    module = edge // (len(matrix) + 8)
    left = round((edge - module * len(matrix)) / 2)
    read = [
        [
            int(
                QColor(picture.pixel(left + x * module + module // 2, left + y * module + module // 2)).lightness()
                < 128
            )
            for x in range(len(matrix))
        ]
        for y in range(len(matrix))
    ]
    assert read == matrix


def test_without_a_text_no_module_is_painted(qtbot: QtBot) -> None:
    code = QrCode(148)
    qtbot.addWidget(code)
    code.show_text(LINK)
    code.show_text("")
    picture = code.grab().toImage()
    assert all(QColor(picture.pixel(x, 30)).lightness() > 128 for x in range(20, 128))
