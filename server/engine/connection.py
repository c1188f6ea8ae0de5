"""One accepted connection through its life: TLS, login, requests. Between turns it waits in the parking.

A *turn* is what one worker does with a connection that can be read. Before login a turn never blocks, so a
stranger who stalls holds no thread; after login it may, and the stall deadline of the socket bounds it.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from functools import partial
from typing import cast

from server.engine.inbox import Inbox
from server.engine.login import Lane, Login, Reception
from server.engine.pacing import Pacer
from server.engine.registry import Session
from server.engine.witness import Witness
from server.requests.exchange import Direction, TransferMeter
from shared import tls
from shared.coding.codec import decode
from shared.coding.coder import Coder
from shared.coding.delivery import look_at
from shared.errors import ConfigError, ConnectionLostError, PeerError, WherryError
from shared.names import RemotePath
from shared.protocol import limits, messages
from shared.protocol.server import ServerConversation
from shared.protocol.states import State
from shared.stream import BlockingStream, prepare_socket
from shared.tls_socket import TlsSocket

_log = logging.getLogger(__name__)


_UPLOADING = frozenset({State.INLINE, State.OFFERED, State.SENDING, State.VERDICT, State.DRAINING})

_LINGER = 1.0
"""Seconds for a client in the middle of an upload to hear that the session is over."""


class Turn(Enum):
    """How a turn ended: wait until there is more to read, go on in another lane, or the connection is over."""

    PARK = auto()
    MOVE = auto()
    OVER = auto()


def _takes_long(message: messages.Any | None) -> bool:
    """Whether a request may hold its worker for as long as its client likes, or its disk needs."""
    if isinstance(message, messages.Remove):
        return message.recursive
    return isinstance(
        message,
        messages.Get | messages.Put | messages.Assist | messages.DigestOf | messages.Copy | messages.Search,
    )


class Connection:
    """A connection to one client; implements :class:`server.requests.exchange.Exchange`.

    ``deadline`` is when, in monotonic seconds, the parking gives it up. Only :meth:`abort` may be called by a
    thread other than the one that has the turn.
    """

    def __init__(
        self,
        sock: socket.socket,
        context: ssl.SSLContext,
        peer: str,
        reception: Reception,
        *,
        nonce: bytes,
        name: str,
        agent: str,
        compress: bool = True,
    ) -> None:
        """Take the socket over; without ``compress`` content is never compressed, in neither direction. Raises OSError
        when the peer has gone already."""
        sock.setblocking(False)
        prepare_socket(sock)
        self.socket = TlsSocket(sock, context, server_side=True)
        self.peer = peer
        self._conversation = ServerConversation(
            nonce=nonce, name=name, agent=agent, decode=decode if compress else None
        )
        coder = Coder(partial(look_at, sock)) if compress else None
        self._stream = BlockingStream(self.socket, self._conversation, self._pace, self._piece, coder)
        self._uploads: Pacer | None = None
        self._downloads: Pacer | None = None
        self._is_sending = False
        self._witness: Witness | None = None
        self._reception = reception
        self._login = Login(reception, self._conversation, self, peer)
        self._has_handshaken = False
        self._is_aborted = threading.Event()
        self.deadline = 0.0
        self._inbox = Inbox()

    @property
    def is_logged_in(self) -> bool:
        return self._login.session is not None

    @property
    def lane(self) -> Lane:
        """Which workers take the next turn."""
        return Lane.BULK if _takes_long(self._inbox.first) else self._login.lane

    @property
    def account(self) -> str | None:
        """Whose it is; None before login."""
        return self._login.session.account.name if self._login.session is not None else None

    @property
    def binding(self) -> bytes:
        return self._reception.binding

    def take_turn(self, lane: Lane) -> Turn:
        """Do what can be done now. Translates every failure: what comes out is how the turn ended."""
        try:
            if self._is_aborted.is_set():
                return Turn.OVER
            if not self.is_logged_in and not self._advance_login():
                return Turn.OVER
            if self._login.session is not None:
                return self._serve(self._login.session, lane)
        except ConnectionLostError as error:
            _log.debug("%s: %s", self.peer, error.detail)
            return Turn.OVER
        except ConfigError as error:
            _log.error("%s: %s", self.peer, error)
            self._say_goodbye("internal", "the server cannot use its accounts at the moment")
            return Turn.OVER
        except PeerError as error:
            _log.warning("%s broke the protocol: %s", self.peer, error.detail)
            if self._has_handshaken and not self.is_logged_in:
                self._reception.gate.misbehaved(self.peer)
            self._say_goodbye("protocol", error.detail)
            return Turn.OVER
        except OSError as error:
            _log.debug("%s: %s", self.peer, error)
            return Turn.OVER
        except Exception:  # noqa: BLE001  # whatever a handler raises must end this connection, not the worker
            _log.exception("a bug ended the connection of %s", self.peer)
            self._say_goodbye("internal", "the server met an internal error; its log has the details")
            return Turn.OVER
        return Turn.PARK

    @property
    def traffic(self) -> tuple[int, int]:
        return self._stream.bytes_in, self._stream.bytes_out

    def abort(self) -> None:
        """End the connection from any thread: wakes whoever reads or writes it."""
        self._is_aborted.set()
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            _log.debug("%s: %s", self.peer, error)

    def dismiss(self, code: str, text: str) -> None:
        """Say why the connection ends; for a parked connection, whose turn nobody has."""
        if self.is_logged_in:
            self._say_goodbye(code, text)

    def close(self) -> None:
        """Release everything; the last call, by whoever has the connection. Raises nothing."""
        session = self._login.session
        if session is not None:
            leaves: list[Callable[[], None]] = [
                partial(session.desk.leave, self),
                partial(self._reception.registry.leave, session, self),
            ]
            if self._witness is not None:
                leaves.insert(0, self._witness.left)
            for leave in leaves:
                try:
                    leave()
                except Exception:  # noqa: BLE001  # whatever one step meets, the others must still be taken
                    _log.exception("%s did not leave cleanly", self.peer)
        try:
            self.socket.setblocking(False)
            # Sends close_notify, so that the peer can tell an end from a cut; does not wait for theirs.
            self.socket.unwrap()
        except (OSError, ValueError) as error:
            _log.debug("%s: %s", self.peer, error)
        self.socket.close()

    # --- before login

    def _advance_login(self) -> bool:
        try:
            if not self._has_handshaken:
                self.socket.do_handshake()
                tls.check_negotiated(self.socket)
                self._has_handshaken = True
                self._stream.flush()
            while not self.is_logged_in:
                message = self._conversation.next_message()
                if message is None:
                    self._fill_now()
                    continue
                keep = self._login.receive(message)
                self._stream.flush()
                if not keep:
                    return False
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            # A login's few bytes always fit an empty send buffer; a peer for whom they do not meets the deadline.
            return True
        return True

    def _fill_now(self) -> None:
        """Receive what is there; raises SSLWantReadError when nothing is."""
        with self._conversation.get_buffer() as space:
            count = self.socket.recv_into(space)
        if not count:
            self._conversation.receive_end()
            raise ConnectionLostError("the other side closed the connection")
        self._conversation.buffer_updated(count)
        self._stream.bytes_in += count

    # --- after login

    def _serve(self, session: Session, lane: Lane) -> Turn:
        """Handle every request that is there. Waiting for the next one is the parking's, never a worker's.

        What takes long is left to the other lane: logins and listings must not wait behind it.
        """
        if self._witness is None:
            self._settle(session)
        turn = Turn.PARK
        while not self._is_aborted.is_set():
            if self._reception.is_stopping.is_set():
                turn = Turn.OVER
                break
            message = self._inbox.take() or self._conversation.next_message()
            if isinstance(message, messages.Stop):
                # Of a request that had ended already when this came.
                continue
            if lane is Lane.TALK and _takes_long(message):
                self._inbox.put_back(cast(messages.Requests, message))
                turn = Turn.MOVE
                break
            if message is not None:
                self.socket.settimeout(limits.STALL_DEADLINE)
                if self._witness is not None:
                    self._witness.asked(message)
                request = cast(messages.Requests, message)
                session.desk.handle(request, self)
                self._inbox.ended(request.id)
                continue
            self.socket.setblocking(False)
            try:
                self._fill_now()
            except ssl.SSLWantReadError:
                break
        self.socket.settimeout(limits.STALL_DEADLINE)
        session.desk.flush(self)
        self._stream.flush()
        if turn is Turn.OVER:
            self._say_goodbye("closing", "the server is stopping", is_interrupted=True)
            return turn
        self._conversation.release()
        self.socket.release()
        return turn

    def _settle(self, session: Session) -> None:
        """Put the connection under the limits of its account and into the records."""
        total, account = self._reception.rates.total, session.rates
        wait = self._is_aborted.wait
        self._uploads = Pacer(account.upload, total.upload, wait=wait)
        self._downloads = Pacer(account.download, total.download, wait=wait)
        self._witness = Witness(self._reception.records, session.account.name, self.peer)

    def _pace(self, count: int) -> None:
        """Wait until so much content may move in the direction of the moment."""
        pacer = self._downloads if self._is_sending else self._uploads
        if pacer is not None:
            pacer.pace(count)

    def _piece(self) -> int:
        pacer = self._downloads if self._is_sending else self._uploads
        piece = pacer.piece if pacer is not None else None
        return limits.MAX_DATA if piece is None else piece

    def _say_goodbye(self, code: str, text: str, *, is_interrupted: bool = False) -> None:
        """Say why the connection ends. ``is_interrupted``: the client may be sending further requests."""
        state = self._conversation.state
        if state is State.CLOSED or not self._has_handshaken:
            return
        try:
            if self.is_logged_in:
                self._conversation.send(messages.Goodbye(code=code, text=text[:1024]))
            else:
                self._conversation.send(messages.Refused(code=code, text=text[:1024]))
            self.socket.settimeout(1.0)
            self._stream.flush()
            if state in _UPLOADING or is_interrupted:
                self._take_what_is_on_its_way()
        except (OSError, WherryError, AssertionError) as error:
            # The peer hears why when the conversation is at a place where it can be said; else it sees the end.
            _log.debug("%s: no goodbye: %s", self.peer, error)

    def _take_what_is_on_its_way(self) -> None:
        """Drop what the client still sends. To a close with bytes unread the system answers with a reset, and that
        destroys our last words at the other end before they are read."""
        self.socket.setblocking(False)
        with suppress(OSError):
            # Sends close_notify, and does not wait for theirs.
            self.socket.unwrap()
        self.socket.shutdown(socket.SHUT_WR)
        deadline, left = time.monotonic() + _LINGER, 4 * limits.MIN_BLOCK
        while left > 0 and (patience := deadline - time.monotonic()) > 0:
            self.socket.settimeout(patience)
            count = self.socket.recv_dropped(64 * limits.KIB)
            if not count:
                return
            left -= count

    # --- what request handlers see

    def send(self, message: messages.Any) -> None:
        if self._witness is not None:
            self._witness.said(message)
        self._stream.send(message)

    def send_block(self, block: messages.Block, data: memoryview) -> None:
        self._is_sending = True
        self._stream.send(block)
        self._stream.send_data(data)

    def send_data(self, data: memoryview) -> None:
        self._stream.send_data(data)

    def receive_part(self) -> messages.Block | messages.End:
        message = self._stream.receive()
        if not isinstance(message, messages.Block | messages.End):
            raise PeerError("a part of an upload was due")
        return message

    def receive_data(self, into: memoryview) -> None:
        self._is_sending = False
        self._stream.receive_data(into)

    def is_stopped(self, request: int) -> bool:
        """Whether the client has no use for the rest of ``request``; looks, and does not wait.

        What else came early is held for its turn.
        """
        if not self._inbox.is_stopped(request) and self._may_look_ahead:
            self.socket.setblocking(False)
            try:
                while self._may_look_ahead:
                    message = self._conversation.next_message()
                    if message is None:
                        self._fill_now()
                    else:
                        self._inbox.put(message, request)
            except ssl.SSLWantReadError:
                pass
            finally:
                self.socket.settimeout(limits.STALL_DEADLINE)
        return self._inbox.is_stopped(request)

    @property
    def _may_look_ahead(self) -> bool:
        """Whether the next message can be read before its turn: not the parts of an upload, which its handler reads."""
        return self._conversation.state is State.READY and self._inbox.has_room

    def send_now(self, message: messages.Any) -> None:
        self.send(message)
        self._stream.flush()

    @property
    def knows_long_work(self) -> bool:
        return self._conversation.knows_long_work

    def keep_alive(self) -> None:
        self._stream.keep_alive()

    def transfer_started(self, path: RemotePath, direction: Direction, size: int) -> TransferMeter:
        meter = TransferMeter(path, direction, size)
        if self._login.session is not None:
            self._reception.registry.transfer_started(self._login.session, meter)
        return meter

    def transfer_ended(self, meter: TransferMeter) -> None:
        if self._login.session is not None:
            self._reception.registry.transfer_ended(self._login.session, meter)
