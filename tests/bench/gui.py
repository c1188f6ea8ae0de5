"""The cases about the window: how soon it is there, what it takes, and that it never stutters, whatever is in it.

On Qt's offscreen platform, where painting costs what it costs anywhere but nothing is sent to a screen.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from desktop.client.trust import KnownServers
from desktop.storage.profile import Profile
from tests.bench import material
from tests.bench.bench import MIB, Bench, Case
from tests.bench.figures import Bar, Row, Series
from tests.bench.processes import Command, CommandError
from tests.bench.scale import Scale

_ACCOUNT = "window"
_LOOK_S = 0.02
_IDLE_S = 3.0
_SETTLE_S = 1.0
_QUEUE_S = 20.0
"""How long a full queue is watched while it works."""

LEFT, RIGHT = 0, 1

LONGEST_GAP = Bar.at_most(50)
P99_GAP = Bar.at_most(16)


class Window:
    """The process of :mod:`tests.bench.window` as the benchmark holds it. ``home`` is what the left pane shows."""

    def __init__(self, bench: Bench, profile: Path, home: Path, *, connected: bool) -> None:
        self._patience_s = bench.scale.patience_s
        words = [sys.executable, "-m", "tests.bench.window", str(profile)]
        if connected:
            server = bench.wherry_server
            server.add_accounts([_ACCOUNT])
            known = Profile(profile).known_servers
            KnownServers(known).pin("127.0.0.1", server.port, server.fingerprint)
            words.append(f"wherry://{_ACCOUNT}@127.0.0.1:{server.port}/")
        env = {
            "HOME": str(home),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHON_KEYRING_BACKEND": "tests.bench.passwords.BenchKeyring",
        }
        self._hand = bench.crew.start(Command(words, env), talks=True)

    def ask(self, *order: object) -> dict[str, Any]:
        """Give an order and return the answer. Raises CommandError."""
        self._hand.say(json.dumps(order))
        answer: dict[str, Any] = json.loads(self._hand.hear(self._patience_s))
        return answer

    def wait(self, condition: Callable[[], object], what: str) -> float:
        """Wait until something holds; return the seconds it took. Raises CommandError."""
        started = time.monotonic()
        while not condition():
            if time.monotonic() - started > self._patience_s:
                text = f"the window: {what} did not come within {self._patience_s} s"
                raise CommandError(f"{text}; {self.ask('state')}; {self._hand.last_words()}")
            time.sleep(_LOOK_S)
        return time.monotonic() - started

    def rows(self, side: int) -> int:
        """Return how many rows a pane shows; 0 before there is a pane, or a server in it."""
        panes = self.ask("state")["panes"]
        return int(panes[side]["rows"]) if panes else 0

    def path(self, side: int) -> list[str]:
        panes = self.ask("state")["panes"]
        return list(panes[side]["path"]) if panes else []

    def items(self) -> int:
        """Return how many items the queue has."""
        return int(self.ask("state")["items"])

    def reading(self) -> dict[str, Any]:
        """Return what the stall meter has measured since the last ``reset``."""
        return self.ask("reading")

    def stop(self) -> None:
        self._hand.stop()


class StartOfWindow(Case):
    name = "window"
    title = "the window: how soon it is there, and what it takes when nothing happens"

    def run(self, bench: Bench) -> Iterator[Row]:
        visible, usable, resident, longest = [], [], [], []
        with bench.files() as home:
            for _ in range(max(3, bench.scale.rounds)):
                with opened(bench, bench.fresh("profile"), home, connected=False) as window:
                    window.wait(lambda: window.reading()["usable_s"], "a window that can be used")
                    window.ask("reset")
                    time.sleep(_IDLE_S)
                    found = window.reading()
                visible.append(found["first_paint_s"])
                usable.append(found["usable_s"])
                resident.append(found["resident_mib"])
                longest.append(found["longest_gap_ms"])
        yield Row(self.name, "visible after start", "s", Series("wherry", tuple(visible)), bar=Bar.at_most(1.0))
        yield Row(self.name, "can be used after start", "s", Series("wherry", tuple(usable)))
        yield Row(self.name, "resident when idle", "MiB", Series("wherry", tuple(resident)), bar=Bar.at_most(150))
        yield Row(self.name, "longest gap when idle", "ms", Series("wherry", tuple(longest)), bar=LONGEST_GAP)


class Flow(Case):
    name = "window-flow"
    title = "the window while a large file moves at full speed, both ways"

    def space(self, scale: Scale) -> int:
        return 2 * scale.gui_mib * MIB

    def run(self, bench: Bench) -> Iterator[Row]:
        size = bench.scale.gui_mib * MIB
        with bench.files() as home, opened(bench, bench.fresh("profile"), home, connected=True) as window:
            served = bench.wherry_server.home(_ACCOUNT)
            clear(served)
            (served / "anchor").touch()
            source = material.random_file(home / "large.bin", size)
            digest = material.digest(source)
            window.wait(lambda: window.rows(RIGHT) and window.rows(LEFT), "the server's files")
            for verb, side, arrived in (("put", LEFT, served / "large.bin"), ("get", RIGHT, home / "large.bin")):
                time.sleep(_SETTLE_S)
                material.remove(arrived)
                window.wait(lambda side=side: window.rows(side) == _SHOWN[side], "the file in its pane")  # type: ignore[misc]
                window.ask("reset")
                window.ask("copy", side, "large.bin")
                taken = window.wait(arrived.exists, f"the end of the {verb}")
                found = window.reading()
                if material.digest(arrived) != digest:
                    raise CommandError("what arrived is not what was sent")
                yield from gaps(self.name, f"{verb} at {size / taken / 1e6:.0f} MB/s", found)
            clear(served)


_SHOWN = {LEFT: 1, RIGHT: 2}
"""The rows of each pane when it shows the file: the server has one more."""


class LongFolder(Case):
    name = "window-folder"
    title = "the window while it loads a long folder"

    def run(self, bench: Bench) -> Iterator[Row]:
        count = bench.scale.gui_entries
        bench.wherry_server.add_accounts([_ACCOUNT])
        served = bench.wherry_server.home(_ACCOUNT)
        clear(served)
        material.flat_files(served / "long", count)
        with bench.files() as home, opened(bench, bench.fresh("profile"), home, connected=True) as window:
            window.wait(lambda: window.rows(RIGHT) == 1, "the server's files")
            time.sleep(_SETTLE_S)
            window.ask("reset")
            window.ask("open", RIGHT, "long")
            first = window.wait(lambda: window.path(RIGHT) == ["long"] and window.rows(RIGHT), "the first rows")
            rest = window.wait(lambda: window.rows(RIGHT) == count, "all rows")
            time.sleep(_SETTLE_S)
            found = window.reading()
        clear(served)
        shown = Series("wherry", (first * 1000,))
        yield Row(self.name, f"first rows of {count} shown", "ms", shown, bar=Bar.at_most(150))
        yield Row(self.name, f"all rows of {count} shown", "s", Series("wherry", (first + rest,)))
        yield from gaps(self.name, f"{count} entries", found)


class LongQueue(Case):
    name = "window-queue"
    title = "the window with a very long queue: while it works, and when it starts with it"

    def run(self, bench: Bench) -> Iterator[Row]:
        count = bench.scale.gui_items
        profile = bench.fresh("profile")
        bench.wherry_server.add_accounts([_ACCOUNT])
        served = bench.wherry_server.home(_ACCOUNT)
        clear(served)
        (served / "anchor").touch()
        with bench.files() as home:
            material.flat_files(home / "many", count)
            with opened(bench, profile, home, connected=True) as window:
                window.wait(lambda: window.rows(RIGHT) and window.rows(LEFT), "the server's files")
                time.sleep(_SETTLE_S)
                window.ask("reset")
                window.ask("copy", LEFT, "many")
                window.wait(lambda: window.items() >= count, f"a queue of {count} items")
                until = time.monotonic() + _QUEUE_S
                while time.monotonic() < until and _arrived(served / "many") < count:
                    time.sleep(_SETTLE_S / 2)
                found = window.reading()
                done = _arrived(served / "many")
            yield from gaps(self.name, f"{count} items queued, {done} of them done", found)

            with opened(bench, profile, home, connected=False) as window:
                window.wait(lambda: window.reading()["usable_s"], "a window that can be used")
                time.sleep(_IDLE_S)
                found, items = window.reading(), window.items()
            usable = Series("wherry", (found["usable_s"],))
            yield Row(self.name, f"can be used after start, {items} items in the queue", "s", usable)
            yield from gaps(self.name, f"start with {items} items", found)
        clear(served)


@contextmanager
def opened(bench: Bench, profile: Path, home: Path, *, connected: bool) -> Iterator[Window]:
    """Open the window for as long as the block lasts."""
    window = Window(bench, profile, home, connected=connected)
    try:
        yield window
    finally:
        window.stop()


def gaps(case: str, what: str, reading: dict[str, Any]) -> Iterator[Row]:
    """Give the two rows about the gaps of the GUI thread."""
    for key, text, bar in (("longest_gap_ms", "longest gap", LONGEST_GAP), ("p99_gap_ms", "gaps, p99", P99_GAP)):
        yield Row(case, f"{what}: {text}", "ms", Series("wherry", (reading[key],)), bar=bar)


def clear(folder: Path) -> None:
    """Remove what a person sees in a home. The server's own folder in it is in use."""
    for name in os.listdir(folder):
        if not name.startswith("."):
            material.remove(folder / name)


def _arrived(folder: Path) -> int:
    with suppress(FileNotFoundError):
        return len(os.listdir(folder))
    return 0
