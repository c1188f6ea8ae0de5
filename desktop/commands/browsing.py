"""``ls``, ``rm``, ``mkdir``, ``mv``, ``cp``, ``sum``, ``df``: one request each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from desktop.client.address import Link, is_link
from desktop.client.session import Session
from desktop.commands.connecting import Connector
from desktop.commands.options import Exit, Options, UsageError
from desktop.commands.report import Report
from shared.errors import Code, RemoteError
from shared.names import RemotePath, format_path, parse_path


@asynccontextmanager
async def _session(connector: Connector, link: Link) -> AsyncIterator[Session]:
    session = await connector.open(link.address)
    try:
        yield session
    finally:
        await session.close()


async def ls(options: Options, connector: Connector, report: Report) -> Exit:
    """Print a folder's entries, or a file's own."""
    link = options.link(options.words[0])
    async with _session(connector, link) as session:
        entry = await session.stat(link.path)
        report.entries(list(await session.list_all(link.path)) if entry.is_folder else [entry])
    return Exit.DONE


async def mkdir(options: Options, connector: Connector, report: Report) -> Exit:
    """Make a folder and those above it. An existing one is an error, as of the tool it is named after."""
    link = options.link(options.words[0])
    async with _session(connector, link) as session:
        if len(link.path) > 1:
            await session.make_folder(link.path[:-1], parents=True)
        await session.make_folder(link.path)
    report.did("made", format_path(link.path))
    return Exit.DONE


async def rm(options: Options, connector: Connector, report: Report) -> Exit:
    """Remove for good."""
    link = options.link(options.words[0])
    if not link.path:
        raise UsageError("the home folder itself is not removed", hint="Name what is in it.")
    async with _session(connector, link) as session:
        entry = await session.stat(link.path)
        if entry.is_folder and not options.recursive:
            raise RemoteError(Code.IS_FOLDER, path=format_path(link.path), hint="Use rm -r for folders.")
        count = await session.remove(link.path, recursive=options.recursive)
    report.did("removed", format_path(link.path), count=count)
    return Exit.DONE


async def mv(options: Options, connector: Connector, report: Report) -> Exit:
    """Rename or move: into an existing folder under its own name, else to the new path."""

    async def rename(session: Session, source: RemotePath, target: RemotePath, replace: bool) -> dict[str, int]:
        await session.rename(source, target, replace=replace)
        return {}

    return await _to_new_path(options, connector, report, "moved", rename)


async def cp(options: Options, connector: Connector, report: Report) -> Exit:
    """Copy on the server, a file or a folder with all that is in it; to where mv would move it."""

    async def copy(session: Session, source: RemotePath, target: RemotePath, replace: bool) -> dict[str, int]:
        copied = await session.copy(source, target, replace=replace)
        return {"count": copied.count, "size": copied.size, "skipped": copied.skipped}

    return await _to_new_path(options, connector, report, "copied", copy)


async def sum_(options: Options, connector: Connector, report: Report) -> Exit:
    """Print size and digest of a file, as the server reads it now."""
    link = options.link(options.words[0])
    async with _session(connector, link) as session:
        size, root = await session.digest(link.path)
    report.digest(format_path(link.path), size, root)
    return Exit.DONE


async def df(options: Options, connector: Connector, report: Report) -> Exit:
    """Print how much space the account has."""
    link = options.link(options.words[0])
    async with _session(connector, link) as session:
        free, total = await session.space()
    report.space(free, total)
    return Exit.DONE


_Act = Callable[[Session, RemotePath, RemotePath, bool], Awaitable[dict[str, int]]]
"""Does something with a source and a target, which may be replaced or not; returns what to tell about it."""


async def _to_new_path(options: Options, connector: Connector, report: Report, event: str, act: _Act) -> Exit:
    link = options.link(options.words[0])
    target, is_folder = _new_path(options, link)
    async with _session(connector, link) as session:
        if link.path and (is_folder or await session.is_folder(target)):
            target = (*target, link.path[-1])
        try:
            more = await act(session, link.path, target, False)
        except RemoteError as error:
            if error.code is not Code.EXISTS or options.on_conflict.value not in {"overwrite", "skip"}:
                raise
            if options.on_conflict.value == "skip":
                report.did("skipped", format_path(link.path))
                return Exit.DONE
            more = await act(session, link.path, target, True)
    report.did(event, format_path(target), source=format_path(link.path), **more)
    return Exit.DONE


def _new_path(options: Options, link: Link) -> tuple[RemotePath, bool]:
    word = options.words[1]
    if is_link(word):
        other = options.link(word)
        if other.address != link.address:
            raise UsageError(f"{options.verb} works on one server", hint="Use get and put between servers.")
        return other.path, other.is_folder
    path = parse_path(word)
    # A bare name renames in place, as a person who types it means; a path counts from the home.
    return (path if "/" in word else (*link.path[:-1], *path)), word.endswith("/")


ACTIONS = {"ls": ls, "rm": rm, "mkdir": mkdir, "mv": mv, "cp": cp, "sum": sum_, "df": df}
"""What carries each verb out."""
