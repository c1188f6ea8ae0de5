"""A quiet line over a pane: what happened and, where something can be done, one button for it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from desktop.widgets.buttons import icon_button, push_button
from desktop.widgets.labels import label
from shared.look import icons
from shared.look.theme import restyle, theme_of
from shared.look.tokens import Size, Space

_KINDS: dict[str, tuple[str, str, str]] = {
    # kind: tone of the ground, icon, tone of the icon
    "info": ("info", "info", "accent"),
    "success": ("success", "check-circle", "success"),
    "warning": ("warning", "alert", "warning"),
    "error": ("danger", "alert-circle", "danger"),
    "reconnecting": ("warning", "disconnect", "warning"),
}


class Banner(QFrame):
    """Hidden until there is something to say.

    Signals:
        action_requested: the banner's button was pressed; the kind that is shown (str).
        dismissed: the person closed it.
    """

    action_requested = Signal(str)
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = ""
        self._mark = label()
        self._text = label(wraps=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._action = push_button("", "link")
        self._action.clicked.connect(lambda: self.action_requested.emit(self._kind))
        self._close = icon_button("close", self.tr("Dismiss"))
        self._close.clicked.connect(self._dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.XS, Space.XS, Space.XS)
        row.setSpacing(Space.S)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._mark.setContentsMargins(0, Space.XS + 1, 0, 0)
        theme_of().changed.connect(self._draw_mark)
        self.hide()

    @property
    def kind(self) -> str:
        """What is shown; empty when nothing is."""
        return self._kind

    @property
    def text(self) -> str:
        return self._text.text()

    def show_text(self, kind: str, text: str, action: str = "") -> None:
        """Show a sentence; an empty kind or text hides the banner."""
        if not text or kind not in _KINDS:
            self._kind = ""
            self.hide()
            return
        self._kind = kind
        self._text.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.setProperty("tone", _KINDS[kind][0])
        self.setAccessibleName(text)
        restyle(self)
        self._draw_mark()
        self.show()

    def _draw_mark(self) -> None:
        if self._kind:
            _, name, tone = _KINDS[self._kind]
            colour = getattr(theme_of().colours, tone)
            self._mark.setPixmap(icons.pixmap(name, Size.ICON, self.devicePixelRatioF(), colour))

    def _dismiss(self) -> None:
        self._kind = ""
        self.hide()
        self.dismissed.emit()
