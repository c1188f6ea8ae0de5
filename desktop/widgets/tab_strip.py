"""The tabs of a pane: a light strip that is there only when there is more than one. It opens no folder."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QTabBar, QToolButton, QWidget

from desktop.widgets.buttons import icon_button
from shared.look import wording
from shared.look.tokens import Space

_NARROWEST, _WIDEST = 72, 200


class TabStrip(QWidget):
    """Shows titles; a person chooses, closes, drags and adds.

    Signals:
        chosen: the tab at this place (int) is to be shown.
        close_requested: the tab at this place (int) is to go: its cross, or a middle click.
        moved: a tab was dragged from one place to another (int, int).
        add_requested: the button with the plus.
    """

    chosen = Signal(int)
    close_requested = Signal(int)
    moved = Signal(int, int)
    add_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("tone", "tabs")
        self._bar = _Bar()
        self._bar.setAccessibleName(self.tr("Tabs"))
        add = icon_button("plus", self.tr("New tab  (Ctrl+T)"))
        add.clicked.connect(self.add_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.XS, 0, Space.XS, 0)
        row.setSpacing(Space.XS)
        row.addWidget(self._bar)
        row.addWidget(add)
        row.addStretch(1)
        self._bar.currentChanged.connect(self.chosen)
        self._bar.tabMoved.connect(self.moved)
        self._bar.middle_clicked.connect(self.close_requested)
        self.hide()

    @property
    def titles(self) -> list[str]:
        """What the tabs say, from the left."""
        return [self._bar.tabToolTip(at) or self._bar.tabText(at) for at in range(self._bar.count())]

    def show_tabs(self, titles: Sequence[tuple[str, str]], current: int) -> None:
        """Show these tabs, each a short title and a longer one for its tool tip; one alone needs no strip."""
        with QSignalBlocker(self._bar):
            while self._bar.count() > len(titles):
                self._bar.removeTab(self._bar.count() - 1)
            while self._bar.count() < len(titles):
                self._add_tab()
            for at, (title, whole) in enumerate(titles):
                # Qt would take an ampersand in a name for a mnemonic.
                self._bar.setTabText(at, title.replace("&", "&&"))
                self._bar.setTabToolTip(at, wording.tooltip(whole))
            self._bar.setCurrentIndex(current)
        self.setVisible(len(titles) > 1)

    def _add_tab(self) -> None:
        at = self._bar.addTab("")
        cross = icon_button("close", self.tr("Close tab  (Ctrl+W)"))
        cross.setIconSize(QSize(12, 12))
        cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        cross.clicked.connect(lambda: self._close(cross))
        self._bar.setTabButton(at, QTabBar.ButtonPosition.RightSide, cross)

    def _close(self, cross: QToolButton) -> None:
        for at in range(self._bar.count()):
            if self._bar.tabButton(at, QTabBar.ButtonPosition.RightSide) is cross:
                self.close_requested.emit(at)
                return


class _Bar(QTabBar):
    """Tabs as wide as their titles, within bounds.

    Signals:
        middle_clicked: on the tab at this place (int).
    """

    middle_clicked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "pane")
        self.setDrawBase(False)
        self.setMovable(True)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        # The keyboard has Ctrl+Tab; the list keeps it.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def tabSizeHint(self, index: int) -> QSize:
        wanted = super().tabSizeHint(index)
        return QSize(min(_WIDEST, max(_NARROWEST, wanted.width())), wanted.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton and (at := self.tabAt(event.position().toPoint())) >= 0:
            self.middle_clicked.emit(at)
        else:
            super().mouseReleaseEvent(event)
