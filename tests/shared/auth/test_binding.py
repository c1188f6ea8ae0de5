"""What ties a login and an attach to one connection."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

from shared.auth.binding import attach_proof, server_end_point
from shared.errors import PeerError


def certificate(
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, algorithm: hashes.HashAlgorithm | None
) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    now = datetime(2024, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    signed = builder.sign(key, algorithm)  # type: ignore[arg-type]  # Ed25519 takes no hash, the rest one of many
    return signed.public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    ("algorithm", "name"), [(hashes.SHA256(), "sha256"), (hashes.SHA384(), "sha384"), (hashes.SHA512(), "sha512")]
)
def test_binding_uses_the_hash_of_the_signature(algorithm: hashes.HashAlgorithm, name: str) -> None:
    der = certificate(ec.generate_private_key(ec.SECP256R1()), algorithm)
    assert server_end_point(der) == hashlib.new(name, der).digest()


def test_certificates_without_a_defined_binding_are_refused() -> None:
    ed = certificate(ed25519.Ed25519PrivateKey.generate(), None)
    good = certificate(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    for der in (ed, b"", b"\x30\x00", good[:-1], b"\xff" * 500):
        with pytest.raises(PeerError):
            server_end_point(der)


def test_a_proof_fits_one_key_role_session_connection_and_channel() -> None:
    fields = (
        [b"k" * 32, b"K" * 32],
        ["client", "server"],
        [b"s" * 16, b"S" * 16],
        [b"c" * 16, b"C" * 16],
        [b"n" * 16, b"N" * 16],
        [b"b" * 32, b"B" * 32],
    )
    proofs = {attach_proof(*values) for values in product(*fields)}  # type: ignore[arg-type]  # roles by value
    assert len(proofs) == 2 ** len(fields)
    assert {len(proof) for proof in proofs} == {32}


def test_a_byte_moved_from_one_field_to_the_next_changes_the_proof() -> None:
    one = attach_proof(b"k", "client", b"session", b"ab", b"c", b"binding")
    other = attach_proof(b"k", "client", b"session", b"a", b"bc", b"binding")
    assert one != other
