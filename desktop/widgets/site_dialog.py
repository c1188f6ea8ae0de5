"""The form for a saved server. It stores nothing: who opens it takes ``site`` when it is accepted."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from desktop.storage.site_store import Site


class SiteDialog(QDialog):
    """Name, address, user, colour, folders and notes of one server.

    Signals:
        saved: the person pressed Save and all is valid; the Site, with the id it came with.
    """

    saved = Signal(object)

    def __init__(self, site: Site | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._site = site or Site(name="", host="", user="")

    @property
    def site(self) -> Site:
        """What the form says now."""
        return self._site
