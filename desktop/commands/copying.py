"""``get`` and ``put``: the transfer engine, run until one command's items are finished."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from desktop.client.address import Address, Link
from desktop.client.links import ClientLinks
from desktop.client.reconnect import Connected, Ended, Reconnecting, Reconnector
from desktop.client.reconnect import Link as LinkState
from desktop.client.session import Session
from desktop.client.throttle import Throttle
from desktop.commands.connecting import Connector, is_terminal
from desktop.commands.options import Exit, Options, UsageError
from desktop.commands.report import Report
from desktop.commands.unfinished import Unfinished
from desktop.places.local import DiskFiles
from desktop.storage.queue_store import MemoryStore
from desktop.transfers.engine import TransferEngine
from desktop.transfers.items import Decision, Direction, Item, Policy, Source, State
from desktop.transfers.progress import Change
from desktop.transfers.targets import plan_downloads, plan_uploads
from shared.errors import Code, LocalError, WherryError
from shared.names import RemotePath, display, format_path
from shared.text import format_size, format_time

_TICK = 0.1
"""Seconds between looks at the progress."""

_PATIENCE = 8
"""Losses of the line in a row before a command gives up; the queue of the window never does."""


@dataclass(frozen=True, slots=True)
class _Order:
    title: str
    direction: Direction
    site: str
    sources: Sequence[Source]
    target: RemotePath | str


async def get(options: Options, connector: Connector, report: Report) -> Exit:
    """Download what the links name into, or as, the local path."""
    *urls, local = _words(options, "a link and a local path")
    links = [options.link(url) for url in urls]
    is_meant = local.endswith(("/", os.sep))
    is_folder = is_meant or await asyncio.to_thread(os.path.isdir, local)
    naming = _Naming(options, connector, urls, [local])
    if not is_meant:
        is_folder = naming.judge(is_folder)
    async with _Run(options, connector, report) as run:
        orders = []
        for address in dict.fromkeys(link.address for link in links):
            session = await run.open(address)
            found = [(link.path, await session.stat(link.path)) for link in links if link.address == address]
            if len(found) < len(links) and not is_folder:
                raise LocalError(
                    Code.NOT_FOLDER, "several things can only be copied into a folder", path=display(local)
                )
            folder, sources = plan_downloads(found, local, target_is_folder=is_folder)
            orders.append(_Order(_title(links), Direction.DOWNLOAD, session.site, sources, folder))
        status = await run.carry(orders)
    return naming.ended(status)


async def put(options: Options, connector: Connector, report: Report) -> Exit:
    """Upload the local paths into, or as, what the link names."""
    *locals_, url = _words(options, "a local path and a link")
    link = options.link(url)
    async with _Run(options, connector, report) as run:
        session = await run.open(link.address)
        naming = _Naming(options, connector, [url], locals_)
        is_folder = link.is_folder or naming.judge(await session.is_folder(link.path))
        target, sources = plan_uploads(locals_, link.path, target_is_folder=is_folder)
        title = ", ".join(display(os.path.basename(path.rstrip(os.sep))) for path in locals_)
        status = await run.carry([_Order(title, Direction.UPLOAD, session.site, sources, target)])
    return naming.ended(status)


class _Naming:
    """Whether the last word is what the source becomes, or the folder it goes into; see unfinished.py."""

    def __init__(self, options: Options, connector: Connector, urls: Sequence[str], paths: Sequence[str]) -> None:
        self._marks = Unfinished(connector.profile.unfinished)
        self._words = (options.verb, *urls, *map(os.path.abspath, paths))
        self._is_resumed = options.on_conflict is Policy.RESUME

    def judge(self, is_folder: bool) -> bool:
        """Return whether things go into a folder; ``is_folder``: there is one."""
        if is_folder:
            return not (self._is_resumed and self._marks.has(self._words))
        self._marks.add(self._words)
        return False

    def ended(self, status: Exit) -> Exit:
        """Take note of how the command ended, and return that."""
        if status is Exit.DONE:
            self._marks.remove(self._words)
        return status


def _words(options: Options, needed: str) -> tuple[str, ...]:
    if len(options.words) < 2:
        raise UsageError(f"wherry {options.verb} needs {needed}", hint=f"See wherry {options.verb} --help.")
    return options.words


def _title(links: Sequence[Link]) -> str:
    return ", ".join(format_path(link.path) for link in links)


class _Run:
    """One engine with a queue in memory; sessions that it opened are closed with it."""

    def __init__(self, options: Options, connector: Connector, report: Report) -> None:
        self._options = options
        self._connector = connector
        self._report = report
        throttle = Throttle(options.limit, options.limit_up, options.limit_down)
        self._links = ClientLinks(asyncio.get_running_loop(), throttle, compress=options.compress)
        self._engine = TransferEngine(
            MemoryStore(), self._links, DiskFiles(), max_channels=options.jobs, patience=_PATIENCE
        )
        self._sessions: dict[Address, Session] = {}
        self._watches: list[asyncio.Task[None]] = []
        self._ended: WherryError | None = None
        """Why the command cannot go on: a server that may no longer be talked to."""
        self._seen: set[int] = set()
        self._short: set[int] = set()
        self._counts = {"done": 0, "failed": 0, "skipped": 0}

    async def __aenter__(self) -> _Run:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._report.pause()
        await self._engine.stop()
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)

    async def open(self, address: Address) -> Session:
        """Return the session to a server, opening it the first time. From then on it is kept up."""
        if address not in self._sessions:
            session = await self._connector.open(address)
            self._sessions[address] = session
            self._links.set_session(session.site, session)
            reconnector = Reconnector(partial(self._connector.open, address), partial(self._heard, session.site))
            self._watches.append(asyncio.create_task(reconnector.run(session), name=f"watch {session.site}"))
        return self._sessions[address]

    def _heard(self, site: str, link: LinkState) -> None:
        match link:
            case Connected(session):
                self._links.set_session(site, session)
                self._engine.site_ready(site)
            case Reconnecting(error, _, attempt):
                self._links.set_session(site, None)
                if attempt == 1:
                    self._report.problem(str(error), "Trying to connect again.")
            case Ended(error):
                self._links.set_session(site, None)
                self._ended = error

    async def carry(self, orders: Sequence[_Order]) -> Exit:
        """Move everything and return the status of the command."""
        policy = self._options.on_conflict
        await self._engine.start()
        batches = [
            await self._engine.add(order.title, order.direction, order.site, order.sources, order.target, policy)
            for order in orders
        ]
        waiting = asyncio.gather(*(self._engine.finished(batch) for batch in batches))
        try:
            while not waiting.done():
                await asyncio.wait([waiting], timeout=_TICK)
                self._look()
                if self._ended is not None:
                    raise self._ended
            await waiting
            self._look()
        finally:
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting
        self._report.summary(**self._counts)
        return Exit.FAILED if self._counts["failed"] else Exit.DONE

    def _look(self) -> None:
        while changes := self._engine.drain():
            is_news = False
            for change in changes:
                is_news = self._show(change) or is_news
            if not is_news:
                break
        totals = self._engine.totals()
        for shortage in totals.shortages:
            if shortage.batch not in self._short:
                self._short.add(shortage.batch)
                self._report.shortage(shortage)
        self._report.totals(totals)

    def _show(self, change: Change) -> bool:
        """Print what is new about one item; return whether there was anything."""
        item = change.item
        if item.state is State.ASKING:
            self._ask(change)
            return True
        if not item.state.is_final or item.id in self._seen:
            return False
        self._seen.add(item.id)
        key = {State.DONE: "done", State.SKIPPED: "skipped"}.get(item.state, "failed")
        self._counts[key] += 1
        self._report.item(item)
        return True

    def _ask(self, change: Change) -> None:
        item = change.item
        if not is_terminal():
            # Nobody to ask: the file stays as it is, and the command says that it did not do what it was told.
            if item.id not in self._seen:
                self._seen.add(item.id)
                self._counts["failed"] += 1
                self._report.conflict(item)
            self._engine.answer(item.id, Decision(Policy.SKIP))
            return
        self._report.pause()
        self._engine.answer(item.id, _question(change))


def _target(item: Item) -> str:
    return format_path(item.remote) if item.direction is Direction.UPLOAD else display(item.local)


_LETTERS = {
    "o": Policy.OVERWRITE,
    "n": Policy.NEWER,
    "z": Policy.SIZE,
    "d": Policy.CONTENT,
    "r": Policy.RESUME,
    "k": Policy.RENAME,
    "s": Policy.SKIP,
}


def _question(change: Change) -> Decision:
    """Ask on the terminal what to do about one conflict."""
    item, existing = change.item, change.existing
    print(f"{_target(item)} exists.", file=sys.stderr)
    print(f"  new:      {format_size(item.size)}, {format_time(item.mtime_ns / 1e9)}", file=sys.stderr)
    if existing is not None:
        print(f"  existing: {format_size(existing.size)}, {format_time(existing.mtime_ns / 1e9)}", file=sys.stderr)
    while True:
        print(
            "[o]verwrite, if [n]ewer, if the si[z]e or the [d]ata differs, [r]esume, [k]eep both, [s]kip; "
            "a capital letter for all: ",
            end="",
            file=sys.stderr,
            flush=True,
        )
        line = sys.stdin.readline()
        if not line:
            return Decision(Policy.SKIP)
        word = line.strip()
        if word[:1].lower() in _LETTERS:
            return Decision(_LETTERS[word[:1].lower()], for_batch=word[:1].isupper())
