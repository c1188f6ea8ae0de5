"""The sample files of the demo: a few texts, painted pictures and a nested folder for each side."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPolygonF

WIDTH, HEIGHT = 960, 640

_LETTER = """Dear Anna,

the photographs of the crossing are in the folder “Photos”. Drag it over to the server's pane on the
right; the rows below show how far it is. Pull the plug in the middle if you like: it carries on.

Until Sunday
"""

_NOTES = """# Things to try

- Drag a file from one pane to the other, or press F5.
- Rename with F2, make a folder with F7, delete with F8.
- Close the window in the middle of a transfer and open it again.
"""

_WELCOME = """This is your home on the demo's server.

It runs on this computer, for as long as the window is open. What you put here is removed afterwards.
"""

_LOG = "day,harbour,miles\n1,Kiel,0\n2,Marstal,38\n3,Svendborg,21\n4,Kerteminde,33\n"


def make_local_files(folder: Path) -> None:
    """Fill the folder that stands for this computer."""
    _write(folder / "Letter to Anna.txt", _LETTER)
    _write(folder / "Things to try.md", _NOTES)
    _paint(folder / "Photos" / "Harbour at dawn.png", "#1d2b53", "#f2a65a", 0.62)
    _paint(folder / "Photos" / "Open water.png", "#2a6f97", "#a9d6e5", 0.45)
    _paint(folder / "Photos" / "Last light.jpg", "#3c1642", "#ff7f51", 0.55)
    _write(folder / "Photos" / "Captions" / "captions.txt", "Dawn, water, light.\n")


def make_server_files(folder: Path) -> None:
    """Fill the home of the demo's account."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "Welcome.txt", _WELCOME)
    _write(folder / "Logbook.csv", _LOG)
    _paint(folder / "Pictures" / "Lighthouse.png", "#14213d", "#fca311", 0.7)
    _paint(folder / "Pictures" / "Fog.jpg", "#6b7280", "#e5e7eb", 0.5)
    _write(folder / "Archive" / "2025" / "Crossing report.txt", "Wind west, four. All well on board.\n" * 40)
    _write(folder / "Archive" / "2024" / "Crossing report.txt", "Wind south, six. Reefed twice.\n" * 60)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _paint(path: Path, sky: str, light: str, horizon: float) -> None:
    """Paint a sky over water."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = HEIGHT * horizon
    above = QLinearGradient(0, 0, 0, line)
    above.setColorAt(0, QColor(sky))
    above.setColorAt(1, QColor(light))
    painter.fillRect(0, 0, WIDTH, int(line), above)
    below = QLinearGradient(0, line, 0, HEIGHT)
    below.setColorAt(0, QColor(light).darker(135))
    below.setColorAt(1, QColor(sky).darker(130))
    painter.fillRect(0, int(line), WIDTH, HEIGHT - int(line), below)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(255, 255, 255, 200))
    painter.drawEllipse(QPointF(WIDTH * 0.68, line - 60), 42, 42)
    painter.setBrush(QColor(20, 24, 36, 220))
    hull = [(0.22, 0), (0.40, 0), (0.37, 34), (0.25, 34)]
    painter.drawPolygon(QPolygonF([QPointF(WIDTH * x, line + y) for x, y in hull]))
    sail = [(0.31, -150), (0.31, -8), (0.39, -8)]
    painter.drawPolygon(QPolygonF([QPointF(WIDTH * x, line + y) for x, y in sail]))
    painter.end()
    image.save(str(path))
