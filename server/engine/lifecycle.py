"""The server as one object: :meth:`Server.start` is ready or raises, :meth:`Server.stop` joins everything."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from server.accounts.store import AccountStore
from server.config import OPENED, ServerConfig, changes
from server.discovery import Announcement, AnnouncementState, Announcer, Notice
from server.engine.audit import FILE_NAME as AUDIT_NAME
from server.engine.audit import AuditTrail
from server.engine.ban_file import BanInfo
from server.engine.control import ControlSocket
from server.engine.descriptors import allow_connections
from server.engine.gate import Gate, covers
from server.engine.metrics import Load, MetricsEndpoint, exposition
from server.engine.orders import Host, Orders
from server.engine.registry import Snapshot
from server.engine.run import Run
from server.engine.tally import Count, Tally
from server.engine.witness import Records
from shared.names import display
from shared.tls import Identity
from shared.version import VERSION

_log = logging.getLogger(__name__)

SWITCH_INTERVAL = 0.0005
"""Seconds after which a thread must let another one have the interpreter. With Python's usual 5 ms a short request
waited behind sixteen transfers at each of its steps: its median answer took 5.8 ms, and takes 1.6 ms so."""


class Server:
    """The engine, in this process, on its own threads. Start and stop it as often as you like, from one thread.

    The caller owns ``accounts`` and closes it after the last stop. ``host`` is the program around it, which is asked
    when somebody orders a stop or a reload through the control socket. Bans are kept from one run to the next; what is
    read of sessions, transfers and counts is of the run under way.
    """

    def __init__(
        self,
        config: ServerConfig,
        accounts: AccountStore,
        identity: Identity,
        host: Host | None = None,
        *,
        announcer: Callable[[], Announcer] = Announcer,
    ) -> None:
        self._config = config
        self._accounts = accounts
        self._identity = identity
        self._host = host if host is not None else Host()
        self._make_announcer = announcer
        self._tally = Tally()
        self._gate = Gate(config, self._tally)
        self._started = 0.0
        self._run: Run | None = None
        self._announcer: Announcer | None = None
        self._metrics: MetricsEndpoint | None = None
        self._parts = ExitStack()

    # --- from start to stop

    @property
    def is_running(self) -> bool:
        return self._run is not None

    @property
    def config(self) -> ServerConfig:
        """The settings that are in force."""
        return self._config

    @property
    def address(self) -> tuple[str, int]:
        """Host and port as bound. Raises RuntimeError while the server is stopped."""
        if self._run is None:
            raise RuntimeError("the server is not running")
        return self._run.listener.address

    def start(self) -> None:
        """Listen. Raises :class:`~shared.errors.ConfigError`; then nothing is left running."""
        if self._run is not None:
            return
        config = self._config
        allow_connections(config.max_connections)
        sys.setswitchinterval(SWITCH_INTERVAL)
        with ExitStack() as parts:
            audit = AuditTrail(config.data / AUDIT_NAME) if config.audit else None
            if audit is not None:
                parts.callback(audit.close)
            parts.callback(self._gate.save)
            if config.metrics_port is not None:
                self._metrics = MetricsEndpoint(config.metrics_host, config.metrics_port, self.metrics)
                parts.callback(self._stop_metrics)
            control = ControlSocket(config.data, Orders(self, self._host).obey)
            parts.callback(control.stop)
            self._gate.audit = audit
            run = Run(config, self._accounts, self._identity, self._gate, Records(self._tally, audit))
            # From here on nothing raises.
            self._parts = parts.pop_all()
        self._run = run
        self._started = time.time()
        run.start()
        control.start()
        self._note("started", host=run.listener.address[0], port=run.listener.address[1])
        self._announce()

    def stop(self, grace: float | None = None) -> None:
        """Accept no more, let transfers go on for ``grace`` seconds (by default the settings'), then end every
        connection and thread. What is cut can be resumed."""
        run = self._run
        if run is None:
            return
        self._withdraw()
        run.stop(self._config.grace if grace is None else grace)
        self._run = None
        self._note("stopped")
        self._gate.audit = None
        self._parts.close()

    def hurry(self) -> None:
        """End the grace period of a :meth:`stop` that is under way in another thread."""
        run = self._run
        if run is not None:
            run.hurry()

    # --- looking

    def snapshot(self) -> Snapshot:
        """Return sessions, transfers and totals at this moment; empty while stopped."""
        run = self._run
        return run.registry.snapshot() if run is not None else Snapshot()

    def load(self) -> Load:
        """Return how busy the server is at this moment."""
        run = self._run
        if run is None:
            return Load(bans=len(self._gate.bans()))
        snapshot = run.registry.snapshot()
        connections, strangers = self._gate.counts()
        busy, workers = run.lanes()
        return Load(
            connections=connections,
            strangers=strangers,
            parked=run.parked(),
            sessions=len(snapshot.sessions),
            transfers=len(snapshot.transfers),
            bans=len(self._gate.bans()),
            bytes_in=snapshot.bytes_in,
            bytes_out=snapshot.bytes_out,
            busy=busy,
            workers=workers,
            started=self._started,
        )

    def counts(self) -> dict[tuple[Count, str], int]:
        """Return what was counted since the program was started."""
        return dict(self._tally.read())

    def metrics(self) -> str:
        """Return the numbers in the text format of Prometheus."""
        return exposition(self.load(), self._tally.read(), VERSION)

    @property
    def metrics_address(self) -> tuple[str, int] | None:
        """Where they are told; None while they are not."""
        return self._metrics.address if self._metrics is not None else None

    # --- sessions and bans

    def kick(self, session: bytes) -> bool:
        """End a session now. Return whether it was there: one that has gone already is no error."""
        run = self._run
        ended = run.registry.end(session) if run is not None else None
        if ended is None:
            return False
        _log.info("the session of “%s” from %s is ended by the owner", display(ended.account.name), ended.peer)
        self._note("kick", account=ended.account.name, address=ended.peer, session=ended.id.hex())
        return True

    def bans(self) -> tuple[BanInfo, ...]:
        """Return the bans that run, also while stopped."""
        return self._gate.bans()

    def ban(self, network: str, seconds: float | None = None, reason: str = "") -> BanInfo:
        """Keep an address or network out, by default until it is lifted, and end the sessions from there.

        Raises :class:`~shared.errors.ConfigError` for what cannot be banned.
        """
        ban = self._gate.ban(network, seconds, reason)
        run = self._run
        if run is not None:
            for session in run.registry.sessions():
                if covers(network, session.peer):
                    self.kick(session.id)
        self._gate.save()
        return ban

    def lift(self, network: str) -> tuple[BanInfo, ...]:
        """End the bans that concern an address or network, and return them. Raises ConfigError for what is neither."""
        lifted = self._gate.lift(network)
        self._gate.save()
        return lifted

    # --- settings

    def reload(self, config: ServerConfig) -> tuple[str, ...]:
        """Take over settings without disturbing anybody; return the names of those that need a restart.

        While stopped there is nobody to disturb: then only those of ``OPENED`` stay, which need another program.

        Raises :class:`~shared.errors.ConfigError` when they cannot be; then the old ones stay in force.
        """
        live, fixed = changes(self._config, config)
        if self._run is None:
            live = (*live, *(name for name in fixed if name not in OPENED))
            fixed = tuple(name for name in fixed if name in OPENED)
        config = replace(config, **{name: getattr(self._config, name) for name in fixed})
        run = self._run
        if run is not None:
            # What can fail comes first.
            if {"metrics_host", "metrics_port"} & set(live):
                self._move_metrics(config)
            if "audit" in live:
                self._change_audit(config, run)
            run.apply(config)
        self._config = config
        self._gate.apply(config)
        if {"announce", "name"} & set(live):
            self._announce()
        if live:
            _log.info("new settings hold: %s", ", ".join(live))
        if fixed:
            _log.warning("these settings need a restart, the old ones stay in force: %s", ", ".join(fixed))
        self._note("reloaded", changed=", ".join(live), needs_restart=", ".join(fixed))
        return fixed

    def _move_metrics(self, config: ServerConfig) -> None:
        old = self._metrics
        if config.metrics_port is not None:
            same = old is not None and config.metrics_port != 0 and config.metrics_port == old.address[1]
            if same:
                # Another host on the same port: the old one may stand in the way of the new one.
                self._stop_metrics()
                old = None
            self._metrics = MetricsEndpoint(config.metrics_host, config.metrics_port, self.metrics)
            self._parts.callback(self._stop_metrics)
        else:
            self._metrics = None
        if old is not None:
            old.stop()

    def _stop_metrics(self) -> None:
        metrics, self._metrics = self._metrics, None
        if metrics is not None:
            metrics.stop()

    def _change_audit(self, config: ServerConfig, run: Run) -> None:
        old = self._gate.audit
        audit = AuditTrail(config.data / AUDIT_NAME) if config.audit else None
        self._gate.audit = audit
        run.set_records(Records(self._tally, audit))
        if audit is not None:
            self._parts.callback(audit.close)
        if old is not None:
            old.close()

    # --- being found

    @property
    def announcement(self) -> Announcement:
        """Whether clients nearby can find this server by themselves; when not, why."""
        if self._announcer is not None:
            return self._announcer.announcement
        return Announcement(AnnouncementState.OFF)

    def set_announced(self, is_announced: bool) -> None:
        """Let clients nearby find this server, or not. What becomes of it, :attr:`announcement` tells."""
        self._config = replace(self._config, announce=is_announced)
        self._announce()

    def _announce(self) -> None:
        run = self._run
        self._withdraw()
        if run is not None and self._config.announce:
            host, port = run.listener.address
            notice = Notice(self._config.name, host, port, self.fingerprint, VERSION)
            self._announcer = self._make_announcer()
            self._announcer.start(notice)

    def _withdraw(self) -> None:
        announcer, self._announcer = self._announcer, None
        if announcer is not None:
            announcer.stop()

    # --- identity

    @property
    def identity(self) -> Identity:
        return self._identity

    @property
    def fingerprint(self) -> str:
        """The identity as people compare it: ``SHA256:...``."""
        return self._identity.fingerprint

    def use_identity(self, identity: Identity) -> None:
        """Meet new connections with another certificate; those that are there go on.

        Clients that know the old one stop hard and show both fingerprints, until their owners accept the new one.
        Raises :class:`~shared.errors.ConfigError` for an identity that does not work; the old one stays then.
        """
        run = self._run
        if run is not None:
            run.use_identity(identity)
        old, self._identity = self._identity.fingerprint, identity
        _log.warning("the server's identity is another one now: %s instead of %s", identity.fingerprint, old)
        self._note("identity", old=old, new=identity.fingerprint)
        self._announce()

    def _note(self, event: str, **facts: str | int) -> None:
        if self._gate.audit is not None:
            self._gate.audit.note(event, facts)
