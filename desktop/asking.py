"""The questions that controllers have, as this program's dialogs over its window."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib import metadata

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QWidget

from desktop.controllers.questions import Conflict, ServerIdentity
from desktop.controllers.wording import name_some
from desktop.runtime.dialogs import answered
from desktop.storage.site_store import Site
from desktop.transfers.items import Decision
from desktop.widgets.conflict_dialog import ConflictDialog
from desktop.widgets.delete_dialog import DeleteDialog
from desktop.widgets.facts_dialog import FactsDialog
from desktop.widgets.identity_dialog import IdentityDialog
from desktop.widgets.quit_dialog import QuitDialog
from desktop.widgets.site_dialog import SiteDialog
from shared.entries import Entry, Kind
from shared.look import filetypes, wording


class DialogQuestions:
    """Implements :class:`desktop.controllers.questions.Questions`. ``window`` is set before the first question."""

    window: QWidget | None = None

    async def confirm_delete(self, entries: Sequence[Entry], *, to_trash: bool) -> bool:
        async with answered(DeleteDialog(entries, to_trash=to_trash, parent=self.window)) as is_accepted:
            return is_accepted

    async def confirm_server(self, server: ServerIdentity) -> bool:
        dialog = IdentityDialog(server.host, server.port, server.found, server.expected, self.window)
        async with answered(dialog) as is_accepted:
            return is_accepted

    async def edit_site(self, site: Site) -> Site | None:
        dialog = SiteDialog(site, self.window)
        async with answered(dialog) as is_accepted:
            return dialog.site if is_accepted else None

    async def resolve(self, conflict: Conflict) -> Decision | None:
        dialog = ConflictDialog(conflict.item, conflict.existing, conflict.others, self.window)
        async with answered(dialog):
            return dialog.decision

    async def confirm_quit(self, unfinished: int) -> bool:
        async with answered(QuitDialog(unfinished, self.window)) as is_accepted:
            return is_accepted

    async def show_properties(self, entries: Sequence[Entry], where: str) -> None:
        icon = filetypes.icon_name(entries[0])
        async with answered(FactsDialog(icon, name_some(entries), _facts(entries, where), self.window)):
            return

    async def show_about(self) -> None:
        facts = [
            ("Version", metadata.version("wherry")),
            ("What it does", "Moves your files between your own machines"),
            ("Licence", "MIT"),
            ("Built on", f"Qt {qVersion()}, Python {platform.python_version()}"),
        ]
        async with answered(FactsDialog("info", "Wherry", facts, self.window)):
            return


def _facts(entries: Sequence[Entry], where: str) -> Sequence[tuple[str, str]]:
    sizes = [entry.size for entry in entries if entry.kind is Kind.FILE]
    size = wording.exact_size(sum(sizes)) if sizes else "—"
    if len(entries) > 1:
        return [("In", where), ("Size of the files", size)]
    entry = entries[0]
    return [
        ("In", where),
        ("Kind", filetypes.kind_text(entry)),
        ("Size", size),
        ("Modified", wording.exact_moment(entry.mtime_ns)),
        ("Permissions", f"{wording.permissions(entry.mode)} ({entry.mode:o})"),
    ]
