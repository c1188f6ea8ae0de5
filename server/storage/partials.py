"""The staging folder of a home: what lies in it, who left it and how old it is. Writes no content.

``.wherry-staging`` (mode 0700) at the home's root holds, all under names made here and never taken from a path:
``KEY-ID.part`` with its sidecar ``KEY-ID.meta`` for an upload that can be resumed, ``ID.tmp`` for a small one.
KEY is from account and target, so that finding a partial reads one folder and one sidecar; ID is random.
A partial in use is held by flock(2), which also keeps out a second server process on the same home.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec
from blake3 import blake3

from server.storage import jail_posix as system
from server.storage.jail import SIDECAR_SUFFIX
from shared.names import STAGING_NAME, RemotePath, encode_component

MAX_AGE = 7 * 24 * 3600.0
"""Seconds after which an untouched upload is taken for forgotten."""

_PART, _META, _SMALL = ".part", SIDECAR_SUFFIX, ".tmp"
_OURS = re.compile(r"([0-9a-f]{16}-)?[0-9a-f]{32}\.(part|meta|tmp)")
_MAX_SIDECAR = 64 * 1024


class Sidecar(msgspec.Struct, frozen=True, kw_only=True):
    """What an unfinished upload is of. Sizes in bytes, ``mtime_ns`` of the source in ns since the epoch."""

    account: str
    target: tuple[bytes, ...]
    size: int
    mtime_ns: int
    block_size: int


@dataclass(frozen=True, slots=True)
class Partial:
    """An unfinished upload, open and locked for this process alone."""

    name: str
    """Without a suffix."""
    handle: int

    @property
    def names(self) -> tuple[str, ...]:
        """The content's file, then its sidecar."""
        return self.name + _PART, self.name + _META


