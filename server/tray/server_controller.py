"""Switches the engine on and off without blocking the window, and reads its state now and then."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, QTimer, Signal

from server.engine.registry import Snapshot
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


class ServerController(QObject):
    """The engine's one driver in this program.

    Signals:
        changed: :attr:`view` is another one now.
    """

    changed = Signal()

    def __init__(
        self,
        engine: Engine,
        host: str,
        port: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        """``host`` and ``port`` are what is shown until the engine tells where it listens."""
        super().__init__(parent)
        self._engine = engine
        self._clock = clock
        self._worker = Worker("wherry-power", self)
        self._view = View(Power.OFF, host, port, engine.fingerprint)
        self._place = (host, port)
        self._is_watched = False
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
        if self._view.power not in {Power.OFF, Power.PROBLEM}:
            return
        self._take(Event.SWITCH_ON)
        self._worker.run(self._engine.start, lambda _: self._take(Event.STARTED), self._start_failed)

    def switch_off(self) -> None:
        """Stop the engine, also one that is still starting."""
        if self._view.power not in {Power.ON, Power.STARTING}:
            return
        self._take(Event.SWITCH_OFF)
        self._worker.run(self._engine.stop, lambda _: self._take(Event.STOPPED), self._stop_failed)

    def kick(self, session: bytes) -> None:
        """End a session now."""
        self._engine.kick(session)
        self.refresh()

    def refresh(self) -> None:
        """Read the engine's state."""
        if self._view.power in {Power.ON, Power.STOPPING}:
            self._show(self._engine.snapshot())
        self._pace()

    def close(self) -> None:
        """Stop the engine if it runs and join the thread. Blocks for as long as that takes; the last call."""
        self._timer.stop()
        self._worker.run(self._engine.stop, lambda _: None, lambda _: None)
        self._worker.close()

    def _take(self, event: Event, problem: WherryError | None = None) -> None:
        power = next_power(self._view.power, event)
        host, port = self._engine.address if power is Power.ON else self._place
        self._view = View(power, host, port, self._view.fingerprint, problem)
        self._rates = Rates()
        self.changed.emit()
        self.refresh()

    def _start_failed(self, error: WherryError) -> None:
        self._take(Event.START_FAILED, error)

    def _stop_failed(self, error: WherryError) -> None:
        self._take(Event.STOP_FAILED, error)

    def _show(self, snapshot: Snapshot) -> None:
        rates = self._rates.read(self._clock(), {key_of(info): info.moved for info in snapshot.transfers})
        by_session: defaultdict[bytes, float] = defaultdict(float)
        # Not from the engine's totals: those count a transfer's bytes when it has ended.
        by_direction: defaultdict[str, float] = defaultdict(float)
        for info in snapshot.transfers:
            by_session[info.session] += rates[key_of(info)]
            by_direction[info.direction] += rates[key_of(info)]
        view = self._view
        self._view = View(
            view.power,
            view.host,
            view.port,
            view.fingerprint,
            view.problem,
            tuple(SessionRow(info, by_session[info.id]) for info in sorted(snapshot.sessions, key=lambda s: s.since)),
            tuple(
                TransferRow(info, rates[key_of(info)]) for info in sorted(snapshot.transfers, key=lambda t: t.started)
            ),
            by_direction["upload"],
            by_direction["download"],
        )
        if self._view != view:
            self.changed.emit()

    def _pace(self) -> None:
        """Read often while it matters, rarely while it might, and never while there is nothing to read."""
        if self._view.power not in {Power.ON, Power.STOPPING}:
            self._timer.stop()
            return
        interval = WATCHED_MS if self._is_watched or self._view.transfers else UNWATCHED_MS
        if not self._timer.isActive() or self._timer.interval() != interval:
            self._timer.start(interval)
