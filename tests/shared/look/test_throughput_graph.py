from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from shared.look.theme import theme_of
from shared.look.throughput_graph import SPAN_S, ThroughputGraph, _round_up


@pytest.fixture
def graph(qtbot: QtBot) -> ThroughputGraph:
    graph = ThroughputGraph()
    qtbot.addWidget(graph)
    graph.resize(graph.sizeHint())
    return graph


def filled_columns(graph: ThroughputGraph) -> list[int]:
    """Return the columns in which the curve's own colour shows."""
    image = graph.grab().toImage()
    accent = QColor(theme_of().colours.accent)

    def is_accent(x: int, y: int) -> bool:
        found = image.pixelColor(x, y)
        return abs(found.red() - accent.red()) + abs(found.blue() - accent.blue()) < 60

    return [x for x in range(image.width()) if any(is_accent(x, y) for y in range(image.height()))]


def test_only_the_last_minute_is_kept(graph: ThroughputGraph) -> None:
    for second in range(200):
        graph.add(1e6, float(second))
    times = [when for when, _ in graph.readings]
    # One from before, where the curve comes in.
    assert times[0] <= 199 - SPAN_S < times[1]
    assert len(times) < 70


def test_readings_close_together_become_the_later_one(graph: ThroughputGraph) -> None:
    for tick in range(21):
        graph.add(float(tick), tick / 10)
    assert len(graph.readings) < 8
    assert graph.readings[-1] == (2.0, 20.0)


def test_the_newest_stands_at_the_right(graph: ThroughputGraph) -> None:
    graph.add(5e6, 0.0)
    graph.add(8e6, SPAN_S / 4)
    columns = filled_columns(graph)
    assert columns[-1] > graph.width() * 0.95
    assert columns[0] > graph.width() * 0.6


def test_it_says_in_words_what_it_shows(graph: ThroughputGraph) -> None:
    assert graph.summary() == "Nothing has moved yet"
    graph.add(8_000_000.0, 0.0)
    graph.add(2_000_000.0, 1.0)
    assert graph.summary() == "Now 2.0 MB/s, at most 8.0 MB/s in the last minute"
    assert graph.accessibleDescription() == graph.summary()


def test_nothing_is_drawn_of_what_was_cleared(graph: ThroughputGraph) -> None:
    graph.add(8e6, 0.0)
    graph.add(8e6, 30.0)
    assert filled_columns(graph)
    graph.clear()
    assert not filled_columns(graph)


@pytest.mark.parametrize(("rate", "top"), [(1000.0, 1000.0), (1001.0, 2000.0), (4.9e6, 5e6), (5.1e6, 1e7)])
def test_the_scale_has_round_tops(rate: float, top: float) -> None:
    assert _round_up(rate) == top
