"""The TLS policy between two memory buffers, and the identity on a disk. No socket is opened."""

from __future__ import annotations

import os
import ssl
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from shared import tls
from shared.errors import ConfigError, PeerError


@pytest.fixture
def identity(tmp_path: Path) -> tls.Identity:
    return tls.make_identity(tmp_path, "a machine")


def handshake(client: ssl.SSLContext, server: ssl.SSLContext) -> tuple[ssl.SSLObject, ssl.SSLObject]:
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(to_client, to_server, server_side=False)
    theirs = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (ours, theirs):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
    return ours, theirs


def test_both_ends_agree_on_tls_1_3_and_our_protocol(identity: tls.Identity) -> None:
    client, server = handshake(tls.client_context(), tls.server_context(identity))
    tls.check_negotiated(client)
    tls.check_negotiated(server)
    der = client.getpeercert(binary_form=True)
    assert der == identity.certificate_der
    assert tls.fingerprint_of(der) == identity.fingerprint


def test_tls_1_2_is_refused_by_each_side(identity: tls.Identity) -> None:
    old_client = tls.client_context()
    old_client.minimum_version = ssl.TLSVersion.TLSv1_2
    old_client.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError):
        handshake(old_client, tls.server_context(identity))

    old_server = tls.server_context(identity)
    old_server.minimum_version = ssl.TLSVersion.TLSv1_2
    old_server.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError):
        handshake(tls.client_context(), old_server)


@pytest.mark.parametrize("protocols", [[], ["h2"]])
def test_a_peer_of_another_protocol_is_refused(identity: tls.Identity, protocols: list[str]) -> None:
    stranger = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    stranger.check_hostname = False
    stranger.verify_mode = ssl.CERT_NONE
    if protocols:
        stranger.set_alpn_protocols(protocols)
    client, server = handshake(stranger, tls.server_context(identity))
    for side in (client, server):
        with pytest.raises(PeerError, match="not a Wherry program"):
            tls.check_negotiated(side)


def test_a_connection_without_a_handshake_is_refused(identity: tls.Identity) -> None:
    raw = tls.client_context().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO())
    with pytest.raises(PeerError):
        tls.check_negotiated(raw)


def test_session_keys_are_not_written_to_a_log(
    identity: tls.Identity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "keys"
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))
    handshake(tls.client_context(), tls.server_context(identity))
    assert not log.exists()


def test_identity_is_p256_with_sha256_for_twenty_years(identity: tls.Identity) -> None:
    certificate = x509.load_der_x509_certificate(identity.certificate_der)
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert isinstance(key.curve, ec.SECP256R1)
    assert isinstance(certificate.signature_hash_algorithm, hashes.SHA256)
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days >= 20 * 365
    assert identity.fingerprint.startswith("SHA256:")
    assert len(identity.fingerprint) == len("SHA256:") + 43


def test_identity_survives_a_restart(identity: tls.Identity, tmp_path: Path) -> None:
    assert tls.load_identity(tmp_path) == identity


def test_no_identity_is_none(tmp_path: Path) -> None:
    assert tls.load_identity(tmp_path) is None


@pytest.mark.parametrize("name", ["x" * 200, "\x1b[31m", "", "名"])
def test_any_host_name_makes_a_certificate(tmp_path: Path, name: str) -> None:
    assert tls.make_identity(tmp_path, name).fingerprint


def test_an_identity_is_never_overwritten(identity: tls.Identity, tmp_path: Path) -> None:
    key = identity.key_path.read_bytes()
    with pytest.raises(ConfigError):
        tls.make_identity(tmp_path, "another")
    assert identity.key_path.read_bytes() == key


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_the_key_is_private_from_its_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes: list[int] = []
    really_open = os.open

    def watch(path: Path, flags: int, mode: int = 0o777) -> int:
        descriptor = really_open(path, flags, mode)
        if path.name == tls.KEY_NAME:
            modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return descriptor

    monkeypatch.setattr(os, "open", watch)
    before = os.umask(0)
    try:
        identity = tls.make_identity(tmp_path, "a machine")
    finally:
        os.umask(before)
    assert modes == [0o600]
    assert stat.S_IMODE(identity.key_path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_key_that_others_can_read_is_refused_with_the_cure(identity: tls.Identity, tmp_path: Path) -> None:
    identity.key_path.chmod(0o640)
    with pytest.raises(ConfigError) as refused:
        tls.load_identity(tmp_path)
    assert refused.value.hint == f"Run: chmod 600 {identity.key_path}"


def _remove_key(identity: tls.Identity) -> None:
    identity.key_path.unlink()


def _remove_certificate(identity: tls.Identity) -> None:
    identity.certificate_path.unlink()


def _garble_certificate(identity: tls.Identity) -> None:
    identity.certificate_path.write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")


def _not_even_text(identity: tls.Identity) -> None:
    identity.certificate_path.write_bytes(b"\xff\xfe")


def _empty_key(identity: tls.Identity) -> None:
    identity.key_path.write_bytes(b"")


def _folder_for_certificate(identity: tls.Identity) -> None:
    identity.certificate_path.unlink()
    identity.certificate_path.mkdir()


@pytest.mark.parametrize(
    "damage",
    [
        _remove_key,
        _remove_certificate,
        _garble_certificate,
        _not_even_text,
        _empty_key,
        _folder_for_certificate,
    ],
)
def test_a_damaged_identity_is_an_error_with_a_hint_never_a_new_one(
    identity: tls.Identity, tmp_path: Path, damage: Callable[[tls.Identity], None]
) -> None:
    damage(identity)
    with pytest.raises(ConfigError) as refused:
        tls.load_identity(tmp_path)
    assert refused.value.hint


def test_a_key_of_another_certificate_is_refused(identity: tls.Identity, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    identity.key_path.write_bytes(tls.make_identity(other, "x").key_path.read_bytes())
    with pytest.raises(ConfigError, match="cannot be used"):
        tls.load_identity(tmp_path)
