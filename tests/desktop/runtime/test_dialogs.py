"""A question waits beside everything else, and goes away with whoever asked."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QDialog, QWidget

from desktop.runtime.dialogs import answered

pytestmark = pytest.mark.asyncio


@pytest.fixture
def window(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


class Question:
    """Asks in a task of its own; what was seen while and after the dialog stood there."""

    def __init__(self, window: QWidget) -> None:
        self.dialog = QDialog(window)
        self.is_gone = False
        self.dialog.destroyed.connect(self._gone)
        self.task = asyncio.create_task(self._ask())

    async def _ask(self) -> tuple[bool, str]:
        async with answered(self.dialog) as is_accepted:
            return is_accepted, self.dialog.windowTitle()

    def _gone(self) -> None:
        self.is_gone = True


async def until(condition) -> None:
    async with asyncio.timeout(2):
        while not condition():
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("is_accepted", [True, False])
async def test_the_answer_comes_back_while_other_tasks_go_on(window, is_accepted):
    question = Question(window)
    await until(question.dialog.isVisible)
    question.dialog.setWindowTitle("typed by a person")
    question.dialog.done(QDialog.DialogCode.Accepted if is_accepted else QDialog.DialogCode.Rejected)
    assert await question.task == (is_accepted, "typed by a person")
    await until(lambda: question.is_gone)


async def test_closing_the_dialog_is_a_no(window):
    question = Question(window)
    await until(question.dialog.isVisible)
    question.dialog.close()
    assert (await question.task)[0] is False


async def test_a_question_nobody_waits_for_closes(window):
    question = Question(window)
    await until(question.dialog.isVisible)
    question.task.cancel()
    await until(lambda: question.is_gone)
    assert question.task.cancelled()
