"""``config.toml``: what it may say, and what a typing mistake is answered with."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from server import config_file
from server.accounts.networks import parse_network
from server.config import GuardConfig, ServerConfig
from server.config_file import EXAMPLE, FILE_NAME, change_config, load_config, parse_span
from shared.errors import ConfigError


def write(folder: Path, text: str) -> None:
    (folder / FILE_NAME).write_text(text)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_config(tmp_path) == ServerConfig(data=tmp_path)


def test_the_example_says_the_defaults_and_every_option(tmp_path: Path) -> None:
    text = EXAMPLE.read_text()
    write(tmp_path, text)
    assert load_config(tmp_path) == ServerConfig(data=tmp_path)
    # With everything switched on it is still read, and no option is missing.
    everything = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE)
    write(tmp_path, everything)
    config = load_config(tmp_path)
    assert (config.metrics_port, config.log_file) == (9476, tmp_path / "server.log")
    documented = set(re.findall(r"^(?:# )?(\w+) = ", text, flags=re.MULTILINE))
    assert documented == {key for keys in config_file._TABLE.values() for key in keys}
    settable = {name.partition(".")[0] for keys in config_file._TABLE.values() for name, _ in keys.values()}
    assert settable == {each.name for each in fields(ServerConfig)} - {"data"}
    guard = {name.partition(".")[2] for name, _ in config_file._TABLE["guard"].values()}
    assert guard == {each.name for each in fields(GuardConfig)}


def test_what_the_file_says_is_read_and_the_command_line_wins(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        [server]
        port = 1234
        name = "box"
        grace = "2m"
        [limits]
        upload_rate = "10M"
        download_rate = 0
        [guard]
        deny = ["203.0.113.0/24"]
        first_ban = 60
        [metrics]
        port = 0
        host = "::1"
        """,
    )
    config = load_config(tmp_path, port=99, host=None)
    assert (config.port, config.name, config.host, config.grace) == (99, "box", "0.0.0.0", 120.0)
    assert (config.upload_rate, config.download_rate) == (10 << 20, None)
    assert config.guard == GuardConfig(deny=(parse_network("203.0.113.0/24"),), first_ban=60.0)
    assert (config.metrics_host, config.metrics_port) == ("::1", 0)


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("[server]\nprot = 1\n", "line 2, “prot”", "server.port"),
        ("[limits]\n\nworker = 1\n", "line 3, “worker”", "limits.workers"),
        ("[sever]\nport = 1\n", "line 1, [sever]", "[server]"),
        ("port = 1\n", "line 1, “port”", "server.port"),
        ("[server]\nupload_rate = 1\n", "line 2", "limits.upload_rate"),
        ("[server]\nzzzzzz = 1\n", "line 2", "host, port"),
        ("server = 5\n", "line 1", "[server]"),
        ("[guard]\nallow = ['10.1.2.3/8']\n", "line 2, “allow”", "192.0.2.0/24"),
    ],
)
def test_a_name_nobody_knows_is_refused_with_its_place_and_the_nearest(
    tmp_path: Path, text: str, place: str, hint: str
) -> None:
    write(tmp_path, text)
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path)
    assert place in refused.value.detail
    assert FILE_NAME in refused.value.detail
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[server]\nport = 'http'\n", "line 2, “port”: it must be a whole number"),
        ("[server]\nport = true\n", "whole number"),
        ("[server]\nannounce = 1\n", "true or false"),
        ("[server]\nname = 1\n", "quotes"),
        ("[server]\ngrace = '5 weeks'\n", "15m"),
        ("[server]\ngrace = [1]\n", "15m"),
        ("[limits]\nupload_rate = 'fast'\n", "10M"),
        ("[limits]\nupload_rate = true\n", "whole number"),
        ("[guard]\ndeny = '10.0.0.1'\n", "list"),
        ("[guard]\ndeny = [1]\n", "list"),
        ("[server]\nport = 70000\n", "70000"),
        ("[metrics]\nport = 1\nhost = '0.0.0.0'\n", "loopback"),
        ("[server\n", "no TOML"),
        ("[server]\nname = '\x01'\n", "no TOML"),
        ("a = " + "[" * 5000, "no TOML"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_words(tmp_path: Path, text: str, told: str) -> None:
    write(tmp_path, text)
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path)
    assert told in refused.value.detail
    assert str(refused.value).isprintable()


