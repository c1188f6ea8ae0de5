"""The start page in the server pane: quick connect, saved and recent servers. It connects to nothing itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.client.address import Address
from desktop.storage.site_store import RecentServer, Site


class ConnectPage(QWidget):
    """Where a person says which server to open. Implements the controllers' ConnectScreen.

    Signals:
        connect_requested: Address, password (str; empty: look in the keyring), whether to remember it (bool).
        site_chosen: a saved server was clicked; its Site.
        site_add_requested: save a server; the Address to begin with, or None.
        site_edit_requested: change a saved server; its Site.
        site_remove_requested: forget a saved server; its Site.
        recent_clear_requested: forget the recent servers.
        cancel_requested: give up the login under way.
    """

    connect_requested = Signal(object, str, bool)
    site_chosen = Signal(object)
    site_add_requested = Signal(object)
    site_edit_requested = Signal(object)
    site_remove_requested = Signal(object)
    recent_clear_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sites: Sequence[Site] = ()
        self._recent: Sequence[RecentServer] = ()

    def set_sites(self, sites: Sequence[Site]) -> None:
        """Show the saved servers, in this order."""
        self._sites = sites

    def set_recent(self, recent: Sequence[RecentServer]) -> None:
        """Show the servers used last, the latest first."""
        self._recent = recent

    def set_connecting(self, title: str | None) -> None:
        """A login to ``title`` is under way; None: it is over."""
        self.setDisabled(title is not None)

    def show_error(self, text: str, detail: str = "", hint: str = "") -> None:
        """Say why there is no connection; empty texts take the message away."""
        self.setAccessibleDescription(" ".join(part for part in (text, detail, hint) if part))

    def ask_password(self, address: Address) -> None:
        """Fill in the address and wait for its password."""
        self.setAccessibleName(address.title)
