"""Switching the engine without blocking, what is shown meanwhile, and how often its state is read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from server.engine.registry import Snapshot
from server.tray.power import Power
from server.tray.server_controller import UNWATCHED_MS, WATCHED_MS, ServerController
from shared.errors import ConfigError
from tests.server.tray.fakes import FakeEngine, session, transfer


class Clock:
    """Monotonic seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def controller(qtbot: QtBot, engine: FakeEngine, clock: Clock) -> Iterator[ServerController]:
    found = ServerController(engine, clock=clock)
    yield found
    engine.gate.set()
    found.close()


def _until(qtbot: QtBot, controller: ServerController, power: Power) -> None:
    qtbot.waitUntil(lambda: controller.view.power is power)


def test_a_slow_start_does_not_block_and_shows_itself(
    qtbot: QtBot, engine: FakeEngine, controller: ServerController
) -> None:
    engine.gate.clear()
    controller.toggle()
    assert controller.view.power is Power.STARTING
    assert controller.view.port == 47623
    engine.gate.set()
    _until(qtbot, controller, Power.ON)
    assert (controller.view.host, controller.view.port) == ("127.0.0.1", 40123)
    assert all(name.startswith("wherry-power") for name in engine.threads)


def test_on_and_off_again(qtbot: QtBot, engine: FakeEngine, controller: ServerController) -> None:
    controller.toggle()
    _until(qtbot, controller, Power.ON)
    controller.toggle()
    assert controller.view.power is Power.STOPPING
    _until(qtbot, controller, Power.OFF)
    assert engine.events == ["start", "stop"]
    assert controller.view.port == 47623


def test_pressing_while_it_starts_changes_nothing(
    qtbot: QtBot, engine: FakeEngine, controller: ServerController
) -> None:
    engine.gate.clear()
    controller.toggle()
    controller.toggle()
    controller.switch_on()
    engine.gate.set()
    _until(qtbot, controller, Power.ON)
    assert engine.events == ["start"]


def test_a_failed_start_is_shown_and_can_be_tried_again(
    qtbot: QtBot, engine: FakeEngine, controller: ServerController
) -> None:
    engine.refusal = ConfigError("0.0.0.0:47623: in use")
    controller.toggle()
    _until(qtbot, controller, Power.PROBLEM)
    assert controller.view.problem is engine.refusal
    engine.refusal = None
    controller.toggle()
    _until(qtbot, controller, Power.ON)
    assert controller.view.problem is None


def test_switching_off_while_it_starts_ends_off(qtbot: QtBot, engine: FakeEngine, controller: ServerController) -> None:
    engine.gate.clear()
    controller.switch_on()
    controller.switch_off()
    assert controller.view.power is Power.STOPPING
    engine.gate.set()
    _until(qtbot, controller, Power.OFF)
    assert engine.events == ["start", "stop"]


def test_the_state_is_read_with_rates(
    qtbot: QtBot, engine: FakeEngine, clock: Clock, controller: ServerController
) -> None:
    controller.switch_on()
    _until(qtbot, controller, Power.ON)
    people = (session("bert", 2, since=20.0), session("anna", 1, since=10.0))
    engine.state = Snapshot(people, (transfer("/a", 0), transfer("/b", 0, started=2.0, direction="download")))
    controller.refresh()
    clock.now += 2.0
    engine.state = Snapshot(people, (transfer("/b", 600, started=2.0, direction="download"), transfer("/a", 400)))
    controller.refresh()
    view = controller.view
    assert [row.info.account for row in view.sessions] == ["anna", "bert"]
    assert [(row.info.path, row.rate_bps) for row in view.transfers] == [("/a", 200.0), ("/b", 300.0)]
    assert [[info.path for info in row.moving] for row in view.sessions] == [["/a", "/b"], []]
    assert (view.received_bps, view.sent_bps) == (200.0, 300.0)


def test_nothing_new_is_not_told(qtbot: QtBot, controller: ServerController) -> None:
    controller.switch_on()
    _until(qtbot, controller, Power.ON)
    with qtbot.assertNotEmitted(controller.changed):
        controller.refresh()
        controller.refresh()


def test_the_state_is_read_often_only_while_it_matters(
    qtbot: QtBot, engine: FakeEngine, controller: ServerController
) -> None:
    assert controller.interval_ms is None
    controller.set_watched(True)
    assert controller.interval_ms is None
    controller.switch_on()
    _until(qtbot, controller, Power.ON)
    assert controller.interval_ms == WATCHED_MS
    controller.set_watched(False)
    assert controller.interval_ms == UNWATCHED_MS
    engine.state = Snapshot((session(),), (transfer(),))
    controller.refresh()
    assert controller.interval_ms == WATCHED_MS
    engine.state = Snapshot((session(),))
    controller.refresh()
    assert controller.interval_ms == UNWATCHED_MS
    controller.switch_off()
    _until(qtbot, controller, Power.OFF)
    assert controller.interval_ms is None


def test_kick_reaches_the_engine(qtbot: QtBot, engine: FakeEngine, controller: ServerController) -> None:
    controller.kick(b"id")
    assert engine.kicked == [b"id"]


def test_close_stops_a_running_engine(qtbot: QtBot, engine: FakeEngine) -> None:
    controller = ServerController(engine)
    controller.switch_on()
    controller.close()
    assert engine.events == ["start", "stop"]
