"""The line of :mod:`tests.bench.relay` as the benchmark holds it: started, counted, cut."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from tests.bench.processes import Command, CommandError, Crew
from tests.bench.relay import DOWN, UP

__all__ = ["DOWN", "UP", "Link"]

_ANSWER_S = 10.0
_LOOK_S = 0.005


class Link:
    """A line to a port of this computer; connect to :attr:`port` instead. Use as a context manager."""

    def __init__(self, crew: Crew, target: int, *, round_trip_ms: float = 0.0, mbit_s: float = 0.0) -> None:
        """``round_trip_ms``: there and back. ``mbit_s``: each way, for all connections together; 0 for any."""
        words = [str(target), str(round_trip_ms / 2), str(mbit_s * 1e6 / 8)]
        self._hand = crew.start(Command([sys.executable, "-m", "tests.bench.relay", *words]), talks=True)
        self.port: int = json.loads(self._hand.hear(_ANSWER_S))["port"]

    def __enter__(self) -> Link:
        return self

    def __exit__(self, *_: object) -> None:
        self._hand.stop()

    def count(self, way: str) -> int:
        """Return the bytes that have gone one way so far, as they are on the wire above TCP."""
        return int(self._ask("count")[way])

    def freeze_after(self, way: str, count: int) -> None:
        """Let ``count`` more bytes go one way, and then nothing any more until :meth:`drop`."""
        self._ask("freeze", way, count)

    def wait_frozen(self, seconds: float) -> None:
        """Return when so much has gone. Raises CommandError when that takes longer."""
        deadline = time.monotonic() + seconds
        while not self._ask("count")["is_frozen"]:
            if time.monotonic() > deadline:
                raise CommandError(f"the line had not carried so much after {seconds:.0f} s")
            time.sleep(_LOOK_S)

    def drop(self) -> None:
        """Cut every connection; whoever connects anew is carried."""
        self._ask("drop")

    def _ask(self, *order: object) -> dict[str, Any]:
        self._hand.say(json.dumps(order))
        answer: dict[str, Any] = json.loads(self._hand.hear(_ANSWER_S))
        return answer
