"""What may be done in a folder, as check boxes and as a choice of the usual sets. Decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QVBoxLayout, QWidget

from shared.look.tokens import Space
from shared.permissions import CHANGING, FULL, LOOK, NONE, Permission

_COLUMNS = 2
_CUSTOM = -1


def permission_texts() -> dict[Permission, str]:
    """Return each permission in words, in the order in which they are shown."""
    tr = QCoreApplication.translate
    return {
        Permission.LIST: tr("PermissionBoxes", "See names"),
        Permission.READ: tr("PermissionBoxes", "Download"),
        Permission.WRITE: tr("PermissionBoxes", "Upload new files"),
        Permission.OVERWRITE: tr("PermissionBoxes", "Replace files"),
        Permission.MAKE_FOLDER: tr("PermissionBoxes", "Make folders"),
        Permission.RENAME: tr("PermissionBoxes", "Rename and move"),
        Permission.DELETE: tr("PermissionBoxes", "Delete"),
    }


def permissions_text(permissions: Permission) -> str:
    """Return a set of permissions in a word or two."""
    tr = QCoreApplication.translate
    if permissions == FULL:
        return tr("PermissionBoxes", "Read and write")
    if permissions == LOOK:
        return tr("PermissionBoxes", "Read only")
    if not permissions:
        return tr("PermissionBoxes", "Nothing")
    if permissions & CHANGING and not permissions & LOOK:
        return tr("PermissionBoxes", "Drop box")
    return tr("PermissionBoxes", "Some: {what}").format(
        what=", ".join(text.lower() for permission, text in permission_texts().items() if permission in permissions)
    )


class PermissionBoxes(QWidget):
    """Signals:
    changed: A person has changed it.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Access"))
        for text, permissions in (
            (self.tr("Read and write"), FULL),
            (self.tr("Read only"), LOOK),
            (self.tr("Drop box: upload, but see nothing"), Permission.WRITE),
            (self.tr("Nothing"), NONE),
        ):
            self.choice.addItem(text, permissions.value)
        self.choice.addItem(self.tr("Chosen below"), _CUSTOM)
        self.boxes = {permission: QCheckBox(text) for permission, text in permission_texts().items()}
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.XL)
        grid.setVerticalSpacing(Space.XS)
        for number, box in enumerate(self.boxes.values()):
            grid.addWidget(box, number // _COLUMNS, number % _COLUMNS)
            box.toggled.connect(self._ticked)
        grid.setColumnStretch(_COLUMNS, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(self.choice)
        layout.addLayout(grid)
        self.show_permissions(FULL)
        self.choice.activated.connect(self._chosen)

    @property
    def permissions(self) -> Permission:
        """What is ticked."""
        found = NONE
        for permission, box in self.boxes.items():
            if box.isChecked():
                found |= permission
        return found

    def show_permissions(self, permissions: Permission) -> None:
        """Tick these and no others."""
        for permission, box in self.boxes.items():
            with QSignalBlocker(box):
                box.setChecked(permission in permissions)
        self._show_choice()

    def _chosen(self) -> None:
        value = self.choice.currentData()
        if value == _CUSTOM:
            next(iter(self.boxes.values())).setFocus()
            return
        self.show_permissions(Permission(value))
        self.changed.emit()

    def _ticked(self) -> None:
        self._show_choice()
        self.changed.emit()

    def _show_choice(self) -> None:
        found = self.choice.findData(self.permissions.value)
        self.choice.setCurrentIndex(found if found >= 0 else self.choice.count() - 1)
