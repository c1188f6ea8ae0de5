"""Two listings are compared as a person would, from either side alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.models.comparison import TIME_GRAIN_NS, alike, compare, with_contents
from desktop.models.directory_row import Mark
from shared.entries import Entry, Kind

S = 1_000_000_000


def file(name: str, size: int = 1, mtime_s: float = 100) -> Entry:
    return Entry(name, Kind.FILE, size, int(mtime_s * S), 0o644)


def folder(name: str) -> Entry:
    return Entry(name, Kind.FOLDER, 0, 0, 0o755)


@pytest.mark.parametrize(
    ("here", "there", "mark", "opposite"),
    [
        (file("a"), file("a"), Mark.EQUAL, Mark.EQUAL),
        (file("a", mtime_s=101.5), file("a"), Mark.EQUAL, Mark.EQUAL),
        (file("a", mtime_s=105), file("a"), Mark.NEWER, Mark.OLDER),
        (file("a", size=2, mtime_s=105), file("a"), Mark.NEWER, Mark.OLDER),
        (file("a", size=2), file("a"), Mark.DIFFERENT, Mark.DIFFERENT),
        (folder("a"), file("a"), Mark.DIFFERENT, Mark.DIFFERENT),
    ],
)
def test_what_is_on_both_sides(here: Entry, there: Entry, mark: Mark, opposite: Mark) -> None:
    assert compare([here], [there]) == ({"a": mark}, {"a": opposite})
    assert compare([there], [here]) == ({"a": opposite}, {"a": mark})


def test_what_is_on_one_side_is_new_and_folders_on_both_are_not_judged() -> None:
    left, right = compare([file("a"), folder("both")], [folder("both"), folder("b")])
    assert left == {"a": Mark.NEW}
    assert right == {"b": Mark.NEW}


def test_contents_have_the_last_word() -> None:
    left, right = (
        [file("same"), file("late", mtime_s=500), file("lies"), file("long", 7)],
        [
            file("same"),
            file("late"),
            file("lies"),
            file("long", 8),
        ],
    )
    assert alike(left, right) == ["same", "late", "lies"]
    marks = compare(left, right)
    here, there = with_contents(marks, {"late": True, "lies": False})
    assert here == {"same": Mark.EQUAL, "late": Mark.EQUAL, "lies": Mark.DIFFERENT, "long": Mark.DIFFERENT}
    assert there == here
    assert marks[0]["late"] is Mark.NEWER, "what was given stays as it was"


entries = st.builds(
    Entry,
    st.sampled_from(["a", "b", "c", "d"]),
    st.sampled_from(list(Kind)),
    st.integers(0, 2),
    st.integers(-3, 3).map(lambda n: n * TIME_GRAIN_NS // 2),
    st.just(0o644),
)
listings = st.lists(entries, unique_by=lambda entry: entry.name)


@given(listings, listings)
def test_both_sides_tell_the_same_story(left: list[Entry], right: list[Entry]) -> None:
    assert compare(left, right) == compare(right, left)[::-1]
