"""The settings file and the engine stay the same, whoever changes what."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from server.config import ServerConfig
from server.config_file import FILE_NAME, load_config
from server.tray.live_settings import LiveSettings
from shared.errors import ConfigError
from tests.server.tray.fakes import FakeEngine


@pytest.fixture
def engine(tmp_path: Path) -> FakeEngine:
    (tmp_path / FILE_NAME).write_text('[server]\nhost = "127.0.0.1"\nname = "desk"\n')
    return FakeEngine(tmp_path)


@pytest.fixture
def applied() -> list[ServerConfig]:
    return []


@pytest.fixture
def settings(tmp_path: Path, engine: FakeEngine, applied: list[ServerConfig]) -> LiveSettings:
    return LiveSettings(tmp_path, engine, applied.append)


def test_a_change_is_written_and_holds(
    tmp_path: Path, engine: FakeEngine, settings: LiveSettings, applied: list[ServerConfig]
) -> None:
    engine.start()
    assert settings.change({"name": "lab", "log_level": "debug"}) == ()
    assert load_config(tmp_path).name == "lab"
    assert (engine.config.name, engine.config.log_level) == ("lab", "debug")
    assert applied == [engine.config]


def test_what_needs_a_restart_is_written_and_waits(engine: FakeEngine, settings: LiveSettings) -> None:
    engine.start()
    assert settings.change({"workers": 3}) == ("workers",)
    assert (settings.wanted.workers, engine.config.workers) == (3, 32)
    engine.stop()
    assert settings.read_again() == ()
    assert engine.config.workers == 3


def test_a_port_that_is_taken_changes_nothing(tmp_path: Path, engine: FakeEngine, settings: LiveSettings) -> None:
    before = (tmp_path / FILE_NAME).read_text()
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(ConfigError, match="could not listen there") as error,
    ):
        settings.change({"port": taken.getsockname()[1]})
    assert "Nothing was changed" in error.value.hint
    assert (tmp_path / FILE_NAME).read_text() == before


def test_an_address_that_is_not_here_changes_nothing(settings: LiveSettings) -> None:
    with pytest.raises(ConfigError, match="could not listen there"):
        settings.change({"host": "203.0.113.7"})
    assert settings.wanted.host == "127.0.0.1"


def test_what_the_engine_refuses_is_told(tmp_path: Path, engine: FakeEngine, settings: LiveSettings) -> None:
    with pytest.raises(ConfigError, match="workers"):
        settings.change({"workers": 0})
    assert engine.config.workers == 32
    assert [file.name for file in tmp_path.iterdir()] == [FILE_NAME]
