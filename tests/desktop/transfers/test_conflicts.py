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
    is_newer,
    may_replace,
    needs_comparing,
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


HOUR = 3600 * SECOND
EDGE = 2 * SECOND


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("offset_ns", [0, HOUR, -HOUR, SECOND // 2])
@pytest.mark.parametrize(("later_ns", "verdict"), [(EDGE, False), (EDGE + 1, True), (-EDGE, False), (-EDGE - 1, False)])
def test_newer_compares_on_one_clock(direction: Direction, offset_ns: int, later_ns: int, verdict: bool) -> None:
    """Both were written by their own machines; the source ``later_ns`` after the target in true time."""
    written = 10 * HOUR
    server, client = written + offset_ns, written
    if direction is Direction.UPLOAD:
        source, target = client + later_ns, server
    else:
        source, target = server + later_ns, client
    is_one_time = abs(source - target) <= EDGE
    chosen = item(direction=direction, mtime_ns=source)
    assert is_newer(chosen, existing(mtime_ns=target), offset_ns) is (verdict and not is_one_time)


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("offset_ns", [HOUR, -HOUR])
@pytest.mark.parametrize("apart_ns", [0, EDGE, -EDGE])
def test_a_copy_that_carries_its_sources_time_is_never_older_by_the_clocks(
    direction: Direction, offset_ns: int, apart_ns: int
) -> None:
    chosen = item(direction=direction, mtime_ns=10 * HOUR + apart_ns)
    assert not is_newer(chosen, existing(mtime_ns=10 * HOUR), offset_ns)


def test_the_offset_reaches_the_decision() -> None:
    # Ours was written half an hour before theirs, whose clock is an hour ahead: so ours is the newer one.
    target = existing(mtime_ns=10 * HOUR)
    ours = item(mtime_ns=10 * HOUR - HOUR // 2)
    assert decide(Policy.NEWER, ours, Conflicted(target, HOUR), was_tried=False) == Replace()
    assert decide(Policy.NEWER, ours, Conflicted(target), was_tried=False) == Skip()


@pytest.mark.parametrize(("size", "verdict"), [(10, Skip()), (9, Replace()), (11, Replace()), (0, Replace())])
def test_by_size_only_the_size_counts(size: int, verdict: object) -> None:
    target = existing(size=size, mtime_ns=item().mtime_ns + HOUR)
    assert decide(Policy.SIZE, item(), Conflicted(target), was_tried=False) == verdict


@pytest.mark.parametrize(
    ("size", "is_equal", "verdict"),
    [(10, True, Skip()), (10, False, Replace()), (9, None, Replace()), (10, None, Ask())],
)
def test_by_content_only_the_content_counts(size: int, is_equal: bool | None, verdict: object) -> None:
    target = existing(size=size, mtime_ns=item().mtime_ns)
    assert decide(Policy.CONTENT, item(), Conflicted(target, is_equal=is_equal), was_tried=False) == verdict


@pytest.mark.parametrize("policy", [Policy.SIZE, Policy.CONTENT])
def test_where_the_other_side_tells_nothing_a_person_is_asked(policy: Policy) -> None:
    assert decide(policy, item(), Conflicted(None), was_tried=False) == Ask()


def test_contents_are_read_only_where_they_decide() -> None:
    assert needs_comparing(Policy.CONTENT, 10, existing(size=10))
    assert not needs_comparing(Policy.CONTENT, 10, existing(size=9))
    assert not needs_comparing(Policy.CONTENT, 10, existing(Kind.LINK, size=10))
    assert not needs_comparing(Policy.CONTENT, 10, None)
    assert not any(needs_comparing(policy, 10, existing(size=10)) for policy in Policy if policy is not Policy.CONTENT)


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
