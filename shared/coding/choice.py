"""Whether compressing pays, and how hard to try. Pure: the caller has the clock, the codec and the line.

Three questions, each with its own small answer:

- *Does this content compress?* :class:`Patience` asks a sample ever more rarely where the answer was no.
- *Does it pay on this line?* :meth:`Choice.level_for` compares what sending the content raw would take with what
  compressing it and sending the rest would, as if neither overlapped with the other; it must gain clearly.
- *Did it?* :class:`Trial`. A receiver whose disk is slow looks just like a slow line. But a line goes on carrying as
  many bytes when content goes compressed, and such a receiver takes fewer: then it was no use, and compressing rests.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.coding.rate import LineRate
from shared.protocol import limits


@dataclass(frozen=True, slots=True)
class Effort:
    """What a level of the codec costs, in seconds per byte, and what of level 1's result it leaves."""

    level: int
    cost_s: float
    rest: float


EFFORTS = (Effort(1, 1 / 300e6, 1.0), Effort(3, 1 / 190e6, 0.9), Effort(6, 1 / 70e6, 0.8))
"""As measured on source code; how this machine compares is learned while it works. Beyond level 6 nothing is left to
gain that would be worth the time."""

ENOUGH = 0.85
"""Content that keeps more than this of its size is sent as it is."""

SMALL = 64 * limits.KIB
"""In less than this the higher levels find hardly more than the first."""

HOPED = 0.3
"""What text usually comes down to: a line too fast for this is too fast for all."""

_CALL_S = 20e-6
"""For each piece, however small."""

_MARGIN = 0.85
"""Compressing must leave at most this of the time: it costs energy, and the other end must undo it."""

_LEARN = 0.2
_SLOWEST = 50.0

_TRIED_S = 0.2
_TRIED_BYTES = 2 * limits.MIB
_LONG_TRIED_S = 0.5
"""How long compressing is tried, and with how much or else how much longer: small files are stored in groups, and so
come in bursts."""

_LEAST_SHARE = 0.4
"""Of the gain that fewer bytes should have brought, so much must have come."""

_PROBE_S = 0.2
"""How long content goes raw before what compressing gains is measured again."""

_FIRST_S = 0.5
_LONGEST_S = 60.0
"""How long compressing rests when it was no use, and how long it is trusted when it was; doubled each time."""


class Trial:
    """What compressing gains, measured: how fast content goes, against the line's rate without it."""

    def __init__(self, before: LineRate, rate_bps: float) -> None:
        self._before_bps = rate_bps
        self._begins_at = before.delivered + before.waiting
        """Until then the line carries what was sent before."""
        self._since: float | None = None
        self._content = self._travelled = 0

    def was_useful(self, now: float, delivered: int, content: int, travelled: int) -> bool | None:
        """Return whether it was any use so far; None while it is too early. ``content`` bytes, become ``travelled``,
        are sent next."""
        if self._since is None:
            if delivered < self._begins_at:
                return None
            self._since = now
        seconds = now - self._since
        is_enough = seconds >= _TRIED_S and (self._content >= _TRIED_BYTES or seconds >= _LONG_TRIED_S)
        if not is_enough or not self._travelled:
            self._content += content
            self._travelled += travelled
            return None
        fewer = self._content / self._travelled
        return self._content / seconds >= self._before_bps * (1 + _LEAST_SHARE * (fewer - 1))


class Choice:
    """Chooses the level for each piece of content of one direction of one line."""

    def __init__(self) -> None:
        self.rate = LineRate()
        self._slowness = 1.0
        self._trial: Trial | None = None
        self._raw_until = 0.0
        self._trusted_until: float | None = None
        self._rest_s = self._trust_s = _FIRST_S

    def level_for(self, now: float, length: int, ratio: float = HOPED) -> int:
        """Return the level for ``length`` bytes of which level 1 would leave the share ``ratio``; 0: send them raw."""
        rate = self.rate.bytes_per_s
        if rate is None or now < self._raw_until:
            return 0
        least, chosen = _MARGIN * length / rate, 0
        for effort in EFFORTS[:1] if length < SMALL else EFFORTS:
            seconds = _CALL_S + length * (self._slowness * effort.cost_s + ratio * effort.rest / rate)
            if seconds < least:
                least, chosen = seconds, effort.level
        return chosen

    def took(self, level: int, length: int, seconds: float) -> None:
        """Learn how fast this machine compresses what compresses."""
        expected = _CALL_S + length * next(effort.cost_s for effort in EFFORTS if effort.level == level)
        self._slowness += _LEARN * (min(seconds / expected, _SLOWEST) - self._slowness)

    def sent(self, now: float, content: int, travelled: int) -> None:
        """Take note that ``content`` bytes became ``travelled``, and look whether that was any use."""
        rate = self.rate
        if rate.bytes_per_s is None:
            self._trial = self._trusted_until = None
            return
        if self._trusted_until is not None:
            if now >= self._trusted_until:
                self._go_raw(now + _PROBE_S)
            return
        if self._trial is None:
            if travelled < content:
                self._trial = Trial(rate, rate.bytes_per_s)
            return
        match self._trial.was_useful(now, rate.delivered, content, travelled):
            case True:
                self._trusted_until = now + self._trust_s
                self._trust_s, self._rest_s = min(2 * self._trust_s, _LONGEST_S), _FIRST_S
                self._trial = None
            case False:
                self._go_raw(now + self._rest_s)
                self._rest_s, self._trust_s = min(2 * self._rest_s, _LONGEST_S), _FIRST_S

    def _go_raw(self, until: float) -> None:
        self._raw_until = until
        self._trial = self._trusted_until = None
        self.rate.forget()


class Patience:
    """How soon to try again what did not compress: at once, after one piece, three, seven, up to ``MOST``."""

    MOST = 31
    """Pieces of 1 MiB of a large file; its beginning says much about the rest of it."""

    MOST_ACROSS = 7
    """Small files in a row: the next one may be of another kind."""

    def __init__(self) -> None:
        self._misses = 0
        self._to_skip = 0

    def begin_file(self, *, is_small: bool) -> None:
        """Another file: a large one deserves a look, of small ones many share one."""
        if is_small:
            self._to_skip = min(self._to_skip, self.MOST_ACROSS)
        else:
            self._misses = self._to_skip = 0

    def wants_to_try(self) -> bool:
        """Whether the next piece should be tried; call it once for each."""
        if self._to_skip:
            self._to_skip -= 1
            return False
        return True

    def missed(self) -> None:
        """It was tried in vain."""
        self._misses += 1
        self._to_skip = min((1 << self._misses) - 1, self.MOST)

    def met(self) -> None:
        """It compressed."""
        self._misses = 0
