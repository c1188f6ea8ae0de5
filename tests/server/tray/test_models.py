"""The lists' models: Qt's own tester, what views are told, and what the cells say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from server.tray.models import ITEM_ROLE, Column, RowsModel, account_model, session_model, transfer_model
from server.tray.view import SessionRow, TransferRow
from tests.server.tray.fakes import account, session, transfer


def _model() -> RowsModel[tuple[str, int]]:
    columns: tuple[Column[tuple[str, int]], ...] = (
        Column("Key", lambda row: row[0]),
        Column("Value", lambda row: str(row[1]), is_number=True),
    )
    return RowsModel(columns, lambda row: row[0])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 3)), max_size=8), max_size=6))
def test_any_sequence_of_lists_is_shown(qapp: QCoreApplication, states: list[list[tuple[str, int]]]) -> None:
    model = _model()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for rows in states:
        model.apply(rows)
        assert list(model.rows) == rows
    del tester


def test_only_what_changed_is_told_in_one_span() -> None:
    model = _model()
    model.apply([("a", 1), ("b", 1), ("c", 1), ("d", 1)])
    spans: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: spans.append((first.row(), last.row())))
    model.apply([("a", 1), ("b", 2), ("c", 2), ("d", 1)])
    model.apply([("a", 1), ("b", 2), ("c", 2), ("d", 1)])
    assert spans == [(1, 2)]


def test_a_row_keeps_its_index_when_others_come_and_go() -> None:
    model = _model()
    model.apply([("a", 1), ("b", 1)])
    index = QPersistentModelIndex(model.index(1, 0))
    model.apply([("x", 0), ("b", 7), ("y", 0)])
    assert index.isValid()
    assert index.data(ITEM_ROLE) == ("b", 7)


def test_rows_that_look_the_same_are_all_shown() -> None:
    model = _model()
    model.apply([("a", 1), ("a", 1)])
    assert model.rowCount() == 2


def test_numbers_stand_to_the_right() -> None:
    model = _model()
    model.apply([("a", 1)])
    right = model.index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole)
    assert right & Qt.AlignmentFlag.AlignRight
    assert (
        model.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    )


def test_a_session_says_who_from_where_and_how_fast() -> None:
    model = session_model()
    model.apply([SessionRow(session("an\u202ena"), 3 * 1024 * 1024.0), SessionRow(session("bert", 2))])
    texts = [str(model.index(0, column).data()) for column in range(model.columnCount())]
    assert texts[0] == "an\\u{202e}na"
    assert texts[1] == "192.168.1.7"
    assert texts[3:] == ["2", "3.00 MiB/s"]
    assert model.index(1, 4).data() == "–"


@pytest.mark.parametrize(("moved", "said"), [(0, "0 %"), (999, "99 %"), (1000, "100 %"), (2000, "100 %")])
def test_a_transfer_is_never_done_before_it_is(moved: int, said: str) -> None:
    model = transfer_model()
    model.apply([TransferRow(transfer(moved=moved))])
    assert model.index(0, 3).data().startswith(said)


def test_an_empty_file_divides_by_nothing() -> None:
    assert TransferRow(transfer(size=0)).fraction == 1.0


def test_an_account_says_what_it_may_do() -> None:
    model = account_model()
    model.apply([account("a"), account("b", read_only=True), account("c", read_only=True, enabled=False)])
    assert [model.index(row, 2).data() for row in range(3)] == ["Read and write", "Read only", "Disabled"]
    assert model.index(0, 3).data() == "Never"
