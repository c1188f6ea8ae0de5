"""Compresses the content that goes out over one connection, where that pays. Knows no frame and sends nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from shared.coding.choice import ENOUGH, SMALL, Choice, Patience
from shared.coding.codec import encode
from shared.coding.delivery import Delivery
from shared.protocol import limits

LEAST = limits.KIB
"""Below this nothing is worth a call."""

_SAMPLE = 16 * limits.KIB
_SAMPLE_LEVEL = 1
_LEARN = 0.2

_HELD_SHARE = 0.5
"""Of the time since the last look: who has waited for more of it was held up."""

_UNKNOWN = 4 * limits.MIB
"""What may be waiting in a system's buffers where it does not say: as much as they usually hold at most."""


def _knows_nothing() -> Delivery | None:
    return None


class Coder:
    """For the sending side of one connection, and one thread. See :mod:`shared.coding.choice` for when it compresses.

    ``look`` says how the line is doing, where the system knows; else only the time spent waiting for it counts.
    """

    def __init__(
        self,
        look: Callable[[], Delivery | None] = _knows_nothing,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.content = 0
        """Bytes of content that went compressed."""
        self.travelled = 0
        """What became of them."""
        self.samples = 0
        self._choice = Choice()
        self._patience = Patience()
        self._look = look
        self._clock = clock
        self._small_ratio = ENOUGH / 2
        self._looked_at = clock()
        self._held_before = 0.0

    def begin_file(self, size: int) -> None:
        """Content of another file of ``size`` bytes comes next."""
        self._patience.begin_file(is_small=size < SMALL)

    def piece(self) -> int:
        """Return how much content to hand to :meth:`code` at most: less while the line is being measured."""
        return limits.MAX_DATA // 4 if self._choice.rate.is_being_learned else limits.MAX_DATA

    def about_to_send(self, sent: int, waited_s: float) -> None:
        """Look at the line before more is sent over it. ``sent``: all bytes so far; ``waited_s``: all the time that
        the line, or whoever keeps its rate, has made this end wait."""
        now = self._clock()
        passed, self._looked_at = now - self._looked_at, now
        waited, self._held_before = waited_s - self._held_before, waited_s
        waiting = _UNKNOWN if passed > 0 and waited >= _HELD_SHARE * passed else 0
        delivery = self._look()
        if delivery is not None:
            sent, waiting = delivery.delivered, delivery.waiting or waiting
        self._choice.rate.look(now, sent, waiting)

    def code(self, content: memoryview) -> bytes | None:
        """Return what ``content``, at most MAX_DATA bytes, becomes; None when it had better go as it is."""
        coded = self._try(content) if len(content) >= LEAST else None
        travelled = len(content) if coded is None else len(coded)
        self._choice.sent(self._clock(), len(content), travelled)
        if coded is not None:
            self.content += len(content)
            self.travelled += travelled
        return coded

    def _try(self, content: memoryview) -> bytes | None:
        now, length = self._clock(), len(content)
        if not self._choice.level_for(now, length) or not self._patience.wants_to_try():
            return None
        # What is small is tried as a whole: the sample would be most of it.
        is_small = length < SMALL
        ratio = self._small_ratio if is_small else self._sample(content)
        level = self._choice.level_for(now, length, ratio) if is_small or ratio <= ENOUGH else 0
        if not level:
            self._patience.missed()
            return None
        coded = encode(content, level)
        if len(coded) > ENOUGH * length:
            self._patience.missed()
            return None
        self._patience.met()
        self._choice.took(level, length, self._clock() - now)
        if is_small:
            self._small_ratio += _LEARN * (len(coded) / length - self._small_ratio)
        return coded

    def _sample(self, content: memoryview) -> float:
        """Return what level 1 leaves of three places in the content."""
        self.samples += 1
        last = len(content) - _SAMPLE
        sample = b"".join(content[start : start + _SAMPLE] for start in (0, last // 2, last))
        return len(encode(sample, _SAMPLE_LEVEL)) / len(sample)
