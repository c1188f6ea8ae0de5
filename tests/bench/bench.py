"""What every case works with: a folder in memory, the servers, and measured runs that take turns. Has no case."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

from tests.bench import material
from tests.bench.figures import Bar, Row, Run, Series, gap
from tests.bench.link import Link
from tests.bench.measure import run_measured
from tests.bench.peers import Nginx, PeerMissingError, Ssh
from tests.bench.processes import Command, CommandError, Crew
from tests.bench.scale import Scale
from tests.bench.sides import Curl, Rsync, Scp, Side, Wherry, WherryServer

MIB = 1 << 20
_SPARE = 512 * MIB


class Case(ABC):
    """One subject of the benchmark. ``name`` chooses it on the command line, ``title`` says what it is about."""

    name: str
    title: str

    @abstractmethod
    def run(self, bench: Bench) -> Iterator[Row]:
        """Measure, and give each row as soon as it is known. Raises CommandError when Wherry fails."""

    def space(self, scale: Scale) -> int:
        """Return about how many bytes lie in the bench's folder at once."""
        return 256 * MIB


class Bench:
    """A run of the benchmark. Use as a context manager; at its end every program and file of it is gone."""

    def __init__(self, scale: Scale, space: int, say: Callable[[str], None]) -> None:
        """``space``: the bytes that the largest case needs; ``say``: takes a line about what is going on."""
        self.scale = scale
        self.say = say
        self._stack = ExitStack()
        self.place, self.is_in_memory = _place(space + _SPARE)
        if not self.is_in_memory:
            say(f"no memory-backed storage with {space / MIB:.0f} MiB free: files are in {self.place}, on a disk")

    def __enter__(self) -> Bench:
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="wherry-bench-", dir=self.place))
            self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            logs = self.folder / "logs"
            logs.mkdir()
            self.crew = Crew(logs)
            self._stack.callback(self.crew.close)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    # --- the programs, each started when the first case wants it

    @cached_property
    def wherry_server(self) -> WherryServer:
        """Our server, with the account that most cases use."""
        server = WherryServer(self.crew, self.folder / "wherry")
        # The first start ever compiles the program's modules; that is no part of any figure.
        self.run(Wherry(server).ls("", self.fresh("listing")))
        return server

    @cached_property
    def ssh(self) -> Ssh:
        """Our OpenSSH server. Raises PeerMissingError, each time it is asked for."""
        return Ssh(self.crew, self.fresh("ssh"))

    @cached_property
    def nginx(self) -> Nginx:
        """Our nginx. Raises PeerMissingError, each time it is asked for."""
        return Nginx(self.crew, self.fresh("nginx"))

    @cached_property
    def ssh_files(self) -> Path:
        folder = self.folder / "ssh-files"
        folder.mkdir()
        return folder

    def wherry(self, port: int | None = None, *options: str, name: str = "wherry") -> Wherry:
        return Wherry(self.wherry_server, port, *options, name=name)

    def scp(self, port: int | None = None, *options: str) -> Scp:
        return Scp(self.ssh, self.ssh_files, port, *options)

    def rsync(self, port: int | None = None, *options: str) -> Rsync:
        return Rsync(self.ssh, self.ssh_files, port, *options)

    def curl(self) -> Curl:
        return Curl(self.nginx)

    @contextmanager
    def link(self, target: int, *, round_trip_ms: float = 0.0, mbit_s: float = 0.0) -> Iterator[Link]:
        """A line of its own to a port, for as long as the block lasts."""
        with Link(self.crew, target, round_trip_ms=round_trip_ms, mbit_s=mbit_s) as link:
            yield link

    def server_words(self) -> str:
        """Return the end of what our server has logged, for the one who looks into a failure."""
        started = self.__dict__.get("wherry_server")
        return started.last_words() if isinstance(started, WherryServer) else "it was not started"

    # --- files and runs

    def fresh(self, name: str) -> Path:
        """Return a path in the bench's folder where nothing is."""
        path = self.folder / name
        material.remove(path)
        return path

    @contextmanager
    def files(self) -> Iterator[Path]:
        """A folder for what one case moves, removed with everything that has arrived at the servers."""
        folder = self.fresh("files")
        folder.mkdir()
        try:
            yield folder
        finally:
            material.remove(folder)

    def run(self, command: Command, server: int | None = None) -> Run:
        """Run a command to its end, measured. Raises CommandError."""
        return run_measured(self.crew, command, server, self.scale.patience_s)


