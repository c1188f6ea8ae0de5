"""Asks what to do when the target exists, with both sides in view. It touches neither."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from desktop.transfers.items import Decision, Existing, Item


class ConflictDialog(QDialog):
    """One question about one file, or about all conflicts of its batch.

    Signals:
        decided: the Decision, before the dialog closes. Closing it otherwise decides nothing.
    """

    decided = Signal(object)

    def __init__(self, item: Item, existing: Existing | None, others: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question = (item, existing, others)
        self._decision: Decision | None = None

    @property
    def decision(self) -> Decision | None:
        """The answer; None: decide later."""
        return self._decision
