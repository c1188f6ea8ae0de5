"""A password with an eye to look at it. It keeps the text no longer than it is told."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from desktop.widgets.buttons import icon_button
from shared.look import icons, wording
from shared.look.tokens import Space


class PasswordField(QWidget):
    """The field, and inside it at the right the button that shows what is typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QLineEdit()
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setAccessibleName(self.tr("Password"))
        self.show_button = icon_button("eye", self.tr("Show password"))
        self.show_button.setCheckable(True)
        self.show_button.toggled.connect(self._reveal)
        self.edit.setTextMargins(0, 0, self.show_button.sizeHint().width(), 0)
        # One cell for both: a child of the field itself would lose its focus ring to the style of the field.
        cell = QGridLayout(self)
        cell.setContentsMargins(0, 0, 0, 0)
        cell.addWidget(self.edit, 0, 0)
        beside = QHBoxLayout()
        beside.setContentsMargins(0, 0, Space.XS, 0)
        beside.addStretch(1)
        beside.addWidget(self.show_button)
        cell.addLayout(beside, 0, 0)
        self.show_button.raise_()
        self.setFocusProxy(self.edit)

    def forget(self) -> None:
        """Empty the field, and hide what is typed next."""
        self.edit.clear()
        self.show_button.setChecked(False)

    def _reveal(self, is_shown: bool) -> None:
        mode = QLineEdit.EchoMode
        self.edit.setEchoMode(mode.Normal if is_shown else mode.Password)
        icons.dress(self.show_button, "eye-off" if is_shown else "eye")
        text = self.tr("Hide password") if is_shown else self.tr("Show password")
        self.show_button.setAccessibleName(text)
        self.show_button.setToolTip(wording.tooltip(text))
