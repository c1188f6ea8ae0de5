"""Changing one's own password after login: the current one proven again, the new one only as its verifier.

The proof is that of a login (:mod:`shared.auth.scram`), on the same channel; a wrong one counts with the guard as a
failed login does, so an open session is no place to guess at its password. Knows no socket.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from server.accounts.account import Account, account_key
from server.accounts.store import AccountStore
from server.requests.exchange import Exchange
from server.storage.failure import StorageError
from shared.auth.credentials import Verifier
from shared.auth.scram import ServerLogin
from shared.errors import Code, LoginError
from shared.protocol import messages


class PasswordKeeper:
    """What one session needs to change its account's password; the engine has one made for each.

    ``admit`` returns the seconds that this address must wait before another try, ``failed`` counts a wrong proof.
    ``changing`` is called before the change is written, ``changed`` after, with the account as it is then, or None
    when it could not be.
    """

    def __init__(
        self,
        name: str,
        accounts: AccountStore,
        *,
        admit: Callable[[], float],
        failed: Callable[[], None],
        changing: Callable[[], None],
        changed: Callable[[Account | None], None],
    ) -> None:
        self._name = name
        self._accounts = accounts
        self._admit = admit
        self._failed = failed
        self._changing = changing
        self._changed = changed

    def begin(self, text: str, binding: bytes) -> tuple[ServerLogin, Verifier, str]:
        """Return a proof under way, what it is checked against, and server-first-message.

        Raises StorageError, and PeerError for nonsense.
        """
        if (wait := self._admit()) > 0:
            raise StorageError(Code.BUSY, f"too many wrong passwords; try again in {wait:.0f} seconds", at=())
        verifier: Verifier | None = None

        def find(name: str) -> Verifier:
            nonlocal verifier
            if account_key(name) != account_key(self._name):
                raise StorageError(Code.PERMISSION, "this is another account's name", at=())
            verifier = self._accounts.verifier_for(name)
            return verifier

        login = ServerLogin(binding, find)
        challenge = login.challenge(text)
        if verifier is None:
            raise AssertionError("a challenge is made from a verifier")
        return login, verifier, challenge

    def finish(self, login: ServerLogin, old: Verifier, request: messages.ChangePassword) -> str:
        """Check the proof and keep the new verifier; return server-final-message. Raises StorageError, PeerError."""
        try:
            signature = login.finish(request.text)
        except LoginError as error:
            self._failed()
            raise StorageError(Code.PERMISSION, "the current password is wrong", at=()) from error
        new = Verifier(request.salt, request.iterations, request.stored_key, request.server_key)
        account = None
        self._changing()
        try:
            account = self._accounts.change_password(self._name, old, new)
        finally:
            self._changed(account)
        if account is None:
            raise StorageError(Code.CHANGED, "somebody else has changed the password meanwhile", at=())
        return signature


@dataclass(frozen=True, slots=True)
class _Proof:
    login: ServerLogin
    verifier: Verifier


class PasswordDesk:
    """Answers the two requests of a change, for each connection of a session on its own."""

    def __init__(self, keeper: PasswordKeeper) -> None:
        self._keeper = keeper
        self._proofs: dict[Exchange, _Proof] = {}

    def prove(self, request: messages.ProvePassword, exchange: Exchange) -> None:
        """First half: answer the challenge. One that was under way on this connection is forgotten."""
        self._proofs.pop(exchange, None)
        login, verifier, challenge = self._keeper.begin(request.text, exchange.binding)
        self._proofs[exchange] = _Proof(login, verifier)
        exchange.send(messages.PasswordChallenge(id=request.id, text=challenge))

    def change(self, request: messages.ChangePassword, exchange: Exchange) -> None:
        """Second half. A proof serves once, whatever comes of it."""
        proof = self._proofs.pop(exchange, None)
        if proof is None:
            raise StorageError(Code.BAD_REQUEST, "the current password must be proven first", at=())
        signature = self._keeper.finish(proof.login, proof.verifier, request)
        exchange.send(messages.PasswordChanged(id=request.id, text=signature))

    def leave(self, exchange: Exchange) -> None:
        """Forget a connection."""
        self._proofs.pop(exchange, None)
