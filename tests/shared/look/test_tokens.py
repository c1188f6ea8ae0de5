from __future__ import annotations

import re

import pytest

from shared.look.tokens import DARK, LIGHT, MARK_PAIRS, TEXT_PAIRS, Colours, Space, contrast

SCHEMES = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")]


def test_contrast_agrees_with_the_reference_values_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


@pytest.mark.parametrize("colours", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_words_are_readable(colours: Colours, text: str, ground: str) -> None:
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("colours", SCHEMES)
@pytest.mark.parametrize(("mark", "ground"), MARK_PAIRS)
def test_shapes_stand_out(colours: Colours, mark: str, ground: str) -> None:
    assert contrast(getattr(colours, mark), getattr(colours, ground)) >= 3.0


@pytest.mark.parametrize("colours", SCHEMES)
def test_every_colour_is_opaque_hex(colours: Colours) -> None:
    values = [getattr(colours, name) for name in Colours.__slots__ if name != "is_dark"]
    assert all(re.fullmatch(r"#[0-9a-f]{6}", value) for value in values)


def test_distances_keep_to_the_grid() -> None:
    steps = [value for name, value in vars(Space).items() if name.isupper() and name != "HALF"]
    assert all(step % 4 == 0 for step in steps)
