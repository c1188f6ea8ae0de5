"""A dialog with a form and one button that does it; what it does is others' business."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from server.tray.wording import short_error_text
from shared.errors import WherryError
from shared.look.tokens import Size, Space
from shared.names import display


class FormDialog(QDialog):
    """A form with one button that does it. It stays open until the work is done, or says why it was not."""

    def __init__(self, title: str, lead: str, fields: QWidget, accept_text: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(Size.DIALOG)
        head = QLabel(title)
        head.setProperty("role", "title")
        head.setTextFormat(Qt.TextFormat.PlainText)
        about = QLabel(lead)
        about.setProperty("role", "muted")
        about.setTextFormat(Qt.TextFormat.PlainText)
        about.setWordWrap(True)
        self._fields = fields
        self._is_busy = False
        self.error = QLabel()
        self.error.setProperty("role", "error")
        self.error.setTextFormat(Qt.TextFormat.PlainText)
        self.error.setWordWrap(True)
        self.error.hide()
        self.submit = QPushButton(accept_text)
        self.submit.setProperty("kind", "primary")
        self.submit.setDefault(True)
        self.submit.clicked.connect(self._submitted)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setAutoDefault(False)
        self._cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addStretch()
        buttons.addWidget(self._cancel)
        buttons.addWidget(self.submit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        layout.setSpacing(Space.S)
        layout.addWidget(head)
        layout.addWidget(about)
        layout.addSpacing(Space.S)
        layout.addWidget(fields)
        layout.addWidget(self.error)
        layout.addStretch()
        layout.addSpacing(Space.S)
        layout.addLayout(buttons)
        self._layout = layout

    def problem(self) -> str:
        """Return what hinders, as a sentence; empty when nothing does."""
        raise NotImplementedError

    def send(self) -> None:
        """Emit what was asked for."""
        raise NotImplementedError

    def show_failure(self, error: WherryError) -> None:
        """The work was refused: say why and let the person mend it. The hints speak of the command line."""
        self.set_busy(False)
        self._show_error(display(short_error_text(error)))

    def forget_error(self) -> None:
        self.error.hide()

    def _submitted(self) -> None:
        problem = self.problem()
        if problem:
            self._show_error(problem)
            return
        self.error.hide()
        self.set_busy(True)
        self.send()

    def _show_error(self, text: str) -> None:
        self.error.setText(text)
        self.error.show()
        # Wrapped texts do not count in a window's minimum: without this the fields would be squeezed.
        needed = self._layout.totalHeightForWidth(self.width())
        if self.height() < needed:
            self.resize(self.width(), needed)

    def reject(self) -> None:
        """Close without the work; while it is being done the dialog waits for what becomes of it."""
        if not self._is_busy:
            super().reject()

    def set_busy(self, is_busy: bool) -> None:
        """Let nothing be changed while the work is being done."""
        self._is_busy = is_busy
        self._fields.setEnabled(not is_busy)
        self.submit.setEnabled(not is_busy)
        self._cancel.setEnabled(not is_busy)


def form_layout(parent: QWidget) -> QFormLayout:
    """Return the layout of a form, on a widget that is no higher than it must be."""
    form = QFormLayout(parent)
    form.setContentsMargins(0, 0, 0, 0)
    form.setVerticalSpacing(Space.M)
    form.setHorizontalSpacing(Space.L)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
    parent.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form
