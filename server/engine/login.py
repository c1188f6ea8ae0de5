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
from server.accounts.guard import Guard
from server.accounts.store import AccountStore
from server.engine.registry import Member, Session, SessionRegistry
from shared.auth.binding import attach_proof
from shared.auth.scram import REFUSED, ServerLogin
from shared.errors import LoginError, WherryError
from shared.names import display
from shared.protocol import messages
from shared.protocol.server import ServerConversation

_log = logging.getLogger(__name__)


class Lane(Enum):
    """What a logged-in connection is for; each lane has workers of its own, so that transfers, which hold
    theirs for minutes, never keep a listing waiting."""

    TALK = auto()
    BULK = auto()


@dataclass(frozen=True, slots=True)
class Reception:
    """What all logins of a server share. ``open_session`` makes the session of an account; it may raise.

    ``guard_lock`` goes with the guard, which is pure and not thread-safe.
    """

    accounts: AccountStore
    guard: Guard
    guard_lock: threading.Lock
    registry: SessionRegistry
    binding: bytes
    open_session: Callable[[Account, str], Session]


class Login:
    """One connection's way to a session: SCRAM, or attaching to a session that exists."""

    def __init__(self, reception: Reception, conversation: ServerConversation, member: Member, peer: str) -> None:
        self._reception = reception
        self._conversation = conversation
        self._member = member
        self._peer = peer
        self._scram: ServerLogin | None = None
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
        with self._reception.guard_lock:
            wait = self._reception.guard.admit(self._peer, time.monotonic())
        if wait > 0:
            return self._refuse("too-many-attempts", "too many failed logins from this address", wait)
        self._scram = ServerLogin(self._reception.binding, self._reception.accounts.verifier_for)
        self._conversation.send(messages.ScramChallenge(text=self._scram.challenge(message.text)))
        return True

    def _finish(self, message: messages.ScramFinal) -> bool:
        scram = self._scram
        if scram is None:
            raise AssertionError("the state table lets a final message through only after a first one")
        try:
            signature = scram.finish(message.text)
        except LoginError as error:
            with self._reception.guard_lock:
                self._reception.guard.failed(self._peer, time.monotonic())
            _log.info("login refused for “%s” from %s", display(scram.name), self._peer)
            return self._refuse("login", error.detail)
        account = self._reception.accounts.find(scram.name)
        if account is None or not account.enabled:
            # Removed or disabled between the two messages.
            return self._refuse("login", REFUSED)
        with self._reception.guard_lock:
            self._reception.guard.succeeded(self._peer, time.monotonic())
        if not self._reception.registry.has_room(account.name):
            return self._refuse("too-many-sessions", "this account has as many sessions open as it may have")
        try:
            session = self._reception.open_session(account, self._peer)
        except WherryError as error:
            _log.error("the home of “%s” cannot be opened: %s", display(account.name), error)
            return self._refuse("home", "the home folder of this account cannot be opened; tell the server's owner")
        self.session = session
        self._reception.registry.add(session, self._member)
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
        if session is None:
            return self._refuse("session", "this session has ended; log in again")
        self.session = session
        self.lane = Lane.BULK
        proof = attach_proof(session.key, "server", session.id, client_nonce, server_nonce, binding)
        self._conversation.send(messages.Attached(proof=proof))
        return True
