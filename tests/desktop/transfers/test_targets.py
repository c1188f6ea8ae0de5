"""Where copies go, as cp -r does it; and that no name of a server leads out of its local folder."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.transfers.items import Source
from desktop.transfers.targets import (
    check_local_name,
    is_part_name,
    join_local,
    part_path,
    plan_downloads,
    plan_uploads,
)
from shared.entries import Entry, Kind
from shared.errors import Code, LocalError
from shared.names import MAX_COMPONENT_BYTES, BadNameError, encode_component

FILE = Entry("a.txt", Kind.FILE, 1, 0, 0o644)


def test_into_an_existing_folder_under_its_own_name() -> None:
    assert plan_uploads(["/x/a", "/y/b/"], ("in",), target_is_folder=True) == (
        ("in",),
        (Source("/x/a"), Source("/y/b")),
    )


def test_else_as_that_name() -> None:
    assert plan_uploads(["/x/a"], ("in", "new"), target_is_folder=False) == (("in",), (Source("/x/a", name="new"),))


def test_into_the_home_as_the_home_itself() -> None:
    assert plan_uploads(["/x/a"], (), target_is_folder=False) == ((), (Source("/x/a", name=""),))


def test_relative_sources_become_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.chdir(str(tmp_path))
    _, (source,) = plan_uploads(["a/../b"], (), target_is_folder=True)
    assert source.path == os.path.join(str(tmp_path), "b")


def test_downloads_follow_the_same_rules_and_keep_what_is_known() -> None:
    assert plan_downloads([(("d", "a.txt"), FILE)], "/home", target_is_folder=True) == (
        "/home",
        (Source(("d", "a.txt"), FILE),),
    )
    assert plan_downloads([(("d", "a.txt"), FILE)], "/home/b.txt", target_is_folder=False) == (
        "/home",
        (Source(("d", "a.txt"), FILE, "b.txt"),),
    )


def test_a_home_has_no_name_its_contents_go_into_the_target() -> None:
    assert plan_downloads([((), None)], "/home", target_is_folder=True) == ("/home", (Source((), None, ""),))
    assert plan_downloads([((), None)], "/home/copy", target_is_folder=False) == (
        "/home",
        (Source((), None, "copy"),),
    )


def test_several_sources_need_a_folder() -> None:
    with pytest.raises(LocalError) as caught:
        plan_uploads(["/x/a", "/x/b"], ("in",), target_is_folder=False)
    assert caught.value.code is Code.NOT_FOLDER
    assert caught.value.hint


def test_two_sources_of_one_name_would_overwrite_each_other() -> None:
    with pytest.raises(LocalError) as caught:
        plan_uploads(["/x/a", "/y/a"], ("in",), target_is_folder=True)
    assert caught.value.code is Code.EXISTS
    with pytest.raises(LocalError):
        plan_downloads([(("x", "a"), None), (("y", "a"), None)], "/home", target_is_folder=True)


def test_an_ordinary_name_is_joined() -> None:
    assert join_local("/home", ("a", "b ü.txt")) == "/home/a/b ü.txt"
    assert join_local("/home", ()) == "/home"


@pytest.mark.parametrize(
    "relative",
    [("..",), ("a", ".."), (".",), ("",), ("/etc",), ("a/b",), ("a\\b",), ("C:x",), ("a\0",), ("x" * 256,)],
)
def test_what_could_lead_elsewhere_is_refused(relative: tuple[str, ...]) -> None:
    with pytest.raises(BadNameError):
        join_local("/home", relative)


@given(st.lists(st.text(max_size=12), max_size=4).map(tuple))
def test_whatever_is_joined_stays_below(relative: tuple[str, ...]) -> None:
    try:
        joined = join_local("/home/me", relative)
    except BadNameError:
        return
    assert os.path.normpath(joined) == joined
    assert joined == "/home/me" if not relative else joined.startswith("/home/me/")


def test_our_own_parts_cannot_be_overwritten_by_a_download_of_their_name() -> None:
    with pytest.raises(BadNameError):
        join_local("/home", (".film.mkv.wherry-part",))
    with pytest.raises(BadNameError):
        join_local("/home", (".film.mkv.WHERRY-PART",))
    assert join_local("/home", ("film.wherry-part",))


@pytest.mark.parametrize(
    "name", ["con", "NUL.txt", "Com1.log", "lpt¹", "ab:c", "a?", "a*", "<a>", "a.", "a ", "a\x07b"]
)
def test_windows_own_meanings_are_refused_there_and_only_there(name: str) -> None:
    with pytest.raises(BadNameError):
        check_local_name(name, is_windows=True)
    assert check_local_name(name, is_windows=False) == name


@pytest.mark.parametrize("name", ["console.txt", "nul-set", "com10", "a.b", "ü"])
def test_ordinary_names_are_allowed_on_windows(name: str) -> None:
    assert check_local_name(name, is_windows=True) == name


def test_a_part_stands_beside_its_target() -> None:
    assert part_path("/home/me/film.mkv") == "/home/me/.film.mkv.wherry-part"
    assert is_part_name(".film.mkv.wherry-part")
    assert not is_part_name("film.mkv.wherry-part")


def test_parts_of_the_longest_names_fit_and_differ() -> None:
    names = ["ä" * 127, "ä" * 126 + "bc", "x" * 255, "x" * 254 + "y"]
    parts = [os.path.basename(part_path(f"/home/{name}")) for name in names]
    assert len(set(parts)) == len(names)
    assert all(len(encode_component(part)) <= MAX_COMPONENT_BYTES and is_part_name(part) for part in parts)
