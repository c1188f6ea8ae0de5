"""Questions and messages in a box of their own, opened and never waited for: nothing here runs a nested loop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from shared.errors import WherryError
from shared.look import wording
from shared.look.error_words import translated
from shared.look.icons import pixmap
from shared.look.theme import theme_of
from shared.look.tokens import Space
from shared.names import display

_WIDTH = 420
_PICTURE = 24


class Box(QDialog):
    """A drawing, a title, some sentences and one or two buttons. Escape is the harmless answer."""

    def __init__(self, parent: QWidget | None, icon: str, tone: str, title: str, text: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(QCoreApplication.translate("Questions", "Wherry Server"))
        self.setFixedWidth(_WIDTH)
        picture = QLabel()
        picture.setPixmap(pixmap(icon, _PICTURE, self.devicePixelRatioF(), getattr(theme_of().colours, tone)))
        self.title = _label("lead", title)
        self.text = _label("", text)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(Space.S)
        self.buttons.addStretch()
        words = QGridLayout()
        words.setHorizontalSpacing(Space.M)
        words.setVerticalSpacing(Space.S)
        words.setColumnStretch(1, 1)
        words.addWidget(picture, 0, 0, Qt.AlignmentFlag.AlignTop)
        words.addWidget(self.title, 0, 1)
        words.addWidget(self.text, 1, 1)
        words.setRowStretch(2, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        layout.setSpacing(Space.XL)
        layout.addLayout(words)
        layout.addLayout(self.buttons)
        self._layout = layout

    def fit(self) -> None:
        """Be as high as the wrapped texts need, no more."""
        self.setFixedHeight(self._layout.totalHeightForWidth(_WIDTH))

    def add_button(self, text: str, kind: str, chosen: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("kind", kind)
        button.clicked.connect(chosen)
        self.buttons.addWidget(button)
        return button


def ask(parent: QWidget | None, title: str, text: str, accept_text: str, accepted: Callable[[], object]) -> Box:
    """Open a question about something that cannot be undone; the default and Escape do nothing."""
    box = Box(parent, "question", "warning", title, text)
    cancel = box.add_button(QCoreApplication.translate("Questions", "Cancel"), "", box.reject)
    accept = box.add_button(accept_text, "danger", box.accept)
    accept.setAutoDefault(False)
    cancel.setDefault(True)
    cancel.setFocus()
    box.accepted.connect(accepted)
    box.fit()
    box.open()
    return box


def tell(parent: QWidget | None, error: WherryError) -> Box:
    """Open a message about an error: what happened, why, and what to do next."""
    text = "\n\n".join(wording.sentence(translated(part)) for part in (error.detail, error.hint) if part)
    box = Box(parent, "alert", "danger", translated(error.title), text)
    box.add_button(QCoreApplication.translate("Questions", "Close"), "primary", box.accept).setDefault(True)
    box.fit()
    box.open()
    return box


def _label(role: str, text: str) -> QLabel:
    label = QLabel("\n".join(display(line) for line in text.split("\n")))
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setWordWrap(True)
    return label
