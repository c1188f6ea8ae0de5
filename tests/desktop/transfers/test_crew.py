"""The doors between the loop and the threads."""

from __future__ import annotations

import asyncio
import threading

import pytest

from desktop.transfers.crew import LINGER_S, Crew

pytestmark = pytest.mark.asyncio


async def test_writes_keep_their_order_and_work_does_not_wait_for_them() -> None:
    crew: Crew[int] = Crew(lambda: 0.0)
    crew.open()
    gate, order = threading.Event(), []

    def first() -> None:
        gate.wait(10)
        order.append("first")

    writes = [asyncio.create_task(crew.write(first)), asyncio.create_task(crew.write(order.append, "second"))]
    assert await crew.work(lambda: "worked") == "worked"
    assert order == []
    gate.set()
    await asyncio.gather(*writes)
    assert order == ["first", "second"]
    crew.dismiss()


async def test_reports_come_in_order_and_share_one_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    delays: list[float] = []

    def call_later(delay: float, call: object) -> asyncio.TimerHandle:
        delays.append(delay)
        return asyncio.TimerHandle(loop.time() + delay, lambda: None, (), loop)

    crew: Crew[int] = Crew(lambda: 0.0)
    crew.open()

    def many() -> None:
        for number in range(1000):
            crew.report(number)

    with monkeypatch.context() as patch:
        patch.setattr(loop, "call_later", call_later)
        await crew.work(many)
        await asyncio.sleep(0)
    assert delays == [LINGER_S]
    assert crew.take_reports(600) == list(range(600))
    assert crew.take_reports(600) == list(range(600, 1000))
    assert crew.take_reports(600) == []
    crew.dismiss()


async def test_the_earliest_alarm_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    handles: list[asyncio.TimerHandle] = []

    def call_later(delay: float, call: object) -> asyncio.TimerHandle:
        handles.append(asyncio.TimerHandle(100.0 + delay, call, (), loop))  # type: ignore[arg-type]
        return handles[-1]

    monkeypatch.setattr(loop, "call_later", call_later)
    crew: Crew[int] = Crew(lambda: 100.0)
    crew.ring_at(110.0)
    crew.ring_at(120.0)
    assert [handle.when() for handle in handles] == [110.0]
    crew.ring_at(90.0)
    assert [handle.when() for handle in handles] == [110.0, 100.0]
    assert handles[0].cancelled()
    handles[1]._run()
    assert crew.wake.is_set()
    crew.dismiss()


async def test_nothing_rings_after_the_dismissal() -> None:
    crew: Crew[int] = Crew(lambda: 0.0)
    crew.open()
    crew.ring_at(0.0)
    crew.dismiss()
    crew.report(1)
    await asyncio.sleep(0)
    assert not crew.wake.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("transfer", "queue-store"))]
