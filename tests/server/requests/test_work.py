"""Long work: reports now and then, forwards only, and ends when nobody wants it."""

from __future__ import annotations

import pytest

from server.requests.work import Work
from server.storage.failure import StorageError
from shared.errors import Code
from shared.protocol import messages
from tests.server.fake_exchange import FakeExchange


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def started(exchange: FakeExchange) -> tuple[Work, Clock]:
    clock = Clock()
    return Work(exchange, 7, ("a",), clock), clock


def test_reports_come_at_most_twice_a_second() -> None:
    exchange = FakeExchange()
    work, clock = started(exchange)
    work.total_count, work.total_size = 1000, 5000
    for _ in range(1000):
        clock.now += 0.01
        work.did(count=1, size=5)
    assert 18 <= len(exchange.sent) <= 20
    assert all(isinstance(report, messages.Progress) and report.id == 7 for report in exchange.sent)
    counts = [report.count for report in exchange.sent]
    assert counts == sorted(set(counts))
    assert exchange.sent[-1].total_size == 5000
    assert exchange.sent[-1].size == 5 * exchange.sent[-1].count


def test_work_that_is_over_soon_reports_nothing() -> None:
    exchange = FakeExchange()
    work, clock = started(exchange)
    for _ in range(100):
        clock.now += 0.001
        work.did(count=1)
    assert exchange.sent == []


def test_no_news_is_no_report_but_a_sign_of_life() -> None:
    exchange = FakeExchange()
    work, clock = started(exchange)
    for _ in range(20):
        clock.now += 1.0
        work.step()
    assert exchange.sent == []
    assert exchange.signs_of_life == 20


def test_an_older_client_is_told_nothing_that_it_does_not_know() -> None:
    exchange = FakeExchange()
    exchange.knows_long_work = False
    work, clock = started(exchange)
    for _ in range(10):
        clock.now += 1.0
        work.did(count=1)
    assert exchange.sent == []
    assert exchange.signs_of_life == 10


def test_a_stop_ends_it_at_the_next_look() -> None:
    exchange = FakeExchange()
    work, clock = started(exchange)
    work.did(count=1)
    exchange.is_unwanted = True
    work.did(count=1)
    clock.now += 0.06
    with pytest.raises(StorageError) as caught:
        work.did(count=1)
    assert (caught.value.code, caught.value.at) == (Code.CANCELLED, ("a",))
    assert work.count == 3


def test_the_first_step_looks_already() -> None:
    exchange = FakeExchange()
    exchange.is_unwanted = True
    work, _ = started(exchange)
    with pytest.raises(StorageError):
        work.step()
