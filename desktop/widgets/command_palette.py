"""The command palette: type a few letters of what you want, press Enter. It acts through the window's own actions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.widgets.command_list import Command, matches
from desktop.widgets.labels import label
from desktop.widgets.rows import paint_ground
from shared.look import fonts
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space

_WIDTH, _HEIGHT = 560, 400
_COMMAND_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_LEFT = Qt.AlignmentFlag.AlignLeft.value | Qt.AlignmentFlag.AlignVCenter.value
_RIGHT = Qt.AlignmentFlag.AlignRight.value | Qt.AlignmentFlag.AlignVCenter.value


class CommandPalette(QDialog):
    """Opened over a window with what can be done in it. Accepted, ``chosen`` is the command to carry out."""

    def __init__(self, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen: Command | None = None
        self._commands = [command for command in commands if command.is_possible]
        self.setWindowFlags(Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAccessibleName(self.tr("Commands"))
        self.setFixedSize(_WIDTH, _HEIGHT)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("What do you want to do?"))
        self.field.setAccessibleName(self.tr("What do you want to do?"))
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._fill)
        self.list = QListWidget()
        self.list.setItemDelegate(_CommandDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.itemClicked.connect(self._choose)
        self._nothing = label(self.tr("Nothing of that name can be done here now"), "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        frame = QFrame()
        frame.setProperty("tone", "well")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        inner.setSpacing(Space.S)
        inner.addWidget(self.field)
        inner.addWidget(self.list, 1)
        inner.addWidget(self._nothing, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(frame)
        self._fill("")
        if parent is not None:
            window = parent.window()
            self.move(
                window.mapToGlobal(window.rect().center()).x() - _WIDTH // 2,
                window.mapToGlobal(window.rect().topLeft()).y() + Space.HUGE,
            )
        self.field.setFocus()

    def texts(self) -> list[str]:
        """Return what is offered, best first."""
        return [self.list.item(row).text() for row in range(self.list.count())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            if event.key() in steps:
                row = self.list.currentRow() + steps[Qt.Key(event.key())]
                self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                item = self.list.currentItem()
                if item is not None:
                    self._choose(item)
                return True
        return super().eventFilter(watched, event)

    def _fill(self, typed: str) -> None:
        ranked = [(matches(command, typed), command) for command in self._commands]
        self.list.clear()
        for _, command in sorted((pair for pair in ranked if pair[0]), key=lambda pair: -pair[0]):
            item = QListWidgetItem(command.text)
            item.setData(_COMMAND_ROLE, command)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, (command.text, command.where, command.keys)))
            )
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(self.list.count() > 0)
        self._nothing.setVisible(self.list.count() == 0)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen = item.data(_COMMAND_ROLE)
        self.accept()


class _CommandDelegate(QStyledItemDelegate):
    """Text on the left, the part of the window quieter behind it, keys on the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        return QSize(Space.HUGE, Size.FIELD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        command: Command = index.data(_COMMAND_ROLE)  # type: ignore[attr-defined]  # Qt hands over a model index
        colours = theme_of().colours
        rect: QRect = option.rect
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        ground = colours.selection if is_chosen else colours.hover if is_hovered else ""
        if ground:
            paint_ground(painter, rect, ground)
        area = rect.adjusted(Space.M, 0, -Space.M, 0)
        painter.setFont(fonts.body())
        painter.setPen(colours.text)
        painter.drawText(area, _LEFT, command.text)
        left = painter.fontMetrics().horizontalAdvance(command.text) + Space.M
        painter.setPen(colours.muted)
        painter.setFont(fonts.body(12))
        painter.drawText(area.adjusted(left, 0, 0, 0), _LEFT, command.where)
        painter.drawText(area, _RIGHT, command.keys)
