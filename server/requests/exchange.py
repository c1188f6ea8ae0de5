"""What a request handler sees of its connection, as an interface. The engine implements it; tests have their own.

How the engine uses this room: one :class:`server.storage.homes.Homes` a process; for each session
``home = homes.open(account.home, account.name, account.limit, ...)`` and ``desk = Desk(home)``; for each request
``desk.handle(request, exchange)``; ``desk.flush(exchange)`` whenever no further request is buffered;
``desk.leave(exchange)`` when a connection ends, for whatever reason; ``desk.close()`` when the session ends, after its
connections have left. An exception out of ``handle`` that comes through means that this connection is over: ``leave``
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from shared.names import RemotePath
from shared.protocol import messages

Direction = Literal["upload", "download"]
"""As the client sees it."""


@dataclass(slots=True, eq=False)
class TransferMeter:
    """One transfer under way. Its handler writes ``moved``; the engine and the tray only read it."""

    path: RemotePath
    direction: Direction
    size: int
    moved: int = 0


class Exchange(Protocol):
    """One connection, for the one worker thread that handles its request. Hashable by identity."""

    def send(self, message: messages.Any) -> None:
        """Queue a message. The engine flushes before the worker would wait, and at 64 KiB."""

    def send_block(self, block: messages.Block, data: memoryview) -> None:
        """Send a block's message, then ``data`` as data frames of at most MAX_DATA.

        ``data`` is the whole block, or its beginning: then :meth:`send_data` follows with the rest. The buffer
        is the caller's again when this returns.
        """

    def send_data(self, data: memoryview) -> None:
        """Send more data frames of the block begun with :meth:`send_block`."""

    def receive_part(self) -> messages.Block | messages.End:
        """Wait for the next control message of the put under way. Raises ConnectionLostError, PeerError."""

    def receive_data(self, into: memoryview) -> None:
        """Wait until ``into`` is filled from data frames. Raises ConnectionLostError, PeerError."""

    def send_now(self, message: messages.Any) -> None:
        """Send a message, and what is queued before it, without waiting for more."""

    @property
    def binding(self) -> bytes:
        """What a login on this connection is bound to (:mod:`shared.auth.binding`)."""

    @property
    def knows_long_work(self) -> bool:
        """Whether the client may be told of progress."""

    def is_stopped(self, request: int) -> bool:
        """Whether the client sent Stop for ``request``: look between pieces of work, and end it then."""

    def keep_alive(self) -> None:
        """Let the client know, now and then, that its request is being worked on: call it between the pieces of work
        that says nothing for long. Cheap."""

    def transfer_started(self, path: RemotePath, direction: Direction, size: int) -> TransferMeter:
        """Make a transfer known to the tray."""

    def transfer_ended(self, meter: TransferMeter) -> None:
        """The transfer that :meth:`transfer_started` returned is over, well or not."""
