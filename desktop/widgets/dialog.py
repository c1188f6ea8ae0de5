"""The frame of every question: icon, what is asked, details, buttons. Opened with ``open()``, never ``exec()``."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.widgets.buttons import push_button
from desktop.widgets.labels import label
from shared.look import icons
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space

_ICON = 32


class Dialog(QDialog):
    """Asks one thing, answers once, and deletes itself.

    Signals:
        answered: the answer, exactly once; None when the question was closed or cancelled.
    """

    answered = Signal(object)

    def __init__(self, title: str, icon: str, tone: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.setMinimumWidth(Size.DIALOG)
        self._answer: object = None
        self._icon, self._tone = icon, tone
        self._default: QPushButton | None = None
        self._mark = label()
        self._title = label(title, "title", wraps=True)
        self.content = QVBoxLayout()
        self.content.setSpacing(Space.M)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(Space.S)
        text = QVBoxLayout()
        text.setSpacing(Space.S)
        text.addWidget(self._title)
        text.addLayout(self.content)
        top = QHBoxLayout()
        top.setSpacing(Space.L)
        top.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(text, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        column.setSpacing(Space.XL)
        column.addLayout(top, 1)
        column.addLayout(self._buttons)
        self.finished.connect(self._finish)
        theme_of().changed.connect(self._draw_mark)
        self._draw_mark()

    def add_text(self, text: str, role: str = "muted") -> None:
        """Add a paragraph under the title."""
        self.content.addWidget(label(text, role, wraps=True))

    def add_button(self, text: str, answer: object, kind: str = "", *, is_default: bool = False) -> QPushButton:
        """Add a button that closes the question with ``answer``."""
        button = push_button(text, kind)
        button.clicked.connect(lambda: self.close_with(answer))
        if is_default:
            button.setDefault(True)
            self._default = button
        self._buttons.addWidget(button)
        return button

    def add_stretch(self) -> None:
        """Push the buttons that follow to the right."""
        self._buttons.addStretch(1)

    def add_beside_buttons(self, widget: QWidget) -> None:
        """Put something, such as a check box, into the row of buttons."""
        self._buttons.addWidget(widget)

    def close_with(self, answer: object) -> None:
        """Close the question with an answer."""
        self._answer = answer
        if answer is None:
            self.reject()
        else:
            self.accept()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._default is not None and not isinstance(self.focusWidget(), QPushButton | None):
            return
        if self._default is not None:
            self._default.setFocus()

    def _finish(self, result: int) -> None:
        accepted = result == QDialog.DialogCode.Accepted
        self.answered.emit(self._answer if accepted else None)

    def _draw_mark(self) -> None:
        colour = getattr(theme_of().colours, self._tone)
        self._mark.setPixmap(icons.pixmap(self._icon, _ICON, self.devicePixelRatioF(), colour))
