"""What controllers ask a person, as values and one interface. No widget is named here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop.controllers.mode_change import ModeChange
from desktop.storage.settings import Settings
from desktop.storage.site_store import Site
from desktop.transfers.items import Decision, Existing, Item, Progress
from desktop.transfers.progress import Change
from shared.entries import Entry


@dataclass(frozen=True, slots=True)
class ServerIdentity:
    """What a server shows of itself: ``SHA256:`` texts. ``expected``: it was known under another one. ``is_named``: the
    link that leads there names the same."""

    host: str
    port: int
    found: str
    expected: str | None = None
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """How a trial went: ``success``, ``info``, ``warning`` or ``error``, and a sentence or two."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """The target of ``item`` exists. ``others`` more of its batch wait for the same answer. ``compare`` tells whether
    the contents of both sides are equal, which takes a while: the Progress counts in ``checked``, and stops it."""

    item: Item
    existing: Existing | None
    others: int
    compare: Callable[[Progress], Awaitable[bool]] | None = None


class Questions(Protocol):
    """Asks and waits without blocking the loop. A question that is closed counts as “no”."""

    async def confirm_delete(self, entries: Sequence[Entry], *, to_trash: bool) -> bool: ...

    async def confirm_server(self, server: ServerIdentity) -> bool:
        """A changed identity is shown as the stop that it is; “yes” then means: it was set up anew, I know."""

    async def edit_site(self, site: Site, test: Callable[[Site], Awaitable[Finding]]) -> Site | None:
        """Show the form of a saved or a new server; None when it was left without saving. ``test`` tries whether
        one can connect to what the form says; it raises nothing, and may take long."""

    async def change_password(self, title: str, change: Callable[[str, str], Awaitable[None]]) -> bool:
        """Ask for the old and a new password of ``title``, and ``change`` it; what that raises is shown, and asked
        again. “Yes” when it was changed."""

    async def resolve(self, conflict: Conflict) -> Decision | None:
        """None: decide later; the item goes on waiting."""

    async def show_failure(self, change: Change) -> bool:
        """Tell in full why an item failed; “yes” means: try it again."""

    async def confirm_afterwards(self, afterwards: str, seconds: int) -> bool:
        """All transfers are done: say what is about to happen (``quit``, ``suspend`` or ``shutdown``), and give some
        seconds to prevent it. “Yes” when they are over."""

    async def show_settings(
        self, settings: Settings, changed: Callable[[Settings], object], reopen: Callable[[], object]
    ) -> None:
        """Let the person change settings; each change is told at once. ``reopen``: make the window anew."""

    async def run_command(self) -> None:
        """Offer everything that can be done in the window, and do what is chosen."""

    async def show_shortcuts(self) -> None: ...

    async def confirm_quit(self, unfinished: int) -> bool: ...

    async def show_properties(self, entries: Sequence[Entry], where: str, *, can_change: bool) -> ModeChange | None:
        """Show what is known of entries in a folder, whose path is safe to display; with ``can_change`` ask which
        permissions they should have. None: as they are."""

    async def name_bookmark(self, name: str, where: str) -> str | None:
        """Ask for the name of a bookmark for the folders ``where``, a line each; None: keep none."""

    async def show_about(self) -> None: ...
