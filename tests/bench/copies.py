"""The cases that copy one thing both ways beside the tools people use: a large file, small ones, the same far away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from tests.bench import material
from tests.bench.bench import MIB, Bench, Case, Copies, compared, sides
from tests.bench.figures import Bar, Row, gap
from tests.bench.link import DOWN, UP, Link
from tests.bench.processes import Command
from tests.bench.scale import Scale
from tests.bench.sides import Curl, Scp, Side

ROUND_TRIP_MS = 40.0


class Start(Case):
    """No bar: it tells how much of every other figure is start, login and goodbye. PBKDF2 takes most of a login."""

    name = "start"
    title = "the smallest command: start of the program, login, one answer"

    def run(self, bench: Bench) -> Iterator[Row]:
        found, gaps = sides(self.name, ["get an empty file"], {"wherry": bench.wherry, "scp": bench.scp})
        yield from gaps
        with bench.files() as folder:
            source = material.random_file(folder / "empty", 0)
            copies = Copies(bench, source, "empty", found)
            runs = copies.get(max(3, bench.scale.rounds))
            yield from compared(self.name, "get an empty file", runs, {}, copies.failures)


class Large(Case):
    name = "large"
    title = "one large file, put and get, beside scp and curl"

    def space(self, scale: Scale) -> int:
        return 3 * scale.large_mib * MIB

    def run(self, bench: Bench) -> Iterator[Row]:
        size = bench.scale.large_mib * MIB
        put, get = (f"{way} {bench.scale.large_mib} MiB" for way in ("put", "get"))
        found, gaps = sides(
            self.name, [put, get], {"wherry": bench.wherry, "scp": bench.scp, "curl from nginx": bench.curl}
        )
        yield from gaps
        bars: dict[str, Bar | None] = {
            side.name: Bar.times_as_fast(2 if isinstance(side, Scp) else 1) for side in found
        }
        with bench.files() as folder:
            source = material.random_file(folder / "large", size)
            can_put = [side for side in found if not isinstance(side, Curl) or side.can_put]
            if can_put != found:
                yield gap(self.name, put, "curl: this nginx has no module for uploads (dav)", Bar.times_as_fast(1))
            copies = Copies(bench, source, "large", can_put)
            yield from compared(self.name, put, copies.put(bench.scale.rounds), bars, copies.failures, size=size)
            copies = Copies(bench, source, "large", found)
            yield from compared(self.name, get, copies.get(bench.scale.rounds), bars, copies.failures, size=size)


class Small(Case):
    name = "small"
    title = "thousands of small files, put and get, beside rsync over ssh"

    def run(self, bench: Bench) -> Iterator[Row]:
        count = bench.scale.small_files
        what = [f"{way} {count} x 4 KiB" for way in ("put", "get")]
        found, gaps = sides(self.name, what, {"wherry": bench.wherry, "rsync": bench.rsync})
        yield from gaps
        with bench.files() as folder:
            source = material.small_files(folder / "small", count)
            copies = Copies(bench, source, "small", found)
            yield from both_ways(self.name, what, copies, bench.scale.rounds, Bar.times_as_fast(1))


class Far(Case):
    name = "far"
    title = f"the same small files over a round trip of {ROUND_TRIP_MS:.0f} ms; and one large file"

    def space(self, scale: Scale) -> int:
        return 3 * scale.far_mib * MIB

    def run(self, bench: Bench) -> Iterator[Row]:
        count, mib = bench.scale.small_files, bench.scale.far_mib
        what = [f"{way} {count} x 4 KiB, {ROUND_TRIP_MS:.0f} ms" for way in ("put", "get")]
        large = [f"{way} {mib} MiB, {ROUND_TRIP_MS:.0f} ms" for way in ("put", "get")]
        with ExitStack() as stack:
            wherry = bench.wherry(port_over_line(bench, stack, bench.wherry_server.port, round_trip_ms=ROUND_TRIP_MS))

            def ssh_port() -> int:
                return port_over_line(bench, stack, bench.ssh.port, round_trip_ms=ROUND_TRIP_MS)

            found, gaps = sides(self.name, what, {"wherry": lambda: wherry, "rsync": lambda: bench.rsync(ssh_port())})
            yield from gaps
            folder = stack.enter_context(bench.files())
            copies = Copies(bench, material.small_files(folder / "small", count), "small", found)
            yield from both_ways(self.name, what, copies, bench.scale.rounds, Bar.times_as_fast(1))

            found, gaps = sides(self.name, large, {"wherry": lambda: wherry, "scp": lambda: bench.scp(ssh_port())})
            yield from gaps
            copies = Copies(bench, material.random_file(folder / "large", mib * MIB), "large", found)
            yield from both_ways(self.name, large, copies, bench.scale.rounds, None, size=mib * MIB)


class Text(Case):
    name = "text"
    title = "a tree of source texts over 100 Mbit/s, beside rsync -z and scp -C"

    def space(self, scale: Scale) -> int:
        return 4 * scale.tree_mib * MIB

    def run(self, bench: Bench) -> Iterator[Row]:
        with bench.files() as folder, ExitStack() as stack:
            size = material.source_tree(folder / "text", bench.scale.tree_mib * MIB)
            what = [f"{way} {size / MIB:.0f} MiB of text, 100 Mbit/s" for way in ("put", "get")]
            lines: dict[str, Link] = {}

            def over_line(target: int, make: Callable[[int], Side]) -> Side:
                line = stack.enter_context(bench.link(target, mbit_s=100))
                side = make(line.port)
                lines[side.name] = line
                return side

            found, gaps = sides(
                self.name,
                what,
                {
                    "wherry": lambda: over_line(bench.wherry_server.port, bench.wherry),
                    "rsync -z": lambda: over_line(bench.ssh.port, lambda port: bench.rsync(port, "-z")),
                    "scp -C": lambda: over_line(bench.ssh.port, lambda port: bench.scp(port, "-C")),
                },
            )
            yield from gaps
            copies = Copies(bench, folder / "text", "text", found)
            for label, move in zip(what, (copies.put, copies.get), strict=True):
                before = {name: line.count(UP) + line.count(DOWN) for name, line in lines.items()}
                runs = move(bench.scale.rounds)
                moved = {
                    name: (line.count(UP) + line.count(DOWN) - before[name]) / max(1, len(runs[name]))
                    for name, line in lines.items()
                }
                bars: Mapping[str, Bar | None] = dict.fromkeys(runs, Bar.times_as_fast(1))
                for row in compared(self.name, label, runs, bars, copies.failures, size=size):
                    yield _with_wire(row, moved, size)


def _with_wire(row: Row, moved: Mapping[str, float], size: int) -> Row:
    """Add to a row what each side had on the wire, both ways, for each run."""
    if row.theirs is None:
        return row
    ours, theirs = moved[row.ours.name], moved[row.theirs.name]
    shares = f"on the wire {ours / size * 100:.1f} % of the size, {row.theirs.name} {theirs / size * 100:.1f} %"
    return replace(row, note=shares, more={"wire_bytes": ours, "wire_bytes_beside": theirs})


def both_ways(
    case: str, what: list[str], copies: Copies, rounds: int, bar: Bar | None, *, size: int | None = None
) -> Iterator[Row]:
    """Give the rows of a put and a get, with one bar for all."""
    for label, move in zip(what, (copies.put, copies.get), strict=True):
        runs = move(rounds)
        bars: Mapping[str, Bar | None] = dict.fromkeys(runs, bar)
        yield from compared(case, label, runs, bars, copies.failures, size=size)


def port_over_line(
    bench: Bench, stack: ExitStack, target: int, *, round_trip_ms: float = 0.0, mbit_s: float = 0.0
) -> int:
    """Start a line to a port that lasts as long as ``stack``; return where it begins."""
    return stack.enter_context(bench.link(target, round_trip_ms=round_trip_ms, mbit_s=mbit_s)).port


def supports(bench: Bench, verb: str, option: str) -> bool:
    """Tell whether this ``wherry`` knows an option."""
    output = bench.fresh("help")
    bench.run(Command([*bench.wherry_server.client(verb, "--help").words], output=output))
    return option in Path(output).read_text()
