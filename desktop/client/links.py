"""Where the transfer engine gets its channels and remote listings from: the sessions that are up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import CancelledError
from typing import Any, TypeVar

from desktop.client.channel import BulkChannel
from desktop.client.session import Session
from desktop.transfers.ports import Channel
from shared.entries import Entry
from shared.errors import Code, ConnectionLostError, RemoteError
from shared.names import RemotePath

T = TypeVar("T")


class ClientLinks:
    """Implements :class:`desktop.transfers.ports.Links`. ``loop`` is the one that the sessions live on.

    Every method but :meth:`set_session` blocks and belongs into a worker thread.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, pace: Callable[[int], None] | None = None) -> None:
        """``pace`` is called by every channel with the bytes it moves, and may wait, to keep a rate in total."""
        self._loop = loop
        self._pace = pace
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}

    def set_session(self, site: str, session: Session | None) -> None:
        """A site's session is up, or (None) down."""
        with self._lock:
            if session is None:
                self._sessions.pop(site, None)
            else:
                self._sessions[site] = session

    def open_channel(self, site: str) -> Channel:
        session = self._session(site)
        return BulkChannel.open(session.address, session.fingerprint, session.id, session.key, self._pace)

    def list_folder(self, site: str, path: RemotePath) -> Sequence[Entry]:
        return self._wait(self._session(site).list_all(path))

    def make_folder(self, site: str, path: RemotePath) -> None:
        self._wait(self._session(site).make_folder(path, parents=True))

    def discard(self, site: str, path: RemotePath) -> None:
        try:
            self._wait(self._session(site).discard(path))
        except RemoteError as error:
            if error.code is not Code.NOT_FOUND:
                raise

    def _session(self, site: str) -> Session:
        with self._lock:
            session = self._sessions.get(site)
        if session is None or session.error is not None:
            raise ConnectionLostError("there is no connection to this server at the moment")
        return session

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except (CancelledError, RuntimeError) as error:
            work.close()
            raise ConnectionLostError("the program is closing") from error
