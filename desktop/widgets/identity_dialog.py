"""Asks whether a server's identity is to be trusted: a new one plainly, a changed one as a hard stop."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget


class IdentityDialog(QDialog):
    """Accepted means: trust this fingerprint. Every other way out is a no.

    ``found`` and ``expected`` are ``SHA256:`` texts; with ``expected`` the server was known under another one.
    """

    def __init__(
        self, host: str, port: int, found: str, expected: str | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._server = (host, port, found, expected)
