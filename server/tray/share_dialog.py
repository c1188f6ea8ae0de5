"""Shares a folder beside the homes: its name, where it is, and what each account may do in it. It checks and asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from server.capacity import Limit
from server.tray.account_form import SharedFolder
from server.tray.amount_field import AmountField, count_units, size_units
from server.tray.folder_field import FolderField
from server.tray.form_dialog import FormDialog, form_layout
from server.tray.permission_boxes import PermissionBoxes
from shared.look.tokens import Space
from shared.names import display
from shared.permissions import LOOK, Permission
from shared.protocol import limits

_LIST_WIDTH = 180
_NAME_ROLE = Qt.ItemDataRole.UserRole


class MemberFields(QWidget):
    """Accounts to tick, and for the one that is chosen what it may do.

    Signals:
        changed: A person has changed something.
    """

    changed = Signal()

    def __init__(
        self, names: Iterable[str], members: Sequence[tuple[str, Permission]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        before = dict(members)
        self._permissions = {name: before.get(name, LOOK) for name in {*names, *before}}
        self.list = QListWidget()
        self.list.setProperty("tone", "card")
        self.list.setAccessibleName(self.tr("Accounts that have this folder"))
        self.list.setFixedWidth(_LIST_WIDTH)
        for name in sorted(self._permissions, key=str.casefold):
            item = QListWidgetItem(display(name))
            item.setData(_NAME_ROLE, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in before else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.title = QLabel()
        self.title.setProperty("role", "strong")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.boxes = PermissionBoxes()
        right = QVBoxLayout()
        right.setSpacing(Space.S)
        right.addWidget(self.title)
        right.addWidget(self.boxes)
        right.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, Space.L, 0, 0)
        row.setSpacing(Space.L)
        row.addWidget(self.list)
        row.addLayout(right, 1)
        self.list.currentItemChanged.connect(self._show_chosen)
        self.list.itemChanged.connect(self._ticked)
        self.boxes.changed.connect(self._permitted)
        first = next((number for number in range(self.list.count()) if self._is_ticked(number)), 0)
        self.list.setCurrentRow(first)
        self._show_chosen()

    @property
    def members(self) -> tuple[tuple[str, Permission], ...]:
        """The accounts that are ticked, each with what it may do."""
        names = [self._name_at(number) for number in range(self.list.count()) if self._is_ticked(number)]
        return tuple((name, self._permissions[name]) for name in names)

    def tick(self, name: str, is_member: bool = True) -> None:
        """Let an account have the folder, or not."""
        for number in range(self.list.count()):
            if self._name_at(number) == name:
                item = self.list.item(number)
                item.setCheckState(Qt.CheckState.Checked if is_member else Qt.CheckState.Unchecked)
                self.list.setCurrentRow(number)

    def _name_at(self, number: int) -> str:
        return str(self.list.item(number).data(_NAME_ROLE))

    def _is_ticked(self, number: int) -> bool:
        return self.list.item(number).checkState() is Qt.CheckState.Checked

    def _show_chosen(self) -> None:
        number = self.list.currentRow()
        if number < 0:
            self.title.setText(self.tr("There are no accounts yet"))
            self.boxes.setEnabled(False)
            return
        name, is_member = self._name_at(number), self._is_ticked(number)
        text = self.tr("{name} may:") if is_member else self.tr("{name} does not have this folder")
        self.title.setText(text.format(name=display(name)))
        self.boxes.setEnabled(is_member)
        self.boxes.show_permissions(self._permissions[name])

    def _ticked(self, item: QListWidgetItem) -> None:
        # What is ticked is what one wants to see.
        self.list.setCurrentItem(item)
        self._show_chosen()
        self.changed.emit()

    def _permitted(self) -> None:
        self._permissions[self._name_at(self.list.currentRow())] = self.boxes.permissions
        self.changed.emit()


class ShareDialog(FormDialog):
    """Signals:
    submitted: Carries the SharedFolder as it was (or None) and as it shall be. Answer with ``accept()`` or
        ``show_failure()``.
    """

    submitted = Signal(object, object)

    def __init__(self, names: Sequence[str], folder: SharedFolder | None = None, parent: QWidget | None = None) -> None:
        self._folder = folder
        self.tabs = QTabWidget()
        super().__init__(
            self.tr("Share a folder") if folder is None else self.tr("Shared folder {name}").format(
                name=display(folder.name)
            ),
            self.tr(
                "Those who have it find it under its name beside their own files. It must lie outside of their homes. "
                "A change ends their sessions, and what was cut resumes after the next login."
            ),
            self.tabs,
            self.tr("Share") if folder is None else self.tr("Save"),
            parent,
        )  # fmt: skip
        self.name = QLineEdit()
        self.name.setMaxLength(limits.MAX_MOUNT_NAME)
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setPlaceholderText(self.tr("For example: Photos"))
        self.place = FolderField(self.tr("Folder to share"))
        self.space = AmountField(self.tr("Space"), size_units(), 100 * 1000**3)
        self.files = AmountField(self.tr("Files"), count_units(), 100_000)
        self.members = MemberFields(names, folder.members if folder is not None else ())
        self.tabs.addTab(self._first_page(), self.tr("Folder"))
        self.tabs.addTab(self.members, self.tr("Who has it"))
        if folder is not None:
            self.name.setText(folder.name)
            self.place.show_folder(folder.folder)
            self.space.show_value(folder.limit.bytes)
            self.files.show_value(folder.limit.files)
        for changed in (
            self.name.textChanged, self.place.edit.textChanged, self.space.changed, self.files.changed,
            self.members.changed,
        ):  # fmt: skip
            changed.connect(self.forget_error)
        self.place.edit.textChanged.connect(self._suggest)
        self.name.setFocus()

    def problem(self) -> str:
        problem = ""
        if not self.name.text().strip():
            problem = self.tr("Give the folder a name, as people will see it.")
        elif self.place.folder is None or not self.place.is_whole:
            problem = self.tr("Choose the folder to share, with its whole path.")
        if problem:
            self.tabs.setCurrentIndex(0)
        elif not self.members.members:
            problem = self.tr("Tick the accounts that shall have it.")
            self.tabs.setCurrentIndex(1)
        return problem

    def send(self) -> None:
        place = self.place.folder
        assert place is not None, "problem() has seen to it"
        limit = Limit(self.space.value, self.files.value)
        new = SharedFolder(self.name.text().strip(), place, self.members.members, limit)
        self.submitted.emit(self._folder, new)

    def _suggest(self) -> None:
        """Call it as the folder is called, until somebody types another name."""
        place = self.place.folder
        if self._folder is None and place is not None and not self.name.isModified():
            self.name.setText(place.name)

    def _first_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, Space.L, 0, 0)
        holder = QWidget()
        form = form_layout(holder)
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("Folder"), self.place)
        form.addRow(self.tr("Space"), self.space)
        form.addRow(self.tr("Files"), self.files)
        layout.addWidget(holder)
        layout.addStretch()
        return page
