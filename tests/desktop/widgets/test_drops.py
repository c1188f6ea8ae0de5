from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QUrl

from desktop.widgets.drops import ENTRIES_TYPE, EntriesDrop, PathsDrop, read_drop, write_clipboard, write_entries

names = st.lists(st.text(st.characters(exclude_categories=[]), min_size=1), min_size=1).map(tuple)


@given(st.text(st.characters(exclude_categories=["Cs"])), names, names)
def test_any_names_come_back_as_they_went(pane: str, path: tuple[str, ...], chosen: tuple[str, ...]) -> None:
    drop = EntriesDrop(pane, path, chosen)
    data = QMimeData()
    write_entries(data, drop)
    assert read_drop(data) == drop


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    data = QMimeData()
    data.setData(ENTRIES_TYPE, content)
    assert read_drop(data) is None or isinstance(read_drop(data), EntriesDrop)


def test_held_keys_say_what_was_meant() -> None:
    data = QMimeData()
    write_entries(data, EntriesDrop("left", ("a",), ("x",)))
    assert read_drop(data, is_move=True) == EntriesDrop("left", ("a",), ("x",), is_move=True)
    assert read_drop(data, is_copy=True) == EntriesDrop("left", ("a",), ("x",), is_copy=True)


def test_what_was_cut_is_cut_for_us_and_for_file_managers() -> None:
    drop = EntriesDrop("left", ("tmp",), ("x y",), is_move=True)
    data = QMimeData()
    write_clipboard(data, drop, ["/tmp/x y"])
    assert read_drop(data) == drop
    assert bytes(data.data("x-special/gnome-copied-files").data()) == b"cut\nfile:///tmp/x%20y"
    assert bytes(data.data("application/x-kde-cutselection").data()) == b"1"


def test_a_file_manager_says_whether_it_cut_or_copied() -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/x"), QUrl("https://example.org/")])
    assert read_drop(data) == PathsDrop(("/tmp/x",))
    data.setData("x-special/gnome-copied-files", b"cut\nfile:///tmp/x")
    assert read_drop(data) == PathsDrop(("/tmp/x",), is_move=True)
    data.setData("x-special/gnome-copied-files", b"copy\nfile:///tmp/x")
    assert read_drop(data) == PathsDrop(("/tmp/x",))
    kde = QMimeData()
    kde.setUrls([QUrl.fromLocalFile("/tmp/x")])
    kde.setData("application/x-kde-cutselection", b"1")
    assert read_drop(kde) == PathsDrop(("/tmp/x",), is_move=True)
    assert read_drop(QMimeData()) is None
