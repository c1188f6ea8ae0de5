"""Gives a server another identity: a new one, or one that its owner brings. Tested before anything is replaced.

Every client that knows the old certificate stops hard when it meets the new one, shows both fingerprints, and goes on
only when its owner has accepted the change. So this is for a key that leaked, or for moving to another machine.
"""

from __future__ import annotations

import os
import shutil
import ssl
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from shared import tls
from shared.auth.binding import server_end_point
from shared.errors import ConfigError, PeerError
from shared.names import display
from shared.protocol import limits
from shared.tls import Identity

OLD_SUFFIX = ".old"
"""The identity before is kept beside the new one under this ending, until the next change."""

MAX_FILE = 64 * limits.KIB
"""Bytes of a PEM file: chains are a few."""


@dataclass(frozen=True, slots=True)
class IdentityInfo:
    """A certificate as people see it; times are seconds since the epoch."""

    fingerprint: str
    subject: str
    begins: float
    ends: float


def describe(identity: Identity) -> IdentityInfo:
    """Read what a certificate says of itself; nothing in Wherry trusts it."""
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(identity.certificate_der)
    return IdentityInfo(
        identity.fingerprint,
        display(certificate.subject.rfc4514_string()),
        certificate.not_valid_before_utc.timestamp(),
        certificate.not_valid_after_utc.timestamp(),
    )


def renew_identity(folder: Path, name: str) -> Identity:
    """Generate another identity, test it and put it in the place of the one in ``folder``. Raises ConfigError."""
    key_pem, certificate_pem = tls.generate_identity(name)
    return replace_identity(folder, certificate_pem, key_pem)


def read_pem(path: Path) -> bytes:
    """Read a file that an owner brings. Raises :class:`~shared.errors.ConfigError`."""
    try:
        with path.expanduser().open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise ConfigError(f"{display(str(path))} cannot be read: {error.strerror}") from error
    if len(data) > MAX_FILE or b"-----BEGIN " not in data:
        raise ConfigError(f"{display(str(path))} is no PEM file", hint="It begins with “-----BEGIN”.")
    return data


def replace_identity(folder: Path, certificate_pem: bytes, key_pem: bytes) -> Identity:
    """Test a certificate and its key in a handshake with a client, then put them in the place of those in ``folder``.

    Raises :class:`~shared.errors.ConfigError` when they do not work; then nothing was changed. The key's new file has
    mode 0600 from its first byte.
    """
    trial = Path(tempfile.mkdtemp(prefix=".identity-", dir=folder))
    try:
        try:
            candidate = tls.write_identity(trial, key_pem, certificate_pem)
            tls.server_context(candidate)
        except (ConfigError, ValueError) as error:
            raise _unusable("the key does not belong to the certificate, has a passphrase, or is no PEM") from error
        _test(candidate)
        try:
            for name in (tls.KEY_NAME, tls.CERTIFICATE_NAME):
                # A link and not a copy: at no time is the name gone.
                with suppress(FileNotFoundError):
                    (folder / f"{name}{OLD_SUFFIX}").unlink()
                with suppress(FileNotFoundError):
                    os.link(folder / name, folder / f"{name}{OLD_SUFFIX}")
            for name in (tls.KEY_NAME, tls.CERTIFICATE_NAME):
                os.replace(trial / name, folder / name)
        except OSError as error:
            raise ConfigError(
                f"the identity in {display(str(folder))} cannot be replaced: {error.strerror}",
                hint=f"The one before is kept under the same names with {OLD_SUFFIX}.",
            ) from error
    finally:
        shutil.rmtree(trial, ignore_errors=True)
    identity = tls.load_identity(folder)
    if identity is None:
        raise AssertionError("it was written a moment ago")
    return identity


def _test(candidate: Identity) -> None:
    """Let a client of ours shake hands with it, in memory, and look at its dates as a careful one would."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = tls.server_context(candidate).wrap_bio(to_server, to_client, server_side=True)
    client = tls.client_context().wrap_bio(to_client, to_server)
    try:
        waiting = [client, server]
        for _ in range(8):
            for side in tuple(waiting):
                try:
                    side.do_handshake()
                    waiting.remove(side)
                except ssl.SSLWantReadError:
                    continue
        if waiting:
            raise _unusable("a handshake with it comes to no end")
        tls.check_negotiated(client)
    except (ssl.SSLError, PeerError) as error:
        raise _unusable(f"a handshake with it fails: {display(str(error))}") from error
    if client.getpeercert(binary_form=True) != candidate.certificate_der:
        raise _unusable("clients are shown another certificate than the first one in the file")
    try:
        server_end_point(candidate.certificate_der)
    except PeerError as error:
        raise _unusable(f"logins cannot be bound to it: {display(error.detail)}") from error
    info = describe(candidate)
    if not info.begins <= datetime.now(UTC).timestamp() < info.ends:
        raise _unusable("it is not valid today")


def _unusable(reason: str) -> ConfigError:
    return ConfigError(
        reason,
        title="This identity cannot be used",
        hint="Nothing was changed. Bring a certificate and its key without a passphrase, both as PEM.",
    )
