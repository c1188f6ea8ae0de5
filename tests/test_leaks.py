"""The search for leaks finds each kind, names it, and lets clean tests pass. It runs an inner pytest."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

_TESTS = Path(__file__).resolve().parent

_SETTINGS = """
[pytest]
addopts = --import-mode=importlib -p no:cacheprovider
pythonpath = .
asyncio_mode = strict
asyncio_default_fixture_loop_scope = function
filterwarnings = error
qt_api = pyside6
markers =
    keeps(*kinds): what this test may leave behind on purpose
"""

_IMPORTS = """
import asyncio, os, threading, time
from pathlib import Path
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel
kept = []
"""

_LEAKING = """
def test_thread():
    threading.Thread(target=threading.Event().wait, args=(30,), name="lost", daemon=True).start()

async def forgotten():
    await asyncio.sleep(30)

@pytest.mark.asyncio
async def test_task():
    kept.append(asyncio.create_task(forgotten(), name="lost"))
    await asyncio.sleep(0)

def test_timer(qapp):
    kept.append(QTimer())
    kept[-1].start(1000)

def test_window(qapp):
    kept.append(QLabel("x"))
    kept[-1].setWindowTitle("Lost window")
    kept[-1].show()

def test_file(tmp_path):
    os.open(tmp_path, os.O_RDONLY)
"""

_CLEAN = """
def test_thread_that_is_just_ending():
    threading.Thread(target=time.sleep, args=(0.2,)).start()

@pytest.mark.asyncio
async def test_awaited_task():
    await asyncio.create_task(asyncio.sleep(0))

def test_stopped_timer_and_closed_window(qtbot):
    timer = QTimer()
    timer.start(10)
    timer.stop()
    window = QLabel()
    qtbot.addWidget(window)
    window.show()

@pytest.mark.keeps("windows")
def test_window_kept_on_purpose(qapp):
    kept.append(QLabel())

def test_window_that_was_there_before(qapp):
    assert kept

def test_closed_file(tmp_path):
    os.close(os.open(tmp_path, os.O_RDONLY))

@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_an_empty_home(turn):
    assert not (Path.home() / "trace").exists()
    (Path.home() / "trace").touch()
"""


@pytest.fixture
def inner(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with our conftest and nothing else, run in a process of its own."""
    tests = pytester.path / "tests"
    tests.mkdir()
    shutil.copy(_TESTS / "conftest.py", tests)
    # A thread "just ending" below takes 0.2 s; the leaks need not be waited for longer.
    patience = (_TESTS / "leaks.py").read_text().replace("GRACE_S = 2.0", "GRACE_S = 0.5")
    (tests / "leaks.py").write_text(patience)
    (pytester.path / "pytest.ini").write_text(_SETTINGS)
    return pytester


def test_what_a_test_leaves_behind_fails_it_by_name(inner: pytest.Pytester) -> None:
    (inner.path / "tests" / "test_inner.py").write_text(_IMPORTS + _LEAKING)
    result = inner.runpytest_subprocess("tests")
    result.assert_outcomes(passed=5, errors=5)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_thread*",
            "*a thread: 'lost', started at tests/test_inner.py:* in test_thread*",
            "*ERROR at teardown of test_task*",
            "*a task nobody awaited or cancelled: 'lost', tests/test_inner.py:* forgotten*",
            "*ERROR at teardown of test_timer*",
            "*a running QTimer (1000 ms, parent none), started at tests/test_inner.py:* in test_timer*",
            "*ERROR at teardown of test_window*",
            "*a window: QLabel 'Lost window'*",
            "*ERROR at teardown of test_file*",
            "*an open file: *test_file0 (descriptor *",
        ]
    )


def test_what_is_ended_in_time_or_exempted_passes(inner: pytest.Pytester) -> None:
    (inner.path / "tests" / "test_inner.py").write_text(_IMPORTS + _CLEAN)
    inner.runpytest_subprocess("tests").assert_outcomes(passed=8)
