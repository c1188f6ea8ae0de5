"""``make bench``: measures the cases in turn, prints a table, and writes everything as JSON.

The exit status is 0 when every case ran, whatever its figures say; 1 when something of Wherry's failed.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from types import FrameType

from tests.bench import install, table
from tests.bench.bench import Bench, Case
from tests.bench.cases import CASES
from tests.bench.figures import Row, Verdict, failed
from tests.bench.processes import CommandError
from tests.bench.scale import Scale

INTERRUPTED = 130
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    chosen = _parser().parse_args(words)
    if chosen.list:
        width = max(len(case.name) for case in CASES)
        print("\n".join(f"{case.name:{width}}  {case.title}" for case in CASES))
        return 0
    for number in _ENDING:
        signal.signal(number, _interrupt)
    if not chosen.no_install:
        install.provide(_say)
    cases = [case() for case in CASES if not chosen.case or case.name in chosen.case]
    scale = _scale(chosen)
    rows: list[Row] = []
    try:
        is_in_memory = _measure(cases, scale, rows)
    except KeyboardInterrupt:
        _say("interrupted; what was measured so far:")
        _show(rows)
        return INTERRUPTED
    # First what is kept: the reader of the table may be a pipe that closes early.
    if chosen.json is not None:
        _write(chosen.json, rows, scale, is_in_memory)
    _show(rows)
    if chosen.json is not None:
        print(f"\nEvery round of every side: {chosen.json}")
    return 1 if any(row.verdict is Verdict.FAILED for row in rows) else 0


def _measure(cases: Sequence[Case], scale: Scale, rows: list[Row]) -> bool:
    """Measure the cases into ``rows``; return whether their files were in memory."""
    with Bench(scale, max(case.space(scale) for case in cases), _say) as bench:
        for case in cases:
            started = time.monotonic()
            _say(f"{case.name}: {case.title}")
            try:
                for row in case.run(bench):
                    rows.append(row)
                    _say(f"  {table.line(row)}")
            except CommandError as error:
                reason = f"{error}; the server's log ends: {bench.server_words()}"
                rows.append(failed(case.name, "this case", reason))
                _say(f"  FAILED: {reason}")
            _say(f"  ({time.monotonic() - started:.0f} s)")
    return bench.is_in_memory


def _show(rows: Sequence[Row]) -> None:
    print(f"\n{table.table(rows)}\n\n{table.summary(rows)}")
    if usage := table.usage_table(rows):
        print(f"\nProcessor seconds and most memory at once, per side (medians):\n{usage}")


def _write(path: Path, rows: Sequence[Row], scale: Scale, is_in_memory: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {
        "when": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "machine": {"system": platform.platform(), "python": platform.python_version(), "cpus": _cpus()},
        "files_in_memory": is_in_memory,
        "scale": {each.name: getattr(scale, each.name) for each in fields(Scale)},
    }
    path.write_text(table.to_json(rows, about) + "\n")


def _cpus() -> int:
    return len(os.sched_getaffinity(0))


def scale_from(words: Sequence[str]) -> Scale:
    """Return the sizes that these words of the command line ask for."""
    return _scale(_parser().parse_args(words))


def _scale(chosen: argparse.Namespace) -> Scale:
    numbers = {each.name: each.metadata["quick"] if chosen.quick else each.default for each in fields(Scale)}
    given = {each.name: value for each in fields(Scale) if (value := getattr(chosen, each.name)) is not None}
    return replace(Scale(), **{**numbers, **given})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measure Wherry beside the tools people use, side by side in one run, on this computer.",
        allow_abbrev=False,
    )
    parser.add_argument("--list", action="store_true", help="name the cases and end")
    names = [case.name for case in CASES]
    parser.add_argument("--case", action="append", choices=names, help="only this one; may be given several times")
    parser.add_argument("--quick", action="store_true", help="small sizes, one round: about two minutes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    parser.add_argument("--no-install", action="store_true", help="do not install what is missing to compare with")
    sizes = parser.add_argument_group("sizes (in full and quick)")
    for each in fields(Scale):
        sizes.add_argument(
            f"--{each.name.replace('_', '-')}",
            type=_count,
            metavar="N",
            help=f"{each.metadata['text']} ({each.default}, {each.metadata['quick']})",
        )
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _interrupt(number: int, frame: FrameType | None) -> None:
    # Once: nothing may come between this and the end of every program that was started.
    for each in _ENDING:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
