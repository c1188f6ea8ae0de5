"""The coder on a line that is written down: what it compresses there, and what it does not even look at."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from shared.coding.codec import decode
from shared.coding.coder import LEAST, Coder
from shared.coding.delivery import Delivery
from shared.protocol import limits

PIECE = limits.MAX_DATA
WORDS = b"".join(b"line %d of the text, and what it says is %d\n" % (n, n * n % 977) for n in range(40_000))
TEXT = memoryview(WORDS[:PIECE])
NOISE = memoryview(os.urandom(PIECE))


class Sender:
    """Sends pieces through a coder over a line of a rate; time passes only there."""

    def __init__(self, bps: float, *, knows_delivery: bool = True) -> None:
        self.now = 100.0
        self.bps = bps
        self.waited = 0.0
        self.handed_over = 0
        self.delivered = 0.0
        self.coder = Coder(self.look if knows_delivery else lambda: None, clock=lambda: self.now)

    def look(self) -> Delivery:
        return Delivery(int(self.delivered), 1 if self.bps < 1e9 else 0)

    def send(self, content: memoryview) -> bytes | None:
        coded = self.coder.code(content)
        count = len(content) if coded is None else len(coded)
        self.coder.about_to_send(self.handed_over, self.waited)
        self.handed_over += count
        self.delivered += count
        self.now += count / self.bps
        self.waited += count / self.bps
        return coded

    def warm_up(self) -> None:
        for _ in range(6):
            self.send(NOISE)
        self.coder.begin_file(PIECE)


def test_the_first_content_goes_raw() -> None:
    sender = Sender(10e6)
    assert sender.send(TEXT) is None


def test_text_on_a_slow_line_is_compressed_and_comes_back() -> None:
    sender = Sender(10e6)
    sender.warm_up()
    coded = sender.send(TEXT)
    assert coded is not None
    assert len(coded) < PIECE / 2
    assert decode(coded, PIECE) == TEXT
    assert (sender.coder.content, sender.coder.travelled) == (PIECE, len(coded))


def test_without_knowledge_of_the_line_waiting_is_what_counts() -> None:
    sender = Sender(10e6, knows_delivery=False)
    sender.warm_up()
    assert sender.send(TEXT) is not None


def test_on_a_fast_line_nothing_is_even_sampled() -> None:
    sender = Sender(2e9)
    for _ in range(200):
        assert sender.send(TEXT) is None
    assert sender.coder.samples == 0


def test_noise_is_sampled_ever_more_rarely() -> None:
    sender = Sender(10e6)
    sender.warm_up()
    before = sender.coder.samples
    for _ in range(1024):
        assert sender.send(NOISE) is None
    assert sender.coder.samples - before < 45


def test_text_after_noise_in_one_file_is_found() -> None:
    sender = Sender(10e6)
    sender.warm_up()
    for _ in range(40):
        sender.send(NOISE)
    assert any(sender.send(TEXT) is not None for _ in range(32))


def test_small_files_are_tried_as_a_whole_and_tiny_ones_never() -> None:
    sender = Sender(2e6)
    sender.warm_up()
    sender.coder.begin_file(4096)
    assert sender.send(TEXT[:4096]) is not None
    assert sender.send(TEXT[: LEAST - 1]) is None


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 200_000)), max_size=12), st.floats(1e5, 1e9))
def test_whatever_is_sent_comes_back_and_is_never_longer(pieces: list[tuple[bool, int]], bps: float) -> None:
    sender = Sender(bps)
    for is_text, length in pieces:
        content = (TEXT if is_text else NOISE)[:length]
        coded = sender.send(content)
        if coded is not None:
            assert len(coded) < length
            assert decode(coded, length) == content
