"""Which failures are worth another try, after how long, and how often. Pure; numbers with their reasons."""

from __future__ import annotations

from desktop.transfers.items import Failure
from shared.errors import (
    RETRYABLE,
    Code,
    ConnectionLostError,
    IdentityError,
    ItemError,
    LoginError,
    PeerError,
    WherryError,
)

MAX_ITEM_ATTEMPTS = 3
"""A file in use or changing is given two more chances; after that a person should know."""

MAX_BUSY_ATTEMPTS = 7
"""A minute of delays: the one who has the target may be this client's own broken line, which the server gives up after
STALL_DEADLINE, or an upload of its own that is just being synced to a slow disk."""

MAX_LOST_ATTEMPTS = 8
"""How often one item may be under way when the line breaks without having got any further: about two minutes
of delays. An item that breaks the line each time must not hold up the others for ever."""

_AUTOMATIC = RETRYABLE - {Code.NO_SPACE, Code.QUOTA}
"""A full disk does not empty itself within seconds: said at once, retried when a person has made room."""


def delay_s(attempts: int) -> float:
    """Return the seconds to wait after the ``attempts``-th failure in a row: 1, 2, 4, 8, 16, then 30."""
    return float(min(30, 1 << min(max(attempts, 1) - 1, 5)))


def is_line_down(error: WherryError) -> bool:
    """Tell whether the site, not the item, is the trouble, so that waiting can mend it.

    A channel whose login is refused belongs to a session that has ended, as after a restart of the server: it
    waits for the next session, where a wrong password is somebody else's question.
    """
    is_closing = isinstance(error, ItemError) and error.code is Code.CLOSING
    return is_closing or isinstance(error, ConnectionLostError | LoginError)


def is_site_refused(error: WherryError) -> bool:
    """Tell whether the site itself said no, so that no other item for it can do better now."""
    return isinstance(error, IdentityError)


def is_tried_again(error: WherryError, attempts: int) -> bool:
    """Tell whether an item that has failed ``attempts`` times, this one included, gets another try by itself."""
    if is_line_down(error):
        return attempts < MAX_LOST_ATTEMPTS
    if not isinstance(error, ItemError) or error.code not in _AUTOMATIC:
        return False
    return attempts < (MAX_BUSY_ATTEMPTS if error.code is Code.BUSY else MAX_ITEM_ATTEMPTS)


def failure_of(error: WherryError) -> Failure:
    """Return what to show and store about an error."""
    match error:
        case ItemError():
            code, is_retryable = error.code, error.is_retryable
        case LoginError() | IdentityError():
            code, is_retryable = Code.PERMISSION, True
        case PeerError():
            code, is_retryable = Code.BAD_REQUEST, False
        case ConnectionLostError():
            code, is_retryable = Code.IO, True
        case _:
            code, is_retryable = Code.INTERNAL, False
    return Failure(code, error.title, error.detail, error.hint, is_retryable)
