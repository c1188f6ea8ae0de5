"""What every question of the window has: a heading with a mark, a body, and buttons in the platform's order."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.widgets.buttons import push_button
from desktop.widgets.labels import label
from shared.look import fonts, icons
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space, Type
from shared.names import display

_MARK = 24
_NAME_WIDTH = 300
"""Of a name in a heading: names have up to 255 characters, and a heading breaks only between words."""

_LONG_WORD = re.compile(r"\S{24,}")
_BREAK = "\u200b"


class Dialog(QDialog):
    """As wide as it is told, as high as its text needs; opened with ``open()``, which blocks nothing."""

    def __init__(
        self, icon: str, tone: str, title: str, parent: QWidget | None = None, *, width: int = Size.DIALOG
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._tone = tone
        self._width = width
        self.setWindowTitle(title)
        self.setMinimumWidth(width)
        self._mark = label()
        self._mark.setFixedSize(_MARK, _MARK)
        heading = label(title, "title", wraps=True)
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(heading, 1)
        self.body = QVBoxLayout()
        self.body.setSpacing(Space.M)
        self.buttons = QDialogButtonBox()
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        column.setSpacing(Space.L)
        column.addLayout(head)
        column.addLayout(self.body)
        column.addStretch(1)
        column.addWidget(self.buttons)
        theme_of().changed.connect(self._draw_mark)
        self._draw_mark()

    def add_button(self, text: str, role: QDialogButtonBox.ButtonRole, kind: str = "") -> QPushButton:
        """Add a button where the platform puts this role. With the focus on it, Enter presses it."""
        button = push_button(text, kind)
        button.setAutoDefault(True)
        self.buttons.addButton(button, role)
        return button

    def fit(self) -> None:
        """Take the height that the text needs now."""
        if self.isVisible():
            self.resize(self.width(), max(self.height(), self._height_for(self.width())))

    def sizeHint(self) -> QSize:
        # Qt would take the height for the width that the text would like, not for the one it gets.
        layout = self.layout()
        width = max(self._width, layout.totalMinimumSize().width() if layout is not None else 0)
        return QSize(width, self._height_for(width))

    def setVisible(self, is_visible: bool) -> None:
        if is_visible and not self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            # Left alone Qt takes two thirds of the screen at most, and on a small one that cuts the text.
            self.resize(self.sizeHint())
        super().setVisible(is_visible)

    def _height_for(self, width: int) -> int:
        layout = self.layout()
        if layout is None:
            return super().sizeHint().height()
        return layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()

    def _draw_mark(self) -> None:
        colour = getattr(theme_of().colours, self._tone)
        self._mark.setPixmap(icons.pixmap(self._icon, _MARK, self.devicePixelRatioF(), colour))


class Notice(QFrame):
    """A tinted box for what must not be overlooked: a mark and its text."""

    def __init__(self, tone: str, icon: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._tone = tone
        self.setProperty("tone", tone)
        self.setProperty("shape", "round")
        self._mark = label()
        self._mark.setContentsMargins(0, Space.HALF, 0, 0)
        self._title = label("", "strong", wraps=True)
        self._text = label("", wraps=True)
        words = QVBoxLayout()
        words.setSpacing(Space.HALF)
        for part in (self._title, self._text):
            words.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        row.setSpacing(Space.S)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        # What went wrong is often looked up or sent to somebody.
        copy = QAction(self.tr("Copy"), self)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self._said))
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        theme_of().changed.connect(self._draw_mark)
        self._draw_mark()
        self.show_text(text)

    @property
    def text(self) -> str:
        """All that it says."""
        return self._said

    def show_text(self, text: str, title: str = "") -> None:
        """Say this; an empty text or title takes no room."""
        self._title.setText(_breakable(title))
        self._title.setVisible(bool(title))
        self._text.setText(_breakable(text))
        self._text.setVisible(bool(text))
        self._said = "\n".join(part for part in (title, text) if part)
        self.setAccessibleName(self._said)

    def _draw_mark(self) -> None:
        tone = "accent" if self._tone == "info" else self._tone
        colour = getattr(theme_of().colours, tone)
        self._mark.setPixmap(icons.pixmap(self._icon, Size.ICON, self.devicePixelRatioF(), colour))


def name_in_heading(name: str) -> str:
    """Return a name made harmless and, where it is long, shortened in its middle."""
    metrics = QFontMetrics(fonts.body(Type.TITLE, Type.SEMIBOLD))
    return metrics.elidedText(display(name), Qt.TextElideMode.ElideMiddle, _NAME_WIDTH)


def _breakable(text: str) -> str:
    """Let long words, such as paths, go on in the next line."""
    return _LONG_WORD.sub(lambda word: _BREAK.join(word[0]), text)
