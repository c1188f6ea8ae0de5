"""A row says what moves from where to where, harmlessly, and sums up a folder."""

from __future__ import annotations

from dataclasses import replace

from desktop.controllers.queue_rows import row_of
from desktop.transfers.items import Direction, Item, State
from desktop.transfers.progress import Change, Group
from shared.entries import Kind

ITEM = Item(
    7, 1, Direction.UPLOAD, Kind.FILE, "anna@desk:47623", "/home/anna/a.txt", ("in", "b.txt"), 10, 0, position=3
)


def test_an_upload_is_named_as_here_and_leads_there():
    row = row_of(Change(ITEM, moved=4, rate_bps=2.0, eta_s=3.0))
    assert (row.id, row.position, row.title) == (7, 3, "a.txt")
    assert (row.source, row.target) == ("/home/anna/a.txt", "anna@desk:47623/in/b.txt")
    assert (row.size, row.moved, row.rate_bps, row.eta_s) == (10, 4, 2.0, 3.0)


def test_a_download_is_named_as_there_and_leads_here():
    row = row_of(Change(replace(ITEM, direction=Direction.DOWNLOAD), moved=0))
    assert row.title == "b.txt"
    assert (row.source, row.target) == ("anna@desk:47623/in/b.txt", "/home/anna/a.txt")


def test_a_folder_shows_the_sums_of_its_contents():
    folder = replace(ITEM, kind=Kind.FOLDER, size=0, state=State.DONE)
    row = row_of(Change(folder, moved=0, group=Group(items=3, open=1, failed=0, size=300, moved=120)))
    assert row.is_folder
    assert (row.size, row.moved) == (300, 120)


def test_hostile_names_are_shown_not_obeyed():
    row = row_of(Change(replace(ITEM, local="/tmp/a\nb\u202e", remote=("\x1b[2J",)), moved=0))
    assert "\n" not in row.title + row.source
    assert "\u202e" not in row.title
    assert "\x1b" not in row.target


def test_a_whole_home_has_the_servers_name():
    row = row_of(Change(replace(ITEM, direction=Direction.DOWNLOAD, remote=(), kind=Kind.FOLDER), moved=0))
    assert row.title == "anna@desk:47623"
