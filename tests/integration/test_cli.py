"""The two command lines as processes: the contract of verbs, outputs and exit statuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.conftest import PASSWORD, random_file

Result = subprocess.CompletedProcess[str]


def server(*words: str, text: str = "") -> Result:
    return subprocess.run(
        [sys.executable, "-m", "server", *words], input=text, capture_output=True, text=True, timeout=60, check=False
    )


@dataclass
class Place:
    """A ``wherry-server serve`` process, and how to talk to it."""

    process: subprocess.Popen[str]
    url: str
    fingerprint: str
    folder: Path
    home: Path

    def wherry(self, *words: str, trust: bool = True, password: str | None = PASSWORD) -> Result:
        environment = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
        environment.pop("WHERRY_PASSWORD", None)
        if password is not None:
            environment["WHERRY_PASSWORD"] = password
        more = ["--fingerprint", self.fingerprint] if trust else []
        return subprocess.run(
            [
                sys.executable,
                "-m",
                "desktop.cli",
                words[0],
                "--profile",
                str(self.folder / "profile"),
                *words[1:],
                *more,
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
        )

    def ok(self, *words: str) -> str:
        done = self.wherry(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("cli")
    data = folder / "data"
    added = server("user", "add", "anna", "--password-stdin", "--data", str(data), text=f"{PASSWORD}\n")
    assert added.returncode == 0, added.stderr
    process = subprocess.Popen(
        [sys.executable, "-m", "server", "serve", "--port", "0", "--host", "127.0.0.1", "--json", "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    assert ready["event"] == "listening"
    yield Place(
        process, f"wherry://anna@127.0.0.1:{ready['port']}", ready["fingerprint"], folder, data / "homes" / "anna"
    )
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    process.stdout.close()


def tree(root: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else None for path in sorted(root.rglob("*"))
    }


def test_a_folder_goes_up_and_comes_back_the_same(place: Place, tmp_path: Path) -> None:
    source = tmp_path / "photos"
    random_file(source / "a" / "one", 10)
    random_file(source / "a" / "größe \n\x1b[31m", 5_000_000)
    (source / "empty").mkdir()
    place.ok("put", str(source), f"{place.url}/")
    assert tree(place.home / "photos") == tree(source)
    place.ok("get", f"{place.url}/photos", str(tmp_path / "back"))
    assert tree(tmp_path / "back") == tree(source)
    assert "\x1b" not in place.ok("ls", f"{place.url}/photos/a")


def test_json_is_one_object_a_line(place: Place, tmp_path: Path) -> None:
    random_file(tmp_path / "f", 10)
    lines = [
        json.loads(line) for line in place.ok("put", str(tmp_path / "f"), f"{place.url}/json", "--json").splitlines()
    ]
    assert [line["event"] for line in lines] == ["done", "summary"]
    assert lines[0]["target"] == "/json"
    listed = [json.loads(line) for line in place.ok("ls", "--json", f"{place.url}/").splitlines()]
    assert {"name": "json", "kind": "file", "size": 10}.items() <= next(
        e for e in listed if e["name"] == "json"
    ).items()


def test_what_exists_is_not_touched_without_an_order(place: Place, tmp_path: Path) -> None:
    source = random_file(tmp_path / "f", 10)
    place.ok("put", str(source), f"{place.url}/kept")
    random_file(source, 20)
    refused = place.wherry("put", str(source), f"{place.url}/kept")
    assert refused.returncode == 1
    assert "Already exists" in refused.stderr
    assert (place.home / "kept").stat().st_size == 10
    place.ok("put", "--on-conflict", "skip", str(source), f"{place.url}/kept")
    assert (place.home / "kept").stat().st_size == 10
    place.ok("put", "--on-conflict", "rename", str(source), f"{place.url}/kept")
    assert (place.home / "kept (2)").stat().st_size == 20
    place.ok("put", str(source), f"{place.url}/kept", "--on-conflict", "overwrite")
    assert (place.home / "kept").stat().st_size == 20


def test_folders_are_made_moved_and_removed(place: Place) -> None:
    place.ok("mkdir", f"{place.url}/x/y")
    place.ok("mv", f"{place.url}/x/y", "z")
    assert (place.home / "x" / "z").is_dir()
    assert place.wherry("rm", f"{place.url}/x").returncode == 1
    place.ok("rm", "-r", f"{place.url}/x")
    assert not (place.home / "x").exists()


def test_some_items_failing_is_status_1_and_each_is_named(place: Place, tmp_path: Path) -> None:
    good = random_file(tmp_path / "good", 5)
    done = place.wherry("put", str(good), str(tmp_path / "missing"), f"{place.url}/")
    assert done.returncode == 1
    assert str(tmp_path / "missing") in done.stderr
    assert (place.home / "good").read_bytes() == good.read_bytes()


@pytest.mark.parametrize(
    "words",
    [
        ("ls",),
        ("ls", "nonsense"),
        ("ls", "wherry://host/"),
        ("get", "wherry://u@h/x"),
        ("ls", "--jobs", "0", "wherry://u@h/"),
        ("ls", "--unknown", "wherry://u@h/"),
        ("ls", "wherry://u@h/%2e%2e"),
        ("rm", "wherry://u@h/a%2Fb"),
    ],
)
def test_nonsense_is_status_2(place: Place, words: tuple[str, ...]) -> None:
    done = place.wherry(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_nobody_there_is_status_3(place: Place) -> None:
    done = place.wherry("ls", "wherry://anna@127.0.0.1:1/")
    assert done.returncode == 3
    assert "nothing listens" in done.stderr


def test_a_refused_login_is_status_4(place: Place) -> None:
    assert place.wherry("ls", place.url, password="wrong").returncode == 4
    done = place.wherry("ls", place.url, password=None)
    assert done.returncode == 4
    assert "--password-stdin" in done.stderr


def test_an_unknown_or_another_identity_is_status_5(place: Place) -> None:
    unknown = place.wherry("ls", place.url, trust=False)
    assert unknown.returncode == 5
    assert place.fingerprint in unknown.stderr
    other = place.wherry("ls", place.url, "--fingerprint", "SHA256:" + "A" * 43, trust=False)
    assert other.returncode == 5
    assert place.fingerprint in other.stderr


def test_interrupted_is_status_130_and_the_same_command_carries_on(place: Place, tmp_path: Path) -> None:
    source = random_file(tmp_path / "big", 60_000_000)
    words = [sys.executable, "-m", "desktop.cli", "put", str(source), f"{place.url}/big", "--fingerprint"]
    process = subprocess.Popen(
        [*words, place.fingerprint, "--limit", "20M", "--profile", str(place.folder / "profile")],
        env={**os.environ, "WHERRY_PASSWORD": PASSWORD},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    staging = place.home / ".wherry-staging"
    deadline = time.monotonic() + 30
    while not (staging.is_dir() and any(path.stat().st_size > 12_000_000 for path in staging.glob("*.part"))):
        assert time.monotonic() < deadline, "nothing was staged"
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "resume" in errors
    assert not (place.home / "big").exists()
    lines = place.ok("put", str(source), f"{place.url}/big", "--on-conflict", "resume", "--json").splitlines()
    assert json.loads(lines[-1])["done"] == 1
    assert (place.home / "big").read_bytes() == source.read_bytes()
    assert list(staging.glob("*.part")) == []


def test_a_limit_is_kept(place: Place, tmp_path: Path) -> None:
    source = random_file(tmp_path / "f", 6_000_000)
    started = time.monotonic()
    place.ok("put", str(source), f"{place.url}/limited", "--limit", "3M")
    assert time.monotonic() - started > 1.5


def test_the_password_is_read_from_standard_input(place: Place) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "desktop.cli", "ls", place.url, "--password-stdin", "--fingerprint", place.fingerprint],
        input=f"{PASSWORD}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_servers_verbs(tmp_path: Path) -> None:
    data = str(tmp_path / "d")
    assert server("user", "add", "bob", "--data", data, "--password-stdin", text="long enough pw\n").returncode == 0
    assert server("user", "add", "bob", "--data", data, "--password-stdin", text="long enough pw\n").returncode == 1
    listed = server("user", "list", "--data", data)
    assert "bob" in listed.stdout
    assert server("user", "disable", "bob", "--data", data).returncode == 0
    assert server("user", "enable", "--data", data, "bob").returncode == 0
    assert server("user", "remove", "bob", "--data", data).returncode == 0
    assert server("user", "remove", "bob", "--data", data).returncode == 1
    assert server("user", "fly", "bob", "--data", data).returncode == 2
    assert server("fingerprint", "--data", data).stdout.startswith("SHA256:")
