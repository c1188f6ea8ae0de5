"""What every test runs under: its own home, no display, no keyring, and a search for what it left behind."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.leaks import Origins, Snapshot

if TYPE_CHECKING:
    from tests.postgres import Postgres

# Before anything imports Qt, qasync or keyring. Programs on a real display get theirs from tests.screen.
os.environ["QT_API"] = "pyside6"
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "WHERRY_PASSWORD", "QT_STYLE_OVERRIDE"):
    os.environ.pop(name, None)

pytest_plugins = ["pytester"]

_HOMES = Path(tempfile.mkdtemp(prefix="wherry-homes-"))
_numbers = count()
_origins = Origins()
_failed = pytest.StashKey[bool]()

_HOME_VARIABLES = {
    "HOME": "",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_CACHE_HOME": ".cache",
    "XDG_STATE_HOME": ".local/state",
    "XDG_RUNTIME_DIR": "run",
}


def _make_home() -> dict[str, str]:
    """Make an empty home and return the variables that lead there."""
    home = _HOMES / str(next(_numbers))
    home.mkdir(mode=0o700)
    (home / "run").mkdir(mode=0o700)
    return {variable: str(home / below) for variable, below in _HOME_VARIABLES.items()}


def pytest_configure(config: pytest.Config) -> None:
    # Fixtures that outlive one test live in this one.
    os.environ.update(_make_home())
    _origins.install()


def pytest_unconfigure(config: pytest.Config) -> None:
    _origins.uninstall()
    shutil.rmtree(_HOMES, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[_failed] = True
    # A report travels between processes; what a test logged of hostile names need not be text that can.
    report.sections = [(name, _sendable(text)) for name, text in report.sections]
    return report


def _sendable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL, where one is installed."""
    server_module = pytest.importorskip("tests.postgres", reason="psycopg is not installed", exc_type=ImportError)
    programs = server_module.find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    server = server_module.Postgres(programs)
    yield server
    server.close()


@pytest.fixture(autouse=True)
def _nothing_stays(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fail a test that leaves a thread, task, running timer, window or open file behind, and name it.

    ``@pytest.mark.keeps("windows")`` exempts a kind; the reason belongs beside it.
    """
    exempt = frozenset(kind for mark in request.node.iter_markers("keeps") for kind in mark.args)
    before = Snapshot(_origins, (tmp_path_factory.getbasetemp(), _HOMES))
    yield
    # A test that failed half-way leaves things too; its failure is the news.
    if not request.node.stash.get(_failed, False) and (left := before.new(exempt)):
        pytest.fail("this test left behind:\n  " + "\n  ".join(left), pytrace=False)


@pytest.fixture(autouse=True)
def _own_home(_nothing_stays: None) -> Iterator[None]:
    """Give each test an empty home; its folder is made, what lies below is the test's business."""
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in _make_home().items():
            patch.setenv(variable, value)
        yield
