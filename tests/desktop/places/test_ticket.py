"""Work in a thread: told about on the loop, ended by a cancel, and never left behind."""

from __future__ import annotations

import asyncio
import threading

import pytest

from desktop.places.ticket import Ticket, in_thread
from shared.errors import Code, LocalError
from shared.work import WorkProgress


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_reports_come_at_most_twice_a_second_and_only_with_news() -> None:
    reports: list[WorkProgress] = []
    clock = Clock()
    ticket = Ticket(reports.append, clock)
    ticket.expects(1000, 5000)
    for _ in range(1000):
        clock.now += 0.01
        ticket.did(count=1, size=5)
    clock.now += 10
    ticket.did()
    ticket.did()
    assert 18 <= len(reports) <= 21
    assert reports[-1] == WorkProgress(1000, 5000, 1000, 5000)
    assert [report.count for report in reports] == sorted({report.count for report in reports})


def test_a_cancel_ends_it_at_the_next_step() -> None:
    ticket = Ticket()
    ticket.did(count=1)
    ticket.cancel()
    with pytest.raises(LocalError) as caught:
        ticket.did(count=1)
    assert caught.value.code is Code.CANCELLED


@pytest.mark.asyncio
async def test_reports_arrive_on_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.places.ticket.PROGRESS_INTERVAL", 0.0)
    told: list[tuple[int, threading.Thread]] = []

    def work(ticket: Ticket) -> str:
        assert threading.current_thread() is not threading.main_thread()
        for _ in range(3):
            ticket.did(count=1)
        return "done"

    def on_progress(progress: WorkProgress) -> None:
        told.append((progress.count, threading.current_thread()))

    assert await in_thread(work, on_progress) == "done"
    await asyncio.sleep(0)
    assert [count for count, _ in told] == [1, 2, 3]
    assert {thread for _, thread in told} == {threading.main_thread()}


@pytest.mark.asyncio
async def test_what_goes_wrong_in_the_thread_comes_out() -> None:
    def work(ticket: Ticket) -> None:
        raise LocalError(Code.IO)

    with pytest.raises(LocalError):
        await in_thread(work, None)


@pytest.mark.asyncio
async def test_a_cancelled_task_ends_when_the_thread_has() -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(ticket: Ticket) -> None:
        begun.set()
        try:
            while True:
                ticket.did(count=1)
        finally:
            ended.set()

    task = asyncio.ensure_future(in_thread(work, None))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()
