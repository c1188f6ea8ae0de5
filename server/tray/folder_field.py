"""A folder to type or choose."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from shared.look.tokens import Space


class FolderField(QWidget):
    """A line and a button that chooses. ``name`` is its accessible name."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.edit = QLineEdit()
        self.edit.setAccessibleName(name)
        self._choose = QPushButton(self.tr("Choose…"))
        self._choose.setAutoDefault(False)
        self._choose.setAccessibleName(self.tr("Choose: {name}").format(name=name))
        self._choose.clicked.connect(self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.edit, 1)
        row.addWidget(self._choose)
        self.setFocusProxy(self.edit)

    @property
    def folder(self) -> Path | None:
        """The folder; None where nothing stands."""
        text = self.edit.text().strip()
        return Path(text).expanduser() if text else None

    def show_folder(self, folder: Path | None) -> None:
        self.edit.setText(str(folder) if folder is not None else "")

    @property
    def is_whole(self) -> bool:
        """Whether it is empty or a whole path."""
        return self.folder is None or self.folder.is_absolute()

    def _ask(self) -> None:
        dialog = folder_dialog(self, self._name, self.folder)
        dialog.fileSelected.connect(self.edit.setText)
        dialog.open()


class HomeField(FolderField):
    """Left empty, the server makes one."""

    def __init__(self, homes: Path, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._homes = homes
        self._name = self.tr("Home folder")
        self.edit.setAccessibleName(self._name)
        self._choose.setAccessibleName(self.tr("Choose the home folder"))
        self.suggest("")

    @property
    def problem(self) -> str:
        """Why this cannot be a home, as a sentence; empty when it can."""
        if not self.is_whole:
            return self.tr("Give the home folder with its whole path, or leave it empty for a new one.")
        return ""

    def suggest(self, name: str) -> None:
        """Show where the home would be made for an account of this name."""
        self.edit.setPlaceholderText(str(self._homes / name) if name else self.tr("A new folder, made for the account"))


def folder_dialog(parent: QWidget, title: str, start: Path | None) -> QFileDialog:
    """Return a dialog that chooses one folder, to be opened with ``open()``."""
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    if start is not None and start.is_dir():
        dialog.setDirectory(str(start))
    return dialog
