"""The errands that workers are sent on: moving a start's items, looking into sources, discarding, closing.

Each is a coroutine that the engine's task group owns; it waits for a worker thread and tells the foreman.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from desktop.transfers.courier import Courier, Report, Run
from desktop.transfers.crew import Crew
from desktop.transfers.foreman import Foreman
from desktop.transfers.idle import IdleChannels
from desktop.transfers.items import Batch, Direction, Item
from desktop.transfers.ports import Channel, FolderFacts, Links, LocalFiles, Store
from desktop.transfers.progress import Shortage
from desktop.transfers.scan import Ended, Finding, Found, Known, Looked, Surveyor
from desktop.transfers.scheduler import Start, Work
from desktop.transfers.stalls import StallWatch
from shared.errors import Code, ItemError, LocalError, WherryError
from shared.names import display

_log = logging.getLogger(__name__)

CHUNK = 500
"""Findings queued in one piece: one transaction, and a few milliseconds of the loop."""

SLICE = 300
"""Reports taken between two breaths of the loop: a few milliseconds."""


class Errands:
    """Sends workers, with what they need from outside."""

    def __init__(
        self,
        crew: Crew[tuple[int, Report]],
        foreman: Foreman,
        store: Store,
        links: Links,
        files: LocalFiles,
        clock: Callable[[], float],
    ) -> None:
        self._crew = crew
        self._foreman = foreman
        self._store = store
        self._links = links
        self._files = files
        self._clock = clock
        self._courier = Courier(links, files, lambda id, report: crew.report((id, report)))
        self._surveyor = Surveyor(links, files)
        self._runs: set[Run] = set()
        self.stalls = StallWatch()
        self._is_stopping = False
        self.idle = IdleChannels()

    async def collect(self) -> None:
        """Give the foreman what workers have reported so far, letting the loop breathe in between."""
        while reports := self._crew.take_reports(SLICE):
            self._foreman.take_all(reports)
            if len(reports) == SLICE:
                await asyncio.sleep(0)

    def stop_runs(self) -> None:
        """Ask the workers to stop what they move where a resume can go on."""
        for run in self._runs:
            run.stop()

    def stop(self) -> None:
        """Ask all workers to stop, scans too, for good."""
        self._is_stopping = True
        self.stop_runs()

    def cut(self) -> None:
        """Cut the connections of those that did not stop."""
        for run in self._runs:
            run.abort()

    @property
    def is_stopping(self) -> bool:
        """Whether all workers were asked to stop for good."""
        return self._is_stopping

    def wake(self) -> None:
        """Have the engine look again."""
        self._crew.wake.set()

    @property
    def is_carrying(self) -> bool:
        """Whether a worker has files in hand."""
        return bool(self._runs)

    def watch(self) -> None:
        """Look which runs have not moved anything for how long."""
        self.stalls.look(self._runs, self._foreman.tasks, self._clock())

    def take(self, run: Run) -> Run:
        """Take note of a run before its task has begun, so that a stop finds it; give it an idle channel."""
        self._runs.add(run)
        if run.start.work is Work.FILES:
            run.channel = self.idle.take(run.start.site)
        return run

    async def carry(self, run: Run) -> None:
        """Have one start's files or folders moved by a worker."""
        error: WherryError | None = None
        is_bug = False
        try:
            await self._crew.work(self._courier.carry, run)
        except WherryError as caught:
            error = caught
        except Exception as caught:  # noqa: BLE001 -- a bug costs this run's items, not the queue
            _log.exception("a worker failed")
            error, is_bug = _bug(caught), True
        await self.collect()
        self._foreman.end(run, error, is_bug=is_bug)
        self._runs.discard(run)
        self.stalls.forget(run)
        if run.channel is not None:
            if error is None and not run.is_aborted:
                self.idle.give(run.start.site, run.channel, self._clock())
            else:
                await self.close([run.channel])
        self._crew.wake.set()

    async def scan(self, start: Start, sources: Sequence[tuple[Item, Known]]) -> None:
        """Have one start's sources looked into by a worker, and queue what is found, chunk by chunk."""
        findings = self._surveyor.survey(sources)
        error: WherryError | None = None
        try:
            while not self._is_stopping:
                chunk = await self._crew.work(_take, findings)
                if not chunk:
                    break
                await self._take_findings(start, chunk)
                self._crew.wake.set()
        except WherryError as caught:
            error = caught
        except Exception as caught:  # noqa: BLE001 -- a bug costs these sources, not the queue
            _log.exception("a scan failed")
            error = _bug(caught)
        await self._crew.work(findings.close)
        self._foreman.end_scan(start, error)
        self._crew.wake.set()

    async def _take_findings(self, start: Start, chunk: Sequence[Finding]) -> None:
        wanted = [found for found in chunk if isinstance(found, Found) and self._foreman.is_wanted(found.source)]
        stored = await self._crew.write(self._store.add_items, [found.item for found in wanted]) if wanted else ()
        for found, item in zip(wanted, stored, strict=True):
            self._foreman.found(found.source, item)
        # A source ends after all that was found below it; one that is looked at is at most one in a chunk's middle.
        for finding in chunk:
            if isinstance(finding, Looked):
                self._foreman.looked(finding.source, finding.entry)
            elif isinstance(finding, Ended):
                self._foreman.scan_ended(start, finding.source, finding.error)

    async def discard(self, item: Item) -> None:
        """Remove what an item left unfinished on the receiving end, as far as that end can be reached."""
        try:
            if item.direction is Direction.UPLOAD:
                await self._crew.work(self._links.discard, item.site, item.remote)
            else:
                await self._crew.work(self._files.discard, item.local)
        except WherryError as error:
            _log.info("an unfinished part stays behind: %s", error)

    async def settle(self, batch: Batch, folders: Sequence[FolderFacts]) -> WherryError | None:
        """Give a batch's folders their times and modes; return why they could not be reached."""
        try:
            if batch.direction is Direction.UPLOAD:
                await self._crew.work(self._links.settle_folders, batch.site, folders)
            else:
                await self._crew.work(self._settle_local, folders)
        except WherryError as error:
            _log.info("the times of folders are not set: %s", error)
            return error
        return None

    def _settle_local(self, folders: Sequence[FolderFacts]) -> None:
        for folder in folders:
            try:
                self._files.settle_folder(folder.local, folder.mtime_ns, folder.mode)
            except LocalError as error:
                # The contents are there, which is what counts; not every disk keeps every time and mode.
                _log.info("a folder's time and mode are not set: %s", error)

    async def measure(self, batch: Batch, needed: int, local: str) -> Shortage | None:
        """Compare what a batch still needs with the space where it goes; None also where nobody can tell."""
        try:
            if batch.direction is Direction.UPLOAD:
                room, where = await self._crew.work(self._links.room, batch.site), batch.site
            else:
                room, where = await self._crew.work(self._files.room, local), local
        except WherryError as error:
            _log.info("the free space is not known: %s", error)
            return None
        return Shortage(batch.id, needed, room.usable, display(where)) if needed > room.usable else None

    async def close(self, channels: Sequence[Channel]) -> None:
        for channel in channels:
            await self._crew.work(channel.close)


def _take(findings: Iterator[Finding]) -> list[Finding]:
    return list(islice(findings, CHUNK))


def _bug(error: Exception) -> ItemError:
    return ItemError(
        Code.INTERNAL,
        f"{type(error).__name__} in the transfer engine",
        hint="This is a bug in Wherry; please report it with the log.",
    )
