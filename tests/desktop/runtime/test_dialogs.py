"""A question waits beside everything else, and goes away with whoever asked."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QDialog, QWidget

from desktop.runtime.dialogs import answer_of

pytestmark = pytest.mark.asyncio


@pytest.fixture
def window(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.mark.parametrize("is_accepted", [True, False])
async def test_the_answer_comes_back_while_other_tasks_go_on(window, is_accepted):
    dialog = QDialog(window)
    turns = []

    async def others() -> None:
        while True:
            turns.append(True)
            await asyncio.sleep(0)

    other = asyncio.create_task(others())
    asking = asyncio.create_task(answer_of(dialog))
    await asyncio.sleep(0.02)
    assert dialog.isVisible()
    assert len(turns) > 1
    dialog.done(QDialog.DialogCode.Accepted if is_accepted else QDialog.DialogCode.Rejected)
    assert await asking is is_accepted
    assert not dialog.isVisible()
    other.cancel()
    await asyncio.wait([other])


async def test_closing_the_dialog_is_a_no(window):
    dialog = QDialog(window)
    asking = asyncio.create_task(answer_of(dialog))
    await asyncio.sleep(0.01)
    dialog.close()
    assert await asking is False


async def test_a_question_nobody_waits_for_closes(window):
    dialog = QDialog(window)
    asking = asyncio.create_task(answer_of(dialog))
    await asyncio.sleep(0.01)
    asking.cancel()
    await asyncio.wait([asking])
    assert not dialog.isVisible()
