"""While nobody looks the machine stays awake, the end is told, and what was wished is done, unless it is prevented."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from desktop.controllers.away import LONG_S, Afterwards, AwayController
from desktop.runtime.desktop_services import Hold, Rest
from desktop.storage.settings import Settings
from desktop.transfers.items import State
from desktop.transfers.progress import Totals

pytestmark = pytest.mark.asyncio


class FakeServices:
    """Records what it is asked for, from any thread."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.rests = {Rest.SUSPEND}
        self.answers = threading.Event()
        self.answers.set()

    def hold_awake(self, reason: str) -> Hold | None:
        self.answers.wait(5)
        self.calls.append("hold")
        return Hold(lambda: self.calls.append("release"))

    def can(self, rest: Rest) -> bool:
        return rest in self.rests

    def put_to_rest(self, rest: Rest) -> bool:
        self.calls.append(str(rest))
        return True

    def notify(self, title: str, text: str) -> bool:
        self.calls.append(f"{title}: {text}")
        return True


class Person:
    """Lets a countdown run out, or prevents what it counts to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.lets_it = True
        self.gate = asyncio.Event()
        self.gate.set()

    async def confirm_afterwards(self, afterwards: str, seconds: int) -> bool:
        self.asked.append(afterwards)
        await self.gate.wait()
        return self.lets_it


class Setting:
    settings = Settings()
    is_looked_at = False
    now = 100.0


def totals(*, running: int = 0, queued: int = 0, done: int = 0, failed: int = 0, asking: int = 0) -> Totals:
    counts = {
        State.RUNNING: running,
        State.QUEUED: queued,
        State.DONE: done,
        State.FAILED: failed,
        State.ASKING: asking,
    }
    return Totals({state: count for state, count in counts.items() if count}, 100, 40, 0.0, None)


async def until(condition) -> None:
    async with asyncio.timeout(3):
        while not condition():
            await asyncio.sleep(0.001)


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest_asyncio.fixture
async def person() -> Person:
    return Person()


@pytest.fixture
def setting() -> Setting:
    return Setting()


@pytest_asyncio.fixture
async def away(services, person, setting, reports) -> AsyncIterator[AwayController]:
    made = AwayController(
        services, person, lambda: setting.settings, lambda: setting.is_looked_at, reports, clock=lambda: setting.now
    )
    yield made
    await made.close()
    assert reports.errors == []


async def work(away: AwayController, setting: Setting, seconds: float, end: Totals) -> None:
    away.note_totals(totals(running=1, done=2))
    setting.now += seconds
    away.note_totals(end)


async def test_the_machine_is_held_awake_only_while_files_move(away, services):
    away.note_totals(totals(running=1))
    away.note_totals(totals(running=2))
    await until(lambda: services.calls == ["hold"])
    away.note_totals(totals(done=2))
    await until(lambda: services.calls == ["hold", "release"])


async def test_who_does_not_want_it_is_not_kept_awake(away, services, setting):
    setting.settings = Settings(keep_awake=False)
    await work(away, setting, 1, totals(done=3))
    await asyncio.sleep(0.02)
    assert services.calls == []


async def test_a_hold_that_comes_after_the_end_is_given_back(away, services):
    services.answers.clear()
    away.note_totals(totals(running=1))
    await asyncio.sleep(0.02)
    away.note_totals(totals(done=1))
    await asyncio.sleep(0.02)
    services.answers.set()
    await until(lambda: services.calls == ["hold", "release"])


async def test_closing_lets_the_machine_sleep(away, services):
    away.note_totals(totals(running=1))
    await until(lambda: services.calls == ["hold"])
    await away.close()
    assert services.calls == ["hold", "release"]


async def test_a_paused_queue_holds_nothing(away, services):
    away.note_totals(Totals({State.QUEUED: 5}, 100, 0, 0.0, None, is_paused=True))
    await asyncio.sleep(0.02)
    assert services.calls == []


async def test_the_end_of_long_work_is_told_with_what_came_of_it(away, services, setting):
    await work(away, setting, LONG_S + 80, totals(done=5, failed=2))
    await until(lambda: any("failed" in call for call in services.calls))
    assert "2 transfers failed: 3 items were transferred. It took 2 min." in services.calls


@pytest.mark.parametrize(
    ("seconds", "is_looked_at", "wants"), [(LONG_S - 1, False, True), (99, True, True), (99, False, False)]
)
async def test_short_work_work_watched_and_unwanted_news_are_not_told(
    away, services, setting, seconds, is_looked_at, wants
):
    setting.is_looked_at = is_looked_at
    setting.settings = Settings(notify_when_done=wants)
    await work(away, setting, seconds, totals(done=5))
    await asyncio.sleep(0.02)
    assert services.calls == []


async def test_what_was_wished_is_done_after_the_countdown(away, services, setting, person):
    changes = []
    away.afterwards_changed.connect(changes.append)
    away.choose(Afterwards.SUSPEND)
    await work(away, setting, 1, totals(done=3))
    await until(lambda: "suspend" in services.calls)
    assert person.asked == ["suspend"]
    # It was for this once.
    assert changes == [Afterwards.SUSPEND, Afterwards.NOTHING]
    await work(away, setting, 1, totals(done=4))
    await asyncio.sleep(0.02)
    assert person.asked == ["suspend"]


async def test_prevented_it_does_not_happen_and_is_not_asked_again(away, services, setting, person):
    person.lets_it = False
    away.choose(Afterwards.SHUTDOWN)
    await work(away, setting, 1, totals(done=3))
    await until(lambda: away.afterwards is Afterwards.NOTHING)
    assert "shutdown" not in services.calls


async def test_quitting_is_asked_of_the_window(away, setting):
    asked = []
    away.quit_requested.connect(lambda: asked.append(True))
    away.choose(Afterwards.QUIT)
    await work(away, setting, 1, totals(done=3))
    await until(lambda: asked)


async def test_with_a_question_open_nothing_is_done(away, setting, person):
    away.choose(Afterwards.SHUTDOWN)
    await work(away, setting, 1, totals(done=3, asking=1))
    await asyncio.sleep(0.02)
    assert person.asked == []
    assert away.afterwards is Afterwards.SHUTDOWN


async def test_new_work_during_the_countdown_puts_it_off(away, services, setting, person):
    person.gate.clear()
    away.choose(Afterwards.SHUTDOWN)
    await work(away, setting, 1, totals(done=3))
    await until(lambda: person.asked)
    away.note_totals(totals(running=1))
    await asyncio.sleep(0.02)
    person.gate.set()
    await asyncio.sleep(0.02)
    assert "shutdown" not in services.calls
    away.note_totals(totals(done=4))
    await until(lambda: "shutdown" in services.calls)


async def test_only_what_the_system_can_do_is_offered(away, monkeypatch):
    monkeypatch.setattr("desktop.controllers.away.LOOK_AFTER_S", 0)
    offered = []
    away.offered.connect(offered.append)
    away.start()
    await until(lambda: offered)
    assert offered == [(Afterwards.NOTHING, Afterwards.QUIT, Afterwards.SUSPEND)]


async def test_progress_is_told_while_something_is_under_way(away):
    told = []
    away.progress_changed.connect(told.append)
    away.note_totals(totals(running=1))
    away.note_totals(totals(done=1))
    assert told == [0.4, None]