# --- comparing


def sides(case: str, what: Sequence[str], wanted: Mapping[str, Callable[[], Side]]) -> tuple[list[Side], list[Row]]:
    """Return the sides that are there, and a gap for each row of each that is not."""
    found: list[Side] = []
    gaps: list[Row] = []
    for name, make in wanted.items():
        try:
            found.append(make())
        except (PeerMissingError, subprocess.SubprocessError, OSError) as error:
            gaps += [gap(case, each, f"{name}: {error}") for each in what]
    return found, gaps


class Copies:
    """Copies one thing to each server and back, in turns, and looks that it arrived byte for byte."""

    def __init__(self, bench: Bench, source: Path, name: str, found: Iterable[Side]) -> None:
        self._bench = bench
        self._source = source
        self._name = name
        self._sides = list(found)
        self._digest = material.digest(source)
        self.failures: dict[str, str] = {}
        """Sides that did not do what they should, and what they said."""

    def put(self, rounds: int) -> dict[str, list[Run]]:
        """Put ``rounds`` times with each side. What stood at the target is removed before."""

        def once(side: Side) -> Run:
            material.remove(side.stored(self._name))
            run = self._bench.run(side.put(self._source, self._name), side.server)
            self._check(side, side.stored(self._name))
            material.remove(side.stored(self._name))
            return run

        return self._in_turns(rounds, once)

    def get(self, rounds: int) -> dict[str, list[Run]]:
        """Get ``rounds`` times with each side, from a copy that each server is given first."""
        target = self._bench.fresh("fetched")

        def once(side: Side) -> Run:
            stored = side.stored(self._name)
            _copy(self._source, stored)
            run = self._bench.run(side.get(self._name, target), side.server)
            self._check(side, target)
            material.remove(target)
            material.remove(stored)
            return run

        return self._in_turns(rounds, once)

    def _in_turns(self, rounds: int, once: Callable[[Side], Run]) -> dict[str, list[Run]]:
        runs: dict[str, list[Run]] = {side.name: [] for side in self._sides}
        for _ in range(rounds):
            for side in self._sides:
                if side.name in self.failures:
                    continue
                try:
                    runs[side.name].append(once(side))
                except CommandError as error:
                    if side is self._sides[0]:
                        raise
                    self.failures[side.name] = str(error)
        return runs

    def _check(self, side: Side, path: Path) -> None:
        if not path.exists() or material.digest(path) != self._digest:
            raise CommandError(f"{side.name}: what arrived is not what was sent")


def compared(
    case: str,
    what: str,
    runs: Mapping[str, Sequence[Run]],
    bars: Mapping[str, Bar | None],
    failures: Mapping[str, str],
    *,
    size: int | None = None,
) -> Iterator[Row]:
    """Give a row for each side that Wherry, the first, was compared with."""
    (first, ours), *others = runs.items()
    for name, theirs in others:
        bar = bars.get(name)
        if name in failures:
            yield gap(case, what, f"{name} failed: {failures[name]}", bar)
            continue
        yield Row(case, what, "s", Series.of_seconds(first, ours), Series.of_seconds(name, theirs), bar=bar, size=size)


def _copy(source: Path, target: Path) -> None:
    material.remove(target)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)


def _place(space: int) -> tuple[Path, bool]:
    """Return where the files go, and whether that is in memory."""
    memory = Path("/dev/shm")
    if memory.is_dir() and min(shutil.disk_usage(memory).free, _free_memory()) >= space:
        return memory, True
    return Path(tempfile.gettempdir()), False


def _free_memory() -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0
