"""How hard a password would be to guess, for whoever chooses one. Refuses nothing by itself."""

from __future__ import annotations

from enum import IntEnum

MIN_LENGTH = 8
"""NIST SP 800-63B, section 5.1.1.1: the least for a password that a person chooses."""

_MAX_ESTIMATED = 72
"""Characters that the estimate looks at; its cost grows with the square, and the rest only adds strength."""


class Strength(IntEnum):
    """Five steps; the figures are guesses needed, by the estimator of zxcvbn (Wheeler, USENIX Security 2016)."""

    NONE = 0
    """Empty, too short, or one of the first thousand that anybody would try."""
    WEAK = 1
    """Up to 10^6 guesses."""
    FAIR = 2
    """Up to 10^8."""
    GOOD = 3
    """Up to 10^10."""
    STRONG = 4


def estimate(password: str, words: tuple[str, ...] = ()) -> Strength:
    """Return the strength of a password; ``words`` are those a guesser tries first, such as the account's name."""
    if len(password) < MIN_LENGTH:
        return Strength.NONE
    # Half a megabyte of word lists, needed only where a password is chosen.
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # it brings no types

    result = zxcvbn(password[:_MAX_ESTIMATED], user_inputs=[word for word in words if word])
    return Strength(int(result["score"]))
