"""What is found below a source, on either end; hostile and unreadable things by name."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from desktop.transfers.items import Direction, Item, Source, State
from desktop.transfers.scan import Ended, Finding, Found, Known, Looked, Surveyor, described, source_item
from shared.entries import Entry, Kind
from shared.errors import Code, ConnectionLostError, RemoteError
from shared.names import MAX_DEPTH
from tests.desktop.transfers.world import SITE, Files, Links, file_entry, folder_entry

UP, DOWN = Direction.UPLOAD, Direction.DOWNLOAD


@pytest.fixture
def links() -> Links:
    return Links(Files())


def survey(links: Links, *items: Item, known: Known | None = None) -> list[Finding]:
    sources = [(replace(item, id=id), known or Known()) for id, item in enumerate(items, 1)]
    return list(Surveyor(links, links.files).survey(sources))


def found(findings: list[Finding]) -> dict[str, Item]:
    return {"/".join(each.item.remote): each.item for each in findings if isinstance(each, Found)}


def up(path: str, name: str | None = None) -> Item:
    return source_item(Source(path, name=name), 1, UP, SITE, ("in",))


def down(*path: str, entry: Entry | None = None) -> Item:
    return source_item(Source(path, entry), 1, DOWN, SITE, "/home")


# --- Sources ---------------------------------------------------------------------------------------------------------


def test_a_source_goes_into_the_target_folder() -> None:
    assert (up("/x/a").local, up("/x/a").remote) == ("/x/a", ("in", "a"))
    assert up("/x/a", "b").remote == ("in", "b")
    assert up("/x/a", "").remote == ("in",)
    assert (down("d", "a").local, down("d", "a").remote) == ("/home/a", ("d", "a"))
    assert not up("/x/a").is_scanned


def test_a_file_that_the_chooser_knows_needs_no_look() -> None:
    item = down("d", "a", entry=file_entry("a", 7, 9))
    assert (item.is_scanned, item.kind, item.size, item.mtime_ns, item.mode) == (True, Kind.FILE, 7, 9, 0o644)
    assert not down("d", entry=folder_entry("d")).is_scanned


@pytest.mark.parametrize("name", ["..", "a\\b", "C:x", "x" * 300])
def test_a_forbidden_name_fails_at_once_and_leaves_no_local_path(name: str) -> None:
    item = down("d", name, entry=file_entry(name))
    assert item.state is State.FAILED
    assert item.local == ""
    assert item.failure is not None
    assert item.failure.code is Code.BAD_NAME


def test_the_ends_cannot_be_mixed_up() -> None:
    with pytest.raises(TypeError):
        source_item(Source("/x"), 1, UP, SITE, "/home")
    with pytest.raises(TypeError):
        source_item(Source("/x"), 1, DOWN, SITE, "/home")


def test_a_folder_has_no_size_of_its_own() -> None:
    assert described(up("/x"), Entry("x", Kind.FOLDER, 4096, 1, 0o755)).size == 0


# --- This computer ---------------------------------------------------------------------------------------------------


def test_a_folder_tells_itself_then_its_contents_then_its_end(links: Links) -> None:
    links.files.tree.add("d/sub/x", file_entry("x", 7, 9))
    findings = survey(links, up("/d"))
    assert isinstance(findings[0], Looked)
    assert findings[-1] == Ended(1)
    items = found(findings)
    assert list(items) == ["in/d/sub", "in/d/sub/x"]
    assert (items["in/d/sub/x"].local, items["in/d/sub/x"].size) == ("/d/sub/x", 7)
    assert {item.group for item in items.values()} == {1}


def test_a_second_look_finds_only_what_is_not_known_yet(links: Links) -> None:
    links.files.tree.add("d/sub/x")
    links.files.tree.add("d/sub/y")
    known = Known(frozenset({"/d/sub", "/d/sub/x"}))
    assert list(found(survey(links, up("/d"), known=known))) == ["in/d/sub/y"]


def test_what_an_earlier_look_could_not_read_is_not_told_again(links: Links) -> None:
    links.files.tree.add("d/shut/x")
    links.files.unreadable.add("/d/shut")
    first = survey(links, up("/d"))
    assert [each.item.state for each in first if isinstance(each, Found)] == [State.QUEUED, State.FAILED]
    known = Known(frozenset({"/d/shut"}), frozenset({"/d/shut"}))
    assert found(survey(links, up("/d"), known=known)) == {}
    # A crash in between: the folder is stored, what is wrong with it is not.
    assert list(found(survey(links, up("/d"), known=Known(frozenset({"/d/shut"}))))) == ["in/d/shut"]


def test_what_an_earlier_look_at_a_server_refused_is_not_told_again(links: Links) -> None:
    links.tree.add("d/C:bad")
    links.tree.add("d/shut", folder_entry("shut"))
    links.listing_error["d", "shut"] = RemoteError(Code.PERMISSION)
    first = [each.item for each in survey(links, down("d")) if isinstance(each, Found)]
    assert sorted(each.state for each in first) == [State.FAILED, State.FAILED, State.QUEUED]
    known = Known(frozenset(each.remote for each in first), frozenset({("d", "shut")}))
    assert found(survey(links, down("d"), known=known)) == {}


def test_below_a_refused_folder_nothing_is_told_twice_and_its_neighbours_are_found(links: Links) -> None:
    links.files.tree.add("d/C:bad/x")
    links.files.tree.add("d/C:bad/y/z")
    links.files.tree.add("d/good")
    items = found(survey(links, up("/d")))
    assert {name: item.state for name, item in items.items()} == {
        "in/d/C:bad": State.FAILED,
        "in/d/good": State.QUEUED,
    }
    assert items["in/d/C:bad"].failure is not None
    assert "nothing in this folder" in items["in/d/C:bad"].failure.detail


def test_what_is_not_a_file_is_told_with_the_reason(links: Links) -> None:
    links.files.tree.add("d/link", Entry("link", Kind.LINK, 0, 0, 0o777))
    links.files.tree.add("d/pipe", Entry("pipe", Kind.OTHER, 0, 0, 0o644))
    links.files.tree.add("d/.a.wherry-part")
    items = found(survey(links, up("/d")))
    assert {item.state for item in items.values()} == {State.SKIPPED}
    reasons = [item.failure.detail for item in items.values() if item.failure]
    assert len(reasons) == len(set(reasons)) == 3


def test_a_source_that_is_gone_does_not_end_the_others(links: Links) -> None:
    links.files.tree.add("b")
    findings = survey(links, up("/gone"), up("/b"))
    assert isinstance(findings[0], Ended)
    assert findings[0].error is not None
    assert findings[-1] == Ended(2)


# --- The server ------------------------------------------------------------------------------------------------------


def test_a_remote_folder_is_joined_below_the_target(links: Links) -> None:
    links.tree.add("d/sub/x", file_entry("x", 7))
    items = found(survey(links, down("d")))
    assert {name: item.local for name, item in items.items()} == {"d/sub": "/home/d/sub", "d/sub/x": "/home/d/sub/x"}


def test_the_folders_of_a_server_are_asked_for_together_and_told_in_order(links: Links) -> None:
    names = [f"{number:02}" for number in range(40)]
    for name in names:
        links.tree.add(f"d/{name}/sub/x")
    items = found(survey(links, down("d")))
    order = [path for path in items if path.count("/") == 1]
    assert order == [f"d/{name}" for name in names]
    assert [path for path in items if path.endswith("/x")] == [f"d/{name}/sub/x" for name in names]
    asked = [path for group in links.listed for path in group]
    assert len(asked) == len(set(asked)) == 81  # each once
    assert max(map(len, links.listed)) == 16
    assert len(links.listed) <= 9


def test_the_home_itself_can_be_fetched(links: Links) -> None:
    links.tree.add("x")
    findings = survey(links, source_item(Source((), None, ""), 1, DOWN, SITE, "/home"))
    assert found(findings)["x"].local == "/home/x"


def test_a_known_folder_costs_no_listing_of_the_one_above(links: Links) -> None:
    links.tree.add("d/x")
    links.listing_error[()] = ConnectionLostError("must not be asked")
    assert list(found(survey(links, down("d", entry=folder_entry("d"))))) == ["d/x"]


def test_a_lost_line_ends_all_that_need_it_and_nothing_else(links: Links) -> None:
    links.is_up = False
    links.files.tree.add("b")
    findings = survey(links, down("d"), down("e"), up("/b"))
    errors = {each.source: each.error for each in findings if isinstance(each, Ended)}
    assert isinstance(errors[1], ConnectionLostError)
    assert isinstance(errors[2], ConnectionLostError)
    assert errors[3] is None


def test_a_tree_without_end_is_left_at_the_depth_that_names_allow(links: Links) -> None:
    def endless(site: str, path: tuple[str, ...]) -> list[Entry]:
        return [folder_entry("d")]

    links.list_folder = endless  # type: ignore[method-assign, assignment]
    items = [each.item for each in survey(links, down("d")) if isinstance(each, Found)]
    assert len(items) == MAX_DEPTH
    assert [item.state for item in items[-2:]] == [State.QUEUED, State.FAILED]


def test_a_folder_without_end_is_given_up(links: Links, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.transfers.scan.MAX_LISTING_ENTRIES", 100)
    for number in range(101):
        links.tree.add(f"d/{number}")
    findings = survey(links, down("d"))
    assert found(findings) == {}
    assert isinstance(findings[-1], Ended)
    assert findings[-1].error is not None


def test_a_source_without_a_usable_name_is_never_looked_into(links: Links) -> None:
    findings = survey(links, replace(down("d", "a\\b"), state=State.QUEUED))
    assert [type(each) for each in findings] == [Ended]
    assert links.folders == []
