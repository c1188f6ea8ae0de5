"""Programs that the benchmark starts: each in a session of its own, each ended by its number, whatever happens.

Measures nothing; see :mod:`tests.bench.measure`.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_GRACE_S = 10.0


@dataclass(frozen=True, slots=True)
class Command:
    """A program to be run: its words, what it gets besides our environment, and where its output goes."""

    words: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    output: Path | None = None
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a program: when (monotonic seconds), and the processor time of it and of all that it waited for."""

    at: float
    cpu_s: float


class CommandError(Exception):
    """A command did not do what it should have done; the text says which, and its last words."""


class Crew:
    """Everything that was started here. Close it, and nothing of it runs any more."""

    def __init__(self, folder: Path) -> None:
        """``folder`` takes what the programs say."""
        self._folder = folder
        self._running: list[subprocess.Popen[bytes]] = []
        self._count = 0

    def start(self, command: Command, *, talks: bool = False) -> Hand:
        """Start a program. ``talks``: it is spoken with over its standard input and output."""
        self._count += 1
        errors = self._folder / f"{self._count}-{Path(command.words[0]).name}.log"
        output = command.output or errors
        with errors.open("ab") as log, output.open("ab") as out:
            process = subprocess.Popen(
                list(command.words),
                stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
                stdout=subprocess.PIPE if talks else out,
                stderr=log,
                env={**os.environ, **command.env},
                cwd=command.folder,
                # A session of its own, so that what it starts can be ended with it, and Ctrl+C reaches only us.
                start_new_session=True,
            )
        self._running.append(process)
        return Hand(process, errors, self)

    def forget(self, process: subprocess.Popen[bytes]) -> None:
        self._running = [each for each in self._running if each is not process]

    def close(self) -> None:
        """End everything, the youngest first."""
        while self._running:
            end(self._running.pop())


class Hand:
    """One program that runs."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, crew: Crew) -> None:
        self._process = process
        self._log = log
        self._crew = crew
        self._rest = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def words(self) -> str:
        """The beginning of its command line, for errors."""
        return " ".join(map(str, self._process.args))[:160]  # type: ignore[arg-type]  # a list of words, as started

    def last_words(self) -> str:
        """Return the end of what it said to standard error."""
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return " | ".join(lines[-3:]) or "it said nothing"

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise CommandError(f"{self.words}: {self.last_words()}") from error

    def hear(self, seconds: float) -> str:
        """Return its next line. Raises CommandError when it ends or says nothing for so long."""
        assert self._process.stdout is not None
        deadline = time.monotonic() + seconds
        descriptor = self._process.stdout.fileno()
        while b"\n" not in self._rest:
            ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise CommandError(f"{self.words}: said nothing within {seconds:.0f} s; {self.last_words()}")
            data = os.read(descriptor, 1 << 16)
            if not data:
                raise CommandError(f"{self.words}: ended; {self.last_words()}")
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode()

    def wait(self, seconds: float) -> Ended:
        """Wait for its end. Raises CommandError when it takes longer, or its exit status is not 0."""
        descriptor = os.pidfd_open(self.pid)
        try:
            ready, _, _ = select.select([descriptor], [], [], seconds)
        finally:
            os.close(descriptor)
        at = time.monotonic()
        if not ready:
            self.kill()
            raise CommandError(f"{self.words}: not done within {seconds:.0f} s; {self.last_words()}")
        _, status, usage = os.wait4(self.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self._crew.forget(self._process)
        if self._process.returncode:
            raise CommandError(f"{self.words}: exit status {self._process.returncode}; {self.last_words()}")
        # Not ru_maxrss: it begins with what the one that started the program held.
        return Ended(at, usage.ru_utime + usage.ru_stime)

    def kill(self) -> None:
        """End it and what it started, at once."""
        self._crew.forget(self._process)
        end(self._process, grace_s=0.0)

    def stop(self) -> None:
        """Ask it to end, then make it."""
        self._crew.forget(self._process)
        end(self._process)


def end(process: subprocess.Popen[bytes], *, grace_s: float = _GRACE_S) -> None:
    """End a program and its session: asked first, when there is a grace, and then killed."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    if process.poll() is None and grace_s:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(grace_s)
    # Its own session: this number is nobody else's as long as one of it lives, and no error when none does.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
