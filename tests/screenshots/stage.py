"""Drives a program that runs in this process, and takes pictures of it. Knows no view; the scripts do.

Qt's offscreen platform has no window manager: a picture is put together from the window and what stands before it,
each dialog with a plain frame that shows its title.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

Condition = Callable[[], object]
Script = Generator[Condition, None, None]

_STEP_MS = 40
_SETTLE_STEPS = 8
"""A third of a second: animations are shorter."""
_PATIENCE_STEPS = 500
_TITLE = 30
_FRAME, _FRAME_TEXT = QColor("#5b6472"), QColor("#ffffff")


class Stage:
    """Runs a script beside the program's own loop, and knows where pictures go."""

    def __init__(self, folder: Path, prefix: str, script: Callable[[Stage], Script]) -> None:
        self._folder = folder
        self._prefix = prefix
        self._count = 0
        self._script = script(self)
        self._condition: Condition = lambda: True
        self._settling = 0
        self._left = _PATIENCE_STEPS
        self.error: BaseException | None = None
        self.is_done = False
        self._timer = QTimer()
        self._timer.timeout.connect(self._step)
        self._timer.start(_STEP_MS)

    def take(self, window: QWidget, name: str) -> None:
        """Write a picture of a window and of what stands before it."""
        self._count += 1
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{self._prefix}{self._count:02}-{name}.png"
        if not picture(window).save(str(path)):
            raise OSError(f"{path} could not be written")

    def dialog(self) -> QDialog | None:
        """The dialog that is open, if any."""
        found = QApplication.activeModalWidget()
        return found if isinstance(found, QDialog) else None

    def check(self) -> None:
        """Raise what went wrong in the script."""
        self._timer.stop()
        if self.error is not None:
            raise self.error
        if not self.is_done:
            raise AssertionError("the program ended before its script")

    def _step(self) -> None:
        try:
            self._left -= 1
            if self._left <= 0:
                for window in QApplication.topLevelWidgets():
                    if isinstance(window, QMainWindow) and window.isVisible():
                        self.take(window, "stuck")
                raise AssertionError(f"the program never came to where the script waits, after picture {self._count}")
            if not self._condition():
                self._settling = 0
                return
            self._settling += 1
            if self._settling >= _SETTLE_STEPS:
                self._settling, self._left = 0, _PATIENCE_STEPS
                self._condition = next(self._script)
        except StopIteration:
            self.is_done = True
            self._timer.stop()
        except BaseException as error:  # noqa: BLE001  (raised again by check(), when the program has ended)
            self.error = error
            self._timer.stop()
            os.kill(os.getpid(), signal.SIGTERM)


def picture(window: QWidget) -> QPixmap:
    """Return a window with its dialogs and pop-ups in their places."""
    before = [each for each in QApplication.topLevelWidgets() if each is not window and _is_seen(each)]
    before.sort(key=lambda each: each.isModal() or not each.isWindow())
    whole = QRect(window.geometry())
    for each in before:
        whole = whole.united(_outer(each))
    ratio = window.devicePixelRatio()
    result = QPixmap(whole.size() * ratio)
    result.setDevicePixelRatio(ratio)
    result.fill(QColor("#9aa3b0"))
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-whole.topLeft())
    painter.drawPixmap(window.pos(), window.grab())
    for each in before:
        if isinstance(each, QDialog):
            painter.fillRect(window.geometry(), QColor(0, 0, 0, 60))
            _draw_frame(painter, each)
        painter.drawPixmap(each.pos(), each.grab())
    painter.end()
    return result


def _is_seen(widget: QWidget) -> bool:
    return widget.isVisible() and widget.size() != QSize(0, 0) and widget.windowType() != Qt.WindowType.Desktop


def _outer(widget: QWidget) -> QRect:
    return widget.geometry().adjusted(-1, -_TITLE, 1, 1) if isinstance(widget, QDialog) else widget.geometry()


def _draw_frame(painter: QPainter, dialog: QDialog) -> None:
    outer = QRectF(_outer(dialog))
    painter.fillRect(outer, _FRAME)
    painter.setPen(_FRAME_TEXT)
    font = QFont(dialog.font())
    painter.setFont(font)
    title = QRectF(outer.topLeft(), outer.topRight() + QPoint(0, _TITLE))
    painter.drawText(title, Qt.AlignmentFlag.AlignCenter, dialog.windowTitle())
