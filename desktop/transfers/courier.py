"""What a worker thread does with one start: look at both ends, take a channel, and report. Changes no item.

Everything here runs in a worker thread and blocks; reports go through one thread-safe callback.
"""

from __future__ import annotations

import os.path
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from desktop.transfers.conflicts import needs_comparing
from desktop.transfers.items import Direction, Item, Policy, Progress
from desktop.transfers.ports import Channel, Conflicted, Finished, Job, Links, LocalFiles, Outcome, Stopped
from desktop.transfers.scheduler import Start, Work
from desktop.transfers.targets import part_path
from shared.entries import Kind
from shared.errors import Code, ConnectionLostError, ItemError, LocalError
from shared.names import BadNameError, RemotePath, check_path, display
from shared.text import format_size


@dataclass(slots=True)
class Task:
    """An item in a worker's hands. ``replace``: its target may be replaced. ``policy`` is what decides a conflict.
    The worker writes ``progress``."""

    item: Item
    replace: bool
    policy: Policy = Policy.ASK
    progress: Progress = field(default_factory=Progress)


@dataclass(frozen=True, slots=True)
class Begun:
    """The item is under way, with the size and time that its source has now."""

    size: int
    mtime_ns: int


Report = Begun | Outcome


@dataclass(eq=False, slots=True)
class Run:
    """One start under way. ``channel`` is an idle one to use, or None; after the run, the one to keep."""

    start: Start
    tasks: dict[int, Task]
    channel: Channel | None = None
    is_aborted: bool = False
    refused: set[int] = field(default_factory=set)
    """Items that got their outcome before anything was prepared."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def stop(self) -> None:
        """Ask the worker to stop where a resume can go on."""
        for task in self.tasks.values():
            task.progress.is_cancelled = True

    def abort(self) -> None:
        """Cut the line under the worker, which then gets ConnectionLostError; callable from any thread."""
        with self.lock:
            self.is_aborted = True
            channel = self.channel
        if channel is not None:
            channel.close()

    def adopt(self, channel: Channel | None) -> None:
        with self.lock:
            self.channel = channel
            is_late = self.is_aborted
        if is_late and channel is not None:
            channel.close()


class Courier:
    """Carries out starts. ``report`` is called with the item's id from the worker's thread."""

    def __init__(self, links: Links, files: LocalFiles, report: Callable[[int, Report], None]) -> None:
        self._links = links
        self._files = files
        self._report = report

    def carry(self, run: Run) -> None:
        """Work on all tasks of the run. Each gets one outcome, unless this raises: then those without one were
        not committed. Raises ConnectionLostError, PeerError, LoginError, IdentityError."""
        if run.start.work is Work.FOLDERS:
            self._make_folders(run)
        else:
            self._move_files(run)

    # --- Folders ---------------------------------------------------------------------------------------------

    def _make_folders(self, run: Run) -> None:
        wanted: dict[int, RemotePath] = {}
        for id, task in run.tasks.items():
            item = task.item
            if task.progress.is_cancelled:
                self._report(id, Stopped())
                continue
            self._report(id, Begun(0, item.mtime_ns))
            try:
                check_path(item.remote)
                if item.direction is Direction.UPLOAD and item.remote:
                    wanted[id] = item.remote
                    continue
                if item.direction is Direction.DOWNLOAD:
                    self._files.make_folder(_usable_local(item))
            except ItemError as error:
                self._report(id, error)
            else:
                self._report(id, Finished(0, b"", 0))
        if wanted:
            # A round trip for each would take longer than their files.
            errors = self._links.make_folders(run.start.site, list(wanted.values()))
            for id, failure in zip(wanted, errors, strict=True):
                self._report(id, failure or Finished(0, b"", 0))

    # --- Files -----------------------------------------------------------------------------------------------

    def _move_files(self, run: Run) -> None:
        jobs: list[Job] = []
        unequal: list[tuple[Job, Conflicted]] = []
        folders: set[str] = set()
        self._judge_room(run)
        for id, task in run.tasks.items():
            if id in run.refused:
                continue
            prepared = self._prepare(task, folders, run.start.channels)
            if isinstance(prepared, Job):
                jobs.append(prepared)
            elif isinstance(prepared, Conflicted):
                job = _job(task, task.item.size, task.item.mtime_ns)
                if needs_comparing(task.policy, job.size, prepared.existing):
                    self._report(id, Begun(job.size, job.mtime_ns))
                    unequal.append((job, prepared))
                else:
                    self._report(id, self._on_our_clock(run, prepared))
            else:
                self._report(id, prepared)
        if jobs:
            unequal += self._run_jobs(run, jobs)
        for job, conflict in unequal:
            self._report(job.item, self._compared(run, job, conflict))

    def _run_jobs(self, run: Run, jobs: Sequence[Job]) -> list[tuple[Job, Conflicted]]:
        """Move files; return the conflicts that only a look at both contents can decide, not reported yet."""
        unequal: list[tuple[Job, Conflicted]] = []
        begun: list[Job] = []

        def started(job: Job) -> None:
            begun.append(job)
            self._report(job.item, Begun(job.size, job.mtime_ns))

        def finished(job: Job, outcome: Outcome) -> None:
            if isinstance(outcome, Conflicted):
                if needs_comparing(run.tasks[job.item].policy, job.size, outcome.existing):
                    unequal.append((job, outcome))
                    return
                outcome = self._on_our_clock(run, outcome)
            self._report(job.item, outcome)

        kept = run.channel
        if kept is not None:
            try:
                kept.run(jobs, started, finished)
            except ConnectionLostError:
                # A kept channel that the other side gave up meanwhile is no broken line, if nothing was begun.
                if begun or run.is_aborted:
                    raise
                kept.close()
            else:
                return unequal
        self._open(run).run(jobs, started, finished)
        return unequal

    def _compared(self, run: Run, job: Job, conflict: Conflicted) -> Outcome:
        """Read both contents and say whether they are equal."""
        if job.progress.is_cancelled:
            return Stopped()
        job.progress.is_comparing = True
        try:
            return replace(conflict, is_equal=self._links.compare(run.start.site, job))
        except ItemError as error:
            return error
        finally:
            job.progress.is_comparing = False

    def _open(self, run: Run) -> Channel:
        channel = self._links.open_channel(run.start.site)
        run.adopt(channel)
        return channel

    def _on_our_clock(self, run: Run, conflict: Conflicted) -> Conflicted:
        return replace(conflict, clock_offset_ns=self._links.clock_offset_ns(run.start.site))

    def _judge_room(self, run: Run) -> None:
        """Refuse downloads that the disk has no room for, before any of them is asked for.

        An upload is judged by the server, which knows the quota too and answers before it takes any content.
        """
        downloads = [task for task in run.tasks.values() if task.item.direction is Direction.DOWNLOAD]
        size = sum(task.item.size for task in downloads)
        if not size:
            return
        try:
            left = self._files.room(downloads[0].item.local).usable
            if size <= left:
                return
            for task in downloads:
                part = self._files.existing(part_path(task.item.local)) if task.item.local else None
                needed = max(0, task.item.size - (part.size if part is not None else 0))
                if needed > left:
                    run.refused.add(task.item.id)
                    self._report(task.item.id, no_room(needed, left, task.item.local))
                left = max(0, left - needed)
        except ItemError:
            return  # nothing is known about that disk: writing to it will tell

    def _prepare(self, task: Task, folders: set[str], channels: int) -> Job | Outcome:
        item = task.item
        if task.progress.is_cancelled:
            return Stopped()
        size, mtime_ns = item.size, item.mtime_ns
        try:
            check_path(item.remote)
            if item.direction is Direction.UPLOAD:
                # It may have changed in the hours it waited: what is offered is what is there now.
                source = self._files.existing(item.local)
                if source is None:
                    return LocalError(Code.NOT_FOUND, "the file is no longer there", path=display(item.local))
                if source.kind is not Kind.FILE:
                    return LocalError(Code.NOT_FILE, "links and special files are not copied", path=display(item.local))
                size, mtime_ns = source.size, source.mtime_ns
            else:
                existing = self._files.existing(_usable_local(item))
                if existing is not None and (not task.replace or existing.kind in {Kind.FOLDER, Kind.OTHER}):
                    return Conflicted(existing)
                folder = os.path.dirname(item.local)
                if existing is None and folder not in folders:
                    self._files.make_folder(folder)
                    folders.add(folder)
        except ItemError as error:
            return error
        return _job(task, size, mtime_ns, channels)


def _job(task: Task, size: int, mtime_ns: int, channels: int = 1) -> Job:
    item = task.item
    return Job(
        item.id,
        item.direction,
        item.local,
        item.remote,
        size,
        mtime_ns,
        item.mode,
        task.replace,
        task.progress,
        channels,
    )


def no_room(needed: int, usable: int, local: str) -> LocalError:
    """Return the error of a file that the disk has no room for."""
    return LocalError(
        Code.NO_SPACE,
        f"{format_size(needed)} are needed, and {format_size(usable)} may be used",
        path=display(local),
        hint="Free some space, then retry.",
    )


def _usable_local(item: Item) -> str:
    """A name that was refused while scanning left no local path: refused again, however often it is retried."""
    if not item.local:
        raise BadNameError(item.name, "this name cannot be used on this computer")
    return item.local
