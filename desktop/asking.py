"""The questions that controllers have, as this program's dialogs over its window."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, qVersion
from PySide6.QtWidgets import QWidget

from desktop.controllers.mode_change import ModeChange
from desktop.controllers.questions import Conflict, Finding, ServerIdentity
from desktop.controllers.wording import describe, explain, name_some
from desktop.models.queue_row import row_of
from desktop.runtime.dialogs import answered
from desktop.runtime.task_scope import TaskScope
from desktop.storage.settings import Settings
from desktop.storage.site_store import Site
from desktop.transfers.items import Decision, Progress
from desktop.transfers.progress import Change
from shared.entries import Entry, Kind
from shared.look import filetypes, wording
from shared.version import VERSION

if TYPE_CHECKING:
    from desktop.widgets.command_list import Command
    from desktop.widgets.conflict_dialog import ConflictDialog

translate = QCoreApplication.translate

_LOOK_S = 0.2


class DialogQuestions:
    """Implements :class:`desktop.controllers.questions.Questions`. ``window`` is set before the first question.

    ``commands`` tells what can be done in the window, ``asks_before_trash`` whether the person wants to be asked
    before files go to the trash; what cannot be undone is always asked about. A dialog's module is imported when it
    is first needed: most runs of the program ask few questions, and each start would wait for all of them.
    """

    window: QWidget | None = None
    commands: Callable[[], Sequence[Command]] = staticmethod(tuple)
    asks_before_trash: Callable[[], bool] = staticmethod(lambda: True)

    async def confirm_delete(self, entries: Sequence[Entry], *, to_trash: bool) -> bool:
        if to_trash and not self.asks_before_trash():
            return True
        from desktop.widgets.delete_dialog import DeleteDialog

        async with answered(DeleteDialog(entries, to_trash=to_trash, parent=self.window)) as is_accepted:
            return is_accepted

    async def confirm_server(self, server: ServerIdentity) -> bool:
        from desktop.widgets.identity_dialog import IdentityDialog

        dialog = IdentityDialog(
            server.host, server.port, server.found, server.expected, self.window, is_named=server.is_named
        )
        async with answered(dialog) as is_accepted:
            return is_accepted

    async def edit_site(self, site: Site, test: Callable[[Site], Awaitable[Finding]]) -> Site | None:
        from desktop.widgets.site_dialog import SiteDialog

        dialog = SiteDialog(site, self.window)
        scope = TaskScope("testing", lambda _, error: dialog.show_finding("error", describe(error)))

        async def try_it(wanted: Site) -> None:
            found = await test(wanted)
            dialog.show_finding(found.kind, found.text)

        dialog.test_requested.connect(lambda wanted: scope.replace("one", try_it(wanted), "testing a connection"))
        async with answered(dialog) as is_accepted:
            await scope.close()
            return dialog.site if is_accepted else None

    async def change_password(self, title: str, change: Callable[[str, str], Awaitable[None]]) -> bool:
        from desktop.widgets.change_password_dialog import ChangePasswordDialog

        dialog = ChangePasswordDialog(title, self.window)
        scope = TaskScope("changing", lambda _, error: dialog.show_trouble(*_title_and_rest(error)))

        async def try_it(old: str, new: str) -> None:
            await change(old, new)
            dialog.accept()

        dialog.change_requested.connect(
            lambda old, new: scope.replace("one", try_it(old, new), "changing the password")
        )
        async with answered(dialog) as is_accepted:
            await scope.close()
            return is_accepted

    async def resolve(self, conflict: Conflict) -> Decision | None:
        from desktop.widgets.conflict_dialog import ConflictDialog

        dialog = ConflictDialog(conflict.item, conflict.existing, conflict.others, self.window)
        scope = TaskScope("comparing", lambda _, error: dialog.show_trouble(describe(error)))
        if conflict.compare is not None:
            work = partial(_show_comparison, dialog, conflict.compare, max(1, conflict.item.size))
            dialog.compare_requested.connect(lambda: scope.replace("both", work(), "comparing both sides"))
        async with answered(dialog):
            await scope.close()
            return dialog.decision

    async def show_failure(self, change: Change) -> bool:
        from desktop.widgets.failure_dialog import FailureDialog

        async with answered(FailureDialog(row_of(change), self.window)) as is_accepted:
            return is_accepted

    async def confirm_afterwards(self, afterwards: str, seconds: int) -> bool:
        from desktop.widgets.countdown_dialog import CountdownDialog

        title, now = {
            "quit": (translate("Questions", "Wherry is about to quit"), translate("Questions", "&Quit now")),
            "suspend": (
                translate("Questions", "This computer is about to be suspended"),
                translate("Questions", "&Suspend now"),
            ),
            "shutdown": (
                translate("Questions", "This computer is about to shut down"),
                translate("Questions", "&Shut down now"),
            ),
        }[afterwards]
        async with answered(CountdownDialog(title, now, seconds, self.window)) as is_accepted:
            return is_accepted

    async def show_settings(
        self, settings: Settings, changed: Callable[[Settings], object], reopen: Callable[[], object]
    ) -> None:
        from desktop.widgets.settings_dialog import SettingsDialog

        dialog = SettingsDialog(settings, self.window)
        dialog.changed.connect(changed)
        dialog.reopen_requested.connect(reopen)
        async with answered(dialog):
            return

    async def run_command(self) -> None:
        from desktop.widgets.command_palette import CommandPalette

        dialog = CommandPalette(self.commands(), self.window)
        async with answered(dialog):
            chosen = dialog.chosen
        if chosen is not None:
            chosen.action.trigger()

    async def show_shortcuts(self) -> None:
        from desktop.widgets.shortcuts_dialog import ShortcutsDialog

        async with answered(ShortcutsDialog(self.commands(), self.window)):
            return

    async def confirm_quit(self, unfinished: int) -> bool:
        from desktop.widgets.quit_dialog import QuitDialog

        async with answered(QuitDialog(unfinished, self.window)) as is_accepted:
            return is_accepted

    async def show_properties(self, entries: Sequence[Entry], where: str, *, can_change: bool) -> ModeChange | None:
        icon = filetypes.icon_name(entries[0])
        # A link has no permissions of its own that anybody could change.
        modes = [entry.mode for entry in entries if entry.kind in (Kind.FILE, Kind.FOLDER)] if can_change else []
        from desktop.widgets.properties_dialog import PropertiesDialog

        dialog = PropertiesDialog(icon, name_some(entries), _facts(entries, where), modes, self.window)
        async with answered(dialog) as is_accepted:
            return ModeChange(dialog.on, dialog.off) if is_accepted else None

    async def name_bookmark(self, name: str, where: str) -> str | None:
        from desktop.widgets.bookmark_dialog import BookmarkDialog

        dialog = BookmarkDialog(name, where, self.window)
        async with answered(dialog) as is_accepted:
            return dialog.name if is_accepted else None

    async def show_about(self) -> None:
        from desktop.widgets.facts_dialog import FactsDialog

        facts = [
            (translate("Questions", "Version"), VERSION),
            (
                translate("Questions", "What it does"),
                translate("Questions", "Moves your files between your own machines"),
            ),
            (translate("Questions", "Licence"), "MIT"),
            (translate("Questions", "Built on"), f"Qt {qVersion()}, Python {platform.python_version()}"),
        ]
        async with answered(FactsDialog("info", "Wherry", facts, self.window)):
            return


def _facts(entries: Sequence[Entry], where: str) -> Sequence[tuple[str, str]]:
    sizes = [entry.size for entry in entries if entry.kind is Kind.FILE]
    size = wording.exact_size(sum(sizes)) if sizes else "—"
    if len(entries) > 1:
        return [(translate("Questions", "In"), where), (translate("Questions", "Size of the files"), size)]
    entry = entries[0]
    return [
        (translate("Questions", "In"), where),
        (translate("Questions", "Kind"), filetypes.kind_text(entry)),
        (translate("Questions", "Size"), size),
        (translate("Questions", "Modified"), wording.exact_moment(entry.mtime_ns)),
        (translate("Questions", "Permissions"), f"{wording.permissions(entry.mode)} ({entry.mode:o})"),
    ]


def _title_and_rest(error: Exception) -> tuple[str, str]:
    """Return why, and what happened, for a box with a heading."""
    title, *rest = explain(error)
    return " ".join(part for part in rest if part), title


async def _show_comparison(dialog: ConflictDialog, compare: Callable[[Progress], Awaitable[bool]], size: int) -> None:
    progress = Progress()
    work = asyncio.ensure_future(compare(progress))
    try:
        while not work.done():
            dialog.show_comparing(min(1.0, progress.checked / size))
            await asyncio.wait({work}, timeout=_LOOK_S)
        dialog.show_equality(await work)
    finally:
        progress.is_cancelled = True
        work.cancel()
