"""Runs a module as ``python -m MODULE`` would and tells, when asked, what it shows: ``spy SOCKET MODULE [ARGUMENT…]``.

It looks and never touches: whoever connects to the socket gets one JSON object with the visible widgets, rows,
menu entries and the tray icon, with their places on the screen. The program itself knows nothing of it, so nothing
has to be built into it for tests. Clicks and keys come through the X server (:mod:`tests.screen.display`).
"""

from __future__ import annotations

import json
import runpy
import socket
import sys
import traceback
import weakref
from pathlib import Path
from typing import Any

from PySide6 import QtWidgets
from PySide6.QtCore import QModelIndex, QPoint, QRect, QSocketNotifier, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QMenu,
    QSystemTrayIcon,
    QTreeView,
    QWidget,
)

MAX_ROWS = 300
_icons: weakref.WeakSet[QSystemTrayIcon] = weakref.WeakSet()


def main() -> None:
    path, module, *arguments = sys.argv[1:]
    _watch(Path(path))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _watch(path: Path) -> None:
    """Make every application and tray icon of this process one that can be asked."""

    class WatchedApplication(QApplication):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            self._spy = Spy(path)

    class WatchedIcon(QSystemTrayIcon):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            _icons.add(self)

    widgets: Any = QtWidgets
    widgets.QApplication = WatchedApplication
    widgets.QSystemTrayIcon = WatchedIcon


class Spy:
    """Answers on a socket, in the GUI's thread, whenever Qt's loop turns."""

    def __init__(self, path: Path) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._notifier = QSocketNotifier(self._listener.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._answer)

    def _answer(self) -> None:
        line, _ = self._listener.accept()
        with line:
            try:
                told = _scene()
            except Exception:  # noqa: BLE001  the one who asked is told, instead of a log nobody reads while waiting
                told = {"error": traceback.format_exc()}
            line.sendall(json.dumps(told).encode())


def _scene() -> dict[str, Any]:
    visible = [widget for widget in QApplication.allWidgets() if _is_in_sight(widget)]
    icon = next((icon for icon in _icons if icon.isVisible()), None)
    return {
        "widgets": [_widget(widget) for widget in visible],
        "views": [_view(widget) for widget in visible if isinstance(widget, QAbstractItemView)],
        "menu": [entry for widget in visible if isinstance(widget, QMenu) for entry in _entries(widget)],
        "tray": None if icon is None else {"rect": icon.geometry().getRect(), "hint": icon.toolTip()},
    }


def _is_in_sight(widget: QWidget) -> bool:
    return widget.isVisible() and not widget.visibleRegion().isEmpty()


def _on_screen(widget: QWidget, rect: QRect) -> tuple[int, int, int, int]:
    corner = widget.mapToGlobal(rect.topLeft())
    return corner.x(), corner.y(), rect.width(), rect.height()


def _path(widget: QWidget) -> list[str]:
    names: list[str] = []
    parent: Any = widget
    while parent is not None:
        if parent.objectName() and not parent.objectName().startswith("qt_"):
            names.insert(0, parent.objectName())
        parent = parent.parent()
    return names


def _widget(widget: QWidget) -> dict[str, Any]:
    return {
        "kind": type(widget).__name__,
        "path": _path(widget),
        "label": widget.accessibleName() or widget.toolTip(),
        "text": _text(widget),
        "rect": _on_screen(widget, widget.rect()),
        "is_enabled": widget.isEnabled(),
        "is_button": isinstance(widget, QAbstractButton),
        "is_checked": isinstance(widget, QAbstractButton) and widget.isChecked(),
        "has_focus": widget.hasFocus(),
        "window": widget.window().windowTitle(),
    }


def _text(widget: QWidget) -> str:
    for question in ("text", "currentText", "toPlainText", "title", "windowTitle"):
        ask = getattr(widget, question, None)
        if callable(ask):
            answer = ask()
            if isinstance(answer, str) and answer:
                return answer
    return ""


def _view(view: QAbstractItemView) -> dict[str, Any]:
    model = view.model()
    rows: list[dict[str, Any]] = []
    if model is not None:
        height = view.viewport().height()
        index = view.indexAt(QPoint(2, 2))
        while index.isValid() and len(rows) < MAX_ROWS:
            rect = view.visualRect(index.siblingAtColumn(0))
            if rect.top() >= height:
                break
            rows.append({"texts": _texts(index), "rect": _on_screen(view.viewport(), rect)})
            index = _below(view, index)
    return {
        "kind": type(view).__name__,
        "path": _path(view),
        "label": view.accessibleName(),
        "rect": _on_screen(view.viewport(), view.viewport().rect()),
        "count": model.rowCount() if model is not None else 0,
        "rows": rows,
        "window": view.window().windowTitle(),
    }


def _below(view: QAbstractItemView, index: QModelIndex) -> QModelIndex:
    return view.indexBelow(index) if isinstance(view, QTreeView) else index.siblingAtRow(index.row() + 1)


def _texts(index: QModelIndex) -> list[str]:
    """Return the texts of a row; a list's model does not let itself be asked how many columns it has."""
    texts: list[str] = []
    while (cell := index.siblingAtColumn(len(texts))).isValid():
        value = cell.data(Qt.ItemDataRole.DisplayRole)
        texts.append("" if value is None else str(value))
    return texts


def _entries(menu: QMenu) -> list[dict[str, Any]]:
    return [
        {
            "text": action.text(),
            "rect": _on_screen(menu, menu.actionGeometry(action)),
            "is_enabled": action.isEnabled(),
            "is_checked": action.isChecked(),
        }
        for action in menu.actions()
        if action.isVisible() and not action.isSeparator()
    ]


if __name__ == "__main__":
    main()
