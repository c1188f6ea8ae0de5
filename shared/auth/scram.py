"""SCRAM-SHA-256-PLUS, both sides, as RFC 5802 and RFC 7677 have it. Messages in, messages out.

Only ``p=tls-server-end-point`` is spoken: a client that says ``n`` or ``y`` would log in unbound, and a man
in the middle would be the one to ask for it. No authorisation identity, no mandatory extension. Each object
serves one login and takes each step once: a second guess needs a new connection, which the guard counts.

Written here rather than taken from a library because the limits, the path of unknown names and the difference
between a wrong proof and nonsense are the server's defence; the tests hold it against ``scramp`` both ways.
"""

from __future__ import annotations

import binascii
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable
from enum import Enum

from shared.auth import credentials
from shared.auth.credentials import Verifier
from shared.errors import LoginError, PeerError
from shared.names import display
from shared.protocol import limits

MECHANISM = "SCRAM-SHA-256-PLUS"
GS2_HEADER = "p=tls-server-end-point,,"

MAX_MESSAGE = 2048
"""Characters; what the wire's messages allow too."""

MAX_NONCE = 512
NONCE_BYTES = 24
"""192 random bits make 32 characters."""

MIN_SALT = 8
MAX_SALT = 256

REFUSED = "the name or the password is wrong"
"""The only thing a wrong login is ever told, whatever was wrong."""


class _Stage(Enum):
    START = 0
    FIRST = 1
    FINAL = 2
    OVER = 3


class ClientLogin:
    """The client's side of one login: :meth:`first`, :meth:`answer`, :meth:`verify`, in this order.

    ``binding`` is :func:`shared.auth.binding.server_end_point` of the certificate that this very connection
    showed. Raises :class:`~shared.errors.LoginError` for a name or password that no account can have.
    """

    def __init__(self, name: str, password: str, binding: bytes, *, nonce: str | None = None) -> None:
        try:
            self.name = credentials.normalise_name(name)
            self._password = credentials.normalise_password(password)
        except ValueError as error:
            raise LoginError(str(error)) from error
        self._binding = binding
        self._nonce = _nonce(nonce)
        self._bare = f"n={_escape(self.name)},r={self._nonce}"
        self._signature = b""
        self._stage = _Stage.START

    def first(self) -> str:
        """Return client-first-message."""
        self._advance(_Stage.START, _Stage.FIRST)
        return GS2_HEADER + self._bare

    def answer(self, challenge: str) -> str:
        """Read server-first-message and return client-final-message. Slow: PBKDF2.

        Not for a GUI thread. Raises :class:`~shared.errors.PeerError`, before any work, for a nonce that
        does not extend ours, a salt of a strange length, or an iteration count outside of MIN_ITERATIONS to
        MAX_ITERATIONS.
        """
        self._advance(_Stage.FIRST, _Stage.FINAL)
        attributes = _attributes(challenge, "rsi", "challenge")
        nonce = attributes["r"]
        if not nonce.startswith(self._nonce) or len(nonce) == len(self._nonce):
            raise PeerError("the server's nonce does not extend ours")
        _check_nonce(nonce)
        salt = _decode(attributes["s"], "salt")
        if not MIN_SALT <= len(salt) <= MAX_SALT:
            raise PeerError(f"the server's salt has {len(salt)} bytes")
        iterations = _iterations(attributes["i"])

        salted = credentials.salted_password(self._password, salt, iterations)
        self._password = ""
        client_key = credentials.client_key(salted)
        without_proof = f"c={_encode(GS2_HEADER.encode() + self._binding)},r={nonce}"
        text = auth_message(self._bare, challenge, without_proof)
        proof = _xor(client_key, hmac.digest(credentials.stored_key(client_key), text, "sha256"))
        self._signature = hmac.digest(credentials.server_key(salted), text, "sha256")
        return f"{without_proof},p={_encode(proof)}"

    def verify(self, final: str) -> None:
        """Read server-final-message; return when the server has proven that it knows this account's verifier.

        Raises :class:`~shared.errors.LoginError` when it refuses or cannot prove it, and
        :class:`~shared.errors.PeerError` for nonsense.
        """
        self._advance(_Stage.FINAL, _Stage.OVER)
        if final.startswith("e="):
            raise LoginError(f"the server answered “{display(final[2:66])}”")
        signature = _decode(_attributes(final, "v", "answer")["v"], "signature")
        if not hmac.compare_digest(signature, self._signature):
            raise LoginError(
                "the server does not know this account's password",
                title="The server could not prove who it is",
                hint="Do not type the password again before you have compared the server's fingerprint.",
            )

    def _advance(self, expected: _Stage, following: _Stage) -> None:
        if self._stage is not expected:
            raise RuntimeError(f"a login in stage {self._stage.name} cannot do this step")
        self._stage = following


