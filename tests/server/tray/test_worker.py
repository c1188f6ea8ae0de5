"""Jobs run on the worker's thread in order, and their answers arrive in the GUI's."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from server.tray.worker import Worker
from shared.errors import ConfigError, WherryError


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[Worker]:
    found = Worker("wherry-test")
    yield found
    found.close()


def test_a_result_arrives_in_the_gui_thread(qtbot: QtBot, worker: Worker) -> None:
    places: list[tuple[str, bool]] = []

    def job() -> str:
        return threading.current_thread().name

    worker.run(
        job, lambda name: places.append((name, threading.current_thread() is threading.main_thread())), pytest.fail
    )
    qtbot.waitUntil(lambda: bool(places))
    assert places[0][0].startswith("wherry-test")
    assert places[0][1]


def test_jobs_keep_their_order(qtbot: QtBot, worker: Worker) -> None:
    seen: list[int] = []
    for number in range(20):
        worker.run(lambda number=number: number, seen.append, pytest.fail)  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert seen == list(range(20))


def test_an_error_of_ours_arrives_as_it_is(qtbot: QtBot, worker: Worker) -> None:
    failure = ConfigError("no")
    seen: list[WherryError] = []

    def job() -> None:
        raise failure

    worker.run(job, pytest.fail, seen.append)
    qtbot.waitUntil(lambda: seen == [failure])


def test_a_bug_is_logged_and_told_and_the_worker_lives_on(
    qtbot: QtBot, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[object] = []

    def job() -> None:
        raise KeyError("oops")

    with caplog.at_level(logging.ERROR):
        worker.run(job, pytest.fail, seen.append)
        worker.run(lambda: "next", seen.append, pytest.fail)
        qtbot.waitUntil(lambda: len(seen) == 2)
    assert isinstance(seen[0], WherryError)
    assert "KeyError" in seen[0].detail
    assert seen[1] == "next"
    assert "oops" in caplog.text


def test_close_waits_for_the_jobs_and_drops_their_answers(qtbot: QtBot) -> None:
    worker = Worker("wherry-test")
    done: list[str] = []
    worker.run(lambda: done.append("ran"), lambda _: done.append("answered"), pytest.fail)
    worker.close()
    assert done == ["ran"]
    qtbot.wait(1)
    assert done == ["ran"]
