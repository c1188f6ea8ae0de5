"""Waits for a dialog's answer without a nested event loop: never ``exec()``, which would stop every other task."""

from __future__ import annotations

import asyncio
from typing import Protocol

from PySide6.QtCore import SignalInstance


class Asking(Protocol):
    """A dialog that answers once, None when it was closed or cancelled, and deletes itself then."""

    @property
    def answered(self) -> SignalInstance: ...

    def open(self) -> None: ...

    def close(self) -> bool: ...


async def answer_of(dialog: Asking) -> object:
    """Open a dialog over its window and return its answer.

    When the waiting task is cancelled the dialog closes too: nobody is interested in the answer any more.
    """
    answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()

    def take(given: object) -> None:
        if not answer.done():
            answer.set_result(given)

    dialog.answered.connect(take)
    dialog.open()
    try:
        return await answer
    except asyncio.CancelledError:
        dialog.close()
        raise
