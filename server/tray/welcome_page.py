"""The first start: one account, then the address to give away. It asks; the program makes the account."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from server.tray.account_dialog import AccountFields
from server.tray.address_card import AddressCard
from server.tray.power import Power
from server.tray.view import View
from server.tray.wording import error_text, short_error_text
from shared.errors import WherryError
from shared.look.icons import pixmap
from shared.look.tokens import Size, Space
from shared.names import display

_FORM_WIDTH = 560
_CARD_WIDTH = 712
"""What the card has in the status: the fingerprint fits in."""


class WelcomePage(QScrollArea):
    """Two steps, one after the other.

    Signals:
        submitted: Make this account and switch on; carries an AccountForm and whether to switch on at launch.
            Answer with :meth:`show_ready` or :meth:`show_failure`.
        skipped: The person wants to look around first.
        finished: All is done.
        toggle_requested: Switching on failed, and the person wants another try.
    """

    submitted = Signal(object, bool)
    skipped = Signal()
    finished = Signal()
    toggle_requested = Signal()

    def __init__(self, homes: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("tone", "window")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.fields = AccountFields(homes)
        self.at_launch = QCheckBox(self.tr("Switch on whenever this program starts"))
        self.at_launch.setChecked(True)
        self.error = _text("error")
        self.error.hide()
        self.submit = QPushButton(self.tr("Create and switch on"))
        self.submit.setProperty("kind", "primary")
        self.later = QPushButton(self.tr("Not now"))
        self.card = AddressCard()
        self.done = QPushButton(self.tr("Done"))
        self.done.setProperty("kind", "primary")
        self.again = QPushButton(self.tr("Try again"))
        self._ready_title = _text("display")
        self._ready_text = _text("muted")
        self._name = ""
        self._is_sending = False
        self._steps = QStackedWidget()
        self._steps.addWidget(self._first_step())
        self._steps.addWidget(self._second_step())
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        row.addStretch(1)
        row.addWidget(self._steps, 100)
        row.addStretch(1)
        self._steps.setMaximumWidth(_FORM_WIDTH)
        self.setWidget(holder)
        self.fields.changed.connect(self.error.hide)
        self.submit.clicked.connect(self._submit)
        self.fields.passwords.again.returnPressed.connect(self._submit)
        self.later.clicked.connect(self.skipped)
        self.done.clicked.connect(self.finished)
        self.again.clicked.connect(self.toggle_requested)
        self.setFocusProxy(self.fields.name)

    @property
    def is_ready_step(self) -> bool:
        """Whether the account is made and the address is shown."""
        return self._steps.currentIndex() == 1

    def show_ready(self, name: str) -> None:
        """The account is there: show the address."""
        self._name = name
        self._set_sending(False)
        # The fields would keep the password for as long as the program runs.
        self.fields.passwords.clear()
        self._steps.setMaximumWidth(_CARD_WIDTH)
        self._steps.setCurrentIndex(1)
        self.done.setFocus()

    def show_failure(self, error: WherryError) -> None:
        """The account could not be made. The hints speak of the command line, so they are left out."""
        self._set_sending(False)
        self._show_error(display(short_error_text(error)))

    def show_view(self, view: View) -> None:
        """Show in the second step whether the server is on."""
        is_problem = view.power is Power.PROBLEM
        self.again.setVisible(is_problem)
        match view.power:
            case Power.ON:
                self._ready_title.setText(self.tr("The server is on"))
                self._ready_text.setText(
                    self.tr(
                        "On another computer, open Wherry and paste the link, or scan the code. {name} logs in with "
                        "the password you chose. At the first connection, compare the fingerprint with this one."
                    ).format(name=display(self._name))
                )
            case Power.PROBLEM:
                self._ready_title.setText(self.tr("The account is made, but the server is not on"))
                self._ready_text.setText(error_text(view.problem) if view.problem is not None else "")
            case Power.OFF:
                self._ready_title.setText(self.tr("The server is off"))
                self._ready_text.setText("")
            case Power.STARTING | Power.STOPPING:
                self._ready_title.setText(self.tr("One moment…"))
                self._ready_text.setText("")

    def _submit(self) -> None:
        if self._is_sending:
            return
        problem = self.fields.problem
        if problem:
            self._show_error(problem)
            return
        self.error.hide()
        self._set_sending(True)
        self.submitted.emit(self.fields.form, self.at_launch.isChecked())

    def _show_error(self, text: str) -> None:
        self.error.setText(text)
        self.error.show()

    def _set_sending(self, is_sending: bool) -> None:
        self._is_sending = is_sending
        self.fields.setEnabled(not is_sending)
        self.submit.setEnabled(not is_sending)

    def _first_step(self) -> QWidget:
        picture = QLabel()
        picture.setPixmap(pixmap("wherry-server", Size.ICON_LARGE, self.devicePixelRatioF()))
        title = _text("display")
        title.setText(self.tr("Welcome to Wherry Server"))
        lead = _text("muted")
        lead.setText(
            self.tr(
                "Your other computers reach this one with an account. Each account has a home folder: whoever logs "
                "in reaches that folder and nothing else. Make the first one."
            )
        )
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addStretch()
        buttons.addWidget(self.later)
        buttons.addWidget(self.submit)
        return _column(picture, title, lead, Space.M, self.fields, self.at_launch, self.error, Space.S, buttons)

    def _second_step(self) -> QWidget:
        picture = QLabel()
        picture.setPixmap(pixmap("wherry-server", Size.ICON_LARGE, self.devicePixelRatioF()))
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addStretch()
        buttons.addWidget(self.again)
        buttons.addWidget(self.done)
        return _column(picture, self._ready_title, self._ready_text, Space.M, self.card, Space.S, buttons)


def _column(*parts: QWidget | QHBoxLayout | int) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(Space.M)
    for part in parts:
        if isinstance(part, QWidget):
            layout.addWidget(part)
        elif isinstance(part, int):
            layout.addSpacing(part)
        else:
            layout.addLayout(part)
    layout.addStretch()
    return page


def _text(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
