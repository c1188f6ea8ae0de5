"""Each permission, proven both ways: without it the request is refused and nothing has changed, with it alone it goes.

Every request of the protocol is here, also those whose need depends on what is there already.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.accounts.account import Share
from server.requests.dispatch import Desk
from server.requests.permissions import NEEDS, needs_of
from server.storage.failure import StorageError
from server.storage.homes import Homes
from shared.errors import Code
from shared.names import STAGING_NAME
from shared.permissions import FULL, LOOK, NONE, Permission
from shared.protocol import messages
from shared.protocol.messages import Exists
from tests.server.fake_exchange import FakeExchange, end_of, honest_client

P = Permission
NEW = b"new content"


@dataclass(frozen=True)
class Case:
    what: str
    request: messages.Requests
    needs: Permission


def put(path: bytes, *, inline: bool, exists: Exists = Exists.REFUSE, parents: bool = False) -> messages.Put:
    return messages.Put(
        id=1,
        path=tuple(path.split(b"/")),
        size=len(NEW),
        mtime_ns=0,
        exists=exists,
        inline=inline,
        parents=parents,
    )


REPLACE = Exists.REPLACE
CASES = [
    Case("list", messages.List(id=1, path=(b"folder",)), P.LIST),
    Case("list the home", messages.List(id=1, path=()), P.LIST),
    Case("stat", messages.Stat(id=1, path=(b"file",)), P.LIST),
    Case("search", messages.Search(id=1, path=(b"folder",), pattern="x"), P.LIST),
    Case("digest", messages.DigestOf(id=1, path=(b"file",)), P.READ),
    Case("get", messages.Get(id=1, path=(b"file",)), P.READ),
    Case("make a folder", messages.MakeFolder(id=1, path=(b"new",)), P.MAKE_FOLDER),
    Case("make folders", messages.MakeFolder(id=1, path=(b"new", b"new"), parents=True), P.MAKE_FOLDER),
    Case("rename", messages.Rename(id=1, source=(b"file",), target=(b"new",)), P.RENAME),
    Case(
        "rename to a free name, replacing",
        messages.Rename(id=1, source=(b"file",), target=(b"new",), exists=REPLACE),
        P.RENAME,
    ),
    Case(
        "rename over a file",
        messages.Rename(id=1, source=(b"file",), target=(b"other",), exists=REPLACE),
        P.RENAME | P.OVERWRITE,
    ),
    Case("remove", messages.Remove(id=1, path=(b"file",)), P.DELETE),
    Case("remove a tree", messages.Remove(id=1, path=(b"folder",), recursive=True), P.DELETE),
    Case("set a mode", messages.SetAttributes(id=1, path=(b"file",), mode=0o600), P.OVERWRITE),
    Case("set a time", messages.SetAttributes(id=1, path=(b"folder",), mtime_ns=5), P.OVERWRITE),
    Case(
        "copy",
        messages.Copy(id=1, source=(b"file",), target=(b"new",)),
        P.READ | P.LIST | P.WRITE | P.MAKE_FOLDER,
    ),
    Case(
        "copy a tree",
        messages.Copy(id=1, source=(b"folder",), target=(b"new",)),
        P.READ | P.LIST | P.WRITE | P.MAKE_FOLDER,
    ),
    Case(
        "copy over a file",
        messages.Copy(id=1, source=(b"file",), target=(b"other",), exists=REPLACE),
        P.READ | P.LIST | P.WRITE | P.MAKE_FOLDER | P.OVERWRITE,
    ),
    Case("discard", messages.Discard(id=1, path=(b"file",)), P.WRITE),
    *(
        Case(f"{what}{' inline' if inline else ''}", put(path, inline=inline, exists=exists, parents=parents), needs)
        for inline in (False, True)
        for what, path, exists, parents, needs in (
            ("put", b"new", Exists.REFUSE, False, P.WRITE),
            ("put a new file, replacing", b"new", REPLACE, False, P.WRITE),
            ("put over a file", b"file", REPLACE, False, P.WRITE | P.OVERWRITE),
            ("put into a folder that is there", b"folder/new", Exists.REFUSE, True, P.WRITE),
            ("put into a folder that is not", b"far/away/new", Exists.REFUSE, True, P.WRITE | P.MAKE_FOLDER),
        )
    ),
]
FREE = [
    messages.Ping(id=1),
    messages.Space(id=1),
    messages.Stat(id=1, path=()),
    messages.MakeFolder(id=1, path=(b"folder",), parents=True),
]
"""What needs nothing: it tells and makes nothing."""

OWN = {messages.ProvePassword, messages.ChangePassword, messages.Assist}
"""What has proofs of its own; see test_password.py and test_joint.py."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with something of each kind in it."""
    folder = tmp_path / "files"
    (folder / "folder").mkdir(parents=True)
    (folder / "folder" / "x").write_bytes(b"x")
    (folder / "file").write_bytes(b"old")
    (folder / "other").write_bytes(b"other")
    return folder


