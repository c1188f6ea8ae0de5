"""The server's window: the switch on top, how to reach it, and who and what there is. It asks and shows only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from server.accounts.account import Account
from server.tray.account_form import SharedFolder
from server.tray.address_card import AddressCard
from server.tray.addresses import HostAddress
from server.tray.list_page import ListPage
from server.tray.lists import AccountPage, BanPage, SessionPage, SharePage, TransferPage
from server.tray.power import Power
from server.tray.status_parts import ListTabs, ProblemBar, Throughput
from server.tray.switch import Switch
from server.tray.view import View
from server.tray.welcome_page import WelcomePage
from server.tray.wording import error_text, people_text, power_text, toggle_text
from shared.look.icons import app_icon, dress
from shared.look.tokens import Size, Space

_SIZE = (820, 660)
_KNOB = {Power.ON: 1.0, Power.STARTING: 0.5, Power.STOPPING: 0.5}


class StatusWindow(QMainWindow):
    """Signals:
    toggle_requested: The switch, or “try again”, was pressed.
    watched: The window is seen now, or no longer.
    close_requested: The person closes the window; it stays until :meth:`hide` is called.
    """

    toggle_requested = Signal()
    watched = Signal(bool)
    close_requested = Signal()

    def __init__(self, homes: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Wherry Server"))
        self.setWindowIcon(app_icon("wherry-server"))
        self.resize(*_SIZE)
        self.setMinimumSize(700, 500)
        self.switch = Switch()
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.subtitle = QLabel()
        self.subtitle.setProperty("role", "muted")
        self.subtitle.setTextFormat(Qt.TextFormat.PlainText)
        self.throughput = Throughput()
        self.check = self._button("shield", self.tr("Can others reach this server?"), "Ctrl+T")
        self.log = self._button("log", self.tr("Log"), "Ctrl+L")
        self.settings = self._button("settings", self.tr("Settings"), "Ctrl+,")
        self.problem = ProblemBar()
        self.card = AddressCard()
        self.sessions = SessionPage()
        self.transfers = TransferPage()
        self.accounts = AccountPage()
        self.welcome = WelcomePage(homes)
        self.shares = SharePage()
        self.bans = BanPage()
        self._tabs = ListTabs(
            (
                (self.tr("Connected"), self.sessions),
                (self.tr("Transfers"), self.transfers),
                (self.tr("Accounts"), self.accounts),
                (self.tr("Shared folders"), self.shares),
                (self.tr("Bans"), self.bans),
            )
        )
        self._pages = QStackedWidget()
        self._pages.addWidget(self._status())
        self._pages.addWidget(self.welcome)
        self.setCentralWidget(self._pages)
        self.switch.clicked.connect(self.toggle_requested)
        self.problem.again.clicked.connect(self.toggle_requested)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Close), self, self.close)
        self.switch.setFocus()

    def show_view(self, view: View) -> None:
        """Show the server's state."""
        self.switch.show_position(_KNOB.get(view.power, 0.0))
        self.switch.setToolTip(toggle_text(view.power))
        self.switch.setAccessibleName(self.tr("Server: {state}").format(state=power_text(view.power)))
        self.title.setText(power_text(view.power))
        self.subtitle.setText(self._subtitle(view))
        self.throughput.show_view(view)
        self.problem.show_text(error_text(view.problem) if view.problem is not None else "")
        off_hint = "" if view.power is Power.ON else self.tr("Switch the server on to let people in.")
        on_hint = self.tr("Give people the link above; they log in with their account.")
        self.sessions.empty.text.setText(off_hint or on_hint)
        self.sessions.apply(view.sessions)
        self.transfers.apply(view.transfers)
        self._tabs.show_count(self.sessions, len(view.sessions))
        self.bans.apply(view.bans)
        self._tabs.show_count(self.transfers, len(view.transfers))
        self._tabs.show_count(self.bans, len(view.bans))
        self.welcome.show_view(view)

    def show_place(self, addresses: Sequence[HostAddress], view: View, user: str) -> None:
        """Show where the server can be reached. ``user`` is named in the link."""
        is_on = view.power is Power.ON
        for card in (self.card, self.welcome.card):
            card.show_place(addresses, view.port, view.fingerprint, user=user, is_on=is_on)

    def show_accounts(self, accounts: Sequence[Account]) -> None:
        """Show who may log in."""
        self.accounts.apply(accounts)
        self._tabs.show_count(self.accounts, len(accounts))

    def show_folders(self, folders: Sequence[SharedFolder]) -> None:
        """Show what is shared."""
        self.shares.apply(folders)
        self._tabs.show_count(self.shares, len(folders))

    def show_welcome(self) -> None:
        """Show the first start's page in place of everything else."""
        self._pages.setCurrentWidget(self.welcome)

    def show_status(self, page: ListPage | None = None) -> None:
        """Show the status, and in it one of the three lists."""
        self._pages.setCurrentIndex(0)
        if page is not None:
            self._tabs.choose(page)

    @property
    def is_welcoming(self) -> bool:
        return self._pages.currentWidget() is self.welcome

    def bring_to_front(self) -> None:
        """Show the window above the others, from wherever it was."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.watched.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.watched.emit(False)

    def closeEvent(self, event: QCloseEvent) -> None:
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication) and app.isSavingSession():
            # Refusing now would keep the person from logging out.
            event.accept()
            return
        event.ignore()
        self.close_requested.emit()

    def _subtitle(self, view: View) -> str:
        match view.power:
            case Power.ON:
                text = people_text(view)
                return f"{text[:1].upper()}{text[1:]}"
            case Power.OFF | Power.PROBLEM:
                return self.tr("Nobody can connect")
            case Power.STOPPING if view.transfers:
                return self.tr("Transfers get a few seconds to end; what is cut resumes later")
        return self.tr("One moment")

    def _button(self, icon: str, name: str, key: str) -> QToolButton:
        button = QToolButton()
        dress(button, icon)
        button.setIconSize(QSize(Size.ICON, Size.ICON))
        button.setAccessibleName(name)
        button.setShortcut(QKeySequence(key))
        button.setToolTip(f"{name}  ({button.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        return button

    def _status(self) -> QWidget:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.subtitle)
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self.switch)
        head.addLayout(words)
        head.addStretch()
        head.addWidget(self.throughput)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.HALF)
        for button in (self.check, self.log, self.settings):
            buttons.addWidget(button)
        head.addLayout(buttons)
        top = QVBoxLayout()
        top.setContentsMargins(Space.L, Space.L, Space.L, Space.S)
        top.setSpacing(Space.M)
        top.addLayout(head)
        top.addWidget(self.problem)
        top.addWidget(self.card)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._tabs, 1)
        return page
