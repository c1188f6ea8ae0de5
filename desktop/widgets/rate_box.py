"""A field for a speed limit: chosen from a list or typed, with “No limit” as its first line. Limits nothing itself."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from shared.look import wording
from shared.look.theme import restyle
from shared.text import parse_size

_MB = 1_000_000
_OFFERED = (500_000, _MB, 2 * _MB, 5 * _MB, 10 * _MB, 25 * _MB, 50 * _MB, 100 * _MB)

SMALLEST = 1024
"""Bytes per second: below it not even the conversation about a file would go on."""

_LARGEST = 1 << 40

_NUMBER = re.compile(r"\d+(\.\d+)?")


class RateBox(QComboBox):
    """``limit`` is bytes per second, None for no limit. What cannot be read is marked, and the limit stays.

    Signals:
        limit_changed: the person chose another limit (int or None).
    """

    limit_changed = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit: int | None = None
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setAccessibleName(name)
        self.addItem(self.tr("No limit"), None)
        for rate in _OFFERED:
            self.addItem(wording.rate(rate), rate)
        self.setToolTip(wording.tooltip(name, self.tr("Choose a speed or type one, such as 2, 2.5 MB or 750 KB.")))
        edit = self.lineEdit()
        assert edit is not None
        # Completing “1” to “10 MB/s” would set what nobody has asked for.
        self.setCompleter(None)  # type: ignore[arg-type]  # Qt takes nothing as “none”; the stubs do not say so
        edit.editingFinished.connect(self._read)
        edit.textEdited.connect(lambda: self._mark(True))
        self.activated.connect(self._choose)

    @property
    def limit(self) -> int | None:
        return self._limit

    def set_limit(self, limit: int | None) -> None:
        """Show a limit; tells nobody."""
        self._limit = limit
        self._mark(True)
        self.setEditText(self.itemText(0) if limit is None else wording.rate(limit))

    def _choose(self, index: int) -> None:
        self._take(self.itemData(index, Qt.ItemDataRole.UserRole))

    def _read(self) -> None:
        text = self.currentText().strip()
        shown = self.itemText(0) if self._limit is None else wording.rate(self._limit)
        if text == shown:
            return
        if not text or text == self.itemText(0):
            self._take(None)
            return
        if _NUMBER.fullmatch(text):
            # Nobody means single bytes.
            text += " MB"
        try:
            rate = parse_size(text.removesuffix("/s").replace("\u00a0", " ").replace("\u202f", " "))
        except ValueError:
            self._mark(False)
            return
        self._take(min(max(rate, SMALLEST), _LARGEST))

    def _take(self, limit: int | None) -> None:
        has_changed = limit != self._limit
        self.set_limit(limit)
        if has_changed:
            self.limit_changed.emit(limit)

    def _mark(self, is_good: bool) -> None:
        tone = "" if is_good else "invalid"
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            restyle(self)
