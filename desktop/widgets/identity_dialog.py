"""Asks whether a server's identity is to be trusted: a new one plainly, a changed one as a hard stop."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QFrame, QGridLayout, QWidget

from desktop.client.address import Address
from desktop.widgets.buttons import icon_button
from desktop.widgets.dialog import Dialog, Notice, name_in_heading
from desktop.widgets.labels import label
from shared.look import fonts, icons, wording
from shared.look.tokens import Space, Type
from shared.names import display

_GROUP = 4
_GROUPS_PER_ROW = 6
"""Two rows for the 43 characters of a SHA-256: short enough to keep the place while comparing."""


class IdentityDialog(Dialog):
    """Accepted means: trust this fingerprint. Every other way out is a no.

    ``found`` and ``expected`` are ``SHA256:`` texts; with ``expected`` the server was known under another one.
    ``is_named``: the link that leads there names ``found``.
    """

    def __init__(
        self,
        host: str,
        port: int,
        found: str,
        expected: str | None = None,
        parent: QWidget | None = None,
        *,
        is_named: bool = False,
    ) -> None:
        name = name_in_heading(Address(host, port).title)
        if expected is None:
            super().__init__("shield", "accent", self.tr("First connection to %1").replace("%1", name), parent)
            self._ask_new(found, is_named=is_named)
        else:
            title = self.tr("The identity of %1 has changed").replace("%1", name)
            super().__init__("shield-alert", "danger", title, parent)
            self._ask_changed(found, expected)

    def _ask_new(self, found: str, *, is_named: bool) -> None:
        self.body.addWidget(
            label(
                self.tr("This computer does not know this server yet. Make sure that it is the right one:"), wraps=True
            )
        )
        self.body.addWidget(FingerprintBox(self.tr("The server shows this fingerprint"), found))
        if is_named:
            text = self.tr("It is the one that the link names. If you trust where the link is from, that is enough.")
            self.body.addWidget(Notice("success", "check-circle", text))
        self.body.addWidget(
            label(
                self.tr(
                    "On that machine, open Wherry Server: its window shows the fingerprint beside the address. "
                    "Without a screen, “wherry-server fingerprint” prints it."
                ),
                wraps=True,
            )
        )
        self.body.addWidget(
            label(
                self.tr(
                    "If both are the same, connect. It is remembered, and you are asked again only if it changes. "
                    "If they differ, somebody may be in between."
                ),
                "muted",
                wraps=True,
            )
        )
        role = QDialogButtonBox.ButtonRole
        self.accept_button = self.add_button(self.tr("&Trust and connect"), role.AcceptRole, "primary")
        self.cancel_button = self.add_button(self.tr("Cancel"), role.RejectRole)
        self.accept_button.clicked.connect(self.accept)
        self.accept_button.setDefault(True)
        self.accept_button.setFocus()

    def _ask_changed(self, found: str, expected: str) -> None:
        self.body.addWidget(
            Notice(
                "danger",
                "alert",
                self.tr(
                    "This may be another machine, or somebody in between who wants your password and your files. "
                    "It is harmless only if the server was set up anew."
                ),
            )
        )
        self.body.addWidget(FingerprintBox(self.tr("Accepted before"), expected))
        self.body.addWidget(FingerprintBox(self.tr("Shown now"), found))
        self.body.addWidget(
            label(
                self.tr("Ask who runs the server, and compare what it shows now with Wherry Server on that machine."),
                wraps=True,
            )
        )
        self.reason_box = QCheckBox(self.tr("I &know why it changed, and the new fingerprint is right"))
        self.body.addWidget(self.reason_box)
        role = QDialogButtonBox.ButtonRole
        self.accept_button = self.add_button(self.tr("&Trust the new identity"), role.AcceptRole, "danger")
        self.cancel_button = self.add_button(self.tr("Cancel"), role.RejectRole)
        self.accept_button.setEnabled(False)
        self.reason_box.toggled.connect(self.accept_button.setEnabled)
        self.accept_button.clicked.connect(self.accept)
        self.cancel_button.setDefault(True)
        self.cancel_button.setFocus()


class FingerprintBox(QFrame):
    """A fingerprint to compare by eye, in groups and fixed width, and to copy as it is."""

    def __init__(self, title: str, fingerprint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fingerprint = fingerprint
        self.setProperty("tone", "well")
        # A selection would copy the gaps too, and then it compares equal to nothing: the button copies.
        self._groups = label(in_groups(fingerprint))
        self._groups.setFont(fonts.fixed(Type.LEAD))
        self._groups.setAccessibleName(f"{title}: {display(fingerprint)}")
        self.copy_button = icon_button("copy", self.tr("Copy the fingerprint"))
        self.copy_button.clicked.connect(self._copy)
        grid = QGridLayout(self)
        grid.setContentsMargins(Space.M, Space.S, Space.S, Space.M)
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(Space.XS)
        grid.addWidget(label(title, "section"), 0, 0)
        grid.addWidget(self._groups, 1, 0)
        grid.addWidget(self.copy_button, 0, 1, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)

    @property
    def text(self) -> str:
        """The fingerprint as it is shown."""
        return self._groups.text()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._fingerprint)
        done = self.tr("Copied")
        icons.dress(self.copy_button, "check", "success")
        self.copy_button.setToolTip(wording.tooltip(done))
        self.copy_button.setAccessibleName(done)


def in_groups(fingerprint: str) -> str:
    """Return ``SHA256:…`` in rows of groups, its kind before the first."""
    kind, separator, value = display(fingerprint).rpartition(":")
    groups = [value[i : i + _GROUP] for i in range(0, len(value), _GROUP)]
    rows = [" ".join(groups[i : i + _GROUPS_PER_ROW]) for i in range(0, len(groups), _GROUPS_PER_ROW)]
    return "\n".join([kind + separator, *rows] if kind else rows)
