"""Real servers on loopback, sessions and channels to them, and a line between that can be cut."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.client.address import Address
from desktop.client.channel import BulkChannel
from desktop.client.session import Session
from desktop.transfers.items import Direction, Progress
from desktop.transfers.ports import Job, Outcome
from server.accounts.store import AccountStore
from server.config import ServerConfig, open_data_folder
from server.engine.lifecycle import Server
from shared import tls
from shared.names import RemotePath

PASSWORD = "correct horse battery"
FEW_ITERATIONS = 4096
"""The least a client accepts: the tests are not about the cost of a guess."""


@dataclass
class Desk:
    """A running server with one account, ``anna``, and how to reach it."""

    server: Server
    accounts: AccountStore
    home: Path
    data: Path

    @property
    def address(self) -> Address:
        return Address("127.0.0.1", self.server.address[1], "anna")

    async def session(self, user: str = "anna", password: str = PASSWORD, port: int | None = None) -> Session:
        address = Address("127.0.0.1", port or self.server.address[1], user)
        return await Session.open(address, password, lambda fingerprint: None)

    def channel(self, session: Session, port: int | None = None) -> BulkChannel:
        address = Address("127.0.0.1", port or self.server.address[1], "anna")
        return BulkChannel.open(address, session.fingerprint, session.id, session.key)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return open_data_folder(tmp_path / "data")


@pytest.fixture
def desk(data: Path) -> Iterator[Desk]:
    accounts = AccountStore(data)
    account = accounts.add("anna", PASSWORD, iterations=FEW_ITERATIONS)
    identity = tls.make_identity(data, "desk")
    server = Server(ServerConfig(data=data, host="127.0.0.1", port=0, name="desk"), accounts, identity)
    server.start()
    yield Desk(server, accounts, account.home, data)
    server.stop(grace=1)
    accounts.close()


class Line:
    """A TCP proxy to a server that can be cut after a number of bytes, or stalled."""

    piece = 65536

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._left: int | None = None
        self._lock = threading.Lock()
        self._accepting = threading.Thread(target=self._accept, name="line-accept")
        self._accepting.start()

    def cut_after(self, count: int | None) -> None:
        """Cut every connection once ``count`` more bytes have passed, both ways together. None: never."""
        with self._lock:
            self._left = count

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        self._cut(self._sockets)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._target))
            self._sockets += [near, far]
            for source, target in ((near, far), (far, near)):
                thread = threading.Thread(target=self._carry, args=(source, target), name="line")
                self._threads.append(thread)
                thread.start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(self.piece):
                self._carrying(source, len(data))
                with self._lock:
                    if self._left is not None:
                        data = data[: self._left]
                        self._left -= len(data)
                    # Those that are there now: a connection made after the line is whole again is not cut.
                    doomed = list(self._sockets) if self._left == 0 else []
                target.sendall(data)
                if doomed:
                    self._cut(doomed)
                    return
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def _carrying(self, source: socket.socket, count: int) -> None:
        """For lines that count, or take their time."""

    @staticmethod
    def _cut(sockets: list[socket.socket]) -> None:
        for sock in sockets:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for sock in sockets:
            sock.close()


@pytest.fixture
def line(desk: Desk) -> Iterator[Line]:
    line = Line(desk.server.address[1])
    yield line
    line.close()


def upload(local: Path, remote: RemotePath, *, replace: bool = False, number: int = 1) -> Job:
    """Return the job that the engine would make for an upload."""
    found = local.lstat()
    return Job(
        number, Direction.UPLOAD, str(local), remote, found.st_size, found.st_mtime_ns, 0o644, replace, Progress()
    )


def download(remote: RemotePath, local: Path, size: int, *, replace: bool = False, number: int = 1) -> Job:
    """Return the job that the engine would make for a download."""
    return Job(number, Direction.DOWNLOAD, str(local), remote, size, 0, 0o644, replace, Progress())


def run(channel: BulkChannel, *jobs: Job) -> list[Outcome]:
    """Run jobs on a channel and return their outcomes, in order; checks that each got one."""
    outcomes: list[Outcome] = []
    order: list[Job] = []

    def finished(job: Job, outcome: Outcome) -> None:
        order.append(job)
        outcomes.append(outcome)

    channel.run(jobs, lambda job: None, finished)
    assert order == list(jobs)
    return outcomes


def random_file(path: Path, size: int) -> Path:
    """Write a file of random content and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        while size > 0:
            piece = os.urandom(min(size, 1 << 20))
            file.write(piece)
            size -= len(piece)
    return path
