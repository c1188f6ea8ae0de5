"""The questions that controllers have, as this program's dialogs over its window."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.controllers.questions import Conflict, ServerIdentity
from desktop.runtime.dialogs import answered
from desktop.storage.site_store import Site
from desktop.transfers.items import Decision
from desktop.widgets.conflict_dialog import ConflictDialog
from desktop.widgets.delete_dialog import DeleteDialog
from desktop.widgets.identity_dialog import IdentityDialog
from desktop.widgets.quit_dialog import QuitDialog
from desktop.widgets.site_dialog import SiteDialog
from shared.entries import Entry


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
