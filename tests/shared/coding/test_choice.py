"""The decisions: which level on which line, what is tried again when, and what rests because it was no use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.coding.choice import EFFORTS, Choice, Patience
from shared.protocol import limits

MIB = limits.MIB
PIECE = limits.MAX_DATA


class Road:
    """A line that always has something to carry, and the choice that watches it."""

    def __init__(self, bps: float) -> None:
        self.now = 0.0
        self.bps = bps
        self.choice = Choice()
        self._delivered = 0.0
        self.pass_time(1.0)

    def pass_time(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.now += 0.02
            self._delivered += self.bps * 0.02
            self.choice.rate.look(self.now, int(self._delivered), 1)

    def level(self, length: int = PIECE, ratio: float = 0.3) -> int:
        return self.choice.level_for(self.now, length, ratio)

    def send(self, content_bps: float, ratio: float, seconds: float) -> None:
        """Send for a while, ``content_bps`` of content per second of which ``ratio`` travels when it is compressed."""
        end = self.now + seconds
        while self.now < end:
            self.pass_time(0.02)
            content = int(content_bps * 0.02)
            travelled = int(content * ratio) if self.level() else content
            self.choice.sent(self.now, content, travelled)


@pytest.mark.parametrize(
    ("rate_mbps", "ratio", "level"),
    [
        (1000.0, 0.3, 0),
        (500.0, 0.05, 0),
        (300.0, 0.3, 0),
        (125.0, 0.3, 1),
        (125.0, 0.8, 0),
        (50.0, 0.8, 0),
        (12.5, 0.3, 3),
        (12.5, 0.8, 3),
        (12.5, 0.95, 0),
        (1.25, 0.3, 6),
        (0.1, 0.3, 6),
    ],
)
def test_the_level_is_what_the_line_leaves_time_for(rate_mbps: float, ratio: float, level: int) -> None:
    assert Road(rate_mbps * 1e6).level(ratio=ratio) == level


def test_nothing_is_compressed_before_the_line_is_known() -> None:
    assert Choice().level_for(0.0, PIECE, 0.01) == 0


def test_a_tiny_piece_pays_only_on_a_slow_line() -> None:
    assert Road(60e6).level(1024) == 0
    assert Road(1e6).level(1024) > 0


def test_little_content_is_not_worth_an_effort() -> None:
    assert Road(0.1e6).level(16 * limits.KIB) == 1


def test_a_slow_machine_tries_less_hard() -> None:
    road = Road(12.5e6)
    assert road.level() == 3
    for _ in range(50):
        road.choice.took(3, PIECE, 10 * PIECE * EFFORTS[1].cost_s)
    assert road.level() < 3


@given(
    st.floats(1e3, 2e9),
    st.integers(1024, PIECE),
    st.floats(0.01, 1.0),
)
def test_what_is_chosen_always_gains(bps: float, length: int, ratio: float) -> None:
    road = Road(bps)
    rate = road.choice.rate.bytes_per_s
    assert rate is not None
    level = road.level(length, ratio)
    if level:
        effort = next(effort for effort in EFFORTS if effort.level == level)
        assert length * (effort.cost_s + ratio * effort.rest / rate) < length / rate


def test_a_line_keeps_being_compressed_for() -> None:
    """It carries as many bytes as before, so content goes three times as fast; short looks at it apart."""
    road = Road(10e6)
    compressed = 0
    for _ in range(100):
        road.send(30e6, 1 / 3, 0.1)
        compressed += road.level() > 0
    assert compressed > 80


def test_a_slow_receiver_is_found_out() -> None:
    """Content goes no faster though less travels: it was the disk at the other end that held everything up."""
    road = Road(10e6)
    compressed = 0
    for _ in range(300):
        road.send(10e6, 1 / 3, 0.1)
        compressed += road.level() > 0
        # Less travels, and so less is carried.
        road.bps = 10e6 / 3 if road.level() else 10e6
    assert 0 < compressed < 60


def test_a_line_that_became_slower_is_compressed_for_again() -> None:
    road = Road(30e6)
    road.send(90e6, 1 / 3, 2.0)
    road.bps = 5e6
    road.send(15e6, 1 / 3, 4.0)
    assert any(_after(road, 15e6) for _ in range(30))


def _after(road: Road, content_bps: float) -> bool:
    road.send(content_bps, 1 / 3, 0.1)
    return road.level() > 0


def test_patience_asks_ever_more_rarely_within_a_file() -> None:
    patience = Patience()
    patience.begin_file(is_small=False)
    tried = 0
    for _ in range(1024):
        if patience.wants_to_try():
            tried += 1
            patience.missed()
    assert tried <= 5 + 1024 // (Patience.MOST + 1)


def test_a_large_file_gets_a_look_whatever_was_before() -> None:
    patience = Patience()
    for _ in range(10):
        if patience.wants_to_try():
            patience.missed()
    patience.begin_file(is_small=False)
    assert patience.wants_to_try()


def test_small_files_of_another_kind_are_found_soon() -> None:
    """A thousand pictures, then sources."""
    patience = Patience()
    tried = 0
    for _ in range(1000):
        patience.begin_file(is_small=True)
        if patience.wants_to_try():
            tried += 1
            patience.missed()
    assert tried < 200
    skipped = 0
    patience.begin_file(is_small=True)
    while not patience.wants_to_try():
        skipped += 1
        patience.begin_file(is_small=True)
    assert skipped <= Patience.MOST_ACROSS
    patience.met()
    patience.begin_file(is_small=True)
    assert patience.wants_to_try()


@given(st.lists(st.booleans(), max_size=200))
def test_patience_never_gives_up_for_good(answers: list[bool]) -> None:
    patience = Patience()
    for compresses in answers:
        if patience.wants_to_try():
            (patience.met if compresses else patience.missed)()
    assert any(patience.wants_to_try() for _ in range(Patience.MOST + 1))
