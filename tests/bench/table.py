"""How the rows are shown: a table for people, JSON for programs. Measures nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from tests.bench.figures import Bar, Measure, Row, Run, Series, Usage, Verdict

MIB = 1 << 20

_COLUMNS = ("case", "what", "wherry", "beside", "figure", "bar", "")
_USAGE_COLUMNS = ("case", "what", "side", "CPU s client", "server", "peak MiB client", "server")
_RIGHT = frozenset({"figure", "CPU s client", "server", "peak MiB client"})


def table(rows: Sequence[Row]) -> str:
    """Return the comparison as lines of text, and below it what was missing or failed and the notes."""
    lines = _lines(_COLUMNS, [_cells(row) for row in rows])
    for row in rows:
        reason = row.failure or row.gap
        if reason:
            lines.append(f"{row.verdict.value.lower()}: {row.case}, {row.what}: {reason}")
        if row.note:
            lines.append(f"note: {row.case}, {row.what}: {row.note}")
    return "\n".join(lines)


def line(row: Row) -> str:
    """Return one row as it is told while the others are still being measured."""
    reason = row.failure or row.gap
    return "  ".join(filter(None, [*_cells(row)[1:], reason]))


def usage_table(rows: Sequence[Row]) -> str:
    """Return processor time and memory of every side as lines of text; medians of the rounds."""
    found: list[tuple[str, ...]] = []
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        for series in (row.ours, row.theirs):
            if series is None or not series.runs or (key := (row.case, row.what, series.name)) in seen:
                continue
            seen.add(key)
            client, server = _median_usage(series.runs)
            found.append(
                (
                    *key,
                    f"{client.cpu_s:.2f}",
                    f"{server.cpu_s:.2f}",
                    f"{client.peak_bytes / MIB:.0f}",
                    f"{server.peak_bytes / MIB:.0f}",
                )
            )
    return "\n".join(_lines(_USAGE_COLUMNS, found)) if found else ""


def summary(rows: Iterable[Row]) -> str:
    """Return one line that counts the verdicts."""
    counts = dict.fromkeys(Verdict, 0)
    for row in rows:
        counts[row.verdict] += 1
    named = {Verdict.MET: "met", Verdict.MISSED: "missed", Verdict.GAP: "gaps", Verdict.FAILED: "failed"}
    return ", ".join(f"{counts[verdict]} {name}" for verdict, name in named.items())


def to_json(rows: Sequence[Row], about: dict[str, Any]) -> str:
    """Return everything that was measured, each round of each side, after what it was measured with."""
    return json.dumps({**about, "rows": [_object(row) for row in rows]}, indent=1, allow_nan=False)


# --- cells


def value_text(value: float, unit: str) -> str:
    """Return a value as people write it: three digits that mean something."""
    if math.isnan(value):
        return ""
    if unit == "B" and abs(value) >= MIB:
        value, unit = value / MIB, "MiB"
    elif unit == "B" and abs(value) >= 1024:
        value, unit = value / 1024, "KiB"
    digits = 0 if unit == "B" or abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}{'' if unit == 'x' else ' '}{unit}"


def bar_text(bar: Bar, unit: str) -> str:
    """Return a bar as a person would say it."""
    if bar.measure is Measure.SPEED:
        return f"at least {bar.limit:g}x"
    if bar.measure is Measure.SHARE:
        return f"at most {bar.limit * 100:g} %"
    if unit == "B" and bar.limit >= MIB:
        return f"at most {bar.limit / MIB:g} MiB"
    return f"at most {bar.limit:g}{'x' if unit == 'x' else f' {unit}'}".rstrip()


def _cells(row: Row) -> tuple[str, ...]:
    bar = "" if row.bar is None else bar_text(row.bar, row.unit)
    beside = "" if row.theirs is None else f"{row.theirs.name}: {_series_text(row.theirs, row)}"
    return (row.case, row.what, _series_text(row.ours, row), beside, _figure_text(row), bar, row.verdict.value)


def _series_text(series: Series, row: Row) -> str:
    if not series.values:
        return ""
    text = value_text(series.median, row.unit)
    if row.size is not None and series.median > 0:
        text += f", {row.size / series.median / 1e6:.0f} MB/s"
    return text


def _figure_text(row: Row) -> str:
    figure = row.figure
    if figure is None or math.isnan(figure) or (row.bar is not None and row.bar.measure is Measure.VALUE):
        return ""
    if row.bar is not None and row.bar.measure is Measure.SHARE:
        return f"{figure * 100:.1f} %"
    return f"{figure:.2f}x"


def _lines(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max([len(column), *(len(row[place]) for row in rows)]) for place, column in enumerate(columns)]

    def text(cells: Sequence[str]) -> str:
        aligned = (
            cell.rjust(width) if column in _RIGHT else cell.ljust(width)
            for cell, width, column in zip(cells, widths, columns, strict=True)
        )
        return "  ".join(aligned).rstrip()

    return [text(columns), text(["-" * width for width in widths]), *map(text, rows)]


# --- JSON


def _object(row: Row) -> dict[str, Any]:
    figure = row.figure
    found: dict[str, Any] = {
        "case": row.case,
        "what": row.what,
        "unit": row.unit,
        "verdict": row.verdict.name.lower(),
        "figure": figure if figure is not None and math.isfinite(figure) else None,
        "bar": None if row.bar is None else {"measure": row.bar.measure.value, "limit": row.bar.limit},
        "wherry": _series_object(row.ours),
        "beside": None if row.theirs is None else _series_object(row.theirs),
    }
    if row.size is not None:
        found["bytes"] = row.size
    if row.more:
        found["more"] = row.more
    found |= {key: text for key in ("gap", "failure", "note") if (text := getattr(row, key))}
    return found


def _series_object(series: Series) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": series.name,
        "median": series.median if series.values else None,
        "values": list(series.values),
    }
    if series.runs:
        found["runs"] = [
            {
                "seconds": run.seconds,
                "client_cpu_s": run.client.cpu_s,
                "server_cpu_s": run.server.cpu_s,
                "client_peak_bytes": run.client.peak_bytes,
                "server_peak_bytes": run.server.peak_bytes,
            }
            for run in series.runs
        ]
    return found


def _median_usage(runs: Sequence[Run]) -> tuple[Usage, Usage]:
    def middle(usages: Sequence[Usage]) -> Usage:
        cpu = Series("", tuple(usage.cpu_s for usage in usages)).median
        return Usage(cpu, int(Series("", tuple(float(usage.peak_bytes) for usage in usages)).median))

    return middle([run.client for run in runs]), middle([run.server for run in runs])