class ServerLogin:
    """The server's side of one login: :meth:`challenge`, then :meth:`finish`.

    ``find`` returns the verifier for a normalised name and must answer for unknown and disabled ones too,
    with :func:`shared.auth.credentials.fake_verifier`; what it raises passes through. ``name`` is what the
    client called itself, after :meth:`challenge`; it is proven only when :meth:`finish` has returned.
    """

    def __init__(self, binding: bytes, find: Callable[[str], Verifier], *, nonce: str | None = None) -> None:
        self.name = ""
        self._binding = binding
        self._find = find
        self._own_nonce = _nonce(nonce)
        self._nonce = ""
        self._bare = ""
        self._challenge = ""
        self._verifier: Verifier | None = None
        self._stage = _Stage.START

    def challenge(self, first: str) -> str:
        """Read client-first-message and return server-first-message.

        Raises :class:`~shared.errors.PeerError` for nonsense and for a client that does not bind to the
        channel.
        """
        if self._stage is not _Stage.START:
            raise RuntimeError("a login takes one first message")
        self._stage = _Stage.OVER
        _check_text(first)
        if not first.startswith(GS2_HEADER):
            raise PeerError(f"a login must begin with “{GS2_HEADER}”: unbound logins are refused")
        bare = first.removeprefix(GS2_HEADER)
        attributes = _attributes(bare, "nr", "first message")
        _check_nonce(attributes["r"])
        try:
            name = credentials.normalise_name(_unescape(attributes["n"]))
        except ValueError as error:
            raise PeerError(str(error)) from error
        verifier = self._find(name)

        self.name, self._verifier, self._bare = name, verifier, bare
        self._nonce = attributes["r"] + self._own_nonce
        self._challenge = f"r={self._nonce},s={_encode(verifier.salt)},i={verifier.iterations}"
        self._stage = _Stage.FINAL
        return self._challenge

    def finish(self, final: str) -> str:
        """Read client-final-message and return server-final-message with the server's signature.

        Raises :class:`~shared.errors.LoginError` when the proof is wrong or made for another connection, and
        :class:`~shared.errors.PeerError` for nonsense.
        """
        verifier = self._verifier
        if self._stage is not _Stage.FINAL or verifier is None:
            raise RuntimeError("a login takes one final message, after the first")
        self._stage = _Stage.OVER
        without_proof, separator, encoded = final.rpartition(",p=")
        if not separator:
            raise PeerError("the final message of a login has no proof")
        _check_text(final)
        attributes = _attributes(without_proof, "cr", "final message")
        bound = _decode(attributes["c"], "channel binding")
        proof = _decode(encoded, "proof")
        if len(proof) != credentials.KEY_BYTES:
            raise PeerError(f"the proof of a login has {len(proof)} bytes")
        if not hmac.compare_digest(attributes["r"].encode(), self._nonce.encode()):
            raise PeerError("the final message of a login belongs to another challenge")
        if not hmac.compare_digest(bound, GS2_HEADER.encode() + self._binding):
            raise LoginError("the login was made for another connection; somebody may be in between")

        text = auth_message(self._bare, self._challenge, without_proof)
        client_key = _xor(proof, hmac.digest(verifier.stored_key, text, "sha256"))
        if not hmac.compare_digest(credentials.stored_key(client_key), verifier.stored_key):
            raise LoginError(REFUSED)
        return f"v={_encode(hmac.digest(verifier.server_key, text, 'sha256'))}"


def auth_message(first_bare: str, challenge: str, final_without_proof: str) -> bytes:
    """Return AuthMessage of RFC 5802, section 3: what both proofs are made over."""
    return f"{first_bare},{challenge},{final_without_proof}".encode()


def _attributes(text: str, required: str, what: str) -> dict[str, str]:
    """Split ``a=…,b=…``: the required ones first and in their order; unknown optional ones may follow."""
    _check_text(text)
    found: dict[str, str] = {}
    for position, part in enumerate(text.split(",")):
        key, separator, value = part[:1], part[1:2], part[2:]
        if separator != "=" or not (key.isascii() and key.isalpha()) or not value:
            raise PeerError(f"the login's {what} is malformed")
        if position < len(required) and key != required[position]:
            raise PeerError(f"the login's {what} lacks “{required[position]}=” in its place")
        if key in found:
            raise PeerError(f"the login's {what} has “{key}=” twice")
        if key == "m":
            raise PeerError(f"the login's {what} demands an extension that is not spoken here")
        found[key] = value
    if len(found) < len(required):
        raise PeerError(f"the login's {what} is too short")
    return found


def _check_text(text: str) -> None:
    if len(text) > MAX_MESSAGE:
        raise PeerError("a message of the login is too long")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise PeerError("a message of the login is not UTF-8") from error
    if "\0" in text:
        raise PeerError("a message of the login contains NUL")


def _check_nonce(nonce: str) -> None:
    """RFC 5802, section 7: printable ASCII but the comma, which splitting has removed."""
    if len(nonce) > MAX_NONCE or not all("!" <= char <= "~" for char in nonce):
        raise PeerError("a nonce of the login has forbidden characters or is too long")


def _nonce(given: str | None) -> str:
    return secrets.token_urlsafe(NONCE_BYTES) if given is None else given


def _iterations(text: str) -> int:
    # The length first: int() of a million digits is itself an attack.
    if len(text) > 10 or not (text.isascii() and text.isdecimal()):
        raise PeerError("the server's iteration count is not a number")
    iterations = int(text)
    if not limits.MIN_ITERATIONS <= iterations <= limits.MAX_ITERATIONS:
        raise PeerError(
            f"the server asked for {iterations} iterations; "
            f"{limits.MIN_ITERATIONS} to {limits.MAX_ITERATIONS} are accepted"
        )
    return iterations


def _decode(text: str, what: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise PeerError(f"the {what} of a login is not base64") from error
    # The last digit has bits that decoding ignores; one value has one spelling (RFC 4648, section 3.5).
    if _encode(raw) != text:
        raise PeerError(f"the {what} of a login is not base64 in its one form")
    return raw


def _encode(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _escape(name: str) -> str:
    """saslname of RFC 5802, section 7."""
    return name.replace("=", "=3D").replace(",", "=2C")


def _unescape(name: str) -> str:
    pieces = name.split("=")
    for piece in pieces[1:]:
        if piece[:2] not in {"2C", "3D"}:
            raise PeerError("the name in a login is escaped wrongly")
    return pieces[0] + "".join({"2C": ",", "3D": "="}[piece[:2]] + piece[2:] for piece in pieces[1:])
