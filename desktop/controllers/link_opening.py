"""Opens ``wherry://`` links that come from outside: the command line, a browser, a second start of the program."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject

from desktop.client.address import Link, parse_link
from desktop.controllers.connection import ConnectionController
from shared.errors import WherryError


class LinkScreen(Protocol):
    """The page on which a link is shown while it is opened."""

    def take_link(self, link: Link) -> None: ...

    def refuse_link(self, error: WherryError) -> None: ...


class LinkController(QObject):
    """A link only says where to go: trust and passwords are asked about as ever."""

    def __init__(self, connection: ConnectionController, page: LinkScreen, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._connection = connection
        self._page = page

    def open(self, text: str) -> None:
        """Connect to what a link names, or say on the page what is missing or wrong."""
        try:
            link = parse_link(text)
        except WherryError as error:
            self._connection.open_page()
            self._page.refuse_link(error)
            return
        self.follow(link)

    def follow(self, link: Link) -> None:
        """Connect to what a link names; without a user in it, let the person say who they are there."""
        if link.address.user:
            self._page.take_link(link)
            self._connection.connect_to(
                link.address, "", start=link.folder, is_focused=True, fingerprint=link.fingerprint
            )
        else:
            self._connection.open_page()
            self._page.take_link(link)
