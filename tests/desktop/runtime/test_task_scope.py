"""Tasks end with their owner, the latest replaces the one before, and no error is lost."""

from __future__ import annotations

import asyncio

import pytest

from desktop.runtime.task_scope import TaskScope
from shared.errors import ConnectionLostError

pytestmark = pytest.mark.asyncio


async def test_an_error_is_reported_with_what_was_being_done(reports):
    scope = TaskScope("pane", reports)
    error = ConnectionLostError("reset")

    async def fail() -> None:
        raise error

    await asyncio.wait([scope.start(fail(), "listing /photos")])
    await scope.close()
    assert reports.seen == [("listing /photos", error)]


async def test_close_cancels_what_runs_waits_for_its_end_and_reports_nothing(reports):
    scope = TaskScope("pane", reports)
    ended = []

    async def wait_for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    scope.start(wait_for_ever(), "waiting")
    await asyncio.sleep(0)
    await scope.close()
    assert ended == [True]
    assert len(scope) == 0
    assert reports.seen == []


async def test_an_error_while_closing_is_still_reported(reports):
    scope = TaskScope("queue", reports)

    async def fail_when_cancelled() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise ValueError("could not save") from None

    scope.start(fail_when_cancelled(), "saving")
    await asyncio.sleep(0)
    await scope.close()
    assert [str(error) for error in reports.errors] == ["could not save"]


async def test_replace_cancels_the_one_before_and_only_under_the_same_key(reports):
    scope = TaskScope("pane", reports)
    forever = asyncio.Event()

    async def wait() -> None:
        await forever.wait()

    stale = scope.replace("listing", wait(), "listing /a")
    other = scope.replace("space", wait(), "reading the free space")
    fresh = scope.replace("listing", wait(), "listing /b")
    await asyncio.wait([stale])
    assert stale.cancelled()
    assert not fresh.done()
    assert not other.done()
    assert scope.is_running("listing")
    await scope.close()
    assert not scope.is_running("listing")


async def test_a_closed_scope_takes_no_more_work(reports):
    scope = TaskScope("pane", reports)
    await scope.close()

    async def late() -> None:
        raise AssertionError("must not run")

    with pytest.raises(RuntimeError, match="closed"):
        scope.start(late(), "being late")


async def test_a_task_may_close_its_own_scope(reports):
    scope = TaskScope("window", reports)
    reached = []

    async def end() -> None:
        await scope.close()
        reached.append(True)

    await scope.start(end(), "closing")
    assert reached == [True]
