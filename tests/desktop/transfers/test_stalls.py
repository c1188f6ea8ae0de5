"""A run that moves nothing is told about, with the seconds; one that moves in any way is not."""

from __future__ import annotations

import pytest

from desktop.transfers.courier import Run, Task
from desktop.transfers.items import Direction, Item
from desktop.transfers.scheduler import Start, Work
from desktop.transfers.stalls import STALLED_S, StallWatch
from shared.entries import Kind
from tests.desktop.transfers.world import SITE, Channel, Files, Links


def new_run(*ids: int) -> Run:
    tasks = {id: Task(Item(id, 1, Direction.UPLOAD, Kind.FILE, SITE, f"/{id}", (str(id),), 9, 0), False) for id in ids}
    return Run(Start(1, Work.FILES, SITE, Direction.UPLOAD, tuple(ids)), tasks)


def test_after_a_while_without_a_byte_every_item_of_the_run_is_stalled() -> None:
    watch, run = StallWatch(), new_run(1, 2)
    watch.look([run], run.tasks, 0.0)
    watch.look([run], run.tasks, STALLED_S - 0.1)
    assert not watch.is_any
    watch.look([run], run.tasks, STALLED_S)
    assert [watch.stalled_s(id) for id in (1, 2, 3)] == [STALLED_S, STALLED_S, 0.0]
    watch.look([run], run.tasks, STALLED_S + 5)
    assert watch.stalled_s(1) == STALLED_S + 5


@pytest.mark.parametrize("counter", ["sent", "moved", "checked"])
def test_a_byte_in_any_of_its_items_ends_the_stall(counter: str) -> None:
    watch, run = StallWatch(), new_run(1, 2)
    watch.look([run], run.tasks, 0.0)
    watch.look([run], run.tasks, 20.0)
    assert watch.is_any
    setattr(run.tasks[2].progress, counter, 1)
    watch.look([run], run.tasks, 21.0)
    assert not watch.is_any
    watch.look([run], run.tasks, 21.0 + STALLED_S)
    assert watch.stalled_s(1) == STALLED_S


def test_what_goes_through_the_channel_counts_before_any_item_says_so() -> None:
    watch, run = StallWatch(), new_run(1)
    channel = Channel(Links(Files()))
    run.channel = channel
    watch.look([run], run.tasks, 0.0)
    channel.traffic = 16_384
    watch.look([run], run.tasks, 20.0)
    assert not watch.is_any


def test_an_item_that_ended_is_a_sign_of_life_and_stalls_no_more() -> None:
    watch, run = StallWatch(), new_run(1, 2)
    watch.look([run], run.tasks, 0.0)
    watch.look([run], {2}, 20.0)
    assert not watch.is_any
    watch.look([run], {2}, 40.0)
    assert (watch.stalled_s(1), watch.stalled_s(2)) == (0.0, 20.0)


def test_a_run_that_ended_is_forgotten() -> None:
    watch, run = StallWatch(), new_run(1)
    watch.look([run], run.tasks, 0.0)
    watch.look([run], run.tasks, 20.0)
    watch.forget(run)
    assert not watch.is_any
    watch.look([], {}, 21.0)
    assert not watch.is_any
