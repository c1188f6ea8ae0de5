"""Works off a queue that is kept on disk, as the window does: ``worker QUEUE PORT FINGERPRINT FOLDER``.

Puts the folder into the home of the account ``queue`` and prints, as one line of JSON, the seconds from adding it to
its last file (``work_s``), and those that the next start takes to load the queue with everything in it (``load_s``).
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from desktop.client.address import Address
from desktop.client.links import ClientLinks
from desktop.client.session import Session
from desktop.places.local import DiskFiles
from desktop.storage.queue_store import QueueStore
from desktop.transfers.engine import TransferEngine
from desktop.transfers.items import Direction, Source, State
from tests.bench.sides import PASSWORD


async def work(queue: Path, port: int, fingerprint: str, folder: Path) -> None:
    def judge(found: str) -> None:
        assert found == fingerprint

    session = await Session.open(Address("127.0.0.1", port, "queue"), PASSWORD, judge)
    links = ClientLinks(asyncio.get_running_loop())
    links.set_session("site", session)
    store = QueueStore(queue)
    engine = TransferEngine(store, links, DiskFiles())
    await engine.start()
    started = time.perf_counter()
    batch = await engine.add("batch", Direction.UPLOAD, "site", [Source(str(folder), name=folder.name)], ())
    await engine.finished(batch)
    work_s = time.perf_counter() - started
    left = [change.item for change in engine.rows() if change.item.state is not State.DONE]
    assert not left, f"{left[0].remote}: {left[0].failure}"
    await engine.stop()
    await session.close()
    store.close()

    started = time.perf_counter()
    store = QueueStore(queue)
    engine = TransferEngine(store, ClientLinks(asyncio.get_running_loop()), DiskFiles())
    await engine.start()
    load_s = time.perf_counter() - started
    await engine.stop()
    store.close()
    print(json.dumps({"work_s": work_s, "load_s": load_s}), flush=True)


if __name__ == "__main__":
    _, queue, port, fingerprint, folder = sys.argv
    asyncio.run(work(Path(queue), int(port), fingerprint, Path(folder)))
