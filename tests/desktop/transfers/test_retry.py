"""Which failures are tried again, after how long, and what is told about them."""

from __future__ import annotations

import pytest

from desktop.transfers import retry
from shared.errors import (
    Code,
    ConfigError,
    ConnectionLostError,
    IdentityError,
    LocalError,
    LoginError,
    PeerError,
    RemoteError,
    WherryError,
)
from shared.protocol.limits import STALL_DEADLINE

IDENTITY = IdentityError("other", found="SHA256:a", expected="SHA256:b")


def test_delays_double_and_end_at_half_a_minute() -> None:
    assert [retry.delay_s(attempts) for attempts in range(9)] == [1, 1, 2, 4, 8, 16, 30, 30, 30]
    assert retry.delay_s(10**9) == 30


@pytest.mark.parametrize(
    ("error", "is_line_down", "is_site_refused"),
    [
        (ConnectionLostError("cut"), True, False),
        (LoginError("the session has ended"), True, False),
        (RemoteError(Code.CLOSING), True, False),
        (IDENTITY, False, True),
        (PeerError("nonsense"), False, False),
        (RemoteError(Code.PERMISSION), False, False),
        (LocalError(Code.IO), False, False),
    ],
)
def test_who_is_to_blame(error: WherryError, is_line_down: bool, is_site_refused: bool) -> None:
    assert retry.is_line_down(error) is is_line_down
    assert retry.is_site_refused(error) is is_site_refused


@pytest.mark.parametrize("code", [Code.CHANGED, Code.MISMATCH, Code.IO])
def test_what_can_mend_itself_gets_two_more_chances(code: Code) -> None:
    error = RemoteError(code)
    assert [retry.is_tried_again(error, attempts) for attempts in (1, 2, 3)] == [True, True, False]


def test_a_target_in_use_is_waited_for_until_a_broken_line_of_ours_is_given_up() -> None:
    waited, attempts = 0.0, 1
    while retry.is_tried_again(RemoteError(Code.BUSY), attempts):
        waited += retry.delay_s(attempts)
        attempts += 1
    assert STALL_DEADLINE < waited < 3 * STALL_DEADLINE


@pytest.mark.parametrize("code", [Code.NO_SPACE, Code.QUOTA, Code.PERMISSION, Code.BAD_NAME, Code.NOT_FOUND])
def test_what_needs_a_person_is_told_at_once(code: Code) -> None:
    assert not retry.is_tried_again(RemoteError(code), 1)


def test_a_full_disk_can_be_retried_by_hand() -> None:
    assert retry.failure_of(LocalError(Code.NO_SPACE)).is_retryable


@pytest.mark.parametrize(
    ("error", "code", "is_retryable"),
    [
        (RemoteError(Code.QUOTA, "full"), Code.QUOTA, True),
        (ConnectionLostError("cut"), Code.IO, True),
        (LoginError("no"), Code.PERMISSION, True),
        (IDENTITY, Code.PERMISSION, True),
        (PeerError("nonsense"), Code.BAD_REQUEST, False),
        (ConfigError("bad"), Code.INTERNAL, False),
    ],
)
def test_a_failure_tells_title_cause_and_what_to_do(error: WherryError, code: Code, is_retryable: bool) -> None:
    failure = retry.failure_of(error)
    assert (failure.code, failure.is_retryable) == (code, is_retryable)
    assert (failure.title, failure.detail, failure.hint) == (error.title, error.detail, error.hint)
    assert failure.title
