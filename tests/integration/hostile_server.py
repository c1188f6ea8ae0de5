"""A server that can lie: real TCP, TLS and SCRAM, and then whatever a test wants it to say.

It keeps no table of states and checks nothing; what it says goes out as it is. ``conduct`` is called for each
connection, in a thread of its own, and the connection ends when it returns.
"""

from __future__ import annotations

import os
import secrets
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress

from desktop.client.address import Address
from shared import tls
from shared.auth.binding import attach_proof, server_end_point
from shared.auth.credentials import make_verifier
from shared.auth.scram import ServerLogin
from shared.protocol import limits, messages
from shared.protocol.blocks import Layout, digest_block, root_of
from shared.tls import Identity
from tests.integration.conftest import FEW_ITERATIONS, PASSWORD
from tests.integration.raw_peer import RawPeer

VERIFIER = make_verifier(PASSWORD, iterations=FEW_ITERATIONS)
SESSION, KEY = b"s" * 16, b"k" * 32


class Guest(RawPeer):
    """One connection, as the hostile server sees it."""

    def __init__(self, sock: socket.socket, binding: bytes) -> None:
        super().__init__(sock)
        self.binding = binding

    def fall_silent(self) -> None:
        """Say nothing more; returns when the client has gone."""
        with suppress(OSError):
            while self.socket.recv(65536):
                pass

    # --- honest parts, to get to the place where the lie is due

    def greet(self) -> messages.Hello:
        """Exchange hellos and return the client's."""
        self.nonce = secrets.token_bytes(24)
        self.say(messages.Hello(version=limits.VERSION, nonce=self.nonce, name="desk"))
        return self.hear_a(messages.Hello)

    def welcome(self) -> None:
        """Let the client in, honestly, by password or by the session's key."""
        hello = self.greet()
        message = self.hear()
        if isinstance(message, messages.Attach):
            proof = attach_proof(KEY, "server", SESSION, hello.nonce, self.nonce, self.binding)
            self.say(messages.Attached(proof=proof))
            return
        login = ServerLogin(self.binding, lambda name: VERIFIER)
        self.say(messages.ScramChallenge(text=login.challenge(message.text)))
        signature = login.finish(self.hear_a(messages.ScramFinal).text)
        self.say(welcome(signature))

    def send_file(self, request: int, data: bytes) -> None:
        """Answer a Get with a whole file, honestly."""
        layout = Layout(len(data))
        pieces = [data[layout.offset(index) :][: layout.length(index)] for index in range(layout.count)]
        self.say(offer(request, len(data)))
        for index, piece in enumerate(pieces):
            self.block(request, index, piece)
        self.say(messages.End(id=request, root=root_of(len(data), [digest_block(piece) for piece in pieces])))


def welcome(signature: str) -> messages.Welcome:
    return messages.Welcome(text=signature, session=SESSION, key=KEY, account="anna")


def offer(request: int, size: int) -> messages.Offer:
    return messages.Offer(id=request, size=size, mtime_ns=0, mode=0o644)


def entry(name: bytes, size: int = 0) -> messages.Entry:
    return messages.Entry(name, messages.Kind.FILE, size, 0, 0o644)


Conduct = Callable[[Guest], None]


class HostileServer:
    """Listens on loopback and treats every connection as ``conduct`` says. Close it; it ends its threads."""

    def __init__(
        self, identity: Identity, conduct: Conduct, *, context: ssl.SSLContext | None = None, is_plain: bool = False
    ) -> None:
        """``context`` None: the product's own. With ``is_plain`` no TLS at all."""
        self.fingerprint = identity.fingerprint
        self.failures: list[BaseException] = []
        self.connections = 0
        self._binding = server_end_point(identity.certificate_der)
        self._context = context or tls.server_context(identity)
        self._conduct = conduct
        self._is_plain = is_plain
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, name="hostile-accept")
        self._accepting.start()

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def address(self) -> Address:
        return Address("127.0.0.1", self.port, "anna")

    def close(self) -> None:
        """End every connection and thread; raises what went wrong in a test's own ``conduct``."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        for sock in self._sockets:
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for sock in self._sockets:
            sock.close()
        if self.failures:
            raise self.failures[0]

    def _accept(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            # Owned here from the first moment: close() must be able to end a handshake that waits.
            self._sockets.append(plain)
            thread = threading.Thread(target=self._serve, args=(plain,), name="hostile-guest")
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        try:
            if self._is_plain:
                self._conduct(Guest(plain, self._binding))
                return
            sock = self._context.wrap_socket(
                _twin(plain), server_side=True, do_handshake_on_connect=False, suppress_ragged_eofs=True
            )
            self._sockets.append(sock)
            sock.do_handshake()
            self._conduct(Guest(sock, self._binding))
            sock.unwrap()
        except (OSError, EOFError, ValueError):
            # The client has had enough: what the tests are about.
            return
        except BaseException as error:  # noqa: BLE001  # a failed assertion in a conduct belongs to the test
            self.failures.append(error)
        finally:
            with suppress(OSError):
                socket.socket.shutdown(plain, socket.SHUT_RDWR)


def _twin(sock: socket.socket) -> socket.socket:
    """Return a second handle of a socket: wrap_socket takes the first one away from its owner."""
    return socket.socket(sock.family, sock.type, sock.proto, fileno=os.dup(sock.fileno()))
