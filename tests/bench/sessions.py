"""The cases about many clients at once: idle sessions, and an answer beside busy ones."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.names import PART_SUFFIX
from tests.bench import material
from tests.bench.bench import MIB, Bench, Case
from tests.bench.figures import Bar, Row, Series, percentile
from tests.bench.measure import resident
from tests.bench.processes import Command, CommandError
from tests.bench.scale import Scale
from tests.bench.sides import Wherry, WherryServer

KIB = 1024

_PER_ACCOUNT = 50
"""Fewer than the sessions that one account may have."""

_TRANSFERS = 16
_PROBES_AT_ONCE = 20
_PAUSE_S = 0.005
_TURNS = 10
_SETTLE_S = 2.0


class Crowd:
    """The process of :mod:`tests.bench.crowd`, as the benchmark holds it."""

    def __init__(self, bench: Bench, server: WherryServer) -> None:
        self._patience_s = bench.scale.patience_s
        words = [sys.executable, "-m", "tests.bench.crowd", str(server.port), server.fingerprint]
        self._hand = bench.crew.start(Command(words), talks=True)

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *_: object) -> None:
        self._hand.stop()

    def ask(self, *order: object) -> dict[str, Any]:
        self._hand.say(json.dumps(order))
        answer: dict[str, Any] = json.loads(self._hand.hear(self._patience_s))
        return answer


class Sessions(Case):
    name = "sessions"
    title = "idle sessions: memory of each, and an answer beside sixteen running transfers"

    def space(self, scale: Scale) -> int:
        return 3 * _TRANSFERS // 2 * scale.busy_mib * MIB

    def run(self, bench: Bench) -> Iterator[Row]:
        count = bench.scale.sessions
        settings = f"[limits]\nmax_connections = {max(4096, count + 200)}\n"
        server = WherryServer(bench.crew, bench.fresh("crowded"), settings)
        accounts = [f"idle-{number}" for number in range(math.ceil(count / _PER_ACCOUNT))]
        server.add_accounts([*accounts, "puts", "gets"])
        try:
            with Crowd(bench, server) as crowd:
                # The first login loads what all share.
                crowd.ask("login", accounts, 1)
                crowd.ask("probe", _PROBES_AT_ONCE, _PAUSE_S)
                time.sleep(_SETTLE_S)
                before = resident(server.pid)
                taken = crowd.ask("login", accounts, count)["seconds"]
                time.sleep(_SETTLE_S)
                each = (resident(server.pid) - before) / count
                yield Row(
                    self.name,
                    f"memory of the server for each of {count}",
                    "KiB",
                    Series("wherry", (each / KIB,)),
                    bar=Bar.at_most(100),
                    note=f"{count / taken:.0f} logins a second on the way; what the kernel holds does not count",
                )
                yield self._quiet(crowd, count)
                yield from self._beside_transfers(bench, server, crowd)
        finally:
            server.stop()
            material.remove(bench.folder / "crowded")
            material.remove(bench.folder / "fetched")

    def _quiet(self, crowd: Crowd, count: int) -> Row:
        found = crowd.ask("probe", 200, _PAUSE_S)["ms"]
        what = f"answer beside {count} idle sessions, p99"
        return Row(self.name, what, "ms", Series("wherry", (percentile(found, 0.99),)))

    def _beside_transfers(self, bench: Bench, server: WherryServer, crowd: Crowd) -> Iterator[Row]:
        taken: list[float] = []
        lost = turns = 0
        with bench.files() as folder:
            source = folder / "busy"
            for number in range(_TRANSFERS // 2):
                material.random_file(source / f"{number}.bin", bench.scale.busy_mib * MIB)
            digest = material.digest(source)
            while len(taken) < bench.scale.probes and turns < _TURNS:
                turns += 1
                busy = _Busy(bench, server, source)
                try:
                    # Only what is measured while all of them move counts.
                    while busy.wait_moving():
                        answer = crowd.ask("probe", _PROBES_AT_ONCE, _PAUSE_S)
                        lost = max(lost, answer["lost"])
                        if busy.is_moving:
                            taken += answer["ms"]
                finally:
                    busy.end()
                if any(material.digest(copy) != digest for copy in busy.copies):
                    raise CommandError("what arrived beside the requests is not what was sent")
        if not taken:
            raise CommandError("the transfers were over before one request was timed; give more --busy-mib")
        if lost:
            raise CommandError(f"{lost} idle sessions were lost beside the transfers")
        yield Row(
            self.name,
            f"answer beside {_TRANSFERS} running transfers, p99",
            "ms",
            Series("wherry", (percentile(taken, 0.99),)),
            bar=Bar.at_most(50),
            note=f"{len(taken)} requests: median {percentile(taken, 0.5):.1f} ms, longest {max(taken):.1f} ms",
            more={"p50_ms": percentile(taken, 0.5), "longest_ms": max(taken), "requests": len(taken)},
        )


class _Busy:
    """Eight uploads and eight downloads, each way by one client with eight jobs, on accounts of their own."""

    def __init__(self, bench: Bench, server: WherryServer, source: Path) -> None:
        self._patience_s = bench.scale.patience_s
        self._uploaded, self._fetched = server.home("puts") / "busy", bench.fresh("fetched")
        material.remove(self._uploaded)
        stored = server.home("gets") / "busy"
        if not stored.exists():
            shutil.copytree(source, stored, copy_function=os.link)
        put, get = (
            Wherry(server, None, "--jobs", str(_TRANSFERS // 2), account=account) for account in ("puts", "gets")
        )
        self._hands = [bench.crew.start(put.put(source, "busy")), bench.crew.start(get.get("busy", self._fetched))]

    @property
    def copies(self) -> tuple[Path, Path]:
        """What the two clients make."""
        return self._uploaded, self._fetched

    @property
    def is_moving(self) -> bool:
        """Whether all sixteen are under way: each has begun, and none has ended."""
        return (
            self._uploaded.exists()
            and len(list(self._fetched.glob(f"*{PART_SUFFIX}"))) == _TRANSFERS // 2
            and not self._is_ending
        )

    @property
    def _is_ending(self) -> bool:
        finished = (
            path for folder in (self._uploaded, self._fetched) for path in folder.glob("*.bin") if path.name[0] != "."
        )
        return any(finished) or not all(hand.is_running for hand in self._hands)

    def wait_moving(self) -> bool:
        """Wait until all are under way; False when one has ended."""
        deadline = time.monotonic() + self._patience_s
        while not self.is_moving and not self._is_ending and time.monotonic() < deadline:
            time.sleep(_PAUSE_S)
        return self.is_moving

    def end(self) -> None:
        """Wait for both clients. Raises CommandError when one has failed."""
        for hand in self._hands:
            hand.wait(self._patience_s)
