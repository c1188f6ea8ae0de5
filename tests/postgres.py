"""A real PostgreSQL for tests: started from the system's programs, in a folder of its own, gone afterwards.

It listens on a socket in that folder only. As root it runs as the user ``postgres``, as it must. Only the process
started here is ever signalled.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path

import psycopg

_PATIENCE = 60.0
"""Seconds to come up; it takes one or two."""

_USER = "wherry"
_FRESH = ("--username", _USER, "--auth", "trust", "--no-sync", "--encoding", "UTF8", "--no-locale")


def find_programs() -> Path | None:
    """Return the folder with ``initdb`` and ``postgres``, the newest there is; None without any."""
    if (found := shutil.which("initdb")) is not None:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


class Postgres:
    """One running server with as many databases as are asked for. Close it."""

    def __init__(self, programs: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="wherry-pg-"))
        self._numbers = count()
        self._identity: dict[str, str] = {}
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
            self._identity = {"user": "postgres", "group": "postgres"}
        self._process: subprocess.Popen[bytes] | None = None
        try:
            subprocess.run(
                [programs / "initdb", "--pgdata", self._data, *_FRESH],
                check=True,
                capture_output=True,
                cwd=self._folder,
                **self._identity,  # type: ignore[call-overload]  # user and group
            )
            self._programs = programs
            self.start()
        except BaseException:
            self.close()
            raise

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def start(self) -> None:
        """Start it, again on the same data."""
        options = {"listen_addresses": "", "unix_socket_directories": str(self._folder), "fsync": "off"}
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data]
                + [f"--{name}={value}" for name, value in options.items()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                **self._identity,  # type: ignore[call-overload]  # user and group
            )
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                self._run("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End it as its administrator would who cannot wait: every connection is cut."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGINT)
            process.wait(_PATIENCE)

    def new_database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"wherry{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}")
        return f"postgresql://{_USER}@/{name}?host={self._folder}"

    def close(self) -> None:
        """Stop it, and remove everything."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, statement: str) -> None:
        with psycopg.connect(f"host={self._folder} user={_USER} dbname=postgres", autocommit=True) as connection:
            connection.execute(statement)
