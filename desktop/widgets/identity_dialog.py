"""Asks about a server's identity: one seen for the first time, or, much harder, one that has changed."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets.buttons import icon_button
from desktop.widgets.dialog import Dialog
from desktop.widgets.labels import label
from shared.look import fonts
from shared.look.tokens import Space
from shared.names import display

_GROUP = 4
_GROUPS_A_LINE = 6


def grouped(fingerprint: str) -> str:
    """Return ``SHA256:`` and the digest in groups of four, six groups a line: people compare it by eye."""
    prefix, _, digest = fingerprint.rpartition(":")
    groups = [digest[i : i + _GROUP] for i in range(0, len(digest), _GROUP)]
    lines = [" ".join(groups[i : i + _GROUPS_A_LINE]) for i in range(0, len(groups), _GROUPS_A_LINE)]
    return "\n".join([f"{prefix}:" if prefix else "", *lines]).strip()


class FingerprintView(QFrame):
    """A fingerprint in groups, with a button that copies it as one word."""

    def __init__(self, title: str, fingerprint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("tone", "well")
        self._fingerprint = fingerprint
        text = label(grouped(display(fingerprint)))
        text.setFont(fonts.fixed())
        text.setAccessibleName(f"{title}: {fingerprint}")
        copy = icon_button("copy", self.tr("Copy the fingerprint"))
        copy.clicked.connect(self._copy)
        head = QHBoxLayout()
        head.addWidget(label(title, "section"), 1)
        head.addWidget(copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.XS, Space.XS, Space.M)
        column.setSpacing(Space.XS)
        column.addLayout(head)
        column.addWidget(text)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._fingerprint)


class NewServerDialog(Dialog):
    """Answers True: trust it from now on; or None."""

    def __init__(self, server: str, fingerprint: str, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Is this your server?"), "shield", "accent", parent)
        text = self.tr(
            "You connect to %1 for the first time. Compare this fingerprint with the one that Wherry Server "
            "shows on that machine. If it is the same, nobody stands in between."
        )
        self.add_text(text.replace("%1", display(server)), "")
        self.content.addWidget(FingerprintView(self.tr("Fingerprint"), fingerprint))
        self.add_text(self.tr("It is remembered, and any change will stop the connection."))
        self.add_stretch()
        self.add_button(self.tr("Cancel"), None)
        self.add_button(self.tr("Trust and connect"), True, "primary", is_default=True)


class ChangedServerDialog(Dialog):
    """Answers True only after the person has said that they know why; else None.

    There is no way to accept with one click: this is what a man in the middle looks like.
    """

    def __init__(self, server: str, known: str, found: str, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("The server's identity has changed"), "shield-alert", "danger", parent)
        text = self.tr(
            "%1 does not show the fingerprint that you trusted. Either the server was set up anew, or somebody "
            "stands between you and it. Your password was not sent."
        )
        self.add_text(text.replace("%1", display(server)), "")
        sides = QHBoxLayout()
        sides.setSpacing(Space.S)
        sides.addWidget(FingerprintView(self.tr("Trusted until now"), known))
        sides.addWidget(FingerprintView(self.tr("Shown now"), found))
        self.content.addLayout(sides)
        self._sure = QCheckBox(self.tr("I have compared the new fingerprint on the server itself, and it is right"))
        self.content.addWidget(self._sure)
        self.add_stretch()
        accept = self.add_button(self.tr("Trust the new identity"), True, "danger")
        accept.setEnabled(False)
        self._sure.toggled.connect(accept.setEnabled)
        self.add_button(self.tr("Do not connect"), None, "primary", is_default=True)
