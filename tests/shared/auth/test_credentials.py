"""What is kept instead of a password, and what two spellings of one name have in common."""

from __future__ import annotations

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scramp import ScramException
from scramp.utils import saslprep

from shared.auth.credentials import (
    SALT_BYTES,
    Verifier,
    fake_verifier,
    make_verifier,
    normalise_name,
    normalise_password,
)
from shared.protocol import limits


@pytest.mark.parametrize(
    ("raw", "prepared"),
    [
        # RFC 4013, section 3.
        ("I\u00adX", "IX"),
        ("user", "user"),
        ("USER", "USER"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        # Composed and decomposed, non-breaking space.
        ("zoe\u0308", "zoë"),
        ("a\u00a0b", "a b"),
    ],
)
def test_examples_of_rfc_4013(raw: str, prepared: str) -> None:
    assert normalise_name(raw) == prepared
    assert normalise_password(raw) == prepared


@pytest.mark.parametrize(
    "raw", ["", "\u00ad", "\u0007", "\u0627\u0031", "a\u0627", "\U0001f600", "\ue000", "\ud800", "\u202e"]
)
def test_forbidden_texts_are_refused_without_being_quoted(raw: str) -> None:
    for normalise in (normalise_name, normalise_password):
        with pytest.raises(ValueError, match=r"(may not|is empty)") as refused:
            normalise(raw)
        assert not raw or raw not in str(refused.value)


def test_lengths_are_bounded_before_any_work() -> None:
    assert normalise_password("x" * 1024)
    for normalise in (normalise_name, normalise_password):
        with pytest.raises(ValueError, match="at most"):
            normalise("x" * 1025)
    # One character that normalises to eighteen.
    with pytest.raises(ValueError, match="at most"):
        normalise_name("\ufdfa" * 100)


@given(st.text(max_size=30))
def test_saslprep_agrees_with_scramp(text: str) -> None:
    try:
        theirs = saslprep(text)
    except ScramException:
        theirs = ""
    try:
        ours = normalise_password(text)
    except ValueError:
        ours = ""
    assert ours == theirs


def test_verifier_is_that_of_the_rfc() -> None:
    """StoredKey and ServerKey for RFC 7677's example, as PostgreSQL and others store them."""
    verifier = make_verifier("pencil", iterations=4096, salt=b64decode("W22ZaJ0SNY7soEsUEjb6gQ=="))
    assert verifier.stored_key == b64decode("WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=")
    assert verifier.server_key == b64decode("wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")


def test_salts_are_random_and_counts_bounded() -> None:
    one, other = make_verifier("x", iterations=4096), make_verifier("x", iterations=4096)
    assert one.salt != other.salt
    assert len(one.salt) == SALT_BYTES
    for count in (0, limits.MIN_ITERATIONS - 1, limits.MAX_ITERATIONS + 1):
        with pytest.raises(ValueError, match="iterations"):
            make_verifier("x", iterations=count)
    with pytest.raises(ValueError, match="32 bytes"):
        Verifier(b"salt", 4096, b"short", bytes(32))


def test_fakes_stay_the_same_for_a_name_and_look_real() -> None:
    fake = fake_verifier(b"secret", "nobody", 4096)
    assert fake == fake_verifier(b"secret", "nobody", 4096)
    assert len(fake.salt) == len(make_verifier("x", iterations=4096).salt)
    others = [fake_verifier(b"secret", "nobody2", 4096), fake_verifier(b"another", "nobody", 4096)]
    assert len({verifier.salt for verifier in (fake, *others)}) == 3
    assert fake.stored_key != fake.server_key
