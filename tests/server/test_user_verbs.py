"""``wherry-server user`` as scripts meet it: every setting in and out again, and what is refused in words."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from server import cli
from server.accounts import store
from shared.auth.credentials import Verifier, make_verifier
from shared.protocol import limits

if TYPE_CHECKING:
    from tests.postgres import Postgres

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _fast_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    def quick(password: str, *, iterations: int) -> Verifier:
        return make_verifier(password, iterations=limits.MIN_ITERATIONS)

    monkeypatch.setattr(store, "make_verifier", quick)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        status = cli.main(["user", *arguments, "--data", str(data)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return call


def add(run: Run, *options: str) -> None:
    status, _, err = run("add", "anna", *options, "--password-stdin", stdin="pw\n")
    assert status == 0, err


def shown(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("show", "anna", "--json")[1])
    return found


SETTINGS = {
    "permissions": ("read,write,make-folder", ["read", "write", "make-folder"]),
    "quota": ("10G", 10 * 1024**3),
    "max_files": ("5000", 5000),
    "upload_rate": ("1M", 1024**2),
    "download_rate": ("2M/s", 2 * 1024**2),
    "max_sessions": ("3", 3),
    "expires": ("2027-01-31", datetime(2027, 2, 1).timestamp()),
}
OPTIONS = [word for name, (text, _) in SETTINGS.items() for word in ("--" + name.replace("_", "-"), text)]


def test_every_setting_can_be_made_with_the_account_or_later(run: Run) -> None:
    add(run, *OPTIONS)
    made = shown(run)
    assert {name: made[name] for name in SETTINGS} == {name: value for name, (_, value) in SETTINGS.items()}
    cleared = [word for name in SETTINGS for word in ("--" + name.replace("_", "-"), "none")]
    assert run("set", "ANNA", *cleared) == (0, "changed anna\n", "")
    empty = shown(run)
    assert empty["permissions"] == []
    assert all(empty[name] is None for name in SETTINGS if name != "permissions")
    assert run("set", "anna", *OPTIONS)[0] == 0
    assert shown(run) == made


def test_what_is_not_named_stays(run: Run, tmp_path: Path) -> None:
    add(run, *OPTIONS)
    before = shown(run)
    assert run("set", "anna", "--max-sessions", "9", "--home", str(tmp_path / "new"))[0] == 0
    assert shown(run) == {**before, "max_sessions": 9, "home": str(tmp_path / "new")}
    assert (tmp_path / "new").is_dir()


def test_an_account_can_have_another_name(run: Run) -> None:
    add(run)
    home = shown(run)["home"]
    assert run("set", "anna", "--name", "anne") == (0, "changed anne\n", "")
    assert run("show", "anna")[0] == 1
    status, out, _ = run("show", "anne")
    assert status == 0
    assert home in out


def test_people_are_shown_what_there_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "Lab").mkdir()
    add(run, "--quota", "10G", "--read-only", "--expires", "2020-01-01")
    assert run("share", "add", "anna", str(tmp_path / "Lab"), "--permissions", "full", "--max-files", "7")[0] == 0
    lines = run("show", "anna")[1].splitlines()
    facts = {line[:15].strip(): line[15:] for line in lines}
    assert (facts["state"], facts["permissions"], facts["quota"]) == ("expired", "read, list", "10.0 GiB")
    assert facts["shared"] == f"Lab: {tmp_path / 'Lab'}; full; up to 7 files"
    assert run("list")[1].splitlines()[1].split()[:4] == ["anna", "expired", "read", "only"]


def test_folders_are_shared_changed_and_taken_away(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    folder.mkdir()
    add(run)
    assert run("share", "list", "anna")[:2] == (0, "")
    status, out, err = run("share", "add", "anna", str(folder), "--as", "Lab", "--quota", "1G")
    assert (status, out, err) == (0, f"anna finds {folder} as Lab: read only\n", "")
    assert run("share", "set", "anna", "Lab", "--permissions", "read,list,write", "--quota", "none")[0] == 0
    expected = {
        "name": "Lab",
        "folder": str(folder),
        "permissions": ["read", "list", "write"],
        "quota": None,
        "max_files": None,
    }
    assert json.loads(run("share", "list", "anna", "--json")[1]) == expected
    assert shown(run)["shares"] == [expected]
    assert run("share", "list", "anna")[1].splitlines()[1].split() == ["Lab", "read,list,write", "none", str(folder)]
    assert run("share", "remove", "anna", "Lab") == (0, "anna finds Lab no more\n", "")
    status, _, err = run("share", "remove", "anna", "Lab")
    assert status == 1
    assert "share list anna" in err
    assert folder.is_dir()


def test_a_name_that_covers_something_in_the_home_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    add(run)
    (Path(shown(run)["home"]) / "photos").mkdir()
    status, _, err = run("share", "add", "anna", str(tmp_path / "photos"))
    assert status == 0
    assert "the home of anna has “photos” too" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["set", "anna", "--permissions", "read,fly"],
        ["set", "anna", "--quota", "0"],
        ["set", "anna", "--max-files", "-1"],
        ["set", "anna", "--max-sessions", "many"],
        ["set", "anna", "--upload-rate", "fast"],
        ["set", "anna", "--expires", "31.1.2027"],
        ["set", "anna", "--expires", "9999-12-31"],
        ["share"],
        ["share", "add", "anna"],
        ["share", "remove", "anna"],
    ],
)
def test_a_command_line_that_makes_no_sense_changes_nothing(run: Run, arguments: list[str]) -> None:
    add(run)
    before = shown(run)
    assert run(*arguments)[0] == 2
    assert shown(run) == before


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["set", "anna", "--upload-rate", "1K"], "64 KiB"),
        (["set", "anna", "--max-sessions", "1000000"], "sessions"),
        (["set", "bert", "--quota", "1G"], "No such account"),
        (["set", "anna", "--name", "../anna"], "name is not allowed"),
        (["share", "add", "anna", "/nowhere/at/all"], "no such folder"),
        (["share", "set", "anna", "Lab", "--quota", "1G"], "No such shared folder"),
    ],
)
def test_what_cannot_be_is_said_in_words(run: Run, arguments: list[str], reason: str) -> None:
    add(run)
    before = shown(run)
    status, out, err = run(*arguments)
    assert (status, out) == (1, "")
    assert reason in err
    assert shown(run) == before


def test_the_settings_say_where_the_accounts_are(run: Run, data: Path, postgres: Postgres, tmp_path: Path) -> None:
    add(run)
    url = postgres.new_database()
    (data / "config.toml").write_text(f'[accounts]\ndatabase = "{url}"\n')
    assert run("list", "--json")[1] == ""
    add(run, "--home", str(tmp_path / "anna"))
    assert shown(run)["home"] == str(tmp_path / "anna")
    other = tmp_path / "other.toml"
    other.write_text("")
    assert json.loads(run("show", "anna", "--json", "--config", str(other))[1])["home"] == str(data / "homes" / "anna")
