"""The questions that controllers have, as this program's dialogs over its window."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtWidgets import QWidget

from desktop.controllers.questions import Conflict, ServerIdentity
from desktop.runtime.dialogs import answer_of
from desktop.storage.site_store import Site
from desktop.transfers.items import Decision, Direction
from desktop.widgets.conflict_dialog import ConflictDialog, ConflictQuestion
from desktop.widgets.delete_dialog import DeleteDialog
from desktop.widgets.identity_dialog import ChangedServerDialog, NewServerDialog
from desktop.widgets.quit_dialog import QuitDialog
from desktop.widgets.site_dialog import SiteDialog, SiteFields
from shared.entries import Entry
from shared.names import display, format_path


class DialogQuestions:
    """Implements :class:`desktop.controllers.questions.Questions`. ``window`` is set before the first question."""

    window: QWidget | None = None

    async def confirm_delete(self, entries: Sequence[Entry], *, to_trash: bool) -> bool:
        return await answer_of(DeleteDialog(entries, to_trash=to_trash, parent=self.window)) is True

    async def confirm_server(self, server: ServerIdentity) -> bool:
        name = f"{server.host}:{server.port}"
        if server.expected is None:
            return await answer_of(NewServerDialog(name, server.found, self.window)) is True
        return await answer_of(ChangedServerDialog(name, server.expected, server.found, self.window)) is True

    async def edit_site(self, site: Site) -> Site | None:
        is_new = not site.host
        fields = None if is_new else SiteFields(site.name, site.host, site.port, site.user)
        match await answer_of(SiteDialog(fields, self.window)):
            case SiteFields(name, host, port, user):
                return msgspec.structs.replace(site, name=name or host, host=host, port=port, user=user)
        return None

    async def resolve(self, conflict: Conflict) -> Decision | None:
        answer = await answer_of(ConflictDialog(_question(conflict), self.window))
        return answer if isinstance(answer, Decision) else None

    async def confirm_quit(self, unfinished: int) -> bool:
        return await answer_of(QuitDialog(unfinished, self.window)) is True


def _question(conflict: Conflict) -> ConflictQuestion:
    item = conflict.item
    target = display(item.local) if item.direction is Direction.DOWNLOAD else format_path(item.remote)
    folder, _, name = target.rpartition("/")
    return ConflictQuestion(
        name, folder or "/", item.direction, item.size, item.mtime_ns, conflict.existing, conflict.others
    )
