"""Searching below a folder by name: streamed as it is found, within bounds, and past what cannot be read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Container, Sequence

from server.requests.browse import wire_entry
from server.requests.exchange import Exchange
from server.requests.refusal import refusal
from server.requests.work import Work
from server.storage.failure import StorageError, translated
from server.storage.jail import Jail, entry_of, is_nameable
from server.storage.tree_walk import TreeWalk
from shared.entries import Entry
from shared.names import MAX_DEPTH, BadNameError, RemotePath, check_path, decode_path, encode_component
from shared.patterns import NamePattern
from shared.protocol import limits, messages

_MATCH_OVERHEAD = 48
"""Bytes that MessagePack needs for a match beside its names, and three more for each name above it, at most."""


def search(
    jail: Jail,
    request: messages.Search,
    exchange: Exchange,
    *,
    shared: Sequence[Jail] = (),
    covered: Container[str] = (),
) -> None:
    """Send what fits the pattern, in the order of the disk. Folders that cannot be read are counted and passed by.

    A search of the whole tree also goes through ``shared``, and leaves out the names of the home that are ``covered``.
    """
    path = decode_path(request.path)
    pattern = NamePattern(request.pattern)
    work = Work(exchange, request.id, path)
    found = _Findings(request, exchange)
    is_whole = not path
    try:
        _search_below(jail, path, (), pattern, work, found, covered if is_whole else ())
        for other in shared if is_whole else ():
            if pattern.fits(other.root[-1]):
                found.add((), other.stat(other.root))
            _search_below(other, other.root, other.root, pattern, work, found)
    except StorageError as error:
        exchange.send(refusal(request.id, error, count=found.total))
    else:
        found.end()


def _search_below(
    jail: Jail,
    path: RemotePath,
    above: RemotePath,
    pattern: NamePattern,
    work: Work,
    found: _Findings,
    covered: Container[str] = (),
) -> None:
    """Look through the folder at ``path``, which is ``above`` as the matches are counted."""
    if found.is_cut:
        return
    with jail.open_folder(path) as folder:
        walk = TreeWalk(
            folder.handle,
            max_depth=MAX_DEPTH - len(path) - 1,
            may_enter=lambda name: is_nameable(name) and (bool(walk.position) or name not in covered),
            on_unread=lambda error: found.missed(),
        )
        steps = iter(walk)
        try:
            for step in steps:
                if step.entry is None or (not walk.position and step.name in covered):
                    continue
                work.did(count=1)
                found.flush_when_due()
                if not pattern.fits(step.name) or not _is_reachable((*path, *walk.position, step.name)):
                    continue
                entry = _entry_of(step.entry)
                if entry is not None and not found.add((*above, *walk.position), entry):
                    return
        except OSError as error:
            raise translated(error, (*path, *walk.position)) from error
        finally:
            steps.close()


class _Findings:
    """Matches on their way, in batches: full ones at once, others twice a second."""

    def __init__(
        self, request: messages.Search, exchange: Exchange, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.total = 0
        self.is_cut = False
        """Whether there would have been more than was asked for."""
        self._request = request
        self._exchange = exchange
        self._clock = clock
        self._matches: list[messages.Match] = []
        self._bytes = 0
        self._unread = 0
        self._due = 0.0

    def add(self, folder: RemotePath, entry: Entry) -> bool:
        """Take a match; False when there are enough already."""
        if self.total >= self._request.limit:
            self.is_cut = True
            return False
        above = tuple(encode_component(name) for name in folder)
        match = messages.Match(above, wire_entry(entry))
        size = _MATCH_OVERHEAD + sum(len(name) + 3 for name in above) + len(match.entry.name)
        if self._bytes + size > limits.LISTING_BATCH_BYTES or len(self._matches) >= limits.LISTING_BATCH_ENTRIES:
            self._flush()
        self._matches.append(match)
        self._bytes += size
        self.total += 1
        return True

    def missed(self) -> None:
        """Count a folder that could not be looked into."""
        self._unread += 1

    def flush_when_due(self) -> None:
        """Send what waits, when it has waited."""
        if self._matches and self._clock() >= self._due:
            self._flush()

    def end(self) -> None:
        """Send the last batch."""
        self._exchange.send(
            messages.Found(
                id=self._request.id,
                matches=tuple(self._matches),
                more=False,
                is_cut=self.is_cut,
                unread=self._unread,
            )
        )

    def _flush(self) -> None:
        self._exchange.send_now(messages.Found(id=self._request.id, matches=tuple(self._matches), more=True))
        self._matches, self._bytes = [], 0
        self._due = self._clock() + limits.PROGRESS_INTERVAL


def _is_reachable(path: RemotePath) -> bool:
    try:
        check_path(path)
    except BadNameError:
        return False
    return True


def _entry_of(found: os.DirEntry[str]) -> Entry | None:
    """Return what was found; None when it has gone meanwhile."""
    try:
        return entry_of(found.name, found.stat(follow_symlinks=False))
    except FileNotFoundError:
        return None
