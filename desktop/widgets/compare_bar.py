"""What the comparison of the two panes found on this side, as buttons that filter the list. It compares nothing."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFrame, QHBoxLayout, QToolButton, QWidget

from desktop.models.directory_row import Mark
from desktop.widgets.buttons import icon_button
from shared.look import wording
from shared.look.tokens import Space

_CHOICES: dict[str, frozenset[Mark] | None] = {
    "all": None,
    "new": frozenset({Mark.NEW}),
    "newer": frozenset({Mark.NEWER}),
    "different": frozenset({Mark.DIFFERENT, Mark.OLDER}),
    "equal": frozenset({Mark.EQUAL}),
}


class CompareBar(QFrame):
    """Hidden until there is a comparison.

    Signals:
        marks_chosen: show rows with these marks only (frozenset), or all (None).
        content_toggled: whether files of one size are to be compared by their contents too.
        closed: compare no more.
    """

    marks_chosen = Signal(object)
    content_toggled = Signal(bool)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("tone", "bar")
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.S, 0, Space.XS, Space.XS)
        row.setSpacing(Space.HALF)
        for name, text in (
            ("all", self.tr("All")),
            ("new", self.tr("New")),
            ("newer", self.tr("Newer")),
            ("different", self.tr("Different")),
            ("equal", self.tr("Equal")),
        ):
            button = QToolButton()
            button.setProperty("kind", "tab")
            button.setText(text)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, name=name: self.marks_chosen.emit(_CHOICES[name]))
            self._group.addButton(button)
            self._buttons[name] = button
            row.addWidget(button)
        self._titles = {name: button.text() for name, button in self._buttons.items()}
        row.addStretch(1)
        self._contents = QCheckBox(self.tr("Contents"))
        self._contents.setToolTip(
            wording.tooltip(self.tr("Also read files of the same size on both sides and compare what is in them"))
        )
        self._contents.toggled.connect(self.content_toggled)
        row.addWidget(self._contents)
        close = icon_button("close", self.tr("Compare no more  (Ctrl+O)"))
        close.clicked.connect(self.closed)
        row.addWidget(close)
        self._buttons["all"].setChecked(True)
        self.hide()

    def set_reads_contents(self, reads: bool) -> None:
        """Check the box as the other side's is; nothing is told by that."""
        with QSignalBlocker(self._contents):
            self._contents.setChecked(reads)

    def show_counts(self, counts: Mapping[Mark, int] | None) -> None:
        """Show how many entries have which mark; None hides the bar."""
        if counts is None:
            self.hide()
            self._buttons["all"].setChecked(True)
            return
        for name, marks in _CHOICES.items():
            count = sum(counts.values()) if marks is None else sum(counts.get(mark, 0) for mark in marks)
            text = f"{self._titles[name]} {wording.number(count)}"
            self._buttons[name].setText(text)
            self._buttons[name].setAccessibleName(text)
        self.show()
