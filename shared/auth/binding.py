"""What ties a login to the TLS connection it is made on. Hashes only; sees no socket.

``tls-server-end-point`` is the binding of RFC 5929, section 4: a hash of the server's certificate. Python's
``ssl`` offers no ``tls-exporter`` (RFC 9266) before 3.15 and ``tls-unique`` does not exist in TLS 1.3. A
man in the middle needs a certificate of his own, so the two ends see different bindings and the login fails
on both.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Literal

from shared.errors import PeerError

_ATTACH_DOMAIN = b"wherry attach 1"
_WEAK = frozenset({"md5", "sha1"})


def server_end_point(certificate_der: bytes) -> bytes:
    """Return the channel binding data of ``tls-server-end-point`` (RFC 5929, section 4.1).

    The hash is that of the certificate's signature, SHA-256 in place of MD5 and SHA-1. Raises
    :class:`~shared.errors.PeerError` for what is no certificate, or one whose signature names no single hash
    (Ed25519), for which the RFC defines no binding.
    """
    # A heavy library, needed once per login: the window must not wait for it when it starts.
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        algorithm = x509.load_der_x509_certificate(certificate_der).signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PeerError(f"the server's certificate could not be read: {error}") from error
    if algorithm is None:
        raise PeerError("the server's certificate has a signature that no channel binding is defined for")
    name = "sha256" if algorithm.name in _WEAK else algorithm.name
    try:
        return hashlib.new(name, certificate_der).digest()
    except ValueError as error:
        raise PeerError(f"the server's certificate is signed with an unknown hash, {name}") from error


def attach_proof(
    key: bytes,
    role: Literal["client", "server"],
    session: bytes,
    client_nonce: bytes,
    server_nonce: bytes,
    binding: bytes,
) -> bytes:
    """Return the 32 bytes by which one end of a further connection shows that it holds the session ``key``.

    HMAC-SHA-256 over domain, role, session, both nonces and the channel binding, each with its length
    before it: no two different inputs share a text, the proof of one role cannot be sent back as that of
    the other, and none is worth anything on another connection. Compare with :func:`hmac.compare_digest`.
    """
    parts = (_ATTACH_DOMAIN, role.encode("ascii"), session, client_nonce, server_nonce, binding)
    text = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.digest(key, text, "sha256")
