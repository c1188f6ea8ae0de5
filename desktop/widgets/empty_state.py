"""What stands where there is nothing: a drawing, what that means, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.widgets.buttons import push_button
from desktop.widgets.labels import label
from shared.look import icons
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space


class EmptyState(QWidget):
    """A centred message. It takes no drops, so that they reach the list below it.

    Signals:
        action_requested: its button was pressed.
    """

    action_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = ""
        self._mark = label()
        self._title = label("", "lead", wraps=True)
        self._hint = label("", "muted", wraps=True)
        self._action = push_button("")
        self._action.clicked.connect(self.action_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.XS)
        column.addStretch(2)
        for part in (self._mark, self._title, self._hint):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(part)
        column.addSpacing(Space.S)
        column.addWidget(self._action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        theme_of().changed.connect(self._draw_mark)

    @property
    def title(self) -> str:
        return self._title.text()

    def show_text(self, icon: str, title: str, hint: str, action: str = "") -> None:
        """Say what is missing; ``action`` is the text of a button, none when empty."""
        self._icon = icon
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.setAccessibleName(title)
        self.setAccessibleDescription(hint)
        self._draw_mark()

    def _draw_mark(self) -> None:
        if self._icon:
            colour = theme_of().colours.faint
            self._mark.setPixmap(icons.pixmap(self._icon, Size.ICON_LARGE, self.devicePixelRatioF(), colour))
