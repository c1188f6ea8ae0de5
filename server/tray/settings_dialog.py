"""All that can be set, by what it is about. It shows and checks; what was changed is applied by others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from server.config import ServerConfig
from server.tray.addresses import HostAddress
from server.tray.form_dialog import FormDialog
from server.tray.identity_page import IdentityPage
from server.tray.settings_pages import (
    GeneralPage,
    LimitsPage,
    LogSettingsPage,
    NetworkPage,
    Page,
    SecurityPage,
)
from server.tray.view import View
from shared.look.tokens import Space

_WIDTH = 600


@dataclass(frozen=True, slots=True)
class Starts:
    """How this program starts: by itself, with the server on, in which language.

    ``at_login`` None: this system has no such entry. An empty ``language`` is the system's.
    """

    at_login: bool | None
    at_launch: bool
    language: str = ""


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """What a person changed: fields of :class:`~server.config.ServerConfig` and their new values, and the starts."""

    values: dict[str, object] = field(default_factory=dict)
    starts: Starts | None = None


class SettingsDialog(FormDialog):
    """Signals:
    submitted: Carries a SettingsChange. Answer with ``accept()`` or ``show_failure()``.
    """

    submitted = Signal(object)

    def __init__(
        self,
        config: ServerConfig,
        starts: Starts,
        addresses: Sequence[HostAddress] = (),
        parent: QWidget | None = None,
    ) -> None:
        self.tabs = QTabWidget()
        super().__init__(
            self.tr("Settings"),
            self.tr("Changes hold at once and disturb nobody, unless something else is said beside them."),
            self.tabs,
            self.tr("Save"),
            parent,
        )
        self.setMinimumWidth(_WIDTH)
        self._starts = starts
        self.general = GeneralPage()
        self.network = NetworkPage(addresses)
        self.limits = LimitsPage()
        self.security = SecurityPage()
        self.identity = IdentityPage()
        self.log = LogSettingsPage()
        self._pages: tuple[Page, ...] = (self.general, self.network, self.limits, self.security, self.log)
        for page, title in (
            (self.general, self.tr("General")),
            (self.network, self.tr("Network")),
            (self.limits, self.tr("Limits")),
            (self.security, self.tr("Security")),
            (_padded(self.identity), self.tr("Identity")),
            (self.log, self.tr("Log")),
        ):
            self.tabs.addTab(page, title)
        for shown in self._pages:
            shown.show_config(config)
        self.general.at_login.setVisible(starts.at_login is not None)
        self.general.at_login.setChecked(bool(starts.at_login))
        self.general.at_launch.setChecked(starts.at_launch)
        self.general.show_language(starts.language)
        self._before = self._values()
        self.tabs.currentChanged.connect(self.forget_error)
        self.general.name.setFocus()

    def show_view(self, view: View) -> None:
        """Follow the server while the dialog is open."""
        self.general.show_announcement(view.announcement)

    def problem(self) -> str:
        for page in self._pages:
            problem = page.problem()
            if problem:
                assert isinstance(page, QWidget)
                self.tabs.setCurrentWidget(page)
                return problem
        return ""

    def send(self) -> None:
        values = self._values()
        changed = {name: value for name, value in values.items() if value != self._before[name]}
        starts = Starts(
            None if self._starts.at_login is None else self.general.at_login.isChecked(),
            self.general.at_launch.isChecked(),
            self.general.language,
        )
        self.submitted.emit(SettingsChange(changed, starts if starts != self._starts else None))

    def _values(self) -> dict[str, object]:
        found: dict[str, object] = {}
        for page in self._pages:
            found |= page.values()
        return found


def _padded(page: QWidget) -> QWidget:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, Space.L, 0, 0)
    layout.addWidget(page)
    return holder