def test_files_that_cannot_be_read_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no settings file"):
        load_config(tmp_path, tmp_path / "absent.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path, tmp_path)
    (tmp_path / FILE_NAME).write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_config(tmp_path)
    (tmp_path / FILE_NAME).write_bytes(b"#" * (config_file.MAX_FILE + 1))
    with pytest.raises(ConfigError, match="too large"):
        load_config(tmp_path)


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("2 min", 120), ("1h", 3600), ("2d", 172800)])
def test_times_as_people_write_them(text: str, seconds: float) -> None:
    assert parse_span(text) == seconds


# --- changed by the tray


def test_a_change_keeps_comments_and_everything_else(tmp_path: Path) -> None:
    write(tmp_path, '# mine\n[server]\nport = 4000 # the old one\nname = "desk"\n\n[log]\naudit = false\n')
    config = change_config(tmp_path, {"port": 4001, "upload_rate": 10**6})
    assert (config.port, config.name, config.audit, config.upload_rate) == (4001, "desk", False, 10**6)
    text = (tmp_path / FILE_NAME).read_text()
    assert text.startswith("# mine\n")
    assert "# the old one" in text
    assert load_config(tmp_path) == config
    assert [file.name for file in tmp_path.iterdir()] == [FILE_NAME]


def test_every_setting_can_be_changed_and_taken_back(tmp_path: Path) -> None:
    default = ServerConfig(data=tmp_path)
    values: dict[str, object] = {
        "host": "127.0.0.1", "port": 1, "name": "x", "announce": True, "grace": 1.5, "database": "sqlite:///x",
        "max_sessions_per_account": 2, "workers": 3, "max_connections": 4, "max_before_login": 5, "max_per_address": 6,
        "upload_rate": 10**6, "download_rate": 10**7, "compress": False, "guard.ban_after": 2, "guard.window": 60.0,
        "guard.first_ban": 1.0, "guard.longest_ban": 2.0, "guard.allow": (parse_network("10.0.0.0/8"),),
        "guard.deny": (parse_network("fd00::/8"),), "guard.trust": (parse_network("192.168.1.1"),),
        "log_level": "debug", "log_format": "json", "log_file": tmp_path / "a.log", "audit": False,
        "metrics_host": "::1", "metrics_port": 9,
    }  # fmt: skip
    assert set(values) == {name for keys in config_file._TABLE.values() for name, _ in keys.values()}

    def fields_of(config: ServerConfig) -> dict[str, object]:
        return {
            name: getattr(config.guard, name.removeprefix("guard."))
            if name.startswith("guard.")
            else getattr(config, name)
            for name in values
        }

    assert fields_of(change_config(tmp_path, values)) == values
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert change_config(tmp_path, fields_of(default)) == default


@pytest.mark.parametrize("value", [70_000, -1])
def test_what_cannot_be_is_not_written_and_named_by_its_file(tmp_path: Path, value: int) -> None:
    write(tmp_path, "[server]\nport = 4000\n")
    with pytest.raises(ConfigError, match="is not a port"):
        change_config(tmp_path, {"port": value})
    assert (tmp_path / FILE_NAME).read_text() == "[server]\nport = 4000\n"
    assert [file.name for file in tmp_path.iterdir()] == [FILE_NAME]


def test_a_file_with_a_mistake_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, "[server]\nprot = 4000\n")
    with pytest.raises(ConfigError, match="prot"):
        change_config(tmp_path, {"port": 4001})
    assert (tmp_path / FILE_NAME).read_text() == "[server]\nprot = 4000\n"
