"""The two programs as real processes: a server that can be killed and comes back on its port, and client commands.

Only processes started here are ever signalled, each by its own number.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.accounts.store import AccountStore
from server.config import open_data_folder
from shared.names import PART_SUFFIX, STAGING_NAME
from tests.integration.conftest import FEW_ITERATIONS, PASSWORD

_SERVE = [sys.executable, "-m", "server", "serve", "--host", "127.0.0.1", "--json"]
_WHERRY = [sys.executable, "-m", "desktop.cli"]

_PATIENCE = 60.0
"""Seconds after which a process that does not end fails the test."""


@dataclass(frozen=True)
class Result:
    """What a client command left: its exit status, its JSON lines and its words."""

    status: int
    events: Sequence[dict[str, Any]]
    errors: str

    def of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.events if line["event"] == event]

    def codes(self) -> dict[str, str]:
        """Return the code of each failed item, by the last component of its source."""
        return {line["source"].rpartition("/")[2]: line["code"] for line in self.of("failed")}


class Command:
    """A client command under way."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()

    def interrupt(self) -> None:
        """Press Ctrl+C."""
        self._process.send_signal(2)

    def result(self) -> Result:
        """Wait for its end. A line that a crash cut short was never said."""
        out, errors = self._process.communicate(timeout=_PATIENCE)
        whole = out[: out.rfind("\n") + 1].splitlines()
        assert "Traceback" not in errors, errors
        return Result(self._process.returncode, [json.loads(line) for line in whole], errors)


class Depot:
    """A ``wherry-server serve`` process with one account, ``anna``. Close it."""

    def __init__(self, folder: Path, *, home: Path | None = None, quota: int | None = None) -> None:
        self.data = open_data_folder(folder / "data")
        self._profile = folder / "profile"
        accounts = AccountStore(self.data)
        self.home = accounts.add("anna", PASSWORD, home=home, quota=quota, iterations=FEW_ITERATIONS).home
        accounts.close()
        self._log = folder / "server.log"
        self._process: subprocess.Popen[str] | None = None
        self._commands: list[subprocess.Popen[str]] = []
        self.port = 0
        self.fingerprint = ""
        self.start()

    # --- the server

    def start(self) -> None:
        """Start the server, on the port it had before."""
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [*_SERVE, "--port", str(self.port), "--data", str(self.data)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self.log()
        ready = json.loads(line)
        self.port, self.fingerprint = ready["port"], ready["fingerprint"]

    def kill(self) -> None:
        """End the server as a crash would."""
        self._end(kill=True)

    def close(self) -> None:
        """End every process; the server must stop in order."""
        for command in self._commands:
            if command.poll() is None:
                command.kill()
            command.communicate()
        if self._process is not None:
            status = self._end(kill=False)
            assert status == 0, self.log()
        assert "Traceback" not in self.log(), self.log()

    def log(self) -> str:
        """Return what the server logged."""
        return self._log.read_text()

    def _end(self, *, kill: bool) -> int:
        process, self._process = self._process, None
        assert process is not None
        assert process.stdout is not None
        if kill:
            process.kill()
        else:
            process.terminate()
        status = process.wait(timeout=_PATIENCE)
        process.stdout.close()
        return status

    # --- clients

    def url(self, path: str) -> str:
        return f"wherry://anna@127.0.0.1:{self.port}/{path}"

    def begin(self, *words: str) -> Command:
        """Start a client command."""
        environment = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
        process = subprocess.Popen(
            [*_WHERRY, *words, "--json", "--profile", str(self._profile), "--fingerprint", self.fingerprint],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**environment, "WHERRY_PASSWORD": PASSWORD},
        )
        self._commands.append(process)
        return Command(process)

    def run(self, *words: str) -> Result:
        """Run a client command to its end."""
        return self.begin(*words).result()

    def staged_bytes(self) -> int:
        """Return how much of unfinished uploads lies in the account's staging."""
        staging = self.home / STAGING_NAME
        return sum(_size(path) for path in staging.glob("*.part")) if staging.exists() else 0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def eventually(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something holds; fail when it does not come to hold."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to hold"
        time.sleep(0.005)


def tree(root: Path) -> dict[str, bytes]:
    """Return the visible files below a folder with their contents."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and STAGING_NAME not in path.parts and not path.name.endswith(PART_SUFFIX)
    }


def unfinished(root: Path) -> list[str]:
    """Return the parts that lie below a folder."""
    return [path.name for path in root.rglob(f"*{PART_SUFFIX}")]
