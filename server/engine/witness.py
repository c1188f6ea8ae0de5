"""What a connection's transfers come to, read off its messages, for the audit trail and the counters.

It sees what is asked and what is answered and changes nothing; so every transfer is noted, small or large, whichever
handler did it and however it ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from server.engine.audit import AuditTrail
from server.engine.tally import Count, Tally
from shared.protocol import messages


@dataclass(frozen=True, slots=True)
class Records:
    """Where what is seen goes. ``audit`` is None while there is no trail."""

    tally: Tally
    audit: AuditTrail | None


@dataclass(slots=True)
class _Open:
    direction: str
    path: tuple[bytes, ...]
    size: int | None
    began: float


class Witness:
    """Watches one connection of a session. For the thread that has its turn."""

    def __init__(
        self, records: Records, account: str, address: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._records = records
        self._account = account
        self._address = address
        self._clock = clock
        self._open: dict[int, _Open] = {}

    def asked(self, message: messages.Any) -> None:
        """The client said this."""
        if isinstance(message, messages.Get):
            self._open[message.id] = _Open("download", message.path, None, self._clock())
        elif isinstance(message, messages.Put):
            self._open[message.id] = _Open("upload", message.path, message.size, self._clock())

    def said(self, message: messages.Any) -> None:
        """The server says this."""
        if not self._open:
            return
        match message:
            case messages.Offer():
                if (transfer := self._open.get(message.id)) is not None:
                    transfer.size = message.size
            case messages.Stored():
                self._end(message.id, "ok", message.root)
            case messages.End():
                self._end(message.id, message.reason or "ok", message.root)
            case messages.Failed():
                self._end(message.id, message.code, b"")

    def left(self) -> None:
        """The connection has ended: what was under way was cut."""
        for request in tuple(self._open):
            self._end(request, "cut", b"")

    def _end(self, request: int, result: str, root: bytes) -> None:
        transfer = self._open.pop(request, None)
        if transfer is None:
            return
        # An empty root says that nothing was proven.
        if result == "ok" and not root:
            result = "cancelled"
        tally, audit = self._records.tally, self._records.audit
        tally.add(Count.TRANSFERS, f"{transfer.direction} {'ok' if result == 'ok' else 'failed'}")
        if result == "ok":
            tally.add(Count.TRANSFERRED, transfer.direction, transfer.size or 0)
        if audit is not None:
            facts = {
                "account": self._account,
                "address": self._address,
                "direction": transfer.direction,
                "path": "/" + "/".join(part.decode("utf-8", "surrogateescape") for part in transfer.path),
                "bytes": transfer.size,
                "seconds": round(self._clock() - transfer.began, 3),
                "digest": root.hex() or None,
                "result": result,
            }
            audit.note("transfer", facts, is_urgent=False)
