from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QIcon, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from shared.look import filetypes, icons
from shared.look.icons import TrayState
from shared.look.theme import Scheme, apply
from shared.look.tokens import DARK, LIGHT


def alpha(image: QImage) -> bytes:
    return bytes(image.convertToFormat(QImage.Format.Format_Alpha8).constBits())


def test_every_drawing_draws_something_sharp(qtbot: QtBot) -> None:
    for name in icons.names():
        pixmap = icons.pixmap(name, 16, 2.0, "#ff0000")
        assert pixmap.size() == QSize(32, 32)
        assert pixmap.devicePixelRatio() == 2.0
        assert any(alpha(pixmap.toImage())), name


def test_line_icons_are_tinted_and_nothing_else_is(qtbot: QtBot) -> None:
    own_colours = {"wherry", "wherry-server", *(state.value for state in TrayState)}
    for name in icons.names():
        source = (icons.FOLDER / f"{name}.svg").read_text()
        assert ("currentColor" in source) != (name in own_colours), name


def test_the_trays_states_differ_in_shape_not_only_in_colour(qtbot: QtBot) -> None:
    shapes = {}
    for state in TrayState:
        image = icons.tray_icon(state).pixmap(QSize(22, 22)).toImage()
        # Brightness against the ground, without hue: what a person who sees no colours gets.
        shapes[state] = bytes(image.convertToFormat(QImage.Format.Format_Grayscale8).constBits()), alpha(image)
    assert len(set(shapes.values())) == len(TrayState)


def test_a_dressed_action_follows_the_theme(qapp: QApplication, qtbot: QtBot) -> None:
    theme = apply(qapp, Scheme.LIGHT)
    action = QAction("x")
    icons.dress(action, "refresh")

    def colour() -> str:
        image = action.icon().pixmap(QSize(24, 24)).toImage()
        solid = [image.pixelColor(x, y) for x in range(24) for y in range(24)]
        return max(solid, key=lambda each: each.alpha()).name()

    before = colour()
    theme.choose(Scheme.DARK)
    after = colour()
    theme.choose(Scheme.LIGHT)
    assert (before, after) == (LIGHT.icon, DARK.icon)


def test_a_disabled_icon_is_fainter(qtbot: QtBot) -> None:
    icon = icons.icon("refresh")
    normal = icon.pixmap(QSize(16, 16), 1.0, QIcon.Mode.Normal).toImage()
    disabled = icon.pixmap(QSize(16, 16), 1.0, QIcon.Mode.Disabled).toImage()
    assert normal != disabled


def test_an_unknown_name_is_an_error(qtbot: QtBot) -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-drawing")


def test_each_file_type_has_a_drawing() -> None:
    assert set(filetypes.categories()) <= set(icons.names())


@pytest.mark.parametrize(("mode", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_the_sheets_own_drawings_have_the_tokens_colours(mode: str, colours: object) -> None:
    allowed = {getattr(colours, "muted"), getattr(colours, "on_accent")}  # noqa: B009  (one type would hide the point)
    files = list((icons.FOLDER / "controls").glob(f"*-{mode}.svg"))
    assert files
    for file in files:
        assert set(re.findall(r"#[0-9a-f]{6}", file.read_text())) <= allowed, file.name
