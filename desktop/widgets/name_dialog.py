"""Asks for one name, such as that of a new folder."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.widgets.dialog import Dialog
from desktop.widgets.labels import label
from shared.errors import WherryError
from shared.names import check_component


class NameDialog(Dialog):
    """Answers the name (str), or None. A name that no computer should have cannot be entered."""

    def __init__(
        self,
        title: str,
        text: str,
        button: str,
        icon: str = "new-folder",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, icon, "accent", parent)
        self._field = QLineEdit(text)
        self._field.setAccessibleName(title)
        self._field.selectAll()
        self._problem = label("", "error", wraps=True)
        self._problem.setMinimumHeight(self._problem.fontMetrics().height())
        self.content.addWidget(self._field)
        self.content.addWidget(self._problem)
        self.add_stretch()
        self.add_button(self.tr("Cancel"), None)
        self._ok = self.add_button(button, True, "primary", is_default=True)
        self._field.textChanged.connect(self._judge)
        self._judge()
        self._field.setFocus()

    @classmethod
    def new_folder(cls, parent: QWidget | None = None) -> NameDialog:
        """Return the question for a new folder's name."""
        title = QCoreApplication.translate("NameDialog", "New folder")
        return cls(title, title, QCoreApplication.translate("NameDialog", "Create"), parent=parent)

    def close_with(self, answer: object) -> None:
        super().close_with(self._field.text() if answer else None)

    def _judge(self) -> None:
        try:
            check_component(self._field.text())
        except WherryError as error:
            self._problem.setText(f"{error.detail[:1].upper()}{error.detail[1:]}." if self._field.text() else "")
            self._ok.setEnabled(False)
        else:
            self._problem.setText("")
            self._ok.setEnabled(True)
