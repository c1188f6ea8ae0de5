"""A question waits beside everything else, and goes away with whoever asked."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from desktop.runtime.dialogs import answer_of

pytestmark = pytest.mark.asyncio


class Dialog(QDialog):
    answered = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.finished.connect(lambda result: self.answered.emit("yes" if result else None))


@pytest.fixture
def window(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


class Question:
    """Asks in a task of its own."""

    def __init__(self, window: QWidget) -> None:
        self.dialog = Dialog(window)
        self.is_gone = False
        self.dialog.destroyed.connect(self._gone)
        self.task = asyncio.create_task(answer_of(self.dialog))

    def _gone(self) -> None:
        self.is_gone = True


async def until(condition) -> None:
    async with asyncio.timeout(2):
        while not condition():
            await asyncio.sleep(0.001)


async def test_the_answer_comes_back_while_other_tasks_go_on(window):
    question = Question(window)
    await until(question.dialog.isVisible)
    await asyncio.sleep(0.01)
    assert not question.task.done()
    question.dialog.accept()
    assert await question.task == "yes"
    await until(lambda: question.is_gone)


async def test_closing_the_dialog_is_no_answer(window):
    question = Question(window)
    await until(question.dialog.isVisible)
    question.dialog.close()
    assert await question.task is None


async def test_a_question_nobody_waits_for_closes(window):
    question = Question(window)
    await until(question.dialog.isVisible)
    question.task.cancel()
    await until(lambda: question.is_gone)
    assert question.task.cancelled()
