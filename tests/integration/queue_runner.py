"""A program for the tests: works off a queue that is kept on the disk, as the window does, and can be killed.

``queue_runner QUEUE PORT FINGERPRINT [LOCAL REMOTE]``: with two more words a batch is added first. Prints a line of
JSON for each item that the store has as final, and one at the end.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from desktop.client.address import Address
from desktop.client.links import ClientLinks
from desktop.client.session import Session
from desktop.client.throttle import Throttle
from desktop.places.local import DiskFiles
from desktop.storage.queue_store import QueueStore
from desktop.transfers.engine import TransferEngine
from desktop.transfers.items import Direction, Source, State
from tests.integration.conftest import PASSWORD

_RATE = 40_000_000


async def work(queue: Path, port: int, fingerprint: str, sources: list[str]) -> None:
    """Add what is to be added, and return when nothing is left to do."""

    def judge(found: str) -> None:
        assert found == fingerprint

    store = QueueStore(queue)
    session = await Session.open(Address("127.0.0.1", port, "anna"), PASSWORD, judge)
    links = ClientLinks(asyncio.get_running_loop(), Throttle(_RATE))
    links.set_session("site", session)
    engine = TransferEngine(store, links, DiskFiles())
    await engine.start()
    if sources:
        local, remote = sources
        await engine.add("batch", Direction.UPLOAD, "site", [Source(local, name=remote)], ())
    print(json.dumps({"event": "added"}), flush=True)
    try:
        for batch in {change.item.batch for change in engine.rows()}:
            waiting = asyncio.ensure_future(engine.finished(batch))
            while not waiting.done():
                await asyncio.wait([waiting], timeout=0.05)
                asking = [change.item for change in engine.rows() if change.item.state is State.ASKING]
                assert not asking, f"it asks about {asking[0].remote}"
            await waiting
        for change in engine.rows():
            item = change.item
            line = {"event": item.state.value, "kind": item.kind.value, "source": item.local}
            if item.failure is not None:
                line |= {"code": item.failure.code.value, "detail": item.failure.detail}
            print(json.dumps(line), flush=True)
    finally:
        await engine.stop()
        await session.close()
        store.close()
    print(json.dumps({"event": "summary"}), flush=True)


if __name__ == "__main__":
    _, queue, port, fingerprint, *sources = sys.argv
    asyncio.run(work(Path(queue), int(port), fingerprint, sources))
