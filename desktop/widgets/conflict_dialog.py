"""Asks what to do about a target that exists, with both sides' size and date. Nothing was touched yet."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.transfers.items import Decision, Direction, Existing, Policy
from desktop.widgets.dialog import Dialog
from desktop.widgets.labels import ElidedLabel, label
from shared.entries import Kind
from shared.look import wording
from shared.look.tokens import Space


@dataclass(frozen=True, slots=True)
class ConflictQuestion:
    """What is asked about. Texts are safe to display; ``others`` more of the batch wait for the same answer."""

    name: str
    target: str
    direction: Direction
    size: int
    mtime_ns: int
    existing: Existing | None
    others: int = 0


class ConflictDialog(Dialog):
    """Answers a Decision, or None: later."""

    def __init__(self, question: ConflictQuestion, parent: QWidget | None = None) -> None:
        title = self.tr("“%1” exists already").replace("%1", _short(question.name))
        super().__init__(title, "question", "warning", parent)
        where = ElidedLabel(self.tr("In %1").replace("%1", question.target), "muted")
        self.content.addWidget(where)
        self.content.addLayout(self._sides(question))
        self._for_batch = QCheckBox(self._batch_text(question.others))
        self._for_batch.setAccessibleDescription(self.tr("Applies to this batch only, now and to come"))
        self.content.addWidget(self._for_batch)
        existing = question.existing
        self.add_button(self.tr("Skip"), Policy.SKIP)
        self.add_button(self.tr("Keep both"), Policy.RENAME).setToolTip(
            wording.tooltip(self.tr("The new one gets another name"))
        )
        self.add_stretch()
        resume = self.add_button(self.tr("Resume"), Policy.RESUME)
        resume.setEnabled(existing is not None and existing.kind is Kind.FILE and existing.size < question.size)
        resume.setToolTip(wording.tooltip(self.tr("Goes on after what is proven to be the same")))
        is_newer = existing is None or question.mtime_ns > existing.mtime_ns
        newer = self.add_button(self.tr("If newer"), Policy.NEWER)
        newer.setToolTip(
            wording.tooltip(
                self.tr("Would overwrite: the new one is newer")
                if is_newer
                else self.tr("Would skip: the new one is not newer")
            )
        )
        overwrite = self.add_button(self.tr("Overwrite"), Policy.OVERWRITE, "primary")
        overwrite.setEnabled(existing is None or existing.kind is not Kind.FOLDER)
        self.setMinimumWidth(560)

    def close_with(self, answer: object) -> None:
        if isinstance(answer, Policy):
            answer = Decision(answer, for_batch=self._for_batch.isChecked())
        super().close_with(answer)

    def _batch_text(self, others: int) -> str:
        if not others:
            return self.tr("Do the same for all others of this batch")
        return wording.counted(
            others,
            self.tr("Do the same for the other one that waits, and all to come"),
            self.tr("Do the same for the other %1 that wait, and all to come"),
        )

    def _sides(self, question: ConflictQuestion) -> QHBoxLayout:
        existing = question.existing
        there_size = existing.size if existing is not None else None
        there_time = existing.mtime_ns if existing is not None else None
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        new_notes = _compare(question.size, there_size, question.mtime_ns, there_time)
        old_notes = _compare(there_size, question.size, there_time, question.mtime_ns)
        new = self.tr("New, from this computer"), self.tr("New, from the server")
        old = self.tr("There now, on the server"), self.tr("There now, on this computer")
        side = 0 if question.direction is Direction.UPLOAD else 1
        row.addWidget(self._side(new[side], question.size, question.mtime_ns, new_notes), 1)
        row.addWidget(self._side(old[side], there_size, there_time, old_notes), 1)
        return row

    def _side(self, title: str, size: int | None, mtime_ns: int | None, notes: tuple[bool, bool]) -> QFrame:
        is_larger, is_newer = notes
        well = QFrame()
        well.setProperty("tone", "well")
        column = QVBoxLayout(well)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        column.setSpacing(Space.XS)
        column.addWidget(label(title, "section"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.HALF)
        larger, newer = self.tr("larger"), self.tr("newer")
        size_text = "—" if size is None else wording.size(size)
        time_text = "—" if mtime_ns is None else wording.moment(mtime_ns)
        for i, (text, mark) in enumerate(
            ((size_text, larger if is_larger else ""), (time_text, newer if is_newer else ""))
        ):
            grid.addWidget(label(text, "strong" if mark else ""), i, 0)
            grid.addWidget(label(mark, "muted"), i, 1, Qt.AlignmentFlag.AlignRight)
        well.setToolTip(
            wording.tooltip(
                "" if size is None else wording.exact_size(size),
                "" if mtime_ns is None else wording.exact_moment(mtime_ns),
            )
        )
        column.addLayout(grid)
        return well


def _compare(size: int | None, other: int | None, time: int | None, other_time: int | None) -> tuple[bool, bool]:
    """Return whether this side is larger, and whether it is newer."""
    is_larger = size is not None and other is not None and size > other
    is_newer = time is not None and other_time is not None and time > other_time
    return is_larger, is_newer


def _short(name: str) -> str:
    return name if len(name) <= 48 else f"{name[:30]}…{name[-14:]}"
