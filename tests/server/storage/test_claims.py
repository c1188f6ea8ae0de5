"""Two writers to one target: the second is told at once."""

from __future__ import annotations

from server.storage.claims import Claims

PLACE = (1, 2, "file")


def test_a_place_has_one_writer_at_a_time() -> None:
    claims = Claims()
    claim = claims.take(PLACE, "anna")
    assert claim is not None
    assert claims.take(PLACE, "anna") is None
    assert claims.take((1, 2, "other"), "bert") is not None
    claims.release(claim)
    second = claims.take(PLACE, "bert")
    assert second is not None
    claims.release(claim)
    assert claims.take(PLACE, "anna") is None, "a claim released twice must not free another's"


def test_only_its_account_can_have_an_upload_forgotten() -> None:
    claims = Claims()
    claim = claims.take(PLACE, "anna")
    assert claim is not None
    assert not claims.mark_unwanted(PLACE, "bert")
    assert not claim.is_unwanted
    assert claims.mark_unwanted(PLACE, "anna")
    assert claim.is_unwanted
    claims.release(claim)
    assert not claims.mark_unwanted(PLACE, "anna")
