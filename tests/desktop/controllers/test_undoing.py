"""What was done last is taken back first, once, and only where it can be."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from desktop.controllers.undoing import MAX_STEPS, Step, UndoController
from shared.errors import Code, LocalError
from tests.desktop.controllers.conftest import until

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def undoing(reports) -> AsyncIterator[UndoController]:
    controller = UndoController(reports)
    yield controller
    await controller.close()


def step(done: list[str], text: str) -> Step:
    async def take_back() -> None:
        done.append(text)

    return Step(text, take_back)


async def test_steps_go_back_one_by_one_and_the_button_says_which(undoing):
    done: list[str] = []
    said: list[str] = []
    undoing.changed.connect(said.append)
    undoing.note(step(done, "one"))
    undoing.note(step(done, "two"))
    undoing.undo()
    await until(lambda: done == ["two"])
    undoing.undo()
    await until(lambda: done == ["two", "one"])
    undoing.undo()
    assert said == ["one", "two", "one", ""]


async def test_one_that_fails_is_told_and_not_tried_again(undoing, reports):
    async def fail() -> None:
        raise LocalError(Code.EXISTS, path="/a")

    undoing.note(Step("renaming a", fail))
    undoing.undo()
    await until(lambda: reports.seen)
    assert reports.seen[0][0] == "undoing renaming a"
    assert undoing.text == ""


async def test_only_so_many_steps_are_remembered(undoing):
    done: list[str] = []
    for at in range(MAX_STEPS + 1):
        undoing.note(step(done, str(at)))
    for count in range(1, MAX_STEPS + 1):
        undoing.undo()
        await until(lambda count=count: len(done) == count)
    undoing.undo()
    assert "0" not in done
