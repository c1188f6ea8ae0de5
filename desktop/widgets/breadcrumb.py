"""The path of a pane as buttons to press; a click beside them, or Ctrl+L, makes it a text to edit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QMenu, QSizePolicy, QToolButton, QWidget

from desktop.places.place import PlacePath
from shared.look import icons, wording
from shared.look.theme import theme_of
from shared.look.tokens import Size, Space

Crumb = tuple[str, PlacePath]
_WIDEST_CRUMB = 180
_HEIGHT = 28
_OFFERS_IN_SIGHT = 12


class Breadcrumb(QWidget):
    """Shows crumbs from the root on; those for which there is no room are in the menu of a “…” button.

    Signals:
        path_requested: a crumb was pressed; its PlacePath.
        text_entered: a path was typed (str).
        completion_requested: a path is being typed (str); :meth:`offer` answers.
        edit_ended: the text is closed again, with or without a path.
    """

    path_requested = Signal(object)
    text_entered = Signal(str)
    completion_requested = Signal(str)
    edit_ended = Signal()

    def __init__(self, root_icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._root_icon = root_icon
        self._title = ""
        self._crumbs: list[Crumb] = []
        self._buttons: list[QToolButton] = []
        self._arrows: list[QLabel] = []
        self._more = self._make_button("…", "crumb")
        self._more.setAccessibleName(self.tr("Folders in between"))
        self._more.clicked.connect(self._show_more)
        self._hidden: list[Crumb] = []
        self._edit = QLineEdit(self)
        self._edit.setProperty("kind", "slim")
        self._edit.setAccessibleName(self.tr("Path"))
        self._edit.returnPressed.connect(self._enter)
        self._edit.installEventFilter(self)
        self._edit.textEdited.connect(self.completion_requested)
        self._offers = QStringListModel(self)
        completer = QCompleter(self._offers, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(_OFFERS_IN_SIGHT)
        self._edit.setCompleter(completer)
        self._edit.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self.setMinimumWidth(80)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setAccessibleName(self.tr("Path"))
        theme_of().changed.connect(self._draw_arrows)

    @property
    def is_editing(self) -> bool:
        return self._edit.isVisibleTo(self)

    @property
    def title(self) -> str:
        """The whole path as text."""
        return self._title

    def set_crumbs(self, title: str, crumbs: Sequence[Crumb]) -> None:
        """Show a path: ``title`` is its text, ``crumbs`` its parts from the root on."""
        if title == self._title and list(crumbs) == self._crumbs:
            return
        self._title = title
        self._crumbs = list(crumbs)
        for old in (*self._buttons, *self._arrows):
            old.hide()
            old.deleteLater()
        last = len(self._crumbs) - 1
        self._buttons = [self._make_crumb(i, i == last) for i in range(len(self._crumbs))]
        self._arrows = [self._make_arrow() for _ in self._crumbs[1:]]
        self.setToolTip("")
        self._lay_out()

    def edit(self) -> None:
        """Let the path be edited as text."""
        if not self._crumbs:
            return
        self._edit.setText(self._title)
        self._edit.setGeometry(0, 1, self.width(), self.height() - 2)
        self._set_parts_visible(False)
        self._edit.show()
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._edit.selectAll()

    def offer(self, typed: str, paths: Sequence[str]) -> None:
        """Offer ``paths`` to complete what is typed, unless that is something else than ``typed`` by now."""
        if self.is_editing and self._edit.text() == typed:
            self._offers.setStringList(list(paths))
            self._edit.completer().complete()

    # --- How -----------------------------------------------------------------------------------------------------

    def _make_button(self, text: str, kind: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("kind", kind)
        # Qt would take an ampersand in a name for a mnemonic.
        button.setText(text.replace("&", "&&"))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _make_crumb(self, i: int, is_last: bool) -> QToolButton:
        text, path = self._crumbs[i]
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, _WIDEST_CRUMB)
        button = self._make_button(shown, "crumb-last" if is_last else "crumb")
        button.setAccessibleName(self.tr("Folder %1").replace("%1", text))
        button.setToolTip(wording.tooltip(text))
        if i == 0:
            icons.dress(button, self._root_icon, "accent" if is_last else "icon")
            button.setIconSize(QSize(Size.ICON, Size.ICON))
            is_slash = text == "/"
            # Qt leaves no room between icon and text.
            button.setText(f" {button.text()}")
            style = Qt.ToolButtonStyle
            button.setToolButtonStyle(style.ToolButtonIconOnly if is_slash else style.ToolButtonTextBesideIcon)
        button.clicked.connect(lambda: self.path_requested.emit(path))
        return button

    def _make_arrow(self) -> QLabel:
        arrow = QLabel(self)
        arrow.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._draw_arrow(arrow)
        return arrow

    def _draw_arrow(self, arrow: QLabel) -> None:
        colour = theme_of().colours.faint
        arrow.setPixmap(icons.pixmap("chevron-right", 12, self.devicePixelRatioF(), colour))

    def _draw_arrows(self) -> None:
        for arrow in self._arrows:
            self._draw_arrow(arrow)

    def _set_parts_visible(self, are_visible: bool) -> None:
        if are_visible:
            self._lay_out()
            return
        for part in (*self._buttons, *self._arrows, self._more):
            part.hide()

    def _lay_out(self) -> None:
        """Place the root, then “…” if needed, then as many of the last crumbs as fit."""
        self._more.hide()
        if self.is_editing or not self._buttons:
            return
        widths = [button.sizeHint().width() for button in self._buttons]
        arrow = 12
        room = self.width() - Space.XL
        first = 1
        more = self._more.sizeHint().width() + arrow
        while first < len(widths) - 1:
            need = widths[0] + sum(widths[first:]) + arrow * (len(widths) - first) + (more if first > 1 else 0)
            if need <= room:
                break
            first += 1
        self._hidden = self._crumbs[1:first]
        left = self._put(self._buttons[0], 0, widths[0])
        for i in range(1, len(self._buttons)):
            is_shown = i >= first
            self._arrows[i - 1].setVisible(is_shown or i == 1)
            self._buttons[i].setVisible(is_shown)
            if i == 1 and self._hidden:
                left = self._put(self._arrows[0], left, arrow)
                left = self._put(self._more, left, more - arrow)
            if is_shown:
                left = self._put(self._arrows[i - 1], left, arrow)
                left = self._put(self._buttons[i], left, min(widths[i], max(48, self.width() - left)))

    def _put(self, part: QWidget, left: int, width: int) -> int:
        height = part.sizeHint().height()
        part.setGeometry(left, (self.height() - height) // 2, width, height)
        part.show()
        return left + width

    def _show_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, path in self._hidden:
            action = menu.addAction(text.replace("&", "&&"))
            icons.dress(action, "folder", "accent")
            action.triggered.connect(lambda _=False, path=path: self.path_requested.emit(path))
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _enter(self) -> None:
        text = self._edit.text()
        self._close_edit()
        if text.strip() and text != self._title:
            self.text_entered.emit(text)

    @property
    def _offers_are_open(self) -> bool:
        popup = self._edit.completer().popup()
        return popup is not None and popup.isVisible()

    def _close_edit(self) -> None:
        if self.is_editing:
            self._edit.hide()
            self._set_parts_visible(True)
            self.edit_ended.emit()

    # --- Qt's side -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.edit()
        else:
            super().mousePressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._edit.setGeometry(0, 1, self.width(), self.height() - 2)
        self._lay_out()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._edit:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                if event.key() == Qt.Key.Key_Escape:
                    self._close_edit()
                    return True
            elif event.type() == QEvent.Type.FocusOut and not self._offers_are_open:
                self._close_edit()
        return super().eventFilter(watched, event)
