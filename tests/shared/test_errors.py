"""The error tree: every code can be shown, and the system's errors become ours at the edge."""

from __future__ import annotations

import errno

import pytest

from shared.errors import TITLES, Code, IdentityError, ItemError, LocalError, WherryError, code_of, local_errors


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_words(code: Code) -> None:
    assert TITLES[code]
    error = ItemError(code, "because", path="/a")
    assert (error.title, error.detail, error.path) == (TITLES[code], "because", "/a")
    assert str(error) == f"{TITLES[code]}: because"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOENT, Code.NOT_FOUND),
        (errno.EACCES, Code.PERMISSION),
        (errno.ENOSPC, Code.NO_SPACE),
        (errno.EDQUOT, Code.QUOTA),
        (errno.EROFS, Code.READ_ONLY),
        (errno.ELOOP, Code.PERMISSION),
        (errno.EIO, Code.IO),
        (errno.EEXIST, Code.EXISTS),
    ],
)
def test_a_failed_call_becomes_our_error_with_its_cause(number: int, code: Code) -> None:
    with pytest.raises(LocalError) as error, local_errors("/shown"):
        raise OSError(number, "why")
    assert (error.value.code, error.value.path, error.value.detail) == (code, "/shown", "why")
    assert isinstance(error.value.__cause__, OSError)


def test_an_error_without_a_number_is_one_of_reading_or_writing() -> None:
    assert code_of(OSError("odd")) is Code.IO


def test_our_own_errors_pass_the_edge_unchanged() -> None:
    with pytest.raises(WherryError, match="ours"), local_errors("/shown"):
        raise WherryError("ours")


def test_a_changed_identity_says_so() -> None:
    assert IdentityError("d", found="a").title == "The server's identity is not known"
    assert IdentityError("d", found="a", expected="b").title == "The server's identity has changed"


def test_waiting_can_help_where_it_says_so() -> None:
    assert ItemError(Code.BUSY).is_retryable
    assert not ItemError(Code.BAD_NAME).is_retryable
