"""The one TLS policy of both programs, and the server's identity. Opens no connection.

TLS 1.3 only, ALPN ``wherry/1``. The identity is a self-signed certificate, made at the first start and
known by its fingerprint, as hosts are in ssh. Contexts are built by hand and not by
``ssl.create_default_context``, which would write session keys to the file that ``SSLKEYLOGFILE`` names.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import ssl
import stat
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from shared.errors import ConfigError, PeerError
from shared.names import display
from shared.protocol import limits

KEY_NAME = "identity.key"
CERTIFICATE_NAME = "identity.crt"

LIFETIME = timedelta(days=20 * 365)
"""The pin, not the date, is what clients trust; a short life would only teach people to accept changes."""

_MAX_COMMON_NAME = 64
"""ub-common-name of RFC 5280, appendix A.1."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A server's certificate, and where its key lies. The key itself is never held here."""

    certificate_pem: bytes = field(repr=False)
    key_path: Path
    certificate_path: Path
    certificate_der: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """``SHA256:`` and the unpadded base64 of the certificate's hash."""
        return fingerprint_of(self.certificate_der)


def fingerprint_of(certificate_der: bytes) -> str:
    """Return how a certificate is shown to people, in the form that ``ssh`` has taught them."""
    return "SHA256:" + b64encode(hashlib.sha256(certificate_der).digest()).decode("ascii").rstrip("=")


def generate_identity(name: str) -> tuple[bytes, bytes]:
    """Return a new key (P-256) and its certificate (ecdsa-with-SHA256), both in PEM form. Writes nothing.

    ``name`` is shown to those who look at the certificate; nothing trusts it.
    """
    # A heavy library that only the first start of a server needs.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    common_name = display(name)[:_MAX_COMMON_NAME] or "wherry"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A client whose clock is behind must not be met by a certificate of the future.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return key_pem, certificate.public_bytes(serialization.Encoding.PEM)


def make_identity(folder: Path, name: str) -> Identity:
    """Generate an identity and write it to ``folder``, which must exist.

    The key's file has mode 0600 from its first byte. Raises :class:`~shared.errors.ConfigError` when there is an
    identity already, or it cannot be written.
    """
    key_pem, certificate_pem = generate_identity(name)
    return write_identity(folder, key_pem, certificate_pem)


def write_identity(folder: Path, key_pem: bytes, certificate_pem: bytes) -> Identity:
    """Write a key and its certificate to ``folder``, where there must be none. Raises as :func:`make_identity` does."""
    key_path, certificate_path = folder / KEY_NAME, folder / CERTIFICATE_NAME
    try:
        _write_new(key_path, key_pem, 0o600)
        _write_new(certificate_path, certificate_pem, 0o644)
    except OSError as error:
        raise ConfigError(
            f"the server's identity could not be written to {display(str(folder))}: {error.strerror}",
            hint="An identity that is there already is never overwritten: clients trust it."
            if isinstance(error, FileExistsError)
            else "Check the folder's permissions and the space left on its disk.",
        ) from error
    der = ssl.PEM_cert_to_DER_cert(certificate_pem.decode("ascii"))
    return Identity(certificate_pem, key_path, certificate_path, der)


def load_identity(folder: Path) -> Identity | None:
    """Return the identity that :func:`make_identity` left in ``folder``; None when there is none.

    Raises :class:`~shared.errors.ConfigError` when half of it is missing, it cannot be read, key and
    certificate do not belong together, or others may read the key.
    """
    key_path, certificate_path = folder / KEY_NAME, folder / CERTIFICATE_NAME
    try:
        key_mode = _mode_of(key_path)
        if key_mode is None and _mode_of(certificate_path) is None:
            return None
        if key_mode is None or _mode_of(certificate_path) is None:
            missing, present = (key_path, certificate_path) if key_mode is None else (certificate_path, key_path)
            raise ConfigError(
                f"half of the server's identity is missing: {display(str(missing))}",
                hint="Restore it from a backup. Without one, remove "
                f"{display(str(present))}: a new identity is made, and every client has to accept it.",
            )
        if os.name == "posix" and key_mode & 0o077:
            raise ConfigError(
                f"others can read the server's key {display(str(key_path))}",
                hint=f"Run: chmod 600 {shlex.quote(display(str(key_path)))}",
            )
        pem = certificate_path.read_bytes()
        der = ssl.PEM_cert_to_DER_cert(pem.decode("ascii"))
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "it is no certificate"
        raise ConfigError(
            f"the server's identity in {display(str(folder))} could not be read: {reason}",
            hint="Check the files' permissions, or restore them from a backup.",
        ) from error
    identity = Identity(pem, key_path, certificate_path, der)
    server_context(identity)
    return identity


def server_context(identity: Identity) -> ssl.SSLContext:
    """Return the server's side of the policy. Raises ``ConfigError`` for a broken identity."""
    context = _context(ssl.PROTOCOL_TLS_SERVER)
    # Sessions are resumed by our own attach, which proves the session key; tickets would only be bytes to
    # send.
    context.num_tickets = 0
    try:
        context.load_cert_chain(identity.certificate_path, identity.key_path, password=_no_password)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"the server's key {display(str(identity.key_path))} cannot be used with its certificate",
            hint="Restore both files from the same backup.",
        ) from error
    return context


def client_context() -> ssl.SSLContext:
    """Return the client's side of the policy.

    It verifies no chain and no host name, because no authority vouches for a machine under a desk. Who the
    server is, is decided after the handshake and before the first byte of a login: by the pinned
    fingerprint (``desktop.client.trust``), and then by SCRAM, whose proofs are bound to this certificate.
    """
    context = _context(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Negotiated(Protocol):
    """A TLS connection after its handshake: ssl's own, or ours."""

    def version(self) -> str | None: ...

    def selected_alpn_protocol(self) -> str | None: ...


def check_negotiated(connection: Negotiated) -> None:
    """Raise :class:`~shared.errors.PeerError` unless the handshake ended in TLS 1.3 and our protocol.

    OpenSSL lets a handshake pass when the other side offers no ALPN or only others; then it is not Wherry.
    """
    version = connection.version()
    if version != "TLSv1.3":
        raise PeerError(f"the connection is {version or 'not encrypted'}, not TLSv1.3")
    protocol = connection.selected_alpn_protocol()
    if protocol != limits.ALPN:
        raise PeerError("the other side is not a Wherry program, or one of another version")


def _context(side: int) -> ssl.SSLContext:
    context = ssl.SSLContext(side)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.options |= ssl.OP_NO_COMPRESSION
    context.set_alpn_protocols([limits.ALPN])
    return context


def _no_password() -> str:
    """Answer for an encrypted key, or OpenSSL asks on the terminal and waits for ever."""
    return ""


def _mode_of(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _write_new(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), mode)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
