"""The part of a connection before login, step by step: what each message is answered with. Opens no socket."""

from __future__ import annotations

import hmac
import logging
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from server.accounts.account import Account
from server.accounts.store import AccountStore
from server.engine.gate import Gate
from server.engine.pacing import RateBook
from server.engine.registry import Member, Session, SessionRegistry
from server.engine.witness import Records
from shared.auth.binding import attach_proof
from shared.auth.credentials import Verifier
from shared.auth.scram import REFUSED, ServerLogin
from shared.errors import LoginError, WherryError
from shared.names import display, encode_component
from shared.protocol import messages
from shared.protocol.server import ServerConversation

_log = logging.getLogger(__name__)


_LONGEST_WAIT = 86_400.0
"""Seconds that a refusal may name; see :class:`~shared.protocol.messages.Refused`."""


class Lane(Enum):
    """What a logged-in connection is for; each lane has workers of its own, so that transfers, which hold
    theirs for minutes, never keep a listing waiting."""

    TALK = auto()
    BULK = auto()


@dataclass(frozen=True, slots=True)
class Reception:
    """What the connections of a server share. ``open_session`` makes the session of an account; it may raise.

    ``binding`` is that of the certificate which a connection was met with. ``is_stopping``: no further request is
    begun.
    """

    accounts: AccountStore
    gate: Gate
    registry: SessionRegistry
    rates: RateBook
    records: Records
    binding: bytes
    open_session: Callable[[Account, str], Session]
    is_stopping: threading.Event
    is_current: Callable[[Session], bool] = lambda session: True
    """Whether a session may have a further connection, as its account and other servers have it now; it may raise."""
    adopt: Callable[[bytes, str, Member, Callable[[bytes], bool]], Session | None] | None = None
    """Lets a connection attach to a session that began on another server, as :meth:`SessionRegistry.attach` does."""


class Login:
    """One connection's way to a session: SCRAM, or attaching to a session that exists."""

    def __init__(self, reception: Reception, conversation: ServerConversation, member: Member, peer: str) -> None:
        self._reception = reception
        self._conversation = conversation
        self._member = member
        self._peer = peer
        self._scram: ServerLogin | None = None
        self._verifier: Verifier | None = None
        """What the login under way is checked against."""
        self.session: Session | None = None
        self.lane = Lane.TALK

    def receive(self, message: messages.Any) -> bool:
        """Answer one message into the conversation; return False when the connection must end after that.

        Raises :class:`~shared.errors.PeerError` for nonsense. ``session`` is set once the login succeeded.
        """
        match message:
            case messages.Hello():
                return True
            case messages.ScramFirst():
                return self._begin(message)
            case messages.ScramFinal():
                return self._finish(message)
            case messages.Attach():
                return self._attach(message)
        raise AssertionError("the state table lets nothing else through")

    def _refuse(self, code: str, text: str, retry_after: float = 0.0) -> bool:
        self._conversation.send(messages.Refused(code=code, text=text, retry_after=retry_after))
        return False

    def _begin(self, message: messages.ScramFirst) -> bool:
        wait = self._reception.gate.admit_login(self._peer)
        if wait > 0:
            wait = min(wait, _LONGEST_WAIT)
            return self._refuse("too-many-attempts", "too many failed logins from this address", wait)
        self._scram = ServerLogin(self._reception.binding, self._find)
        self._conversation.send(messages.ScramChallenge(text=self._scram.challenge(message.text)))
        return True

    def _find(self, name: str) -> Verifier:
        self._verifier = self._reception.accounts.verifier_for(name)
        return self._verifier

    def _finish(self, message: messages.ScramFinal) -> bool:
        scram = self._scram
        if scram is None:
            raise AssertionError("the state table lets a final message through only after a first one")
        try:
            signature = scram.finish(message.text)
        except LoginError as error:
            self._reception.gate.login_failed(self._peer, scram.name)
            _log.info("login refused for “%s” from %s", display(scram.name), self._peer)
            return self._refuse("login", error.detail)
        account = self._reception.accounts.admitted(scram.name, self._verifier) if self._verifier else None
        if account is None:
            # Removed, disabled, expired or given another password between the two messages.
            return self._refuse("login", REFUSED)
        gate = self._reception.gate
        gate.login_succeeded(self._peer)
        if not self._reception.registry.has_room(account):
            gate.login_refused(self._peer, account.name, "too-many-sessions")
            return self._refuse("too-many-sessions", "this account has as many sessions open as it may have")
        try:
            session = self._reception.open_session(account, self._peer)
        except WherryError as error:
            _log.error("the home of “%s” cannot be opened: %s", display(account.name), error)
            gate.login_refused(self._peer, account.name, "home")
            return self._refuse("home", "the home folder of this account cannot be opened; tell the server's owner")
        if not self._reception.registry.add(session, self._member):
            # Another login of this account was quicker.
            session.desk.close()
            session.release()
            gate.login_refused(self._peer, account.name, "too-many-sessions")
            return self._refuse("too-many-sessions", "this account has as many sessions open as it may have")
        self.session = session
        gate.session_began(self._peer, account.name, session.id.hex())
        try:
            self._reception.accounts.record_login(account.name, time.time())
        except WherryError as error:
            # A note for people; nobody is kept from their files because it cannot be written.
            _log.error("the login of “%s” could not be noted: %s", display(account.name), error)
        _log.info("login of “%s” from %s", display(account.name), self._peer)
        usage = shutil.disk_usage(account.home)
        self._conversation.send(
            messages.Welcome(
                text=signature,
                session=session.id,
                key=session.key,
                account=account.name,
                read_only=account.read_only,
                free=usage.free,
                total=usage.total,
                clock_ns=time.time_ns(),
                permissions=account.permissions.value,
                mounts=tuple(
                    messages.Mount(encode_component(name), permissions.value)
                    for name, permissions in session.desk.mounts.items()
                ),
            )
        )
        return True

    def _attach(self, message: messages.Attach) -> bool:
        hello = self._conversation.peer_hello
        if hello is None:
            raise AssertionError("the state table lets attach through only after hello")
        client_nonce, server_nonce, binding = hello.nonce, self._conversation.local_nonce, self._reception.binding

        def prove(key: bytes) -> bool:
            expected = attach_proof(key, "client", message.session, client_nonce, server_nonce, binding)
            return hmac.compare_digest(expected, message.proof)

        session = self._reception.registry.attach(message.session, self._member, prove)
        if session is not None and not self._reception.is_current(session):
            # Changed a moment ago: the watch will end it with its next look, and nobody gets in meanwhile.
            self._reception.registry.leave(session, self._member)
            session = None
        elif session is None and self._reception.adopt is not None:
            session = self._reception.adopt(message.session, self._peer, self._member, prove)
        if session is None:
            return self._refuse("session", "this session has ended; log in again")
        self.session = session
        self.lane = Lane.BULK
        proof = attach_proof(session.key, "server", session.id, client_nonce, server_nonce, binding)
        self._conversation.send(messages.Attached(proof=proof))
        return True
