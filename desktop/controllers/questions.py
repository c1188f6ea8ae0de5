"""What controllers ask a person, as values and one interface. No widget is named here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop.transfers.items import Decision, Existing, Item
from shared.entries import Entry


@dataclass(frozen=True, slots=True)
class UnknownServer:
    """A server seen for the first time. ``fingerprint`` is ``SHA256:`` text."""

    host: str
    port: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """The target of ``item`` exists. ``others`` more of its batch wait for the same answer."""

    item: Item
    existing: Existing | None
    others: int


class Questions(Protocol):
    """Asks and waits without blocking the loop. A question that is closed counts as “no”."""

    async def confirm_delete(self, entries: Sequence[Entry], *, to_trash: bool) -> bool: ...

    async def confirm_server(self, server: UnknownServer) -> bool: ...

    async def resolve(self, conflict: Conflict) -> Decision | None:
        """None: decide later; the item goes on waiting."""

    async def confirm_quit(self, unfinished: int) -> bool: ...
