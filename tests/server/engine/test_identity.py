"""Another identity for a server: tested first, replaced whole, the old one kept."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
import trustme

from server.engine.identity import OLD_SUFFIX, describe, read_pem, renew_identity, replace_identity
from shared import tls
from shared.errors import ConfigError


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_renewed_identity_is_another_one_and_the_old_one_is_kept(tmp_path: Path) -> None:
    old = tls.make_identity(tmp_path, "desk")
    before = contents(tmp_path)
    new = renew_identity(tmp_path, "desk")
    assert new.fingerprint != old.fingerprint
    assert tls.load_identity(tmp_path) == new
    after = contents(tmp_path)
    assert set(after) == {*before, *(f"{name}{OLD_SUFFIX}" for name in before)}
    assert all(after[f"{name}{OLD_SUFFIX}"] == content for name, content in before.items())
    if os.name == "posix":
        for name in (tls.KEY_NAME, f"{tls.KEY_NAME}{OLD_SUFFIX}"):
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    # And once more: only one generation is kept.
    renew_identity(tmp_path, "desk")
    assert set(contents(tmp_path)) == set(after)


def test_one_of_an_authority_is_imported_with_its_chain(tmp_path: Path) -> None:
    tls.make_identity(tmp_path, "desk")
    issued = trustme.CA().issue_cert("desk.example")
    certificate = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
    identity = replace_identity(tmp_path, certificate, issued.private_key_pem.bytes())
    assert tls.load_identity(tmp_path) == identity
    info = describe(identity)
    assert info.fingerprint == identity.fingerprint
    assert info.begins < info.ends


def _ed25519() -> tuple[bytes, bytes]:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519

    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=9))
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.sign(key, None).public_bytes(serialization.Encoding.PEM), pem


def _broken(kind: str) -> tuple[bytes, bytes]:
    """Return a certificate and a key that cannot be an identity."""
    authority = trustme.CA()
    issued, other = authority.issue_cert("desk"), authority.issue_cert("other")
    certificate, key = issued.cert_chain_pems[0].bytes(), issued.private_key_pem.bytes()
    if kind == "expired":
        from datetime import UTC, datetime

        expired = authority.issue_cert("desk", not_after=datetime(2020, 1, 1, tzinfo=UTC))
        return expired.cert_chain_pems[0].bytes(), expired.private_key_pem.bytes()
    if kind == "no binding":
        return _ed25519()
    return {
        "key of another": (certificate, other.private_key_pem.bytes()),
        "swapped": (key, certificate),
        "garbage": (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key),
        "cut": (certificate[:200], key),
        "empty": (b"", b""),
        "binary": (b"\xff\x00", key),
        "encrypted": (certificate, key.replace(b"PRIVATE KEY", b"ENCRYPTED PRIVATE KEY")),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    ["key of another", "swapped", "garbage", "cut", "empty", "binary", "encrypted", "expired", "no binding"],
)
def test_what_does_not_work_changes_nothing(tmp_path: Path, kind: str) -> None:
    tls.make_identity(tmp_path, "desk")
    before = contents(tmp_path)
    with pytest.raises(ConfigError) as refused:
        replace_identity(tmp_path, *_broken(kind))
    assert "Nothing was changed" in refused.value.hint
    assert contents(tmp_path) == before
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


def test_files_that_are_no_pem_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_pem(tmp_path / "absent")
    (tmp_path / "der").write_bytes(b"\x30\x82")
    (tmp_path / "large").write_bytes(b"-----BEGIN " * 100_000)
    for name in ("der", "large"):
        with pytest.raises(ConfigError, match="no PEM"):
            read_pem(tmp_path / name)
    (tmp_path / "pem").write_bytes(b"-----BEGIN X-----")
    assert read_pem(tmp_path / "pem") == b"-----BEGIN X-----"
