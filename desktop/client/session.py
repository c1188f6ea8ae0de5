"""The session: one login on asyncio, for everything small. Files travel in desktop.client.channel.

What takes long (copies, removals of trees, digests, searches) goes over a line of its own, so that listings do not
wait for it. Cancel the task that awaits such work to end it: the server is told, and the task ends once the server
has said that it stopped; the last ``on_progress`` before that tells what was done. The session goes on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import msgspec

from desktop.client.address import Address
from desktop.client.answers import entry_from
from desktop.client.line import Line, agent, connect_error
from desktop.client.password import change_password
from desktop.client.side_lines import SideLines
from shared import tls
from shared.auth.binding import server_end_point
from shared.auth.scram import ClientLogin
from shared.entries import Entry
from shared.errors import Code, ConnectionLostError, PeerError, RemoteError, WherryError
from shared.names import BadNameError, RemotePath, check_path, decode_path, display, encode_path, format_path
from shared.permissions import FULL, LOOK, Permission, permissions_of
from shared.protocol import limits, messages
from shared.work import Copied, Findings, Match, OnProgress

__all__ = ["Judge", "Session", "agent", "connect_error"]

Judge = Callable[[str], None]
"""Called with the server's fingerprint before any login byte is sent; raises IdentityError to refuse."""

A = TypeVar("A", bound=messages.Message)


