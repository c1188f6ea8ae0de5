"""Asks before anything is deleted: what, how much, and whether it can come back. It deletes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QWidget

from shared.entries import Entry


class DeleteDialog(QDialog):
    """Accepted means: delete. ``to_trash``: they go to the trash; else they are gone for good."""

    def __init__(self, entries: Sequence[Entry], *, to_trash: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question = (tuple(entries), to_trash)
