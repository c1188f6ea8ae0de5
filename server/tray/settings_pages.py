"""The pages of the settings: each shows a part of them and tells what a person made of it. They apply nothing.

A page's ``values`` are fields of :class:`~server.config.ServerConfig`, those of the guard as ``guard.NAME``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from server.accounts.networks import parse_network
from server.config import LOG_LEVELS, MAX_GRACE, MAX_NAME, MAX_WORKERS, MIN_RATE, ServerConfig
from server.discovery import Announcement, AnnouncementState
from server.tray.addresses import HostAddress
from server.tray.amount_field import AmountField, give_room, rate_units
from server.tray.form_dialog import form_layout
from server.tray.wording import cause_text
from shared.errors import ConfigError
from shared.look.tokens import Space
from shared.look.translations import LANGUAGES
from shared.names import display

_MINUTE = 60
_MOST_MINUTES = 7 * 24 * 60
_FIELD_WIDTH = 112
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # choices to be shown


class Page(Protocol):
    """What the dialog needs of a page."""

    def show_config(self, config: ServerConfig) -> None: ...

    def values(self) -> Mapping[str, object]: ...

    def problem(self) -> str: ...


class GeneralPage(QWidget):
    """Name, being found, and starting by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = QLineEdit()
        self.name.setMaxLength(MAX_NAME)
        self.name.setAccessibleName(self.tr("Name of this server"))
        self.announce = QCheckBox(self.tr("Let computers nearby find this server"))
        self.state = note("")
        self.at_login = QCheckBox(self.tr("Start this program when I log in"))
        self.at_launch = QCheckBox(self.tr("Switch the server on whenever this program starts"))
        self.languages = QComboBox()
        self.languages.setAccessibleName(self.tr("Language"))
        self.languages.addItem(self.tr("Like the system"), "")
        for code, name in LANGUAGES:
            self.languages.addItem(name, code)
        self.later = note(self.tr("The language changes when this program is started again."))
        self.languages.currentIndexChanged.connect(self._show_later)
        holder = QWidget()
        form = form_layout(holder)
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("Nearby"), self.announce)
        form.addRow("", self.state)
        form.addRow(self.tr("Start"), self.at_login)
        form.addRow("", self.at_launch)
        form.addRow(self.tr("Language"), self.languages)
        form.addRow("", self.later)
        self.show_language("")
        _fill(
            self,
            holder,
            note(
                self.tr(
                    "Computers in the same network are told the name, the port and the fingerprint, never an account."
                )
            ),
        )

    def show_config(self, config: ServerConfig) -> None:
        self.name.setText(config.name)
        self.announce.setChecked(config.announce)

    @property
    def language(self) -> str:
        """What is chosen: a code, empty for the system's."""
        return str(self.languages.currentData())

    def show_language(self, language: str) -> None:
        """Show the language that is set; one that is not offered is shown as the system's."""
        self._language = language
        self.languages.setCurrentIndex(max(0, self.languages.findData(language)))
        self._show_later()

    def _show_later(self) -> None:
        self.later.setVisible(self.language != self._language)

    def show_announcement(self, announcement: Announcement) -> None:
        """Say what has become of the wish to be found."""
        self.state.setText(announcement_text(announcement))

    def values(self) -> Mapping[str, object]:
        return {"name": self.name.text().strip(), "announce": self.announce.isChecked()}

    def problem(self) -> str:
        return "" if self.name.text().strip() else self.tr("Give the server a name.")


