"""A file that is edited here arrives there when it is saved, never over another's work, and is never lost."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from desktop.client.address import Address
from desktop.controllers.editing import EditingController
from desktop.controllers.queue import Crossing
from desktop.places.remote import RemotePlace
from desktop.storage.edit_store import EditStore
from desktop.transfers.items import Direction, Item, Policy, State
from shared.entries import Entry, Kind
from shared.errors import Code, RemoteError
from tests.desktop.controllers.conftest import idle, until

pytestmark = pytest.mark.asyncio


class Server:
    """A home with files in memory, as a session tells of it."""

    address = Address("desk", 47623, "anna")
    site = address.site

    def __init__(self) -> None:
        self.files: dict[tuple[str, ...], bytes] = {("notes.txt",): b"first"}
        self.times: dict[tuple[str, ...], int] = {("notes.txt",): 1}

    def write(self, path: tuple[str, ...], content: bytes) -> None:
        self.files[path] = content
        self.times[path] = self.times.get(path, 0) + 1

    async def stat(self, path: tuple[str, ...]) -> Entry:
        if path not in self.files:
            raise RemoteError(Code.NOT_FOUND, path="/".join(path))
        return Entry(path[-1], Kind.FILE, len(self.files[path]), self.times[path], 0o644)


class Pane:
    def __init__(self, server: Server) -> None:
        self.place: object = RemotePlace(server)
        self.path: tuple[str, ...] = ()
        self.said: list[tuple[str, str]] = []

    def show_notice(self, kind: str, text: str) -> None:
        self.said.append((str(kind), text))

    def show_error(self, text: str) -> None:
        self.said.append(("error", text))

    def failed(self, what: str, error: Exception) -> None:
        self.said.append(("error", f"{what}: {error!r}"))


class Queue:
    """Carries at once; ``is_broken``: nothing arrives."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.is_broken = False
        self.policies: list[Policy | None] = []

    async def carry(self, crossing: Crossing, policy: Policy | None = None) -> Sequence[Item]:
        source = crossing.sources[0]
        self.policies.append(policy)
        is_upload = crossing.direction is Direction.UPLOAD
        if is_upload:
            remote = (*crossing.target, os.path.basename(str(source.path)))
            if policy is Policy.RENAME and remote in self.server.files:
                remote = (*remote[:-1], "notes (2).txt")
            local = str(source.path)
        else:
            remote, local = source.path, os.path.join(str(crossing.target), source.path[-1])
        if not self.is_broken:
            if is_upload:
                self.server.write(remote, Path(local).read_bytes())
            else:
                Path(local).write_bytes(self.server.files[remote])
        state = State.FAILED if self.is_broken else State.DONE
        return [Item(1, 1, crossing.direction, Kind.FILE, crossing.site, local, remote, 1, 1, state=state)]


class Desk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = Server()
        self.pane = Pane(self.server)
        self.queue = Queue(self.server)
        self.opened: list[Path] = []
        self.store = EditStore(folder / "edits.json")
        self.editing = self.start()

    def start(self) -> EditingController:
        return EditingController(self.pane, self.queue, self.store, self.folder / "edits", self._open)

    def _open(self, url) -> bool:
        self.opened.append(Path(url.toLocalFile()))
        return True


@pytest_asyncio.fixture
async def desk(tmp_path, monkeypatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr("desktop.controllers.editing.SAVED_MS", 20)
    made = Desk(tmp_path)
    yield made
    await made.editing.close()


async def opened(desk: Desk) -> Path:
    desk.editing.edit(await desk.server.stat(("notes.txt",)))
    await until(lambda: desk.opened)
    return desk.opened[-1]


async def test_what_is_saved_here_is_saved_there(desk):
    copy = await opened(desk)
    assert copy.read_bytes() == b"first"
    assert copy.parent.stat().st_mode & 0o077 == 0
    for text in (b"second", b"third"):
        copy.write_bytes(text)
        await until(lambda text=text: desk.server.files["notes.txt",] == text)
    await until(lambda: len(desk.pane.said) == 2)
    assert desk.pane.said[0] == ("success", "“notes.txt” was saved on the server.")
    await idle()


async def test_a_program_that_writes_a_new_file_is_followed(desk):
    copy = await opened(desk)
    fresh = copy.with_name(".notes.swp")
    fresh.write_bytes(b"by rename")
    os.replace(fresh, copy)
    await until(lambda: desk.server.files["notes.txt",] == b"by rename")
    await until(lambda: desk.pane.said)
    await idle()


async def test_anothers_work_is_not_replaced(desk):
    copy = await opened(desk)
    desk.server.write(("notes.txt",), b"of another")
    copy.write_bytes(b"mine")
    await until(lambda: desk.pane.said)
    assert desk.server.files == {("notes.txt",): b"of another", ("notes (2).txt",): b"mine"}
    kind, text = desk.pane.said[0]
    assert kind == "warning"
    assert "“notes (2).txt”" in text
    await idle()


async def test_a_copy_that_did_not_arrive_is_kept_over_a_restart_and_uploaded_then(desk):
    copy = await opened(desk)
    desk.queue.is_broken = True
    copy.write_bytes(b"precious")
    await until(lambda: desk.pane.said)
    assert str(copy) in desk.pane.said[0][1]
    await desk.editing.close()
    assert copy.read_bytes() == b"precious"
    desk.queue.is_broken = False
    desk.store = EditStore(desk.folder / "edits.json")
    desk.editing = desk.start()
    desk.editing.take_up()
    await until(lambda: desk.server.files["notes.txt",] == b"precious")
    await until(lambda: len(desk.pane.said) == 2)
    await idle()
    await desk.editing.close()
    assert not copy.exists(), "what the server has as it is here is not kept twice"
    assert desk.store.edits == []


async def test_opening_it_again_goes_on_with_the_same_copy(desk):
    copy = await opened(desk)
    desk.editing.edit(await desk.server.stat(("notes.txt",)))
    await until(lambda: len(desk.opened) == 2)
    assert desk.opened == [copy, copy]
    await idle()


async def test_what_cannot_be_fetched_leaves_nothing_behind(desk):
    desk.queue.is_broken = True
    desk.editing.edit(await desk.server.stat(("notes.txt",)))
    await until(lambda: desk.pane.said)
    assert list((desk.folder / "edits").iterdir()) == []
    assert desk.opened == []
    await idle()


async def test_only_files_can_be_edited(desk):
    desk.editing.edit(Entry("folder", Kind.FOLDER, 0, 0, 0o755))
    assert desk.pane.said == [("info", "Only files can be opened to edit them.")]
