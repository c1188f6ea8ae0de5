"""A bulk channel: a blocking connection attached to a session, for one worker thread at a time."""

from __future__ import annotations

import hmac
import logging
import secrets
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby

from desktop.client.address import Address
from desktop.client.answers import refusal_from
from desktop.client.download import Downloader, Held
from desktop.client.fetch import Fetch
from desktop.client.session import agent, connect_error
from desktop.client.shipment import Shipment
from desktop.client.throttle import Throttle
from desktop.client.upload import Uploader
from desktop.transfers.items import Direction
from desktop.transfers.ports import Job, Outcome
from shared import tls
from shared.auth.binding import attach_proof, server_end_point
from shared.coding.codec import decode
from shared.coding.coder import Coder
from shared.coding.delivery import look_at
from shared.errors import ConnectionLostError, IdentityError, PeerError
from shared.protocol import limits, messages
from shared.protocol.client import ClientConversation
from shared.stream import BlockingStream, prepare_socket
from shared.tls_socket import TlsSocket

_log = logging.getLogger(__name__)

_NONCE_BYTES = 24


class BulkChannel:
    """Implements :class:`desktop.transfers.ports.Channel`. Made by :meth:`open`, in the thread that will use it."""

    def __init__(
        self,
        sock: TlsSocket,
        stream: BlockingStream[ClientConversation],
        flow: _Flow,
        open_other: Callable[[_Flow], BulkChannel],
    ) -> None:
        """``open_other`` opens a further channel of the session, which counts what it moves as this one's too."""
        self._socket = sock
        self._stream = stream
        self._flow = flow
        self.round_trip_s = 0.0
        """How long the connection took to be made: one round trip of the line."""
        self._is_closed = False
        self._uploader = Uploader(stream, self._has_news, lambda: open_other(flow))
        self._downloader = Downloader(stream, self._has_news, lambda: open_other(flow))

    @classmethod
    def open(
        cls,
        address: Address,
        fingerprint: str,
        session: bytes,
        key: bytes,
        throttle: Throttle | None = None,
        *,
        compress: bool = True,
        helps: _Flow | None = None,
    ) -> BulkChannel:
        """Connect and attach to a session. ``fingerprint`` is the one that the session was opened with;
        ``throttle`` keeps the rates of all channels together. Without ``compress`` content is never compressed on its
        way, in neither direction.

        Raises ConnectionLostError, IdentityError when another server answers, LoginError when the session has
        ended, PeerError.
        """
        began = time.monotonic()
        try:
            plain = socket.create_connection((address.host, address.port), limits.CONNECT_DEADLINE)
        except OSError as error:
            raise connect_error(address, error) from error
        round_trip_s = time.monotonic() - began
        try:
            prepare_socket(plain)
            sock = TlsSocket(plain, tls.client_context(), server_side=False)
            sock.do_handshake()
        except OSError as error:
            plain.close()
            raise connect_error(address, error) from error
        try:
            tls.check_negotiated(sock)
            certificate = sock.peer_certificate()
            found = tls.fingerprint_of(certificate)
            if found != fingerprint:
                raise IdentityError(
                    "another server answered than the one logged in to", found=found, expected=fingerprint
                )
            conversation = ClientConversation(
                nonce=secrets.token_bytes(_NONCE_BYTES), agent=agent(), decode=decode if compress else None
            )
            hurried = _HurriedSocket(sock, limits.LOGIN_DEADLINE)
            _attach(BlockingStream(hurried, conversation), session, key, server_end_point(certificate))
            sock.settimeout(limits.STALL_DEADLINE)
        except BaseException:
            sock.close()
            raise
        flow = _Flow(throttle or Throttle(), helps)

        def open_other(helped: _Flow) -> BulkChannel:
            return cls.open(address, fingerprint, session, key, throttle, compress=compress, helps=helped)

        coder = Coder(partial(look_at, plain)) if compress else None
        channel = cls(sock, BlockingStream(sock, conversation, flow.pace, flow.piece, coder), flow, open_other)
        channel.round_trip_s = round_trip_s
        return channel

    @property
    def traffic(self) -> int:
        return self._flow.traffic

    def run(
        self, jobs: Sequence[Job], started: Callable[[Job], None], finished: Callable[[Job, Outcome], None]
    ) -> None:
        """Move the jobs in order; see the port."""
        try:
            for direction, group in groupby(jobs, key=lambda job: job.direction):
                self._run(direction, group, started, finished)
        except OSError as error:
            raise ConnectionLostError(error.strerror or str(error)) from error

    def _run(
        self,
        direction: Direction,
        jobs: Iterable[Job],
        started: Callable[[Job], None],
        finished: Callable[[Job, Outcome], None],
    ) -> None:
        self._flow.direction = direction
        mover = self._uploader if direction is Direction.UPLOAD else self._downloader
        mover.run(jobs, started, finished)

    def assist_upload(self, shipment: Shipment, token: bytes) -> None:
        """Help another channel to carry a large file up."""
        self._flow.direction = Direction.UPLOAD
        self._uploader.assist(shipment, token)

    def assist_download(self, fetch: Fetch, held: Held) -> None:
        """Help another channel to carry a large file down."""
        self._flow.direction = Direction.DOWNLOAD
        self._downloader.assist(fetch, held)

    def close(self) -> None:
        """Close at once, from any thread."""
        if self._is_closed:
            return
        self._is_closed = True
        self._flow.is_over = True
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            _log.debug("channel: %s", error)
        self._socket.close()

    def _has_news(self) -> bool:
        """Whether the server has said something in the middle of an upload."""
        return self._stream.conversation.has_input or self._socket.has_input()


