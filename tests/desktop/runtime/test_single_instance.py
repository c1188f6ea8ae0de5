"""One window per profile; a second start shows the first."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtNetwork import QLocalSocket

from desktop.runtime.single_instance import SingleInstance, _address

ASK = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.runtime.single_instance import SingleInstance
app = QCoreApplication([])
second = SingleInstance(Path(sys.argv[1]))
sys.exit(3 if second.acquire() else 0 if second.ask_to_activate() else 4)
"""


@pytest.fixture
def first(qapp, tmp_path):
    instance = SingleInstance(tmp_path)
    assert instance.acquire()
    yield instance
    instance.release()


def test_a_second_process_is_refused_and_activates_the_first(qtbot, first, tmp_path):
    with qtbot.waitSignal(first.activation_requested, timeout=20_000):
        second = subprocess.Popen([sys.executable, "-c", ASK, str(tmp_path)])
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.returncode == 0


def test_after_release_another_may_have_it(qapp, first, tmp_path):
    first.release()
    other = SingleInstance(tmp_path)
    assert other.acquire()
    other.release()


def test_two_profiles_have_two_windows(qapp, first, tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    other = SingleInstance(folder)
    assert other.acquire()
    other.release()


def test_a_second_process_hands_its_link_over(qtbot, first, tmp_path):
    link = "wherry://anna@desk/photos/ü%20x/"
    seen = []
    first.activation_requested.connect(lambda: seen.append("front"))
    first.link_requested.connect(seen.append)
    script = ASK.replace("ask_to_activate()", "ask_to_activate(sys.argv[2])")
    second = subprocess.Popen([sys.executable, "-c", script, str(tmp_path), link])
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.returncode == 0
    assert seen == ["front", link]


@pytest.mark.parametrize("noise", [b"x" * 8192, b"open everything" + b"x" * 8192 + b"\n", b"delete all\n", b"\n"])
def test_noise_on_the_socket_activates_nothing_and_is_cut_off(qtbot, first, tmp_path, noise):
    activated = []
    first.activation_requested.connect(lambda: activated.append(True))
    first.link_requested.connect(activated.append)
    socket = QLocalSocket()
    socket.connectToServer(_address(tmp_path))
    assert socket.waitForConnected(2000)
    with qtbot.waitSignal(socket.disconnected):
        socket.write(noise)
    assert activated == []


def test_a_deep_profile_still_gets_an_address_a_socket_can_have(tmp_path):
    deep = tmp_path.joinpath(*["a-rather-long-name"] * 8)
    assert len(_address(deep)) <= 100
    assert _address(deep) != _address(deep / "x")
