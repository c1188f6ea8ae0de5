"""A small program for the harness to try itself on: two lists one can drag between, a text box, a tray icon."""

from __future__ import annotations

import sys

from PySide6.QtGui import QAction, QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QSystemTrayIcon,
    QVBoxLayout,
    QWidget,
)


def main() -> int:
    app = QApplication(sys.argv)
    window = QWidget()
    window.setWindowTitle("Sample window")
    window.resize(600, 400)
    left, right = QListWidget(), QListWidget()
    for view, name in ((left, "left"), (right, "right")):
        view.setObjectName(name)
        view.setDragEnabled(True)
        view.setAcceptDrops(True)
    left.addItems(["one", "two", "three"])
    box, said = QLineEdit(), QLabel("nothing yet")
    box.setObjectName("box")
    said.setObjectName("said")
    box.returnPressed.connect(lambda: said.setText(f"heard {box.text()}"))
    lists = QHBoxLayout()
    lists.addWidget(left)
    lists.addWidget(right)
    layout = QVBoxLayout(window)
    layout.addWidget(box)
    layout.addWidget(said)
    layout.addLayout(lists)

    picture = QPixmap(32, 32)
    picture.fill(QColor("teal"))
    menu = QMenu()
    toggle = QAction("Toggle", menu, checkable=True)
    toggle.toggled.connect(lambda on: said.setText(f"toggled {on}"))
    menu.addAction(toggle)
    icon = QSystemTrayIcon(QIcon(picture))
    icon.setContextMenu(menu)
    icon.setToolTip("Sample icon")
    icon.show()
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
