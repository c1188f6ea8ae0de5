from __future__ import annotations

import pytest

from desktop.models.queue_row import row_of
from desktop.transfers.items import Direction, Item, State
from desktop.transfers.progress import Change, Group
from shared.entries import Kind


def item(direction: Direction, **more: object) -> Item:
    values: dict[str, object] = {
        "id": 1,
        "batch": 1,
        "direction": direction,
        "kind": Kind.FILE,
        "site": "an%20na@desk:47623",
        "local": "/home/anna/photos/a.jpg",
        "remote": ("in", "a.jpg"),
        "size": 10,
        "mtime_ns": 0,
    }
    return Item(**(values | more))  # type: ignore[arg-type]


def test_an_upload_goes_to_the_servers_folder() -> None:
    row = row_of(Change(item(Direction.UPLOAD), moved=4))
    assert (row.source, row.target) == ("/home/anna/photos/a.jpg", "an na@desk:/in")
    assert row.moved == 4


def test_a_download_goes_to_the_local_folder() -> None:
    row = row_of(Change(item(Direction.DOWNLOAD), moved=0))
    assert (row.source, row.target) == ("an na@desk:/in/a.jpg", "/home/anna/photos")


def test_a_folder_shows_the_sums_of_what_is_below_it() -> None:
    folder = item(Direction.UPLOAD, kind=Kind.FOLDER, size=0, state=State.RUNNING)
    row = row_of(Change(folder, moved=0, group=Group(items=3, open=2, failed=0, size=300, moved=100)))
    assert (row.size, row.moved, row.is_folder) == (300, 100, True)


@pytest.mark.parametrize("leading", [State.RUNNING, State.ASKING, State.WAITING])
def test_a_folder_is_not_done_while_its_contents_are_not(leading: State) -> None:
    folder = item(Direction.UPLOAD, kind=Kind.FOLDER, size=0, state=State.DONE)
    parts = Group(items=8, open=5, failed=0, size=300, moved=100, leading=leading)
    assert row_of(Change(folder, moved=0, group=parts)).state is leading
    assert row_of(Change(folder, moved=0, group=Group(items=8, size=300, moved=300))).state is State.DONE


def test_names_cannot_act_on_the_screen() -> None:
    row = row_of(Change(item(Direction.DOWNLOAD, remote=("a\u202eb",), local="/tmp/x\x1b[2J/a"), moved=0))
    assert row.title == "a\\u{202e}b"
    assert "\x1b" not in row.target
