"""The settings, applied as they are changed. It stores nothing: who opens it takes what ``changed`` brings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.storage.settings import MAX_CHANNELS, MAX_HISTORY, Settings, Theme
from desktop.transfers.items import Policy
from desktop.widgets.buttons import push_button
from desktop.widgets.dialog import Dialog, Notice
from desktop.widgets.labels import label
from desktop.widgets.rate_box import RateBox
from shared.look import translations, wording
from shared.look.tokens import Space

T = TypeVar("T")

translate = QCoreApplication.translate

_WIDTH = 560
_FIELD_WIDTH = 280
_HISTORY_STEP = 1000


def languages() -> list[tuple[str, str]]:
    """Return the languages by code and own name; the empty code follows the system."""
    return [("", translate("SettingsDialog", "Like the system")), *translations.LANGUAGES]


def policies() -> list[tuple[Policy, str]]:
    """Return what can be done when the target exists, in words."""
    return [
        (Policy.ASK, translate("SettingsDialog", "Ask")),
        (Policy.RENAME, translate("SettingsDialog", "Keep both, under a free name")),
        (Policy.SKIP, translate("SettingsDialog", "Skip it")),
        (Policy.NEWER, translate("SettingsDialog", "Replace it if the new one is newer")),
        (Policy.SIZE, translate("SettingsDialog", "Replace it if the size differs")),
        (Policy.CONTENT, translate("SettingsDialog", "Replace it if the contents differ")),
        (Policy.RESUME, translate("SettingsDialog", "Send only the parts that differ")),
        (Policy.OVERWRITE, translate("SettingsDialog", "Replace it")),
    ]


class SettingsDialog(Dialog):
    """All that a person can set, by what it is about.

    Signals:
        changed: the Settings as they are now, with each change.
        reopen_requested: the window should be made anew, in the language that was chosen.
    """

    changed = Signal(object)
    reopen_requested = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__("settings", "accent", self.tr("Settings"), parent, width=_WIDTH)
        self._settings = settings
        self._first_language = settings.language
        self._forms = QVBoxLayout()
        self._forms.setSpacing(Space.XL)
        self.body.addLayout(self._forms)
        self._add_look()
        self._add_transfers()
        self._add_rest()
        close = self.add_button(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole, "primary")
        close.setDefault(True)
        self.language_box.setFocus()

    @property
    def settings(self) -> Settings:
        return self._settings

    # --- What it has ---------------------------------------------------------------------------------------------

    def _add_look(self) -> None:
        form = self._form(self.tr("Look"))
        schemes = [
            (Theme.SYSTEM, self.tr("Like the system")),
            (Theme.LIGHT, self.tr("Light")),
            (Theme.DARK, self.tr("Dark")),
        ]
        self.language_box = self._choice(languages(), self._settings.language, self._take_language)
        self.theme_box = self._choice(schemes, self._settings.theme, lambda theme: self._change(theme=theme))
        self._row(form, self.tr("&Language"), self.language_box)
        self._reopen = Notice("info", "info", self.tr("The window is made anew to change the language."))
        now = push_button(self.tr("Change it now"), "link")
        now.clicked.connect(self._reopen_now)
        row = self._reopen.layout()
        assert row is not None
        row.addWidget(now)
        self._reopen.hide()
        form.addRow("", self._reopen)
        self._row(form, self.tr("&Appearance"), self.theme_box)

    def _add_transfers(self) -> None:
        form = self._form(self.tr("Transfers"))
        own = self._settings
        self.policy_box = self._choice(policies(), own.conflict_policy, lambda how: self._change(conflict_policy=how))
        counts = [
            (0, self.tr("As many as help")),
            *((count, wording.number(count)) for count in range(1, MAX_CHANNELS + 1)),
        ]
        self.channels_box = self._choice(counts, own.max_channels, lambda count: self._change(max_channels=count))
        self.total_box = self._limit(self.tr("Both ways together"), own.limit_bps, "limit_bps")
        self.up_box = self._limit(self.tr("Uploads"), own.limit_up_bps, "limit_up_bps")
        self.down_box = self._limit(self.tr("Downloads"), own.limit_down_bps, "limit_down_bps")
        self._row(form, self.tr("If a file &exists"), self.policy_box)
        self._row(form, self.tr("Connections at the &same time"), self.channels_box)
        self._row(form, self.tr("Speed li&mit"), self.total_box)
        self._row(form, self.tr("for &uploads"), self.up_box)
        self._row(form, self.tr("for &downloads"), self.down_box)
        self.awake_box = self._check(self.tr("&Keep this computer awake while files move"), "keep_awake")
        self.notify_box = self._check(
            self.tr("&Tell me when a long transfer ends while I do something else"), "notify_when_done"
        )
        form.addRow("", self.awake_box)
        form.addRow("", self.notify_box)

    def _add_rest(self) -> None:
        form = self._form(self.tr("Files and history"))
        self.confirm_box = self._check(self.tr("Ask before files go to the t&rash"), "confirm_delete")
        self.confirm_box.setToolTip(wording.tooltip(self.tr("Deleting on a server cannot be undone: it always asks.")))
        self.history_box = QSpinBox()
        self.history_box.setRange(0, MAX_HISTORY)
        self.history_box.setSingleStep(_HISTORY_STEP)
        self.history_box.setGroupSeparatorShown(True)
        self.history_box.lineEdit().setTextMargins(Space.S, 0, 0, 0)
        self.history_box.setValue(self._settings.history)
        self.history_box.valueChanged.connect(lambda count: self._change(history=count))
        form.addRow("", self.confirm_box)
        self._row(form, self.tr("&Finished items kept"), self.history_box)

    # --- How -----------------------------------------------------------------------------------------------------

    def _form(self, title: str) -> QFormLayout:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(Space.L)
        form.setVerticalSpacing(Space.S)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        part = QVBoxLayout()
        part.setSpacing(Space.S)
        part.addWidget(label(title, "section"))
        part.addLayout(form)
        self._forms.addLayout(part)
        return form

    def _row(self, form: QFormLayout, text: str, field: QWidget) -> None:
        name = label(text, "muted")
        name.setBuddy(field)
        name.setFixedWidth(_WIDTH // 3)
        name.setMinimumHeight(field.sizeHint().height())
        if not field.accessibleName():
            field.setAccessibleName(text.replace("&", ""))
        # As wide as the longest needs, so that all end on one line.
        field.setMinimumWidth(_FIELD_WIDTH)
        line = QHBoxLayout()
        line.addWidget(field)
        line.addStretch(1)
        form.addRow(name, line)

    def _choice(self, choices: Sequence[tuple[T, str]], now: T, take: Callable[[T], object]) -> QComboBox:
        box = QComboBox()
        for _, text in choices:
            box.addItem(text)
        values = [value for value, _ in choices]
        box.setCurrentIndex(values.index(now) if now in values else 0)
        box.activated.connect(lambda index: take(values[index]))
        return box

    def _check(self, text: str, name: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setChecked(getattr(self._settings, name))
        box.toggled.connect(lambda is_on: self._change(**{name: is_on}))
        return box

    def _limit(self, text: str, now: int | None, name: str) -> RateBox:
        box = RateBox(text)
        box.set_limit(now)
        box.limit_changed.connect(lambda limit: self._change(**{name: limit}))
        return box

    def _take_language(self, language: str) -> None:
        self._change(language=language)
        self._reopen.setVisible(language != self._first_language)
        self.fit()

    def _reopen_now(self) -> None:
        self.reopen_requested.emit()
        self.accept()

    def _change(self, **values: object) -> None:
        self._settings = msgspec.structs.replace(self._settings, **values)
        self.changed.emit(self._settings)
