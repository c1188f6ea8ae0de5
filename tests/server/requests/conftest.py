"""A desk over a home, as one session has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.accounts.account import Account
from server.requests.dispatch import Desk
from server.storage.homes import Home, Homes
from shared.permissions import FULL, LOOK


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def opened(home: Path) -> Iterator[Home]:
    opened = Homes().open(home, "anna")
    yield opened
    opened.close()


def account(home: Path, *, read_only: bool = False) -> Account:
    return Account(name="anna", home=home, permissions=LOOK if read_only else FULL)


@pytest.fixture
def desk(opened: Home, home: Path) -> Iterator[Desk]:
    desk = Desk(account(home), opened.jail, opened.staging)
    yield desk
    desk.close()


@pytest.fixture
def reading_desk(opened: Home, home: Path) -> Iterator[Desk]:
    """The desk of an account that may only read."""
    desk = Desk(account(home, read_only=True), opened.jail, opened.staging)
    yield desk
    desk.close()
