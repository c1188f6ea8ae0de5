"""Where the transfer engine gets its channels and remote listings from: the sessions that are up."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import Any, TypeVar

from desktop.client.channel import BulkChannel
from desktop.client.session import Session
from desktop.client.throttle import Throttle
from desktop.places.content import digest_file
from desktop.places.ticket import Ticket
from desktop.transfers.items import Progress
from desktop.transfers.ports import Channel, FolderFacts, Job, Room
from shared.entries import Entry
from shared.errors import Code, ConnectionLostError, ItemError, LocalError, RemoteError
from shared.names import RemotePath, format_path

_log = logging.getLogger(__name__)

_LOOK_S = 0.2
"""How long a wait for the server's answer goes on before it looks whether anybody still wants it."""

_AT_ONCE = 64
"""Requests that are on their way together: they hide the round trip, and leave room for others."""

T = TypeVar("T")


class ClientLinks:
    """Implements :class:`desktop.transfers.ports.Links`. ``loop`` is the one that the sessions live on.

    Every method but :meth:`set_session` blocks and belongs into a worker thread.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, throttle: Throttle | None = None, *, compress: bool = True
    ) -> None:
        """``throttle`` keeps the rates of all channels together; :meth:`set_limits` changes them. Without ``compress``
        content is never compressed on its way, in neither direction."""
        self._loop = loop
        self._compress = compress
        self._throttle = throttle or Throttle()
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._round_trips: dict[str, float] = {}

    def set_session(self, site: str, session: Session | None) -> None:
        """A site's session is up, or (None) down."""
        with self._lock:
            if session is None:
                self._sessions.pop(site, None)
            else:
                self._sessions[site] = session

    def open_channel(self, site: str) -> Channel:
        session = self._session(site)
        channel = BulkChannel.open(
            session.address, session.fingerprint, session.id, session.key, self._throttle, compress=self._compress
        )
        with self._lock:
            # The shortest seen is the line's own; the others waited for something else too.
            seen = self._round_trips.get(site, channel.round_trip_s)
            self._round_trips[site] = min(seen, channel.round_trip_s)
        return channel

    def round_trip_s(self, site: str) -> float:
        with self._lock:
            session = self._sessions.get(site)
            return self._round_trips.get(site, 0.0 if session is None else session.round_trip_s)

    def set_limits(self, total: int | None, up: int | None, down: int | None) -> None:
        """Keep these rates from now on; any thread."""
        self._throttle.set_limits(total, up, down)

    def list_folder(self, site: str, path: RemotePath) -> Sequence[Entry]:
        return self._wait(self._session(site).list_all(path))

    def list_folders(self, site: str, paths: Sequence[RemotePath]) -> Sequence[Sequence[Entry] | ItemError]:
        session = self._session(site)
        return self._wait(_each([partial(session.list_all, path) for path in paths]))

    def make_folders(self, site: str, paths: Sequence[RemotePath]) -> Sequence[ItemError | None]:
        session = self._session(site)
        return self._wait(_each([partial(session.make_folder, path, parents=True) for path in paths]))

    def discard(self, site: str, path: RemotePath) -> None:
        try:
            self._wait(self._session(site).discard(path))
        except RemoteError as error:
            if error.code is not Code.NOT_FOUND:
                raise

    def compare(self, site: str, job: Job) -> bool:
        """Both sides read at the same time: the server on a connection that the session makes for such work."""
        work = self._session(site).digest(job.remote)
        remote = self._send(work)
        try:
            local = digest_file(job.local, _Reading(job.progress))
            while True:
                try:
                    return self._result(remote, _LOOK_S) == local
                except TimeoutError:
                    if job.progress.is_cancelled:
                        raise LocalError(Code.CANCELLED) from None
        finally:
            remote.cancel()

    def settle_folders(self, site: str, folders: Sequence[FolderFacts]) -> None:
        self._wait(_settle(self._session(site), folders))

    def room(self, site: str) -> Room:
        return Room(*self._wait(self._session(site).space()))

    def clock_offset_ns(self, site: str) -> int:
        with self._lock:
            session = self._sessions.get(site)
        return 0 if session is None else session.clock_offset_ns

    def _session(self, site: str) -> Session:
        with self._lock:
            session = self._sessions.get(site)
        if session is None or session.error is not None:
            raise ConnectionLostError("there is no connection to this server at the moment")
        return session

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self._result(self._send(work), None)

    def _send(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Have the loop do something."""
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop)
        except RuntimeError as error:
            work.close()
            raise _closing() from error

    @staticmethod
    def _result(future: Future[T], seconds: float | None) -> T:
        """Return what the loop made of it. Raises TimeoutError when that takes longer."""
        try:
            return future.result(seconds)
        except CancelledError as error:
            raise _closing() from error


class _Reading(Ticket):
    """A file that is read to be compared, as the queue follows it."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress
        progress.checked = 0

    def did(self, count: int = 0, size: int = 0) -> None:
        if self._progress.is_cancelled:
            self.cancel()
        super().did(count, size)
        self._progress.checked += size


def _closing() -> ConnectionLostError:
    return ConnectionLostError("the program is closing")


async def _each(requests: Sequence[Callable[[], Coroutine[Any, Any, T]]]) -> Sequence[T | ItemError]:
    """Ask for all without waiting in between; return the answers, or why there is none, in order."""
    answers: list[T | ItemError] = []
    for start in range(0, len(requests), _AT_ONCE):
        asked = (request() for request in requests[start : start + _AT_ONCE])
        for answer in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(answer, BaseException) and not isinstance(answer, ItemError):
                raise answer
            answers.append(answer)
    return answers


async def _settle(session: Session, folders: Sequence[FolderFacts]) -> None:
    """One after the other is asked for without waiting in between; the deepest come first."""
    for start in range(0, len(folders), _AT_ONCE):
        requests = [_settle_one(session, each) for each in folders[start : start + _AT_ONCE]]
        await asyncio.gather(*requests)


async def _settle_one(session: Session, folder: FolderFacts) -> None:
    try:
        await session.set_attributes(folder.remote, mtime_ns=folder.mtime_ns, mode=folder.mode)
    except RemoteError as error:
        # The contents are there, which is what counts; not every disk keeps every time and mode.
        _log.info("%s: time and mode are not set: %s", format_path(folder.remote), error)
