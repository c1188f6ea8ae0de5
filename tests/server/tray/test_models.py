"""The lists' models: Qt's own tester, what views are told, and what the cells say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from server.capacity import Limit
from server.engine.ban_file import BanInfo
from server.tray.account_form import SharedFolder
from server.tray.models import (
    ITEM_ROLE,
    Column,
    RowsModel,
    account_model,
    ban_model,
    session_model,
    share_model,
    transfer_model,
)
from server.tray.view import SessionRow, TransferRow
from shared.permissions import FULL, LOOK, Permission
from shared.text import format_time
from tests.server.tray.fakes import NOW, account, session, transfer


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


def test_a_session_says_who_from_where_what_and_how_fast() -> None:
    model = session_model()
    info = replace(session("an\u202ena"), rate_in=3_000_000.0)
    moving = (transfer("/a/photo.jpg"), transfer("/b", direction="download", started=2.0))
    model.apply([SessionRow(info, moving), SessionRow(session("bert", 2))])
    texts = [str(model.index(0, column).data()) for column in range(model.columnCount())]
    assert texts[0] == "an\\u{202e}na"
    assert texts[1] == "192.168.1.7"
    assert texts[2] == "Upload: /a/photo.jpg and 1 more"
    assert texts[4:] == ["3.0 MB/s", "–"]
    assert model.index(1, 2).data() == "Idle"
    assert model.index(1, 2).data(Qt.ItemDataRole.DecorationRole) is None


def test_what_stands_still_is_marked_in_word_and_shape() -> None:
    model = session_model()
    moving = (transfer("/a"),)
    model.apply([SessionRow(session(), moving), SessionRow(replace(session("b", 2), is_stalled=True), moving)])
    assert model.index(1, 2).data() == "Stalled. Upload: /a"
    drawings = [model.index(row, 2).data(Qt.ItemDataRole.DecorationRole).pixmap(16, 16).toImage() for row in range(2)]
    assert drawings[0] != drawings[1]
    transfers = transfer_model()
    transfers.apply([TransferRow(replace(transfer("/a"), is_stalled=True), 5.0)])
    assert transfers.index(0, 4).data() == "Stalled"


def test_a_tool_tip_shows_markup_and_does_not_obey_it() -> None:
    model = transfer_model()
    model.apply([TransferRow(transfer("/<img src=x>"))])
    assert "&lt;img" in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)


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
    assert [model.index(0, column).data() for column in (3, 4)] == ["No limit", "Never"]


def test_an_account_whose_time_is_over_and_one_with_limits() -> None:
    model = account_model()
    limited = replace(account("b"), limit=Limit(10**10, 1), permissions=Permission.WRITE)
    model.apply([replace(account("a"), expires=NOW), limited])
    assert model.index(0, 2).data() == "Expired"
    assert [model.index(1, column).data() for column in (2, 3)] == ["Drop box", "10.0 GB, 1 file"]


def test_a_shared_folder_says_who_has_it() -> None:
    model = share_model()
    model.apply([SharedFolder("Photos", Path("/srv/photos"), (("anna", FULL), ("bert", LOOK)))])
    assert [model.index(0, column).data() for column in range(3)] == [
        "Photos", "/srv/photos", "anna (read and write), bert (read only)"
    ]  # fmt: skip


def test_a_ban_says_why_and_until_when() -> None:
    model = ban_model()
    model.apply([BanInfo("203.0.113.7", NOW, NOW + 60, "any text"), BanInfo("fd00::/64", NOW, None, "noise", True)])
    assert [model.index(row, 1).data() for row in range(2)] == ["Too many failed logins", "noise"]
    assert model.index(0, 3).data() == format_time(NOW + 60)
    assert model.index(1, 3).data() == "It is lifted"
