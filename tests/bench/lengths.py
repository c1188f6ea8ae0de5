"""The cases about length: a folder of very many entries, and the cost of one thing when there are ten times as many."""

from __future__ import annotations

import json
import math
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench import material
from tests.bench.bench import Bench, Case, sides
from tests.bench.figures import Bar, Row, Series, gap, per_item_growth
from tests.bench.processes import Command, CommandError
from tests.bench.sessions import Crowd
from tests.bench.sides import Scp, WherryServer


class Listing(Case):
    name = "listing"
    title = "a long folder, beside ls -l by sftp; and when its first rows are there"

    def run(self, bench: Bench) -> Iterator[Row]:
        count = bench.scale.entries
        what = f"list {count} entries"
        found, gaps = sides(self.name, [what], {"sftp": bench.scp})
        yield from gaps
        wherry, server = bench.wherry(), bench.wherry_server
        folder = wherry.stored("long")
        material.remove(folder)
        material.flat_files(folder, count)
        output = bench.folder / "listing"
        ours, theirs = [], []
        for _ in range(bench.scale.rounds):
            ours.append(bench.run(wherry.ls("long", bench.fresh("listing")), wherry.server))
            _check_listing(output, count)
            for scp in found:
                assert isinstance(scp, Scp)
                command = scp.ls(folder, bench.folder / "batch", bench.fresh("listing"))
                theirs.append(bench.run(command, scp.server))
                _check_listing(output, count)
        if theirs:
            mine, other = Series.of_seconds("wherry", ours), Series.of_seconds("sftp, ls -l", theirs)
            yield Row(self.name, what, "s", mine, other, Bar.times_as_fast(1))

        server.add_accounts(["reader"])
        reader = server.home("reader") / "long"
        if not reader.exists():
            folder.rename(reader)
        with Crowd(bench, server) as crowd:
            crowd.ask("login", ["reader"], 1)
            times = [crowd.ask("list", "/long") for _ in range(max(3, bench.scale.rounds))]
        if any(each["entries"] != count for each in times):
            raise CommandError(f"the listing has {times[0]['entries']} entries, not {count}")
        first, whole = (Series("wherry", tuple(each[key] for each in times)) for key in ("first_ms", "all_ms"))
        yield Row(self.name, f"first rows of {count}", "ms", first, bar=Bar.at_most(150))
        yield Row(self.name, f"all rows of {count}, in a session", "ms", whole)
        material.remove(reader)


def _check_listing(output: Path, count: int) -> None:
    text = output.read_text(errors="replace")
    found = sum("holiday picture" in line for line in text.splitlines())
    if found != count or f"holiday picture {count - 1:06}.jpg" not in text:
        raise CommandError(f"the listing has {found} entries, not {count}")


class Growth(Case):
    name = "growth"
    title = "the cost of one file, entry and queued item, when there are ten times as many"

    def run(self, bench: Bench) -> Iterator[Row]:
        yield from self._files(bench)
        yield self._entries(bench)
        yield from self._queue(bench)

    def _files(self, bench: Bench) -> Iterator[Row]:
        few, many = bench.scale.growth_files, 10 * bench.scale.growth_files
        with bench.files() as folder:
            wherry, target = bench.wherry(), bench.fresh("fetched")
            trees = {count: material.small_files(folder / str(count), count) for count in (1, few, many)}
            puts: dict[int, list[float]] = {count: [] for count in trees}
            gets: dict[int, list[float]] = {count: [] for count in trees}
            for _ in range(bench.scale.rounds):
                for count, tree in trees.items():
                    material.remove(wherry.stored("growth"))
                    puts[count].append(bench.run(wherry.put(tree, "growth"), wherry.server).seconds)
                    material.remove(target)
                    gets[count].append(bench.run(wherry.get("growth", target), wherry.server).seconds)
                    if material.digest(target) != material.digest(tree):
                        raise CommandError("what arrived is not what was sent")
            material.remove(wherry.stored("growth"))
            material.remove(target)
        for verb, taken in (("put", puts), ("get", gets)):
            yield self._row(f"{verb}, each of {many} files to each of {few}", few, many, taken)

    def _entries(self, bench: Bench) -> Row:
        few, many = bench.scale.growth_entries, 10 * bench.scale.growth_entries
        server = bench.wherry_server
        server.add_accounts(["lister"])
        folders = {count: server.home("lister") / str(count) for count in (few, many)}
        for count, folder in folders.items():
            material.remove(folder)
            material.flat_files(folder, count)
        taken: dict[int, list[float]] = {few: [], many: []}
        with Crowd(bench, server) as crowd:
            crowd.ask("login", ["lister"], 1)
            crowd.ask("list", f"/{few}")
            for _ in range(max(3, bench.scale.rounds)):
                for count, times in taken.items():
                    times.append(crowd.ask("list", f"/{count}")["all_ms"] / 1000)
        for folder in folders.values():
            material.remove(folder)
        return self._row(f"list, each of {many} entries to each of {few}", few, many, taken)

    def _queue(self, bench: Bench) -> Iterator[Row]:
        few, many = bench.scale.growth_queue, 10 * bench.scale.growth_queue
        server = bench.wherry_server
        server.add_accounts(["queue"])
        work: dict[int, list[float]] = {few: [], many: []}
        load: dict[int, list[float]] = {few: [], many: []}
        with bench.files() as folder:
            for count in (few, many):
                material.small_files(folder / str(count), count, size=64)
            for _ in range(bench.scale.rounds):
                for count in (few, many):
                    taken = self._work(bench, server, folder / str(count))
                    work[count].append(taken["work_s"])
                    load[count].append(taken["load_s"])
        yield self._row(f"queue on disk, each of {many} items done to each of {few}", few, many, work)
        yield self._row(f"queue on disk, each of {many} items loaded to each of {few}", few, many, load)

    def _row(self, what: str, few: int, many: int, taken: Mapping[int, Sequence[float]]) -> Row:
        """``taken`` has the seconds of each round, by how many there were; of 1 when there is a floor."""
        middle = {count: statistics.median(times) for count, times in taken.items()}
        bar = Bar.at_most(1.3)
        growth = per_item_growth((few, middle[few]), (many, middle[many]), middle.get(1, 0.0))
        if math.isnan(growth):
            return gap(self.name, what, f"{few} take no longer than one does; give larger numbers", bar, "x")
        more = {f"seconds_of_{count}": seconds for count, seconds in middle.items()}
        return Row(self.name, what, "x", Series("wherry", (growth,)), bar=bar, more=more)

    @staticmethod
    def _work(bench: Bench, server: WherryServer, source: Path) -> dict[str, float]:
        queue = bench.fresh("queue")
        queue.mkdir()
        material.remove(server.home("queue") / source.name)
        words = [str(queue / "queue.db"), str(server.port), server.fingerprint, str(source)]
        hand = bench.crew.start(Command([sys.executable, "-m", "tests.bench.worker", *words]), talks=True)
        taken: dict[str, float] = json.loads(hand.hear(bench.scale.patience_s))
        hand.wait(bench.scale.patience_s)
        if material.digest(server.home("queue") / source.name) != material.digest(source):
            raise CommandError("what arrived is not what was sent")
        return taken
