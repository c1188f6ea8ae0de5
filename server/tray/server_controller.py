"""Switches the engine on and off without blocking the window, and reads its state now and then."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from server.engine.registry import Snapshot, TransferInfo
from server.tray.ports import Engine
from server.tray.power import Event, Power, next_power, wish_of
from server.tray.rates import Rates
from server.tray.view import SessionRow, TransferRow, View, key_of
from server.tray.worker import Worker
from shared.errors import WherryError

WATCHED_MS = 500
"""Twice a second while somebody looks, or something moves."""

UNWATCHED_MS = 2000
"""With the window closed the icon still has to notice that a transfer began."""


_log = logging.getLogger(__name__)

T = TypeVar("T")


class ServerController(QObject):
    """The engine's one driver in this program.

    Signals:
        changed: :attr:`view` is another one now.
        failed: Something that no dialog waits for was refused; carries the WherryError.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        engine: Engine,
        *,
        prepare: Callable[[], object] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        """``prepare`` is called before each start, on the engine's thread; what it raises keeps it from starting."""
        super().__init__(parent)
        self._engine = engine
        self._prepare = prepare
        self._clock = clock
        self._worker = Worker("wherry-power", self)
        config = engine.config
        self._view = View(Power.OFF, config.host, config.port, engine.fingerprint, bans=engine.bans())
        self._is_watched = False
        self._is_restarting = False
        self._rates = Rates[Hashable]()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)

    @property
    def view(self) -> View:
        return self._view

    @property
    def interval_ms(self) -> int | None:
        """How often the state is read, in milliseconds; None while it is not."""
        return self._timer.interval() if self._timer.isActive() else None

    def set_watched(self, is_watched: bool) -> None:
        """Somebody looks at the window, or nobody does: read the state often, or rarely."""
        self._is_watched = is_watched
        if is_watched:
            self.refresh()
        self._pace()

    def toggle(self) -> None:
        """Switch on what is off and off what is on; nothing while the engine is on its way."""
        match wish_of(self._view.power):
            case Event.SWITCH_ON:
                self.switch_on()
            case Event.SWITCH_OFF:
                self.switch_off()

    def switch_on(self) -> None:
        """Start the engine, unless it runs or starts already."""
        self._is_restarting = False
        if self._view.power not in {Power.OFF, Power.PROBLEM}:
            return
        self._take(Event.SWITCH_ON)
        self._worker.run(self._start, lambda _: self._take(Event.STARTED), self._start_failed)

    def switch_off(self) -> None:
        """Stop the engine, also one that is still starting."""
        self._is_restarting = False
        if self._view.power not in {Power.ON, Power.STARTING}:
            return
        self._take(Event.SWITCH_OFF)
        self._worker.run(self._stop, lambda _: self._take(Event.STOPPED), self._stop_failed)

    def restart(self) -> None:
        """Switch off and on again, for settings that hold from the next start on."""
        if self._view.power is Power.ON:
            self.switch_off()
            self._is_restarting = True

    def kick(self, session: bytes) -> None:
        """End a session now."""
        self._engine.kick(session)
        self.refresh()

    def ban(self, network: str, seconds: float | None, reason: str) -> None:
        """Keep an address or network out, by default until it is lifted; its sessions end."""
        self.do(lambda: self._engine.ban(network, seconds, reason), lambda _: None, self.failed.emit)

    def lift(self, network: str) -> None:
        """Let an address or network in again."""
        self.do(lambda: self._engine.lift(network), lambda _: None, self.failed.emit)

    def do(self, job: Callable[[], T], done: Callable[[T], object], failed: Callable[[WherryError], object]) -> None:
        """Let the engine's one thread do something that changes it or takes its time; the answers come in this one."""

        def succeeded(result: T) -> None:
            self.refresh()
            done(result)

        self._worker.run(job, succeeded, failed)

    def refresh(self) -> None:
        """Read the engine's state."""
        if self._view.power in {Power.ON, Power.STOPPING}:
            self._show(self._engine.snapshot())
        else:
            self._update(self._view)
        self._pace()

    def close(self) -> None:
        """Stop the engine if it runs and join the thread. Blocks for as long as that takes; the last call."""
        self._timer.stop()
        self._worker.run(self._engine.stop, lambda _: None, lambda _: None)
        self._worker.close()

    def _take(self, event: Event, problem: WherryError | None = None) -> None:
        power = next_power(self._view.power, event)
        self._rates = Rates()
        # Whatever moved before is of another time.
        self._update(View(power, self._view.host, self._view.port, self._view.fingerprint, problem))
        self.refresh()
        if event is Event.STOPPED and self._is_restarting:
            self.switch_on()

    def _start(self) -> None:
        """Runs on the engine's thread."""
        self._prepare()
        self._engine.start()
        host, port = self._engine.address
        _log.info("the server is on, at %s port %d", host, port)

    def _stop(self) -> None:
        """Runs on the engine's thread."""
        self._engine.stop()
        _log.info("the server is off")

    def _start_failed(self, error: WherryError) -> None:
        self._take(Event.START_FAILED, error)

    def _stop_failed(self, error: WherryError) -> None:
        self._take(Event.STOP_FAILED, error)

    def _show(self, snapshot: Snapshot) -> None:
        rates = self._rates.read(self._clock(), {key_of(info): info.moved for info in snapshot.transfers})
        # Not from the engine's totals: those count a transfer's bytes when it has ended.
        by_direction: defaultdict[str, float] = defaultdict(float)
        for info in snapshot.transfers:
            by_direction[info.direction] += rates[key_of(info)]
        moving: defaultdict[bytes, list[TransferInfo]] = defaultdict(list)
        for info in sorted(snapshot.transfers, key=lambda transfer: transfer.started):
            moving[info.session].append(info)
        self._update(
            replace(
                self._view,
                sessions=tuple(
                    SessionRow(info, tuple(moving[info.id]))
                    for info in sorted(snapshot.sessions, key=lambda session: session.since)
                ),
                transfers=tuple(
                    TransferRow(info, rates[key_of(info)])
                    for info in sorted(snapshot.transfers, key=lambda transfer: transfer.started)
                ),
                received_bps=by_direction["upload"],
                sent_bps=by_direction["download"],
                bytes_in=snapshot.bytes_in,
                bytes_out=snapshot.bytes_out,
            )
        )

    def _update(self, view: View) -> None:
        """Show a view, with what the engine tells at any time; ``changed`` only when it is another one."""
        engine, config = self._engine, self._engine.config
        host, port = engine.address if view.power is Power.ON else (config.host, config.port)
        view = replace(
            view,
            host=host,
            port=port,
            fingerprint=engine.fingerprint,
            bans=engine.bans(),
            announcement=engine.announcement,
        )
        if view != self._view:
            self._view = view
            self.changed.emit()

    def _pace(self) -> None:
        """Read often while it matters, rarely while it might, and never while there is nothing to read."""
        if self._view.power not in {Power.ON, Power.STOPPING}:
            self._timer.stop()
            return
        interval = WATCHED_MS if self._is_watched or self._view.transfers else UNWATCHED_MS
        if not self._timer.isActive() or self._timer.interval() != interval:
            self._timer.start(interval)
