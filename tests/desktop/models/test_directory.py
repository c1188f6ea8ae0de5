from __future__ import annotations

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.models.directory import ENTRY_ROLE, MARK_ROLE, DirectoryModel
from desktop.models.directory_row import Column, Mark
from desktop.models.natural import natural_key
from shared.entries import Entry, Kind


def entry(name: str, size: int = 0, kind: Kind = Kind.FILE, mtime_ns: int = 0) -> Entry:
    return Entry(name, kind, size, mtime_ns, 0o644)


def folder(name: str) -> Entry:
    return entry(name, kind=Kind.FOLDER)


def names(model: DirectoryModel) -> list[str]:
    return [model.entry(row).name for row in range(model.rowCount())]


@pytest.fixture
def model(qtbot: QtBot, qtmodeltester: ModelTester) -> DirectoryModel:
    model = DirectoryModel()
    # Watches every signal from here on, not only the state at one moment.
    qtmodeltester.check(model)
    return model


def test_folders_stand_first_in_both_directions(model: DirectoryModel) -> None:
    model.set_entries([entry("b"), folder("z"), entry("a"), folder("y")])
    assert names(model) == ["y", "z", "a", "b"]
    model.sort(Column.NAME, Qt.SortOrder.DescendingOrder)
    assert names(model) == ["z", "y", "b", "a"]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (Column.NAME, ["a.txt", "b.pdf", "c.jpg"]),
        (Column.SIZE, ["c.jpg", "a.txt", "b.pdf"]),
        (Column.MODIFIED, ["b.pdf", "c.jpg", "a.txt"]),
        (Column.KIND, ["c.jpg", "b.pdf", "a.txt"]),
    ],
)
def test_each_column_sorts_by_its_value(model: DirectoryModel, column: Column, expected: list[str]) -> None:
    model.set_entries([entry("a.txt", 20, mtime_ns=3), entry("b.pdf", 100, mtime_ns=1), entry("c.jpg", 3, mtime_ns=2)])
    model.sort(column)
    assert names(model) == expected


def test_batches_end_in_the_same_order_as_all_at_once(model: DirectoryModel, qtbot: QtBot) -> None:
    entries = [entry(f"f{i * 7919 % 1000}") for i in range(1000)]
    for start in range(0, 1000, 90):
        model.append_entries(entries[start : start + 90])
    other = DirectoryModel()
    other.set_entries(entries)
    qtbot.waitUntil(lambda: names(model) == names(other))


def test_an_index_that_is_held_follows_its_entry(model: DirectoryModel) -> None:
    model.set_entries([entry("a", 3), entry("b", 2), entry("c", 1)])
    held = QPersistentModelIndex(model.index(0, 0))
    model.sort(Column.SIZE)
    assert held.row() == 2
    model.append_entries([entry("0", 0)])
    model.sort(Column.NAME)
    assert held.data(ENTRY_ROLE).name == "a"
    assert held.row() == 1


