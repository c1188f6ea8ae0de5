from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QFontInfo, QFontMetricsF
from pytestqt.qtbot import QtBot

from shared.look import fonts
from shared.look.tokens import Type


def test_the_bundled_face_comes_with_each_weight_and_its_licence(qtbot: QtBot) -> None:
    fonts.load()
    fonts.load()
    assert {"Regular", "Medium", "SemiBold"} <= {s.replace(" ", "") for s in QFontDatabase.styles(fonts.FAMILY)}
    assert "Open Font License" in (fonts.FOLDER / "OFL.txt").read_text()


def test_figures_have_one_width(qtbot: QtBot) -> None:
    fonts.load()
    metrics = QFontMetricsF(fonts.figures())
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("0000")


def test_fingerprints_get_a_fixed_face(qtbot: QtBot) -> None:
    font = fonts.fixed(Type.BODY)
    assert QFontInfo(font).fixedPitch()
    assert font.pixelSize() == Type.BODY
