"""Many clients in one process, each with a login of its own: ``crowd PORT FINGERPRINT``, started by the benchmark.

Does what no command line does: holds sessions open, times single requests and the first rows of a listing. Takes
orders as lines of JSON, ``[verb, words...]``, and answers each with one; it ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from desktop.client.address import Address
from desktop.client.session import Session
from shared.errors import IdentityError
from shared.names import parse_path
from tests.bench.sides import PASSWORD

AT_ONCE = 16
"""Logins under way at a time: below what a server lets in of strangers from one address."""

Order = Callable[..., Awaitable[dict[str, Any]]]


class Crowd:
    """Sessions to one server."""

    def __init__(self, port: int, fingerprint: str) -> None:
        self._port = port
        self._fingerprint = fingerprint
        self._sessions: list[Session] = []

    async def obey(self, verb: str, *words: Any) -> dict[str, Any]:
        """Carry out one order and return the answer."""
        orders: dict[str, Order] = {"login": self._login, "probe": self._probe, "list": self._list}
        return await orders[verb](*words)

    async def close(self) -> None:
        await asyncio.gather(*(session.close() for session in self._sessions))

    async def _login(self, accounts: list[str], count: int) -> dict[str, Any]:
        """Open ``count`` sessions, one account after the other."""
        names = itertools.islice(itertools.cycle(accounts), count)
        started = time.monotonic()

        async def open_some() -> None:
            for name in names:
                self._sessions.append(await self._open(name))

        await asyncio.gather(*(open_some() for _ in range(AT_ONCE)))
        return {"sessions": len(self._sessions), "seconds": time.monotonic() - started}

    async def _open(self, name: str) -> Session:
        def judge(found: str) -> None:
            if found != self._fingerprint:
                raise IdentityError("another server answered", found=found, expected=self._fingerprint)

        return await Session.open(Address("127.0.0.1", self._port, name), PASSWORD, judge)

    async def _probe(self, count: int, pause_s: float) -> dict[str, Any]:
        """Ask a session, each time another one, for one entry; return how long each answer took."""
        taken = []
        for _ in range(count):
            session = random.choice(self._sessions)
            started = time.perf_counter()
            await session.stat(())
            taken.append((time.perf_counter() - started) * 1000)
            await asyncio.sleep(pause_s)
        return {"ms": taken, "lost": sum(session.error is not None for session in self._sessions)}

    async def _list(self, path: str) -> dict[str, Any]:
        """List a folder; return when its first entries and when its last had come, and how many they are."""
        first, count = None, 0
        started = time.perf_counter()
        async for batch in self._sessions[0].list(parse_path(path)):
            count += len(batch)
            first = first or time.perf_counter()
        ended = time.perf_counter()
        return {"first_ms": ((first or ended) - started) * 1000, "all_ms": (ended - started) * 1000, "entries": count}


async def main() -> None:
    port, fingerprint = sys.argv[1:]
    # A thousand sessions are as many open files, and more than most systems allow at first.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    crowd = Crowd(int(port), fingerprint)
    loop = asyncio.get_running_loop()
    try:
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            print(json.dumps(await crowd.obey(*json.loads(line))), flush=True)
    finally:
        await crowd.close()


if __name__ == "__main__":
    asyncio.run(main())