def test_hidden_names_show_on_request(model: DirectoryModel) -> None:
    model.set_entries([entry(".profile"), entry("a")])
    assert names(model) == ["a"]
    assert model.total == 2
    model.set_shows_hidden(True)
    assert names(model) == [".profile", "a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("IMG", ["img_1.jpg", "my IMG.png"]), ("*.jpg", ["img_1.jpg"]), ("i?g_", ["img_1.jpg"]), ("zzz", []), ("[", [])],
)
def test_the_filter_matches_anywhere_and_knows_wildcards(model: DirectoryModel, text: str, expected: list[str]) -> None:
    model.set_entries([entry("img_1.jpg"), entry("my IMG.png"), entry("notes")])
    model.set_filter(text)
    assert names(model) == expected
    model.append_entries([entry("other")])
    assert names(model) == expected
    model.set_filter("")
    assert model.rowCount() == 4


def test_hostile_names_are_shown_as_escapes(model: DirectoryModel) -> None:
    model.set_entries([entry("a\u202egpj.exe"), entry("<b>x</b>"), entry("bad\udcff")])
    texts = {model.index(row, 0).data() for row in range(3)}
    assert texts == {"a\\u{202e}gpj.exe", "<b>x</b>", "bad\\xff"}
    tip = model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;" in tip
    assert "<b>" not in tip


def test_typing_over_a_name_asks_and_changes_nothing_itself(model: DirectoryModel, qtbot: QtBot) -> None:
    model.set_entries([entry("old.txt")])
    with qtbot.waitSignal(model.rename_requested) as asked:
        assert not model.setData(model.index(0, 0), "new.txt")
    assert asked.args == [entry("old.txt"), "new.txt"]
    assert names(model) == ["old.txt"]
    with qtbot.assertNotEmitted(model.rename_requested):
        model.setData(model.index(0, 0), "old.txt")
        model.setData(model.index(0, 0), "")
    model.set_editable(False)
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsEditable


def test_typing_finds_the_next_name_round_the_end(model: DirectoryModel) -> None:
    model.set_entries([entry("alpha"), entry("beta"), entry("Alps")])
    assert model.find("al", 0) == 0
    assert model.find("al", 1) == 1
    assert model.find("al", 2) == 0
    assert model.find("x") == -1


def test_rows_of_skips_names_that_are_not_shown(model: DirectoryModel) -> None:
    model.set_entries([entry("a"), entry(".b"), entry("c")])
    assert model.rows_of(["c", ".b", "none"]) == [1]


def many(count: int) -> list[Entry]:
    """So many that they come in slices. Qt's model tester would look at each of them after every slice."""
    return [entry(f"f{i * 7919 % count}", i % 97) for i in range(count)]


def test_a_large_folder_ends_in_order_however_it_comes(qtbot: QtBot) -> None:
    model = DirectoryModel()
    entries = many(9000)
    model.set_entries(entries[:500])
    for start in range(500, 9000, 850):
        model.append_entries(entries[start : start + 850])
    with qtbot.waitSignal(model.settled):
        model.sort(Column.SIZE, Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: not model.is_settling and model.rowCount() == 9000)
    assert names(model) == [e.name for e in sorted(entries, key=lambda e: (e.size, natural_key(e.name)), reverse=True)]
    assert model.total == 9000


def test_a_filter_typed_while_a_large_folder_comes_in_loses_nothing(qtbot: QtBot) -> None:
    model = DirectoryModel()
    entries = many(8000)
    model.set_entries(entries[:4000])
    model.set_filter("77")
    model.append_entries(entries[4000:])
    qtbot.waitUntil(lambda: not model.is_settling)
    assert sorted(names(model)) == sorted(e.name for e in entries if "77" in e.name)
    model.set_filter("")
    qtbot.waitUntil(lambda: not model.is_settling)
    assert model.rowCount() == model.total == 8000


def test_a_folder_that_is_left_while_it_comes_in_leaves_nothing_behind(qtbot: QtBot) -> None:
    model = DirectoryModel()
    model.append_entries(many(20_000))
    model.set_entries([entry("only")])
    qtbot.waitUntil(lambda: not model.is_settling)
    assert names(model) == ["only"]
    assert model.total == 1


def test_an_index_that_is_held_follows_its_entry_in_a_large_folder(qtbot: QtBot) -> None:
    model = DirectoryModel()
    model.set_entries(many(5000))
    qtbot.waitUntil(lambda: not model.is_settling)
    held = QPersistentModelIndex(model.index(17, 0))
    name = held.data(ENTRY_ROLE).name
    model.sort(Column.SIZE)
    qtbot.waitUntil(lambda: not model.is_settling)
    assert held.data(ENTRY_ROLE).name == name
    assert held.row() != 17


def test_marks_are_shown_and_filter(model: DirectoryModel) -> None:
    model.set_entries([entry("a"), entry("b"), entry("c")])
    model.set_marks({"a": Mark.NEW, "b": Mark.EQUAL})
    assert [model.index(row, 0).data(MARK_ROLE) for row in range(3)] == [Mark.NEW, Mark.EQUAL, None]
    assert "Only on this side" in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "Only on this side" in model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    model.show_marks(frozenset({Mark.EQUAL}))
    assert names(model) == ["b"]
    model.set_marks({"c": Mark.EQUAL})
    assert names(model) == ["c"]
    model.show_marks(None)
    assert names(model) == ["a", "b", "c"]


def test_marks_reach_rows_that_were_still_on_their_way(qtbot: QtBot) -> None:
    model = DirectoryModel()
    entries = many(6000)
    model.append_entries(entries)
    model.set_marks({"f5999": Mark.NEWER})
    qtbot.waitUntil(lambda: not model.is_settling)
    assert [model.entry(row).name for row in range(6000) if model.row(row).mark is Mark.NEWER] == ["f5999"]


def test_ranges_are_measured_without_walking_their_rows(model: DirectoryModel) -> None:
    model.set_entries([folder("x"), entry("a", 3), entry("b", 4), entry("c", 5)])
    assert model.measure([(0, 0)]) == (1, None)
    assert model.measure([(0, 1), (3, 3)]) == (3, 8)
    assert model.measure([]) == (0, None)


def test_a_mask_finds_rows(model: DirectoryModel) -> None:
    model.set_entries([entry("a.jpg"), entry("b.jpg.txt"), entry("c.JPG")])
    assert model.rows_like("*.jpg") == [0, 2]
    assert model.rows_like("") == []