class StagingFolder:
    """The open staging folder of one home. Raises OSError; the caller knows for which path it asked."""

    def __init__(self, home: int) -> None:
        """Open the folder, or make it. One that is a link, or not a folder, is refused by the system."""
        with suppress(FileExistsError):
            os.mkdir(STAGING_NAME, 0o700, dir_fd=home)
        self.handle = system.open_child(home, STAGING_NAME)
        try:
            status = os.fstat(self.handle)
            if status.st_uid != os.geteuid():
                raise PermissionError(errno.EPERM, "the staging folder belongs to another user of the server")
            if stat.S_IMODE(status.st_mode) & 0o077:
                os.fchmod(self.handle, 0o700)
        except BaseException:
            os.close(self.handle)
            raise

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self.handle)

    def create_small(self) -> tuple[str, int]:
        """Make and open a file that nobody will look for again; return its name and handle."""
        name = secrets.token_hex(16) + _SMALL
        return name, system.create_file(self.handle, name)

    def create(self, sidecar: Sidecar) -> Partial:
        """Make, lock and open a partial, and write its sidecar."""
        name = f"{_key(sidecar.account, sidecar.target)}-{secrets.token_hex(16)}"
        partial = Partial(name, system.create_file(self.handle, name + _PART))
        try:
            fcntl.flock(partial.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            handle = system.create_file(self.handle, name + _META)
            try:
                os.write(handle, msgspec.msgpack.encode(sidecar))
            finally:
                os.close(handle)
        except BaseException:
            os.close(partial.handle)
            self.remove(partial.names)
            raise
        return partial

    def find(self, sidecar: Sidecar) -> Partial | None:
        """Open and lock the partial of exactly this upload; older ones of the same target go.

        Raises BlockingIOError while another writer has it.
        """
        found: Partial | None = None
        opened: list[int] = []
        try:
            for name in self._names_of(sidecar.account, sidecar.target):
                partial = self._open(name)
                if partial is None:
                    self.remove((name + _META,))
                    continue
                opened.append(partial.handle)
                if found is None and self._read_sidecar(name) == sidecar:
                    found = partial
                    # Touched, so that a sweep sees that somebody cares.
                    os.utime(name + _META, dir_fd=self.handle, follow_symlinks=False)
                else:
                    self.remove(partial.names)
        except BaseException:
            # A handle that stayed open would keep its lock, and the target busy, for as long as the server runs.
            found = None
            raise
        finally:
            for handle in opened:
                if found is None or handle != found.handle:
                    os.close(handle)
        return found

    def discard(self, account: str, target: RemotePath) -> int:
        """Remove the partials of an account for a target; return how many. Raises BlockingIOError if in use."""
        count = 0
        for name in self._names_of(account, _encoded(target)):
            partial = self._open(name)
            self.remove((name + _PART, name + _META))
            if partial is not None:
                os.close(partial.handle)
            count += 1
        return count

    def drop(self, account: str, targets: Sequence[RemotePath]) -> int:
        """Remove the partials of an account for any of these targets, but for those in use; return how many."""
        keys = {_key(account, _encoded(target)) for target in targets}
        count = 0
        for name in os.listdir(self.handle):
            if name.partition("-")[0] not in keys or not name.endswith(_META) or not _OURS.fullmatch(name):
                continue
            try:
                partial = self._open(name.removesuffix(_META))
            except BlockingIOError:
                continue
            count += self.remove((name.removesuffix(_META) + _PART, name))
            if partial is not None:
                os.close(partial.handle)
        return count

    def sweep(self, now: float) -> int:
        """Remove what nobody touched for MAX_AGE before ``now`` (seconds since the epoch); return how many files.

        Age goes by the change time of the inode, which no upload's modification time can disguise.
        """
        touched: dict[str, float] = {}
        names = [name for name in os.listdir(self.handle) if _OURS.fullmatch(name)]
        for name in names:
            stem = name.partition(".")[0]
            try:
                touched[stem] = max(touched.get(stem, 0.0), system.look(self.handle, name).st_ctime)
            except FileNotFoundError:
                continue
        count = 0
        for name in names:
            if now - touched.get(name.partition(".")[0], now) > MAX_AGE and not self._is_locked(name):
                count += self.remove((name,))
        return count

    def remove(self, names: tuple[str, ...]) -> int:
        """Remove files of this folder; return how many were there."""
        count = 0
        for name in names:
            try:
                os.unlink(name, dir_fd=self.handle)
            except FileNotFoundError:
                continue
            count += 1
        return count

    def _names_of(self, account: str, target: tuple[bytes, ...]) -> list[str]:
        key = _key(account, target) + "-"
        # A folder that changes while it is read may show a name twice; the second time it would be found in use.
        return sorted(
            {
                name.removesuffix(_META)
                for name in os.listdir(self.handle)
                if name.startswith(key) and name.endswith(_META) and _OURS.fullmatch(name)
            }
        )

    def _open(self, name: str) -> Partial | None:
        try:
            handle, _ = system.open_regular(self.handle, name + _PART, os.O_RDWR)
        except FileNotFoundError:
            return None
        except PermissionError:
            # A complete one may have got the modes of its target before a crash: make it writable again.
            system.set_mode(self.handle, name + _PART, 0o600)
            handle, _ = system.open_regular(self.handle, name + _PART, os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BaseException:
            os.close(handle)
            raise
        return Partial(name, handle)

    def _read_sidecar(self, name: str) -> Sidecar | None:
        try:
            handle, _ = system.open_regular(self.handle, name + _META)
        except FileNotFoundError:
            return None
        try:
            return msgspec.msgpack.decode(os.read(handle, _MAX_SIDECAR), type=Sidecar)
        except msgspec.DecodeError:
            return None
        finally:
            os.close(handle)

    def _is_locked(self, name: str) -> bool:
        try:
            handle, _ = system.open_regular(self.handle, name)
        except OSError as error:
            return error.errno != errno.ENOENT
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False


def sidecar_for(account: str, target: RemotePath, size: int, mtime_ns: int, block_size: int) -> Sidecar:
    """Return what identifies an upload: only exactly the same one resumes it."""
    return Sidecar(account=account, target=_encoded(target), size=size, mtime_ns=mtime_ns, block_size=block_size)


def _encoded(target: RemotePath) -> tuple[bytes, ...]:
    return tuple(encode_component(name) for name in target)


def _key(account: str, target: tuple[bytes, ...]) -> str:
    return blake3(b"\0".join((account.encode(), *target))).hexdigest()[:16]
