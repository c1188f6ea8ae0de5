"""Asks what to do when the target exists, with both sides in view. It touches neither."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.transfers.conflicts import SAME_TIME_NS, target_name
from desktop.transfers.items import Decision, Direction, Existing, Item, Policy
from desktop.widgets.buttons import push_button
from desktop.widgets.dialog import Dialog, name_in_heading
from desktop.widgets.labels import ElidedLabel, label
from shared.look import wording
from shared.look.tokens import Space
from shared.names import display, format_path

_WIDTH = 560


class ConflictDialog(Dialog):
    """One question about one file, or about all conflicts of its batch.

    Signals:
        decided: the Decision, before the dialog closes. Closing it otherwise decides nothing.
        compare_requested: tell with :meth:`show_equality` whether the contents of both sides are the same.
    """

    decided = Signal(object)
    compare_requested = Signal()

    def __init__(self, item: Item, existing: Existing | None, others: int, parent: QWidget | None = None) -> None:
        title = self.tr("“%1” already exists").replace("%1", name_in_heading(target_name(item)))
        super().__init__("question", "accent", title, parent, width=_WIDTH)
        self._decision: Decision | None = None
        self.body.addWidget(ElidedLabel(self._where(item), "muted"))
        self.body.addLayout(self._cards(item, existing))
        self.body.addLayout(self._comparison(item, existing))
        self.answer_buttons: dict[Policy, QPushButton] = {}
        self.body.addLayout(self._conditions(existing))
        self.batch_box = QCheckBox(self._batch_text(others))
        self.body.addWidget(self.batch_box)
        self.later_button = self.add_button(self.tr("Decide &later"), QDialogButtonBox.ButtonRole.ResetRole, "link")
        self.later_button.setToolTip(wording.tooltip(self.tr("The file waits in the queue until you answer.")))
        self.later_button.clicked.connect(self.reject)
        # One role for all: they stand in this order on every platform.
        role = QDialogButtonBox.ButtonRole.ActionRole
        for policy, text, hint, kind in (
            (Policy.SKIP, self.tr("&Skip"), self.tr("Leave the existing file as it is."), ""),
            (Policy.OVERWRITE, self.tr("&Overwrite"), self.tr("Replace it. What it holds now is lost."), ""),
            (Policy.RENAME, self.tr("&Keep both"), self.tr("Move the new file under a name that is free."), "primary"),
        ):
            self._dress_answer(self.add_button(text, role, kind), policy, hint)
        # A hasty Enter loses nothing.
        self.answer_buttons[Policy.RENAME].setDefault(True)
        self.answer_buttons[Policy.RENAME].setFocus()

    @property
    def decision(self) -> Decision | None:
        """The answer; None: decide later."""
        return self._decision

    def show_comparing(self, share: float) -> None:
        """Say how much of the contents has been compared, 0.0 to 1.0."""
        self.compare_button.hide()
        text = self.tr("Comparing the contents: %1 %")
        self._equality.setText(text.replace("%1", wording.number(int(share * 100))))

    def show_equality(self, is_equal: bool) -> None:
        """Say whether the contents are the same."""
        self.compare_button.hide()
        self._equality.setText(self.tr("The contents are equal.") if is_equal else self.tr("The contents differ."))

    def show_trouble(self, text: str) -> None:
        """Say why the contents could not be compared; it can be tried again."""
        self._equality.setText(text)
        self.compare_button.show()

    @property
    def equality_text(self) -> str:
        """What is said about the contents."""
        return self._equality.text()

    # --- How -----------------------------------------------------------------------------------------------------

    def _comparison(self, item: Item, existing: Existing | None) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        self._equality = label("", "muted", wraps=True)
        self.compare_button = push_button(self.tr("Co&mpare them"), "link")
        self.compare_button.clicked.connect(self.compare_requested)
        if existing is not None and existing.size != item.size:
            self._equality.setText(self.tr("The sizes differ, and so the contents."))
            self.compare_button.hide()
        else:
            self._equality.setText(self.tr("Are the contents equal?"))
        row.addWidget(self._equality, 1)
        row.addWidget(self.compare_button)
        return row

    def _conditions(self, existing: Existing | None) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(label(self.tr("Replace it only"), "muted"))
        row.addStretch(1)
        for policy, text, hint in (
            (
                Policy.NEWER,
                self.tr("If &newer"),
                self.tr("Replace it only if the new file was changed later; else skip."),
            ),
            (Policy.SIZE, self.tr("If si&ze differs"), self.tr("Replace it only if the sizes differ; else skip.")),
            (
                Policy.CONTENT,
                self.tr("If &content differs"),
                self.tr("Read both sides and replace it only if the contents differ; else skip."),
            ),
            (Policy.RESUME, self.tr("Changed pa&rts"), self.tr("Replace it, and send only the parts that differ.")),
        ):
            button = push_button(text)
            button.setAutoDefault(True)
            self._dress_answer(button, policy, hint)
            row.addWidget(button)
        # Without knowledge of the existing file there is nothing to compare with.
        for policy in (Policy.NEWER, Policy.SIZE):
            self.answer_buttons[policy].setEnabled(existing is not None)
        return row

    def _dress_answer(self, button: QPushButton, policy: Policy, hint: str) -> None:
        button.setToolTip(wording.tooltip(hint))
        button.setAccessibleDescription(hint)
        button.clicked.connect(lambda: self._decide(policy))
        self.answer_buttons[policy] = button

    def _decide(self, policy: Policy) -> None:
        self._decision = Decision(policy, for_batch=self.batch_box.isChecked())
        self.decided.emit(self._decision)
        self.accept()

    def _where(self, item: Item) -> str:
        if item.direction is Direction.UPLOAD:
            return self.tr("On the server: %1").replace("%1", format_path(item.remote))
        return self.tr("On this computer: %1").replace("%1", display(item.local))

    def _batch_text(self, others: int) -> str:
        if not others:
            return self.tr("Do this for &all of this batch")
        return wording.counted(
            others,
            self.tr("Do this for &all of this batch (1 more is waiting)"),
            self.tr("Do this for &all of this batch (%1 more are waiting)"),
        )

    def _cards(self, item: Item, existing: Existing | None) -> QHBoxLayout:
        is_upload = item.direction is Direction.UPLOAD
        here, there = self.tr("on this computer"), self.tr("on the server")
        size = when = 0
        if existing is not None:
            size = _sign(item.size - existing.size, 0)
            when = _sign(item.mtime_ns - existing.mtime_ns, SAME_TIME_NS)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        new_title = self.tr("New, %1").replace("%1", here if is_upload else there)
        row.addWidget(FileCard(new_title, item.size, item.mtime_ns, self._size_mark(size), self._time_mark(when)), 1)
        old_title = self.tr("Existing, %1").replace("%1", there if is_upload else here)
        if existing is None:
            row.addWidget(FileCard(old_title, None, None, "", ""), 1)
        else:
            marks = (self._size_mark(-size), self._time_mark(-when))
            row.addWidget(FileCard(old_title, existing.size, existing.mtime_ns, *marks), 1)
        return row

    def _size_mark(self, sign: int) -> str:
        return self.tr("larger") if sign > 0 else ""

    def _time_mark(self, sign: int) -> str:
        return self.tr("newer") if sign > 0 else ""


class FileCard(QFrame):
    """One of the two files: its size and date, and what sets it apart from the other, in words."""

    def __init__(
        self,
        title: str,
        size: int | None,
        mtime_ns: int | None,
        size_mark: str,
        time_mark: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("tone", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.XS)
        column.addWidget(label(title, "section"))
        if size is None or mtime_ns is None:
            column.addWidget(label(self.tr("The other side told neither its size nor its date."), "muted", wraps=True))
            column.addStretch(1)
            self.setAccessibleName(f"{title}: {self.tr('not known')}")
            return
        column.addLayout(self._fact(wording.size(size), wording.exact_size(size), size_mark))
        column.addLayout(self._fact(wording.moment(mtime_ns), wording.exact_moment(mtime_ns), time_mark))
        facts = [wording.size(size), size_mark, wording.moment(mtime_ns), time_mark]
        self.setAccessibleName(f"{title}: {', '.join(fact for fact in facts if fact)}")

    def _fact(self, text: str, exact: str, mark: str) -> QHBoxLayout:
        fact = label(text, "strong" if mark else "")
        fact.setToolTip(wording.tooltip(exact))
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(fact)
        row.addWidget(label(mark, "muted"))
        row.addStretch(1)
        return row


def _sign(difference: int, tolerance: int) -> int:
    return 0 if abs(difference) <= tolerance else 1 if difference > 0 else -1
