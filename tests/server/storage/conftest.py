"""A home to be jailed in, with something outside that must never be reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.storage.claims import Claims
from server.storage.jail import Folder, Jail
from server.storage.quota import MemoryLedger
from server.storage.staging import Staging


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret").write_bytes(b"secret")
    return folder


@pytest.fixture
def home(tmp_path: Path, outside: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def jail(home: Path) -> Iterator[Jail]:
    jail = Jail(home)
    yield jail
    jail.close()


@pytest.fixture
def top(jail: Jail) -> Iterator[Folder]:
    """The home, as an open folder."""
    with jail.open_folder(()) as folder:
        yield folder


@pytest.fixture
def claims() -> Claims:
    return Claims()


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger()


@pytest.fixture
def staging(jail: Jail, claims: Claims, ledger: MemoryLedger) -> Iterator[Staging]:
    staging = Staging(jail, "anna", claims, ledger)
    yield staging
    staging.close()
