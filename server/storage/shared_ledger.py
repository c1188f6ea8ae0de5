"""What a folder holds and may hold, where several servers write into it: the ledger in their common database.

The rules are those of :mod:`server.storage.quota`. The row of the folder is locked while a promise is made, also while
the folder is counted, so promises of all servers come one after the other. What a server had promised ends with it.
An upload without a limit asks nobody; it makes the others count anew.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from server.capacity import Limit, Usage
from server.database import tables
from server.database.node import Node, is_alive
from server.storage.quota import Reservation, check_room
from shared.errors import ConfigError
from shared.names import RemotePath

_log = logging.getLogger(__name__)

_usage, _reservations = tables.usage, tables.reservations


class SharedLedger:
    """The ledger of one folder. Thread-safe. Raises ConfigError when the database cannot be used, but for what ends
    an upload: that is tried again with :meth:`SharedLedgers.catch_up`."""

    def __init__(self, node: Node, folder: Path, owed: Callable[[str, str], None]) -> None:
        """``folder`` names it in all servers; ``owed`` is told of a promise that could not be ended."""
        self._node = node
        self._place = str(folder)
        self._owed = owed

    def reserve(self, growth: Usage, limit: Limit, measure: Callable[[], Usage], at: RemotePath) -> Reservation:
        if not limit.is_set:
            return Reservation(growth, 0)
        with self._node.database.write() as connection:
            used, generation = self._measured(connection, measure)
            check_room(used, self._promised(connection), growth, limit, at)
            promise = secrets.token_hex(16)
            held = growth.growth
            connection.execute(
                sa.insert(_reservations).values(
                    id=promise, place=self._place, node=self._node.id, bytes=held.bytes, files=held.files
                )
            )
            return Reservation(growth, generation, promise)

    def settle(self, reservation: Reservation, added: Usage) -> None:
        try:
            if reservation.id:
                self._settle(reservation, added)
            elif added != Usage():
                self.forget()
        except ConfigError as error:
            _log.error("%s: what an upload has added could not be counted: %s", self._place, error)
            self._owed(self._place, reservation.id)

    def forget(self) -> None:
        with self._node.database.write() as connection:
            # Also where it is forgotten already: somebody may be counting, and must be waited for.
            connection.execute(
                sa.update(_usage).where(_usage.c.place == self._place).values(bytes=sa.null(), files=sa.null())
            )

    def left(self, limit: Limit, measure: Callable[[], Usage]) -> int | None:
        if limit.bytes is None:
            return None
        with self._node.database.write() as connection:
            used, _ = self._measured(connection, measure)
            return max(0, limit.bytes - used.bytes - self._promised(connection).bytes)

    def _settle(self, reservation: Reservation, added: Usage) -> None:
        with self._node.database.write() as connection:
            row = self._locked(connection)
            ended = connection.execute(sa.delete(_reservations).where(_reservations.c.id == reservation.id))
            used: Usage | None = None
            if row is not None and row[2] == reservation.generation and ended.rowcount == 1:
                used = Usage(row[0], row[1]) + added
            # Else a scan in the meantime may have counted these bytes, or part of them.
            self._write(connection, used)

    def _measured(self, connection: Connection, measure: Callable[[], Usage]) -> tuple[Usage, int]:
        """Return what the folder holds, counted now if it is not known; the row is locked from here on."""
        connection.execute(insert(_usage).values(place=self._place, generation=0).on_conflict_do_nothing())
        row = self._locked(connection)
        gone = sa.delete(_reservations).where(
            _reservations.c.place == self._place, sa.not_(is_alive(_reservations.c.node))
        )
        # What a server that is gone has left of its uploads is on the disk now.
        if connection.execute(gone).rowcount == 0 and row is not None:
            return Usage(row[0], row[1]), row[2]
        generation = int(
            connection.execute(
                sa.update(_usage)
                .where(_usage.c.place == self._place)
                .values(generation=_usage.c.generation + 1)
                .returning(_usage.c.generation)
            ).scalar_one()
        )
        used = measure()
        self._write(connection, used)
        return used, generation

    def _locked(self, connection: Connection) -> tuple[int, int, int] | None:
        """Lock the folder's row; return bytes, files and generation where they are known."""
        statement = sa.select(_usage).where(_usage.c.place == self._place).with_for_update()
        row = connection.execute(statement).one_or_none()
        if row is None or row.bytes is None:
            return None
        return row.bytes, row.files, row.generation

    def _promised(self, connection: Connection) -> Usage:
        total = sa.select(
            sa.func.coalesce(sa.func.sum(_reservations.c.bytes), 0),
            sa.func.coalesce(sa.func.sum(_reservations.c.files), 0),
        ).where(_reservations.c.place == self._place)
        row = connection.execute(total).one()
        return Usage(int(row[0]), int(row[1]))

    def _write(self, connection: Connection, used: Usage | None) -> None:
        values = (
            {"bytes": sa.null(), "files": sa.null()} if used is None else {"bytes": used.bytes, "files": used.files}
        )
        connection.execute(sa.update(_usage).where(_usage.c.place == self._place).values(values))


class SharedLedgers:
    """Makes the ledgers of one server process, and ends what could not be ended at its time. Thread-safe."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._lock = threading.Lock()
        self._owed: set[tuple[str, str]] = set()

    def ledger_for(self, folder: Path) -> SharedLedger:
        """Return the ledger of a folder; its path is what all servers know it by. Raises ConfigError.

        Whatever happened there while this server did not look, the folder is counted anew for it.
        """
        place = sa.select(_usage.c.place).where(_usage.c.place == str(folder)).with_for_update(skip_locked=True)
        with self._node.database.write() as connection:
            # One that is locked is being counted or promised from at this moment; no login waits for that.
            connection.execute(
                sa.update(_usage)
                .where(_usage.c.place.in_(place.scalar_subquery()))
                .values(bytes=sa.null(), files=sa.null())
            )
        return SharedLedger(self._node, folder, self._owe)

    def catch_up(self) -> None:
        """End the promises that could not be ended when their uploads were. Raises ConfigError while that goes on."""
        with self._lock:
            owed = tuple(self._owed)
        for place, promise in owed:
            with self._node.database.write() as connection:
                connection.execute(sa.delete(_reservations).where(_reservations.c.id == promise))
                connection.execute(
                    sa.update(_usage).where(_usage.c.place == place).values(bytes=sa.null(), files=sa.null())
                )
            with self._lock:
                self._owed.discard((place, promise))

    def _owe(self, place: str, promise: str) -> None:
        with self._lock:
            self._owed.add((place, promise))
