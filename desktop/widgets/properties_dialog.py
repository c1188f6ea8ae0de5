"""Shows what is known of files and folders, and lets their permissions be changed. It changes nothing itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QFrame, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from desktop.widgets.dialog import Dialog, name_in_heading
from desktop.widgets.facts_dialog import facts_frame
from desktop.widgets.labels import label
from shared.look import fonts
from shared.look.tokens import Space

_WHO = 3
_WHAT = 3
_ALL = 0o777


class PropertiesDialog(Dialog):
    """``modes``: the permission bits of each of the things; empty when they cannot be changed.

    Accepted means: change them as :attr:`on` and :attr:`off` say. Bits in neither stay as each thing has them.
    """

    def __init__(
        self,
        icon: str,
        title: str,
        facts: Sequence[tuple[str, str]],
        modes: Sequence[int] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(icon, "accent", name_in_heading(title), parent)
        self._modes = [mode & _ALL for mode in modes]
        self._boxes: dict[int, QCheckBox] = {}
        self._octal = QLineEdit()
        self.body.addWidget(facts_frame(facts))
        role = QDialogButtonBox.ButtonRole
        close = self.add_button(self.tr("Close"), role.RejectRole, "" if modes else "primary")
        if modes:
            self.body.addWidget(label(self.tr("Permissions"), "section"))
            self.body.addWidget(self._permissions())
            self._apply = self.add_button(self.tr("&Apply"), role.AcceptRole, "primary")
            self._apply.clicked.connect(self.accept)
            self._apply.setDefault(True)
            self._show_octal()
        else:
            close.setDefault(True)
        close.setFocus()

    @property
    def on(self) -> int:
        """Bits that all of them are to have and some have not."""
        return self._wanted(Qt.CheckState.Checked) & ~self._common_on

    @property
    def off(self) -> int:
        """Bits that none of them is to have and some have."""
        return self._wanted(Qt.CheckState.Unchecked) & self._any_on

    def box(self, who: int, what: int) -> QCheckBox:
        """Return a box: owner, group, others (0 to 2) and read, write, execute (0 to 2)."""
        return self._boxes[_bit(who, what)]

    @property
    def octal(self) -> QLineEdit:
        return self._octal

    # --- How -----------------------------------------------------------------------------------------------------

    @property
    def _common_on(self) -> int:
        result = _ALL
        for mode in self._modes:
            result &= mode
        return result

    @property
    def _any_on(self) -> int:
        result = 0
        for mode in self._modes:
            result |= mode
        return result

    def _wanted(self, state: Qt.CheckState) -> int:
        return sum(bit for bit, box in self._boxes.items() if box.checkState() is state)

    def _permissions(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("tone", "well")
        grid = QGridLayout(frame)
        grid.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(0, 1)
        people = (self.tr("Owner"), self.tr("Group"), self.tr("Others"))
        rights = (self.tr("Read"), self.tr("Write"), self.tr("Execute"))
        for what, right in enumerate(rights):
            grid.addWidget(label(right, "small"), 0, what + 1, Qt.AlignmentFlag.AlignHCenter)
        for who, person in enumerate(people):
            grid.addWidget(label(person), who + 1, 0)
            for what, right in enumerate(rights):
                grid.addWidget(
                    self._make_box(_bit(who, what), f"{person}: {right}"),
                    who + 1,
                    what + 1,
                    Qt.AlignmentFlag.AlignHCenter,
                )
        self._octal.setAccessibleName(self.tr("Permissions as a number"))
        self._octal.setFont(fonts.fixed())
        self._octal.setFixedWidth(72)
        self._octal.setValidator(QRegularExpressionValidator(QRegularExpression("[0-7]{0,3}"), self._octal))
        self._octal.textEdited.connect(self._read_octal)
        last = QHBoxLayout()
        last.addWidget(label(self.tr("As a number"), "muted"), 1)
        last.addWidget(self._octal)
        grid.addLayout(last, _WHO + 1, 0, 1, _WHAT + 1)
        return frame

    def _make_box(self, bit: int, name: str) -> QCheckBox:
        box = QCheckBox()
        box.setAccessibleName(name)
        if self._common_on & bit:
            box.setCheckState(Qt.CheckState.Checked)
        elif self._any_on & bit:
            # Some have it: as long as nobody presses the box, each keeps what it has.
            box.setTristate(True)
            box.setCheckState(Qt.CheckState.PartiallyChecked)
        box.checkStateChanged.connect(self._show_octal)
        self._boxes[bit] = box
        return box

    def _show_octal(self) -> None:
        is_mixed = bool(self._wanted(Qt.CheckState.PartiallyChecked))
        if not self._octal.hasFocus():
            self._octal.setText("" if is_mixed else f"{self._wanted(Qt.CheckState.Checked):03o}")
        self._octal.setPlaceholderText("···" if is_mixed else "")
        self._apply.setEnabled(bool(self.on or self.off))

    def _read_octal(self, text: str) -> None:
        if len(text) < 3:
            return
        mode = int(text, 8)
        for bit, box in self._boxes.items():
            box.setCheckState(Qt.CheckState.Checked if mode & bit else Qt.CheckState.Unchecked)


def _bit(who: int, what: int) -> int:
    return 1 << (8 - who * _WHAT - what)
