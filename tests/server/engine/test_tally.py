"""Counters lose nothing, however many count at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from server.engine.tally import Count, Tally


def test_all_that_is_counted_is_there() -> None:
    tally = Tally()
    with ThreadPoolExecutor(8) as pool:
        for _ in range(8):
            pool.submit(lambda: [tally.add(Count.LOGINS, "ok") for _ in range(1000)])
    tally.add(Count.TRANSFERRED, "upload", 2**60)
    assert tally.read() == {(Count.LOGINS, "ok"): 8000, (Count.TRANSFERRED, "upload"): 2**60}
    seen = tally.read()
    tally.add(Count.LOGINS, "ok")
    assert seen[Count.LOGINS, "ok"] == 8000
