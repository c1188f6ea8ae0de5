"""What controllers ask a person, as values and one interface. No widget is named here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop.storage.site_store import Site
from desktop.transfers.items import Decision, Existing, Item
from shared.entries import Entry


@dataclass(frozen=True, slots=True)
class ServerIdentity:
    """What a server shows of itself: ``SHA256:`` texts. ``expected``: it was known under another one."""

    host: str
    port: int
    found: str
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """The target of ``item`` exists. ``others`` more of its batch wait for the same answer."""

    item: Item
    existing: Existing | None
    others: int


class Questions(Protocol):
    """Asks and waits without blocking the loop. A question that is closed counts as “no”."""

    async def confirm_delete(self, entries: Sequence[Entry], *, to_trash: bool) -> bool: ...

    async def confirm_server(self, server: ServerIdentity) -> bool:
        """A changed identity is shown as the stop that it is; “yes” then means: it was set up anew, I know."""

    async def edit_site(self, site: Site) -> Site | None:
        """Show the form of a saved or a new server; None when it was left without saving."""

    async def resolve(self, conflict: Conflict) -> Decision | None:
        """None: decide later; the item goes on waiting."""

    async def confirm_quit(self, unfinished: int) -> bool: ...

    async def show_properties(self, entries: Sequence[Entry], where: str) -> None:
        """Show what is known of entries in a folder, whose path is safe to display."""

    async def show_about(self) -> None: ...
