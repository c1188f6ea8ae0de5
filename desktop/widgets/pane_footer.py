"""The line under a pane's list: how many entries, how much is selected, how much is free."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.models.directory import DirectoryModel
from desktop.places.place import SpaceInfo
from desktop.widgets.labels import ElidedLabel, label
from shared.look import wording
from shared.look.tokens import Size, Space


class PaneFooter(QFrame):
    """Words only; nothing here can be pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("tone", "footer")
        self.setFixedHeight(Size.FOOTER)
        self._totals = ElidedLabel("", "small", mode=Qt.TextElideMode.ElideRight)
        self._space = label("", "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 0, Space.M, 0)
        row.setSpacing(Space.L)
        row.addWidget(self._totals, 1)
        row.addWidget(self._space)

    @property
    def totals_text(self) -> str:
        return self._totals.text()

    @property
    def space_text(self) -> str:
        return self._space.text()

    def show_totals(self, model: DirectoryModel, spans: Sequence[tuple[int, int]], *, is_filtered: bool) -> None:
        """Count what ``model`` shows and what is selected in ``spans`` of its rows."""
        shown, total = model.rowCount(), model.total
        parts = [wording.counted(shown, self.tr("1 item"), self.tr("%1 items"))]
        if not is_filtered and total > shown:
            parts[0] += " " + self.tr("(%1 hidden)").replace("%1", wording.number(total - shown))
        if spans:
            count, size = model.measure(spans)
            text = self.tr("%1 selected").replace("%1", wording.number(count))
            parts.append(text if size is None else f"{text}, {wording.size(size)}")
        self._totals.setText("  ·  ".join(parts))

    def set_space(self, space: SpaceInfo | None) -> None:
        """Show how much is free; nothing when that is not known."""
        if space is None:
            self._space.clear()
            self._space.setToolTip("")
            return
        self._space.setText(self.tr("%1 free").replace("%1", wording.size(space.free)))
        exact = self.tr("%1 free of %2").replace("%1", wording.exact_size(space.free))
        self._space.setToolTip(wording.tooltip(exact.replace("%2", wording.exact_size(space.total))))
