"""The cases about bytes that must not travel twice, and about those that nothing makes smaller."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from shared.protocol.limits import MIN_BLOCK
from tests.bench import material
from tests.bench.bench import MIB, Bench, Case, Copies
from tests.bench.copies import supports
from tests.bench.figures import Bar, Row, Run, Series, gap
from tests.bench.link import DOWN, UP, Link
from tests.bench.processes import Command, CommandError
from tests.bench.scale import Scale
from tests.bench.sides import Wherry

_OVERWRITE = ("--on-conflict", "overwrite")
_AROUND = 64 << 10
"""What a second connection adds to the blocks that it carries: TLS, login, frames, and the list of what is there."""

_RESUME = ("--on-conflict", "resume")


class Changed(Case):
    name = "changed"
    title = "a large file with one block in a hundred changed, put again"

    def space(self, scale: Scale) -> int:
        return 2 * scale.changed_mib * MIB

    def run(self, bench: Bench) -> Iterator[Row]:
        what = f"put {bench.scale.changed_mib} MiB again, 1 % changed"
        with bench.files() as folder:
            source = material.random_file(folder / "changed", bench.scale.changed_mib * MIB)
            wherry = bench.wherry(None, *_OVERWRITE)
            first, again = [], []
            for _ in range(bench.scale.rounds):
                first.append(self._put(bench, wherry, source, is_first=True))
                material.change_blocks(source, MIN_BLOCK, 0.01)
                again.append(self._put(bench, wherry, source, is_first=False))
            ours, theirs = Series.of_seconds("wherry", again), Series.of_seconds("its first put", first)
            yield Row(self.name, f"{what}: time", "s", ours, theirs, Bar.share(0.15))

            # Counted apart from the timed runs: the line in between takes time of its own.
            with bench.link(bench.wherry_server.port) as line:
                wherry = bench.wherry(line.port, *_OVERWRITE)
                counts = []
                for is_first in (True, False):
                    before = line.count(UP) + line.count(DOWN)
                    self._put(bench, wherry, source, is_first=is_first)
                    counts.append(float(line.count(UP) + line.count(DOWN) - before))
                    if is_first:
                        material.change_blocks(source, MIN_BLOCK, 0.01)
            ours, theirs = Series("wherry", (counts[1],)), Series("its first put", (counts[0],))
            yield Row(self.name, f"{what}: bytes, both ways", "B", ours, theirs, Bar.share(0.03))
            material.remove(wherry.stored("changed"))

    @staticmethod
    def _put(bench: Bench, wherry: Wherry, source: Path, *, is_first: bool) -> Run:
        stored = wherry.stored("changed")
        if is_first:
            material.remove(stored)
        run = bench.run(wherry.put(source, "changed"), wherry.server)
        if material.digest(stored) != material.digest(source):
            raise CommandError("what arrived is not what was sent")
        return run


class Resumed(Case):
    name = "resumed"
    title = "a transfer that is cut at half: bytes sent again"

    def space(self, scale: Scale) -> int:
        return 3 * scale.resumed_mib * MIB

    def run(self, bench: Bench) -> Iterator[Row]:
        with bench.files() as folder, bench.link(bench.wherry_server.port) as line:
            source = material.random_file(folder / "resumed", bench.scale.resumed_mib * MIB)
            wherry = bench.wherry(line.port, *_RESUME)
            target = bench.fresh("fetched")
            moves = {
                UP: ("put", wherry.stored("resumed"), lambda: wherry.put(source, "resumed")),
                DOWN: ("get", target, lambda: wherry.get("resumed", target)),
            }
            for way, (verb, arrived, command) in moves.items():
                if way == DOWN:
                    shutil.copyfile(source, wherry.stored("resumed"))
                attempt = _Attempt(bench, line, way, source, arrived, command)
                whole = attempt.whole()
                for how, cut in (("client killed", attempt.killed), ("line cut", attempt.cut)):
                    counts = tuple(float(max(0, cut() - whole)) for _ in range(bench.scale.rounds))
                    yield Row(
                        self.name,
                        f"{verb} {bench.scale.resumed_mib} MiB, {how} at half: bytes sent again",
                        "B",
                        Series("wherry", counts),
                        bar=Bar.at_most(2 * MIN_BLOCK + _AROUND),
                    )
            material.remove(wherry.stored("resumed"))
            material.remove(target)


class _Attempt:
    """One way to move a file over a line, whole or in two parts; each returns the bytes that went the file's way."""

    def __init__(
        self, bench: Bench, line: Link, way: str, source: Path, arrived: Path, command: Callable[[], Command]
    ) -> None:
        self._bench = bench
        self._line = line
        self._way = way
        self._digest = material.digest(source)
        self._half = source.stat().st_size // 2
        self._arrived = arrived
        self._command = command

    def whole(self) -> int:
        """Without a cut: content and what TLS and frames add to it."""
        return self._counted(self._finish)

    def killed(self) -> int:
        """The client is killed at half, and the same command given again."""

        def run() -> None:
            self._line.freeze_after(self._way, self._half)
            hand = self._bench.crew.start(self._command())
            self._line.wait_frozen(self._bench.scale.patience_s)
            hand.kill()
            self._line.drop()
            self._finish()

        return self._counted(run)

    def cut(self) -> int:
        """The line is cut at half, and the client goes on by itself."""

        def run() -> None:
            self._line.freeze_after(self._way, self._half)
            hand = self._bench.crew.start(self._command())
            self._line.wait_frozen(self._bench.scale.patience_s)
            self._line.drop()
            hand.wait(self._bench.scale.patience_s)

        return self._counted(run)

    def _finish(self) -> None:
        self._bench.run(self._command())

    def _counted(self, run: Callable[[], None]) -> int:
        material.remove(self._arrived)
        before = self._line.count(self._way)
        run()
        counted = self._line.count(self._way) - before
        if material.digest(self._arrived) != self._digest:
            raise CommandError("what arrived is not what was sent")
        return counted


class Random(Case):
    name = "random"
    title = "bytes that nothing makes smaller, with compression on and off"

    def space(self, scale: Scale) -> int:
        return 3 * scale.random_mib * MIB

    def run(self, bench: Bench) -> Iterator[Row]:
        size = bench.scale.random_mib * MIB
        what = [f"{way} {bench.scale.random_mib} MiB, compression auto and never" for way in ("put", "get")]
        # On by itself must cost no more than one run differs from another.
        bar = Bar.times_as_fast(0.95)
        if not supports(bench, "put", "--compress"):
            yield from (gap(self.name, each, "this wherry has no --compress", bar) for each in what)
            return
        with bench.files() as folder:
            source = material.random_file(folder / "random", size)
            kinds = [bench.wherry(None, "--compress", kind, name=f"wherry, {kind}") for kind in ("auto", "never")]
            copies = Copies(bench, source, "random", kinds)
            for label, move in zip(what, (copies.put, copies.get), strict=True):
                runs = move(bench.scale.rounds)
                ours, theirs = (Series.of_seconds(name, found) for name, found in runs.items())
                yield Row(self.name, label, "s", ours, theirs, bar, size=size)
