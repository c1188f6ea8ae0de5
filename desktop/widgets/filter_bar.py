"""The quick filter of a pane: a field that appears when it is typed into and goes with Escape."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from desktop.widgets.buttons import icon_button
from desktop.widgets.labels import label
from shared.look import icons, wording
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space


class FilterBar(QFrame):
    """Hidden until it is opened.

    Signals:
        text_changed: filter by this (str); empty when the bar is closed.
        left: the keyboard, which was here, should go back to the list.
    """

    text_changed = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("tone", "bar")
        self._mark = label()
        self._field = QLineEdit()
        self._field.setProperty("kind", "slim")
        self._field.setPlaceholderText(self.tr("Filter by name; * and ? are wildcards"))
        self._field.setAccessibleName(self.tr("Filter"))
        self._field.textChanged.connect(self.text_changed)
        self._field.installEventFilter(self)
        self._count = label("", "small")
        close = icon_button("close", self.tr("Close the filter  (Esc)"))
        close.clicked.connect(self.close_bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 0, Space.XS, Space.XS)
        row.setSpacing(Space.S)
        row.addWidget(self._mark)
        row.addWidget(self._field, 1)
        row.addWidget(self._count)
        row.addWidget(close)
        theme_of().changed.connect(self._draw_mark)
        self._draw_mark()
        self.hide()

    @property
    def is_open(self) -> bool:
        return not self.isHidden()

    def open_bar(self, text: str | None = None) -> None:
        """Show the field and go there; ``text`` is typed at its end."""
        self.show()
        if text is not None:
            self._field.setText(self._field.text() + text)
        elif self._field.text():
            self._field.selectAll()
        # For a shortcut a line edit selects its text, and the next key would replace the first one typed.
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_bar(self) -> None:
        """Forget the text and hide."""
        had_keyboard = self._field.hasFocus()
        self._field.clear()
        self.hide()
        if had_keyboard:
            self.left.emit()

    def show_count(self, shown: int, total: int) -> None:
        """Say how many of all match."""
        text = self.tr("%1 of %2").replace("%1", wording.number(shown)).replace("%2", wording.number(total))
        self._count.setText(text if self._field.text() else "")

    def _draw_mark(self) -> None:
        colour = theme_of().colours.icon
        self._mark.setPixmap(icons.pixmap("filter", Size.ICON, self.devicePixelRatioF(), colour))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.close_bar()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Tab):
                self.left.emit()
                return True
        return super().eventFilter(watched, event)
