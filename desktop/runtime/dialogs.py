"""Waits for a dialog's answer without a nested event loop: never ``exec()``, which would stop every other task."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from PySide6.QtWidgets import QDialog


@asynccontextmanager
async def answered(dialog: QDialog) -> AsyncIterator[bool]:
    """Open a dialog over its window and enter with whether it was accepted; it is deleted at the end.

    When the waiting task is cancelled the dialog closes too: nobody is interested in the answer any more.
    """
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def finished(result: int) -> None:
        if not answer.done():
            answer.set_result(result)

    dialog.finished.connect(finished)
    dialog.open()
    try:
        yield await answer == QDialog.DialogCode.Accepted
    finally:
        dialog.finished.disconnect(finished)
        dialog.close()
        dialog.deleteLater()
