"""A client that can lie: real TCP, TLS and SCRAM, and then whatever a test wants it to say."""

from __future__ import annotations

import secrets
import socket
import ssl
from types import TracebackType
from typing import Self

from shared import tls
from shared.auth.binding import attach_proof, server_end_point
from shared.auth.scram import ClientLogin
from shared.protocol import limits, messages
from tests.integration.conftest import PASSWORD
from tests.integration.raw_peer import RawPeer

PATIENCE = 10.0
"""Seconds without a byte after which a test fails instead of waiting."""


class Intruder(RawPeer):
    """One connection to a server; closed at the end of its ``with`` block."""

    def __init__(self, address: tuple[str, int], *, source: str = "127.0.0.1", is_plain: bool = False) -> None:
        """Connect from the address ``source``; all of 127.0.0.0/8 is this machine."""
        plain = socket.create_connection(address, PATIENCE, source_address=(source, 0))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            super().__init__(plain if is_plain else tls.client_context().wrap_socket(plain))
        except BaseException:
            plain.close()
            raise
        self.nonce = secrets.token_bytes(24)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    @property
    def binding(self) -> bytes:
        assert isinstance(self.socket, ssl.SSLSocket)
        return server_end_point(self.socket.getpeercert(binary_form=True) or b"")

    def greet(self) -> messages.Hello:
        """Exchange hellos and return the server's."""
        hello = self.hear_a(messages.Hello)
        self.say(messages.Hello(version=limits.VERSION, nonce=self.nonce))
        return hello

    def try_login(self, user: str = "anna", password: str = PASSWORD) -> messages.Any:
        """Go through the login and return the server's last word on it."""
        self.greet()
        login = ClientLogin(user, password, self.binding)
        self.say(messages.ScramFirst(text=login.first()))
        challenge = self.hear()
        if not isinstance(challenge, messages.ScramChallenge):
            return challenge
        self.say(messages.ScramFinal(text=login.answer(challenge.text)))
        return self.hear()

    def log_in(self, user: str = "anna", password: str = PASSWORD) -> messages.Welcome:
        """Log in, which must succeed."""
        welcome = self.try_login(user, password)
        assert isinstance(welcome, messages.Welcome), welcome
        return welcome

    def proof(self, session: bytes, key: bytes, server_nonce: bytes) -> bytes:
        """Return the client's proof for attaching to a session."""
        return attach_proof(key, "client", session, self.nonce, server_nonce, self.binding)

    def is_ended(self) -> bool:
        """Read on until the server has closed the connection; True then. Raises TimeoutError while it does not."""
        try:
            while self.socket.recv(65536):
                pass
        except ConnectionError:
            return True
        except ssl.SSLError:
            return True
        return True
