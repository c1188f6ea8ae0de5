"""The quick filter of a pane: a field that appears when it is typed into and goes with Escape."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QWidget

from desktop.widgets.buttons import icon_button
from desktop.widgets.labels import label
from shared.look import icons, wording
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space

MAX_SAVED = 30
"""More than a menu shows."""


class FilterBar(QFrame):
    """Hidden until it is opened.

    Signals:
        text_changed: filter by this (str); empty when the bar is closed.
        left: the keyboard, which was here, should go back to the list.
        saved_changed: the person kept or forgot a filter; all that are kept now (tuple[str, ...]).
    """

    text_changed = Signal(str)
    left = Signal()
    saved_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("tone", "bar")
        self._mark = label()
        self._field = QLineEdit()
        self._field.setProperty("kind", "slim")
        self._field.setPlaceholderText(self.tr("Filter by name: *.jpg; *.png; !draft*"))
        self._field.setAccessibleName(self.tr("Filter"))
        self._field.textChanged.connect(self.text_changed)
        self._field.installEventFilter(self)
        self._count = label("", "small")
        self._saved: tuple[str, ...] = ()
        self._keep = icon_button("star", self.tr("Saved filters"))
        self._keep.clicked.connect(self._show_saved)
        close = icon_button("close", self.tr("Close the filter  (Esc)"))
        close.clicked.connect(self.close_bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 0, Space.XS, Space.XS)
        row.setSpacing(Space.S)
        row.addWidget(self._mark)
        row.addWidget(self._field, 1)
        row.addWidget(self._count)
        row.addWidget(self._keep)
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

    def set_saved(self, filters: Sequence[str]) -> None:
        """Offer these filters in the menu of the star."""
        self._saved = tuple(filters)

    def _show_saved(self) -> None:
        menu = self.saved_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._keep.mapToGlobal(self._keep.rect().bottomLeft()))

    def saved_menu(self) -> QMenu:
        """Return the menu of saved filters: to use one, to keep the one that is typed, to forget one."""
        menu = QMenu(self)
        for text in self._saved:
            # Qt would take an ampersand for a mnemonic.
            menu.addAction(_plain(text)).triggered.connect(lambda _=False, text=text: self._field.setText(text))
        if not self._saved:
            menu.addAction(self.tr("No filters are saved yet")).setEnabled(False)
        menu.addSeparator()
        typed = self._field.text().strip()
        keep = menu.addAction(
            self.tr("Save “%1”").replace("%1", _plain(typed)) if typed else self.tr("Save this filter")
        )
        keep.setEnabled(bool(typed) and typed not in self._saved and len(self._saved) < MAX_SAVED)
        keep.triggered.connect(lambda _=False: self._save((*self._saved, typed)))
        icons.dress(keep, "plus")
        if self._saved:
            forget = menu.addMenu(self.tr("Forget"))
            icons.dress(forget.menuAction(), "trash")
            for text in self._saved:
                others = tuple(each for each in self._saved if each != text)
                forget.addAction(_plain(text)).triggered.connect(lambda _=False, others=others: self._save(others))
        return menu

    def _save(self, filters: tuple[str, ...]) -> None:
        self._saved = filters
        self.saved_changed.emit(filters)

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


def _plain(text: str) -> str:
    """Return a text for a menu, shortened, with no mnemonic in it."""
    return (text if len(text) <= 60 else text[:59] + "…").replace("&", "&&")
