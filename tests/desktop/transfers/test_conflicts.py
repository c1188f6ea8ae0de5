"""What to do about an existing target, and the names of copies beside it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.transfers.conflicts import (
    Ask,
    Refuse,
    RenameTo,
    Replace,
    Skip,
    decide,
    may_replace,
    next_name,
    target_name,
    with_target_name,
)
from desktop.transfers.items import Direction, Existing, Item, Policy
from desktop.transfers.ports import Conflicted
from shared.entries import Kind
from shared.errors import Code
from shared.names import MAX_COMPONENT_BYTES, check_component, encode_component

SECOND = 1_000_000_000


def item(**changes: object) -> Item:
    values: dict[str, object] = {
        "id": 1, "batch": 1, "direction": Direction.UPLOAD, "kind": Kind.FILE, "site": "s", "local": "/a/file.txt",
        "remote": ("b", "file.txt"), "size": 10, "mtime_ns": 100 * SECOND,
    }  # fmt: skip
    return Item(**(values | changes))  # type: ignore[arg-type]


def existing(kind: Kind = Kind.FILE, size: int = 7, mtime_ns: int = 100 * SECOND) -> Existing:
    return Existing(kind, size, mtime_ns)


@pytest.mark.parametrize(
    ("policy", "verdict"),
    [
        (Policy.ASK, Ask()),
        (Policy.OVERWRITE, Replace()),
        (Policy.RESUME, Replace()),
        (Policy.SKIP, Skip()),
        (Policy.RENAME, RenameTo("file (2).txt")),
        (Policy.NEWER, Skip()),
    ],
)
def test_each_policy_on_an_existing_file(policy: Policy, verdict: object) -> None:
    assert decide(policy, item(), Conflicted(existing()), was_tried=False) == verdict


@pytest.mark.parametrize(
    ("age_ns", "verdict"),
    [(2 * SECOND, Skip()), (2 * SECOND + 1, Replace()), (-5 * SECOND, Skip()), (3600 * SECOND, Replace())],
)
def test_newer_is_newer_by_more_than_two_seconds(age_ns: int, verdict: object) -> None:
    target = existing(mtime_ns=100 * SECOND - age_ns)
    assert decide(Policy.NEWER, item(), Conflicted(target), was_tried=False) == verdict


def test_newer_asks_when_the_other_side_does_not_tell_the_time() -> None:
    assert decide(Policy.NEWER, item(), Conflicted(None), was_tried=False) == Ask()


@pytest.mark.parametrize("policy", list(Policy))
@pytest.mark.parametrize(("kind", "code"), [(Kind.FOLDER, Code.IS_FOLDER), (Kind.OTHER, Code.NOT_FILE)])
def test_no_policy_puts_a_file_in_the_place_of_a_folder_or_device(policy: Policy, kind: Kind, code: Code) -> None:
    verdict = decide(policy, item(), Conflicted(existing(kind)), was_tried=True)
    assert isinstance(verdict, Refuse)
    assert verdict.code is code


@pytest.mark.parametrize("policy", list(Policy))
def test_our_own_file_from_a_lost_attempt_is_proven_and_neither_asked_about_nor_doubled(policy: Policy) -> None:
    ours = existing(size=10, mtime_ns=101 * SECOND)
    assert decide(policy, item(), Conflicted(ours), was_tried=True) == Replace()


@pytest.mark.parametrize("target", [existing(size=9), existing(size=10, mtime_ns=90 * SECOND), existing(Kind.LINK, 10)])
def test_what_cannot_be_ours_is_asked_about_after_a_lost_attempt_too(target: Existing) -> None:
    assert decide(Policy.ASK, item(), Conflicted(target), was_tried=True) == Ask()


def test_only_an_answer_given_beforehand_lets_the_first_attempt_replace() -> None:
    assert {policy for policy in Policy if may_replace(policy)} == {Policy.OVERWRITE, Policy.RESUME}


@pytest.mark.parametrize(
    ("name", "following"),
    [
        ("file.txt", "file (2).txt"),
        ("file (2).txt", "file (3).txt"),
        ("file (99).txt", "file (100).txt"),
        ("file (0).txt", "file (0) (2).txt"),
        ("README", "README (2)"),
        (".bashrc", ".bashrc (2)"),
        ("photos.tar.gz", "photos (2).tar.gz"),
        ("photos (2).TAR.GZ", "photos (3).TAR.GZ"),
        ("..dots", "..dots (2)"),
        ("a.b.c", "a.b (2).c"),
        ("ends.", "ends (2)."),
    ],
)
def test_names_of_copies(name: str, following: str) -> None:
    assert next_name(name) == following


@given(st.text(st.characters(exclude_characters="/\\\0", exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_the_next_name_is_another_allowed_one_and_never_comes_back(name: str) -> None:
    while len(encode_component(name)) > MAX_COMPONENT_BYTES:
        name = name[:-1]
    seen = {name}
    for _ in range(12):
        name = next_name(name)
        assert name not in seen
        assert len(encode_component(name)) <= MAX_COMPONENT_BYTES
        seen.add(name)


def test_a_copys_name_is_allowed_on_the_wire() -> None:
    assert check_component(next_name("ä" * 127))


def test_the_name_at_the_target_is_the_receiving_ends() -> None:
    up, down = item(), item(direction=Direction.DOWNLOAD, local="/x/other.txt")
    assert target_name(up) == "file.txt"
    assert target_name(down) == "other.txt"
    assert with_target_name(up, "new").remote == ("b", "new")
    assert with_target_name(up, "new").local == up.local
    assert with_target_name(down, "new").local == "/x/new"
    assert with_target_name(down, "new").remote == down.remote
