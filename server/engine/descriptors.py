"""How many files and sockets this process may have open. Opens none."""

from __future__ import annotations

import logging
import sys

_log = logging.getLogger(__name__)

PER_CONNECTION = 4
"""Its socket, its session's home and staging folder, and a file being read or written."""

SPARE = 256
"""The listener, the selector, the account store, logs, libraries; and what a batch of small files holds open."""


def allow_connections(count: int) -> None:
    """Raise the soft limit on open files, as far as the hard one goes, to what ``count`` connections need.

    The usual soft limit of 1024 is there for programs that use select(2); with it a few hundred sessions would
    leave none for anybody else. What the system does not grant is only logged: fewer connections fit then.
    """
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count * PER_CONNECTION + SPARE
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError) as error:
        _log.warning("no more than %d files can be open at once: %s", soft, error)