class _Flow:
    """Which way a channel's content goes at the moment, and so which rates it is held to."""

    def __init__(self, throttle: Throttle, helped: _Flow | None = None) -> None:
        """``helped`` is the flow of the channel that this one assists: what goes here goes there."""
        self._throttle = throttle
        self._helped = helped
        self.direction = Direction.UPLOAD
        self.is_over = False
        self.traffic = 0

    def pace(self, count: int) -> None:
        self.traffic += count
        if self._helped is not None:
            self._helped.traffic += count
        self._throttle.pace(self.direction, count, self._is_wanted)

    def piece(self) -> int:
        return self._throttle.piece(self.direction)

    def _is_wanted(self) -> bool:
        return not self.is_over


class _HurriedSocket:
    """A socket on which everything must be done within ``seconds``, however many bytes come in the meantime."""

    def __init__(self, sock: TlsSocket, seconds: float) -> None:
        self._socket = sock
        self._deadline = time.monotonic() + seconds

    def recv_into(self, buffer: memoryview, /) -> int:
        self._hurry()
        return self._socket.recv_into(buffer)

    def sendall(self, data: bytes | bytearray | memoryview, /) -> None:
        self._hurry()
        self._socket.sendall(data)

    def _hurry(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)


def _attach(stream: BlockingStream[ClientConversation], session: bytes, key: bytes, binding: bytes) -> None:
    conversation = stream.conversation
    hello = stream.receive()
    if isinstance(hello, messages.Refused):
        raise refusal_from(hello)
    if not isinstance(hello, messages.Hello):
        raise PeerError("a hello was due")
    conversation.say_hello()
    proof = attach_proof(key, "client", session, conversation.local_nonce, hello.nonce, binding)
    stream.send(messages.Attach(session=session, proof=proof))
    answer = stream.receive()
    if isinstance(answer, messages.Refused):
        raise refusal_from(answer)
    if not isinstance(answer, messages.Attached):
        raise PeerError("the proof of the session was due")
    expected = attach_proof(key, "server", session, conversation.local_nonce, hello.nonce, binding)
    if not hmac.compare_digest(answer.proof, expected):
        raise PeerError("the server does not hold the session's key")