class NetworkPage(QWidget):
    """Where the server listens."""

    def __init__(self, addresses: Iterable[HostAddress], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.host = QComboBox()
        self.host.setAccessibleName(self.tr("Address"))
        for host, text in zip(
            _EVERYWHERE, (self.tr("All of this computer (IPv4)"), self.tr("All of this computer (IPv6 and IPv4)")),
            strict=True,
        ):  # fmt: skip
            self.host.addItem(text, host)
        for each in addresses:
            about = f"{each.host}  ({each.interface})" if each.interface else each.host
            if self.host.findData(each.host) < 0:
                self.host.addItem(about, each.host)
        if self.host.findData("127.0.0.1") < 0:
            self.host.addItem(self.tr("This computer only (127.0.0.1)"), "127.0.0.1")
        self.port = _spin(self.tr("Port"), 1, 0xFFFF)
        holder = QWidget()
        form = form_layout(holder)
        form.addRow(self.tr("Address"), self.host)
        form.addRow(self.tr("Port"), self.port)
        _fill(
            self,
            holder,
            note(
                self.tr(
                    "Another address or port holds after the server was switched off and on; you are asked before. "
                    "Links that people have name the old one."
                )
            ),
        )

    def show_config(self, config: ServerConfig) -> None:
        if self.host.findData(config.host) < 0:
            self.host.addItem(config.host, config.host)
        self.host.setCurrentIndex(self.host.findData(config.host))
        # 0, “any port”, can be written into the file only: a link would hold until the next start.
        self.port.setMinimum(0 if config.port == 0 else 1)
        self.port.setValue(config.port)

    def values(self) -> Mapping[str, object]:
        return {"host": self.host.currentData(), "port": self.port.value()}

    def problem(self) -> str:
        return ""


class LimitsPage(QWidget):
    """How much at once, and how fast."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.upload_rate = AmountField(self.tr("Upload speed"), rate_units(), 10 * 1000**2, least=MIN_RATE)
        self.download_rate = AmountField(self.tr("Download speed"), rate_units(), 10 * 1000**2, least=MIN_RATE)
        self.sessions = _spin(self.tr("Sessions of one account"), 1, 10_000)
        self.workers = _spin(self.tr("Transfers at once"), 1, MAX_WORKERS)
        self.grace = _spin(self.tr("Time to end transfers"), 0, int(MAX_GRACE))
        self.grace.setSuffix(self.tr(" s"))
        holder = QWidget()
        form = form_layout(holder)
        form.addRow(self.tr("Upload speed"), self.upload_rate)
        form.addRow(self.tr("Download speed"), self.download_rate)
        form.addRow(self.tr("Sessions of one account"), self.sessions)
        form.addRow(self.tr("Transfers at once"), self.workers)
        form.addRow(self.tr("Time to end transfers"), self.grace)
        _fill(
            self,
            holder,
            note(
                self.tr(
                    "Speeds are those of everybody together; accounts can have limits of their own. "
                    "When the server is switched off, transfers get the time above; what is cut resumes later. "
                    "The number of transfers holds after it was switched off and on."
                )
            ),
        )

    def show_config(self, config: ServerConfig) -> None:
        self.upload_rate.show_value(config.upload_rate)
        self.download_rate.show_value(config.download_rate)
        self.sessions.setValue(config.max_sessions_per_account)
        self.workers.setValue(config.workers)
        self.grace.setValue(round(config.grace))

    def values(self) -> Mapping[str, object]:
        return {
            "upload_rate": self.upload_rate.value,
            "download_rate": self.download_rate.value,
            "max_sessions_per_account": self.sessions.value(),
            "workers": self.workers.value(),
            "grace": float(self.grace.value()),
        }

    def problem(self) -> str:
        return ""


class SecurityPage(QWidget):
    """Who is let in, and what failed logins lead to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ban_after = _spin(self.tr("Failed logins until a ban"), 1, 1000)
        self.window_ = _spin(self.tr("Counted within"), 1, _MOST_MINUTES)
        self.first_ban = _spin(self.tr("First ban"), 1, _MOST_MINUTES)
        self.longest_ban = _spin(self.tr("Longest ban"), 1, _MOST_MINUTES)
        for box in (self.window_, self.first_ban, self.longest_ban):
            box.setSuffix(self.tr(" min"))
        self.lists = {name: QLineEdit() for name in ("allow", "deny", "trust")}
        titles = {
            "allow": (self.tr("Only from"), self.tr("Everywhere")),
            "deny": (self.tr("Never from"), self.tr("No network")),
            "trust": (self.tr("Never ban"), self.tr("No network")),
        }
        holder = QWidget()
        form = form_layout(holder)
        form.addRow(self.tr("Failed logins until a ban"), self.ban_after)
        form.addRow(self.tr("Counted within"), self.window_)
        form.addRow(self.tr("First ban"), self.first_ban)
        form.addRow(self.tr("Longest ban"), self.longest_ban)
        for name, edit in self.lists.items():
            title, placeholder = titles[name]
            edit.setAccessibleName(title)
            edit.setPlaceholderText(placeholder)
            form.addRow(title, edit)
        _fill(
            self,
            holder,
            note(self.tr("Networks with commas between, such as 192.168.0.0/16, fe80::/10 or 203.0.113.7.")),
        )

    def show_config(self, config: ServerConfig) -> None:
        guard = config.guard
        self.ban_after.setValue(guard.ban_after)
        self.window_.setValue(max(1, round(guard.window / _MINUTE)))
        self.first_ban.setValue(max(1, round(guard.first_ban / _MINUTE)))
        self.longest_ban.setValue(max(1, round(guard.longest_ban / _MINUTE)))
        for name, edit in self.lists.items():
            edit.setText(", ".join(str(network) for network in getattr(guard, name)))

    def values(self) -> Mapping[str, object]:
        return {
            "guard.ban_after": self.ban_after.value(),
            "guard.window": float(self.window_.value() * _MINUTE),
            "guard.first_ban": float(self.first_ban.value() * _MINUTE),
            "guard.longest_ban": float(self.longest_ban.value() * _MINUTE),
            **{
                f"guard.{name}": tuple(parse_network(part) for part in _parts(edit.text()))
                for name, edit in self.lists.items()
            },
        }

    def problem(self) -> str:
        if self.first_ban.value() > self.longest_ban.value():
            return self.tr("The longest ban cannot be shorter than the first one.")
        for edit in self.lists.values():
            for part in _parts(edit.text()):
                try:
                    parse_network(part)
                except ConfigError as error:
                    return cause_text(error)
        return ""


class LogSettingsPage(QWidget):
    """What is written down."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.level = QComboBox()
        self.level.setAccessibleName(self.tr("Log"))
        texts = {
            "debug": self.tr("Everything, to find a fault"),
            "info": self.tr("What happens"),
            "warning": self.tr("Warnings and errors"),
            "error": self.tr("Errors only"),
        }
        for level in LOG_LEVELS:
            self.level.addItem(texts[level], level)
        self.audit = QCheckBox(self.tr("Keep an audit trail"))
        holder = QWidget()
        form = form_layout(holder)
        form.addRow(self.tr("Log"), self.level)
        form.addRow("", self.audit)
        _fill(
            self,
            holder,
            note(
                self.tr(
                    "The audit trail has logins, failures, bans, changes of accounts, and every transfer with digest. "
                    "Both are files in the data folder, for you only, and never hold a password."
                )
            ),
        )

    def show_config(self, config: ServerConfig) -> None:
        self.level.setCurrentIndex(self.level.findData(config.log_level))
        self.audit.setChecked(config.audit)

    def values(self) -> Mapping[str, object]:
        return {"log_level": self.level.currentData(), "audit": self.audit.isChecked()}

    def problem(self) -> str:
        return ""


def announcement_text(announcement: Announcement) -> str:
    """Return what has become of the wish to be found, as a sentence."""
    tr = QCoreApplication.translate
    match announcement.state:
        case AnnouncementState.ON:
            return tr("SettingsPages", "It is announced in this network now.")
        case AnnouncementState.STARTING:
            return tr("SettingsPages", "It is being announced…")
        case AnnouncementState.IMPOSSIBLE:
            return display(announcement.detail)
        case AnnouncementState.OFF:
            return tr("SettingsPages", "It is not announced now.")


def note(text: str) -> QLabel:
    """Return a small text that explains."""
    label = QLabel(text)
    label.setProperty("role", "small")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]


def _spin(name: str, least: int, most: int) -> QSpinBox:
    box = QSpinBox()
    box.setAccessibleName(name)
    box.setRange(least, most)
    box.setFixedWidth(_FIELD_WIDTH)
    give_room(box)
    return box


def _fill(page: QWidget, *parts: QWidget) -> None:
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, Space.L, 0, 0)
    layout.setSpacing(Space.M)
    for part in parts:
        layout.addWidget(part)
    layout.addStretch()