def state_of(folder: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in folder.rglob("*"):
        if STAGING_NAME not in path.parts:
            status = path.stat()
            found[str(path)] = status.st_mode, status.st_mtime_ns, path.read_bytes() if path.is_file() else None
    return found


@contextmanager
def desk_of(home: Path, permissions: Permission, *shares: Share) -> Iterator[Desk]:
    opened = Homes().open(home, "anna", permissions=permissions, shares=shares)
    desk = Desk(opened)
    yield desk
    desk.close()
    opened.close()


def ask(desk: Desk, request: messages.Requests) -> list[messages.Any]:
    is_inline = isinstance(request, messages.Put) and request.inline
    exchange = FakeExchange([NEW, end_of(NEW)] if is_inline else [], honest_client(NEW))
    desk.handle(request, exchange)
    desk.flush(exchange)
    assert exchange.is_drained
    return exchange.sent


def below(request: messages.Requests, top: bytes) -> messages.Requests:
    """Return a request for the same thing in a shared folder."""
    fields = {field: getattr(request, field) for field in request.__struct_fields__}
    for field in ("path", "source", "target"):
        if field in fields:
            fields[field] = (top, *fields[field])
    return type(request)(**fields)


def test_every_request_is_in_the_table_and_is_tried() -> None:
    requests = set(messages.Requests.__args__)
    assert set(NEEDS) == requests
    assert {type(case.request) for case in CASES} | {type(request) for request in FREE} | OWN == requests


@pytest.mark.parametrize("is_shared", [False, True], ids=["home", "share"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_with_what_it_needs_alone_it_goes(case: Case, is_shared: bool, folder: Path, tmp_path: Path) -> None:
    answers = asked(case, case.needs, is_shared, folder, tmp_path)
    assert not isinstance(answers[-1], messages.Failed), answers[-1]


@pytest.mark.parametrize("is_shared", [False, True], ids=["home", "share"])
@pytest.mark.parametrize(
    ("case", "missing"),
    [(case, permission) for case in CASES for permission in Permission if permission in case.needs],
    ids=lambda value: value.what if isinstance(value, Case) else value.name.lower(),
)
def test_without_any_of_it_nothing_happens(
    case: Case, missing: Permission, is_shared: bool, folder: Path, tmp_path: Path
) -> None:
    before = state_of(folder)
    (answer,) = asked(case, FULL & ~missing, is_shared, folder, tmp_path)
    assert isinstance(answer, messages.Failed)
    assert answer.code == Code.PERMISSION
    assert state_of(folder) == before


def asked(case: Case, permissions: Permission, is_shared: bool, folder: Path, tmp_path: Path) -> list[messages.Any]:
    """Ask in a home, or the same in a shared folder of a home where the opposite is allowed."""
    if not is_shared:
        with desk_of(folder, permissions) as desk:
            return ask(desk, case.request)
    home = tmp_path / "home"
    home.mkdir()
    share = Share(name="shared", folder=folder, permissions=permissions)
    with desk_of(home, FULL & ~permissions, share) as desk:
        answers = ask(desk, below(case.request, b"shared"))
    assert [path.name for path in home.iterdir() if path.name != STAGING_NAME] == []
    return answers


@pytest.mark.parametrize("request_", FREE, ids=lambda request: type(request).__name__)
def test_what_tells_nothing_needs_nothing(request_: messages.Requests, folder: Path) -> None:
    before = state_of(folder)
    with desk_of(folder, NONE) as desk:
        (answer,) = ask(desk, request_)
    assert not isinstance(answer, messages.Failed)
    assert state_of(folder) == before


def test_reading_only_has_a_code_of_its_own(folder: Path) -> None:
    with desk_of(folder, LOOK) as desk:
        (answer,) = ask(desk, messages.Remove(id=1, path=(b"file",)))
        assert (answer.code, answer.path) == (Code.READ_ONLY, (b"file",))
    with desk_of(folder, NONE) as desk:
        (answer,) = ask(desk, messages.Remove(id=1, path=(b"file",)))
        assert answer.code == Code.PERMISSION


@pytest.mark.parametrize("path", [(b"..", b"file"), (b"folder", b".."), (b"/file",), (b"folder/x",), (b"",)])
def test_a_path_is_judged_before_permissions_are(path: tuple[bytes, ...], folder: Path) -> None:
    """Permission checked on one spelling, opened by another: there is one spelling."""
    with desk_of(folder, FULL) as desk:
        for request in (messages.Get(id=1, path=path), messages.Remove(id=1, path=path)):
            (answer,) = ask(desk, request)
            assert answer.code == Code.BAD_NAME
    assert (folder / "file").exists()


def test_who_may_not_read_learns_nothing_of_what_he_replaces(folder: Path) -> None:
    """The digests offered for a resume would prove a guess at the content."""
    content = os.urandom(1000)
    (folder / "file").write_bytes(content)
    for permissions, offered in ((FULL, 1), (FULL & ~P.READ, 0)):
        with desk_of(folder, permissions) as desk:
            exchange = FakeExchange(react=honest_client(content))
            desk.handle(messages.Put(id=1, path=(b"file",), size=len(content), mtime_ns=0, exists=REPLACE), exchange)
            ready, stored = exchange.sent[0], exchange.sent[-1]
            assert isinstance(stored, messages.Stored)
            assert sum(1 for digest in ready.have if digest) == offered


def test_a_request_that_is_not_in_the_table_is_refused() -> None:
    class Teleport(messages.Request, frozen=True, kw_only=True):
        path: messages.Path

    with pytest.raises(StorageError) as refused:
        needs_of(Teleport(id=1, path=()))  # type: ignore[arg-type]  # that is the point
    assert refused.value.code is Code.UNSUPPORTED
