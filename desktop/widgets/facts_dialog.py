"""Shows what is known of something as names and values. Asks nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFrame, QGridLayout, QWidget

from desktop.widgets.dialog import Dialog, name_in_heading
from desktop.widgets.labels import label
from shared.look.tokens import Space


class FactsDialog(Dialog):
    """``facts`` are names and values, from the top; values can be selected and copied. Values are safe to display."""

    def __init__(self, icon: str, title: str, facts: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(icon, "accent", name_in_heading(title), parent)
        self.body.addWidget(facts_frame(facts))
        close = self.add_button(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole, "primary")
        close.setDefault(True)
        close.setFocus()


def facts_frame(facts: Sequence[tuple[str, str]]) -> QFrame:
    """Return a box with names on the left and values, which can be selected, on the right."""
    frame = QFrame()
    frame.setProperty("tone", "well")
    grid = QGridLayout(frame)
    grid.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
    grid.setHorizontalSpacing(Space.L)
    grid.setVerticalSpacing(Space.XS)
    grid.setColumnStretch(1, 1)
    for row, (name, text) in enumerate(facts):
        value = label(text, wraps=True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setAccessibleName(f"{name}: {text}")
        grid.addWidget(label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(value, row, 1)
    return frame
