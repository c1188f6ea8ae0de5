from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData

from desktop.widgets.drops import ENTRIES_TYPE, EntriesDrop, read_drop, write_drop

names = st.lists(st.text(st.characters(exclude_categories=[]), min_size=1), min_size=1).map(tuple)


@given(st.text(st.characters(exclude_categories=["Cs"])), names, names)
def test_any_names_come_back_as_they_went(pane: str, path: tuple[str, ...], chosen: tuple[str, ...]) -> None:
    drop = EntriesDrop(pane, path, chosen)
    assert read_drop(write_drop(drop)) == drop


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    data = QMimeData()
    data.setData(ENTRIES_TYPE, content)
    assert read_drop(data) is None or isinstance(read_drop(data), EntriesDrop)