class Session:
    """A logged-in connection. Made by :meth:`open`; every request may raise RemoteError for itself, and
    ConnectionLostError or PeerError when the session is over. All on the loop that opened it."""

    def __init__(self, address: Address, line: Line, welcome: messages.Welcome, fingerprint: str) -> None:
        self.address = address
        self.fingerprint = fingerprint
        self.server_name = ""
        self.welcome = welcome
        self.clock_offset_ns = welcome.clock_ns - time.time_ns()
        """The server's clock less ours, as seen at login."""
        self.round_trip_s = 0.0
        """How long the server took to answer during the login, most of it on the line."""
        self._line = line
        self._side = SideLines(address, fingerprint, welcome.session, welcome.key)

    @classmethod
    async def open(cls, address: Address, password: str, judge: Judge) -> Session:
        """Connect, have ``judge`` look at the server's fingerprint, and log in.

        Raises ConnectionLostError, what ``judge`` raises, LoginError, and PeerError for what is no Wherry server.
        """
        line = await Line.connect(address)
        try:
            async with asyncio.timeout(limits.LOGIN_DEADLINE):
                session = await cls._log_in(address, line, password, judge)
        except TimeoutError as error:
            await line.shut()
            raise ConnectionLostError("the server did not finish the login in time") from error
        except BaseException:
            await line.shut()
            raise
        line.start(f"session {address.title}", session._side.close)
        return session

    @property
    def site(self) -> str:
        """The key of this server and user in queue and stores."""
        return self.address.site

    @property
    def error(self) -> WherryError | None:
        """Why the session is over, once :attr:`closed` is set."""
        return self._line.error

    @property
    def closed(self) -> asyncio.Event:
        """Set when the session is over."""
        return self._line.closed

    @property
    def is_read_only(self) -> bool:
        return self.welcome.read_only

    @property
    def mounts(self) -> dict[str, Permission]:
        """The folders that are shared with this account, by their names at the top, and what may be done in each."""
        found = {}
        for mount in self.welcome.mounts:
            try:
                (name,) = decode_path((mount.name,))
            except BadNameError:
                # A name that nobody could ask for: it is no folder of ours.
                continue
            found[name] = permissions_of(mount.permissions)
        return found

    def permissions_at(self, path: RemotePath) -> Permission:
        """Return what may be done at a path, as the login told: for greying out, the server decides anew each time."""
        if path and (found := self.mounts.get(path[0])) is not None:
            return found
        if self.welcome.permissions is None:
            return LOOK if self.welcome.read_only else FULL
        return permissions_of(self.welcome.permissions)

    @property
    def id(self) -> bytes:
        """Names the session when a channel attaches."""
        return self.welcome.session

    @property
    def key(self) -> bytes:
        """Proves that a channel belongs to this session; never leaves the process."""
        return self.welcome.key

    # --- requests

    async def list(self, path: RemotePath) -> AsyncIterator[Sequence[Entry]]:
        """Yield the entries of a folder in batches, as they arrive."""
        asked = self._line.ask(messages.List(id=self._new_id(), path=encode_path(path)))
        seen: set[str] = set()
        try:
            while True:
                batch = await self._line.answer(asked, messages.Entries)
                try:
                    found = [self._new_entry(entry, seen) for entry in batch.entries]
                except PeerError as error:
                    raise await self._line.end(error) from None
                yield found
                if not batch.more:
                    return
        finally:
            self._line.drop(asked)

    async def list_all(self, path: RemotePath) -> Sequence[Entry]:
        """Return the complete listing of a folder."""
        return [entry async for batch in self.list(path) for entry in batch]

    async def stat(self, path: RemotePath) -> Entry:
        """Return one entry."""
        answer = await self._line.request(messages.Stat(id=self._new_id(), path=encode_path(path)), messages.Stated)
        if not path:
            # The home itself: its name is the server's business.
            return Entry("/", answer.entry.kind, answer.entry.size, answer.entry.mtime_ns, answer.entry.mode)
        try:
            found = entry_from(answer.entry)
            if found.name != path[-1]:
                raise PeerError(f"it told about “{display(found.name)}” when asked about “{display(path[-1])}”")
        except PeerError as error:
            raise await self._line.end(error) from None
        return found

    async def is_folder(self, path: RemotePath) -> bool:
        """Whether a folder stands at ``path``; nothing there is no error."""
        try:
            return (await self.stat(path)).is_folder
        except RemoteError as error:
            if error.code is Code.NOT_FOUND:
                return False
            raise

    async def make_folder(self, path: RemotePath, *, parents: bool = False) -> None:
        """Make a folder; with ``parents`` those above too, and an existing one is no error."""
        request = messages.MakeFolder(id=self._new_id(), path=encode_path(path), parents=parents)
        await self._line.request(request, messages.Done)

    async def rename(self, source: RemotePath, target: RemotePath, *, replace: bool = False) -> None:
        """Rename or move. Without ``replace`` an existing target is Code.EXISTS."""
        exists = messages.Exists.REPLACE if replace else messages.Exists.REFUSE
        request = messages.Rename(
            id=self._new_id(), source=encode_path(source), target=encode_path(target), exists=exists
        )
        await self._line.request(request, messages.Done)

    async def set_attributes(self, path: RemotePath, *, mtime_ns: int | None = None, mode: int | None = None) -> None:
        """Set modification time and permission bits where given."""
        request = messages.SetAttributes(id=self._new_id(), path=encode_path(path), mtime_ns=mtime_ns, mode=mode)
        await self._line.request(request, messages.Done)

    async def space(self) -> tuple[int, int]:
        """Return free and total bytes of the account's storage."""
        answer = await self._line.request(messages.Space(id=self._new_id()), messages.SpaceLeft)
        return answer.free, answer.total

    async def change_password(self, old: str, new: str) -> None:
        """Give this account another password; other sessions of it end, this one goes on.

        Raises RemoteError (PERMISSION) when ``old`` is wrong, and LoginError for one that cannot be used.
        """
        await change_password(self._line, self.address.user, old, new)

    async def discard(self, path: RemotePath) -> None:
        """Forget the unfinished upload to ``path``, if there is one."""
        await self._line.request(messages.Discard(id=self._new_id(), path=encode_path(path)), messages.Done)

    # --- work that takes long

    async def copy(
        self, source: RemotePath, target: RemotePath, *, replace: bool = False, on_progress: OnProgress | None = None
    ) -> Copied:
        """Copy a file, a link itself, or a folder with all that is in it, on the server. ``target`` is the new path.

        It appears in one step, complete, or not at all. Code.EXISTS when the target is there; with ``replace`` a file
        or link takes the place of a file or link, but no folder is ever replaced or merged into.
        """
        exists = messages.Exists.REPLACE if replace else messages.Exists.REFUSE
        request = messages.Copy(id=0, source=encode_path(source), target=encode_path(target), exists=exists)
        answer = await self._work(request, messages.Done, on_progress)
        return Copied(answer.count, answer.size, answer.skipped)

    async def move(
        self, source: RemotePath, target: RemotePath, *, replace: bool = False, on_progress: OnProgress | None = None
    ) -> None:
        """Move to the new path ``target``: by a rename, and where the two are on different disks by a copy, complete
        and safe before the original is removed."""
        try:
            await self.rename(source, target, replace=replace)
        except RemoteError as error:
            if error.code is not Code.CROSS_DEVICE:
                raise
        else:
            return
        copied = await self.copy(source, target, replace=replace, on_progress=on_progress)
        if copied.skipped:
            raise RemoteError(
                Code.NOT_FILE,
                "special files cannot be copied to another disk; the original stays beside the copy",
                path=format_path(source),
            )
        await self.remove(source, recursive=True)

    async def remove(self, path: RemotePath, *, recursive: bool = False, on_progress: OnProgress | None = None) -> int:
        """Remove for good; return how many things went. What a cancelled or failed removal took is gone, the rest is
        there."""
        request = messages.Remove(id=0, path=encode_path(path), recursive=recursive)
        if not recursive:
            request = msgspec.structs.replace(request, id=self._new_id())
            return (await self._line.request(request, messages.Done)).count
        return (await self._work(request, messages.Done, on_progress)).count

    async def digest(self, path: RemotePath, *, on_progress: OnProgress | None = None) -> tuple[int, bytes]:
        """Return size and root of a file's content, as shared.protocol.blocks defines it."""
        answer = await self._work(messages.DigestOf(id=0, path=encode_path(path)), messages.Digested, on_progress)
        return answer.size, answer.root

    async def search(
        self,
        path: RemotePath,
        pattern: str,
        *,
        limit: int = limits.MAX_FOUND,
        on_progress: OnProgress | None = None,
    ) -> AsyncIterator[Findings]:
        """Yield what below a folder has a name that ``pattern`` fits (see shared.patterns), in batches as it is found.

        Progress counts what was looked at. Leave the loop early, or cancel, to end the search.
        """
        request = messages.Search(id=0, path=encode_path(path), pattern=pattern, limit=limit)
        async with self._side_line() as line:
            self._check_known(line)
            asked = line.ask(msgspec.structs.replace(request, id=line.conversation.new_id()))
            seen: set[RemotePath] = set()
            try:
                while True:
                    found = await line.answer(asked, messages.Found, on_progress)
                    try:
                        matches = [self._new_match(match, path, seen) for match in found.matches]
                    except PeerError as error:
                        raise await line.end(error) from None
                    yield Findings(matches, found.is_cut, found.unread)
                    if not found.more:
                        return
            finally:
                await line.stop(asked)

    async def close(self) -> None:
        """End the session in order. Safe to call again."""
        await self._line.close()

    # --- inside

    def _new_id(self) -> int:
        return self._line.conversation.new_id()

    @asynccontextmanager
    async def _side_line(self) -> AsyncIterator[Line]:
        """Lend a line for long work. A server that breaks the protocol there is trusted nowhere any more."""
        try:
            async with self._side.borrow() as line:
                yield line
        except PeerError as error:
            raise await self._line.end(error) from error

    async def _work(self, request: messages.Requests, kind: type[A], on_progress: OnProgress | None) -> A:
        async with self._side_line() as line:
            if isinstance(request, messages.Copy):
                self._check_known(line)
            asked = line.ask(msgspec.structs.replace(request, id=line.conversation.new_id()))
            try:
                return await line.answer(asked, kind, on_progress)
            except asyncio.CancelledError:
                await line.stop(asked, on_progress)
                raise

    @staticmethod
    def _check_known(line: Line) -> None:
        if not line.conversation.knows_long_work:
            raise RemoteError(Code.UNSUPPORTED, "the server is of an older version", hint="Update Wherry Server there.")

    @staticmethod
    def _new_entry(wire: messages.Entry, seen: set[str]) -> Entry:
        found = entry_from(wire)
        if found.name in seen:
            raise PeerError(f"it listed “{display(found.name)}” twice")
        seen.add(found.name)
        return found

    @staticmethod
    def _new_match(wire: messages.Match, top: RemotePath, seen: set[RemotePath]) -> Match:
        entry = entry_from(wire.entry)
        try:
            path = check_path((*top, *decode_path(wire.folder), entry.name))
        except BadNameError as error:
            raise PeerError(f"it found something at “{error.path}”: {error.detail}") from error
        if path in seen:
            raise PeerError(f"it found “{format_path(path)}” twice")
        seen.add(path)
        return Match(path, entry)

    @classmethod
    async def _log_in(cls, address: Address, line: Line, password: str, judge: Judge) -> Session:
        certificate = line.connection.getpeercert(binary_form=True) or b""
        fingerprint = tls.fingerprint_of(certificate)
        judge(fingerprint)
        hello = await line.read_login(messages.Hello)
        scram = ClientLogin(address.user, password, server_end_point(certificate))
        line.conversation.say_hello()
        line.say(messages.ScramFirst(text=scram.first()))
        asked = time.monotonic()
        challenge = await line.read_login(messages.ScramChallenge)
        round_trip_s = time.monotonic() - asked
        # PBKDF2 takes about a third of a second on purpose: not in the thread that paints.
        final = await asyncio.get_running_loop().run_in_executor(None, scram.answer, challenge.text)
        line.say(messages.ScramFinal(text=final))
        welcome = await line.read_login(messages.Welcome)
        scram.verify(welcome.text)
        session = cls(address, line, welcome, fingerprint)
        session.server_name = display(hello.name)
        session.round_trip_s = round_trip_s
        return session
