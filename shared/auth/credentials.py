"""What a server keeps instead of a password, and how names and passwords are normalised. Stores nothing.

The verifier is that of RFC 5802, section 3, with SHA-256 (RFC 7677): from a stolen one nobody can log in
without guessing the password at the price of PBKDF2 for each guess.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import stringprep
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.protocol import limits

SALT_BYTES = 16
"""As long as NIST SP 800-132, section 5.1, asks; fakes have the same length, or they would show."""

KEY_BYTES = 32
MAX_NAME = 255
MAX_PASSWORD = 1024
"""Characters. More would only feed the hash; it keeps a pasted file from being taken for a password."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Salt, iteration count, StoredKey and ServerKey of one account. Its ``repr`` shows no secret."""

    salt: bytes = field(repr=False)
    iterations: int
    stored_key: bytes = field(repr=False)
    server_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not self.salt or len(self.stored_key) != KEY_BYTES or len(self.server_key) != KEY_BYTES:
            raise ValueError("a verifier needs a salt and two keys of 32 bytes")
        if not limits.MIN_ITERATIONS <= self.iterations <= limits.MAX_ITERATIONS:
            raise ValueError(f"{self.iterations} iterations are outside what clients accept")


def salted_password(password: str, salt: bytes, iterations: int) -> bytes:
    """Return SaltedPassword of RFC 5802, section 3. Slow on purpose, and lets other threads run meanwhile.

    ``password`` is normalised here; raises ``ValueError`` as :func:`normalise_password` does.
    """
    return hashlib.pbkdf2_hmac("sha256", normalise_password(password).encode(), salt, iterations)


def client_key(salted: bytes) -> bytes:
    """Return ClientKey of RFC 5802, section 3."""
    return hmac.digest(salted, b"Client Key", "sha256")


def server_key(salted: bytes) -> bytes:
    """Return ServerKey of RFC 5802, section 3."""
    return hmac.digest(salted, b"Server Key", "sha256")


def stored_key(key: bytes) -> bytes:
    """Return StoredKey for a ClientKey: RFC 5802, section 3."""
    return hashlib.sha256(key).digest()


def make_verifier(password: str, *, iterations: int = limits.DEFAULT_ITERATIONS, salt: bytes | None = None) -> Verifier:
    """Return what to keep of ``password``; takes a third of a second at the default count.

    ``salt`` is random unless a test gives one. Raises ``ValueError`` for a password that cannot be
    normalised, and for a count that clients would refuse.
    """
    if not limits.MIN_ITERATIONS <= iterations <= limits.MAX_ITERATIONS:
        raise ValueError(f"{iterations} iterations are outside what clients accept")
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    salted = salted_password(password, salt, iterations)
    return Verifier(salt, iterations, stored_key(client_key(salted)), server_key(salted))


def fake_verifier(secret: bytes, name: str, iterations: int) -> Verifier:
    """Return a verifier for a name that has none, so that a stranger cannot tell it from a real one.

    The same ``secret`` and ``name`` give the same salt every time, as an account would (RFC 5802 does not
    ask for it; servers that forget it tell who has an account). No password fits: the keys come from
    ``secret``.
    """
    raw = name.encode("utf-8", "surrogatepass")
    salt, stored, server = (
        hmac.digest(secret, label + b"\0" + raw, "sha256") for label in (b"salt", b"stored key", b"server key")
    )
    return Verifier(salt[:SALT_BYTES], iterations, stored, server)


def normalise_name(name: str) -> str:
    """Return an account name as both ends use it: SASLprep (RFC 4013), case kept.

    Raises ``ValueError`` with the reason when it is empty, longer than 255 characters or has forbidden
    characters.
    """
    return _prepare(name, "name", MAX_NAME)


def normalise_password(password: str) -> str:
    """Return a password as it is hashed: SASLprep (RFC 4013), as a stored string (RFC 5802, section 2.2).

    Raises ``ValueError`` with a reason that does not quote it: when it is empty, longer than 1024
    characters or has forbidden characters, among them all that Unicode 3.2 did not know, such as emoji.
    """
    return _prepare(password, "password", MAX_PASSWORD)


_FORBIDDEN: tuple[tuple[Callable[[str], bool], str], ...] = (
    (stringprep.in_table_c21_c22, "control characters"),
    (stringprep.in_table_c3, "private characters"),
    (stringprep.in_table_c4, "characters that are none"),
    (stringprep.in_table_c5, "lone surrogates"),
    (stringprep.in_table_c6, "replacement characters"),
    (stringprep.in_table_c7, "ideographic description characters"),
    (stringprep.in_table_c8, "invisible direction marks"),
    (stringprep.in_table_c9, "tag characters"),
    (stringprep.in_table_a1, "emoji or characters newer than Unicode 3.2"),
)


def _prepare(text: str, what: str, longest: int) -> str:
    """Apply SASLprep for stored strings, RFC 4013 section 2: map, normalise, prohibit, check directions."""
    if len(text) > longest:
        raise ValueError(f"a {what} may have at most {longest} characters")
    mapped = "".join(
        " " if stringprep.in_table_c12(char) else char for char in text if not stringprep.in_table_b1(char)
    )
    # The tables are those of Unicode 3.2; normalising by a newer one would differ from other implementations.
    prepared = unicodedata.ucd_3_2_0.normalize("NFKC", mapped)
    if not prepared:
        raise ValueError(f"the {what} is empty")
    if len(prepared) > longest:
        raise ValueError(f"a {what} may have at most {longest} characters")
    for is_forbidden, kind in _FORBIDDEN:
        if any(is_forbidden(char) for char in prepared):
            raise ValueError(f"a {what} may not contain {kind}")
    # RFC 3454, section 6: right-to-left text alone, and at both ends.
    if any(stringprep.in_table_d1(char) for char in prepared):
        ends = stringprep.in_table_d1(prepared[0]) and stringprep.in_table_d1(prepared[-1])
        if not ends or any(stringprep.in_table_d2(char) for char in prepared):
            raise ValueError(f"a {what} may not mix writing directions")
    return prepared
