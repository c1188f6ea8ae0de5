"""Runs a command beside a server and measures both: seconds, processor time, memory. Compares nothing.

The figures come from the kernel: wait4(2) for the client and what it waited for, /proc for the server and its
children. Memory is the most that each process of a side held resident, added up over those that lived at the same
time; pages that they share count more than once. It is looked at ten times a second: a process that lives shorter
may be missed.
"""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.bench.figures import Run, Usage
from tests.bench.processes import Command, Crew

_FIRST_LOOK_S = 0.02
_LOOK_S = 0.1
_SETTLE_S = 2.0
_TICK = os.sysconf("SC_CLK_TCK")


def run_measured(crew: Crew, command: Command, server: int | None, seconds: float) -> Run:
    """Run a command to its end. ``server``: the process whose children serve it. Raises CommandError."""
    servers = tree(server) if server is not None else []
    for pid in servers:
        _forget_peak(pid)
    before = cpu_seconds(server) if server is not None else 0.0
    started = time.monotonic()
    hand = crew.start(command)
    with _watched([hand.pid], [server] if server is not None else []) as peaks:
        ended = hand.wait(seconds)
    client = Usage(ended.cpu_s, peaks[0])
    if server is None:
        return Run(ended.at - started, client, Usage(0.0, 0))
    # A server's child lives a moment longer than its client; its time counts for its parent once it has ended.
    deadline = time.monotonic() + _SETTLE_S
    while len(tree(server)) > len(servers) and time.monotonic() < deadline:
        time.sleep(0.01)
    return Run(ended.at - started, client, Usage(cpu_seconds(server) - before, max(peaks[1], _peak(server))))


def cpu_seconds(root: int) -> float:
    """Return the processor time that a process, its children and those they have waited for took so far."""
    return sum(_cpu(pid) for pid in tree(root))


def resident(root: int) -> int:
    """Return the bytes that a process and its children hold resident now."""
    return sum(_memory(pid, "VmRSS") for pid in tree(root))


def tree(root: int) -> list[int]:
    """Return a process and all below it, as they are now."""
    children: dict[int, list[int]] = defaultdict(list)
    for name in os.listdir("/proc"):
        if name.isdecimal() and (fields := _stat(int(name))):
            children[int(fields[1])].append(int(name))
    found, ahead = [], [root]
    while ahead:
        pid = ahead.pop()
        found.append(pid)
        ahead += children[pid]
    return found


@contextmanager
def _watched(*sides: Sequence[int]) -> Iterator[list[int]]:
    """Give a list that holds, at the end, the most that the processes of each side held resident together."""
    peaks = [0] * len(sides)
    is_over = threading.Event()

    def look() -> None:
        wait_s = _FIRST_LOOK_S
        while not is_over.wait(wait_s):
            for place, roots in enumerate(sides):
                peaks[place] = max(peaks[place], sum(map(_peak, roots)))
            wait_s = _LOOK_S

    thread = threading.Thread(target=look, name="memory")
    thread.start()
    try:
        yield peaks
    finally:
        is_over.set()
        thread.join()


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the third on (proc_pid_stat(5)); none for a process that is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    return []


def _cpu(pid: int) -> float:
    fields = _stat(pid)
    # utime, stime, cutime and cstime: fields 14 to 17.
    return sum(map(int, fields[11:15])) / _TICK if fields else 0.0


def _peak(root: int) -> int:
    return sum(_memory(pid, "VmHWM") for pid in tree(root))


def _memory(pid: int, name: str) -> int:
    """Return a line of /proc/PID/status in bytes (proc_pid_status(5)); 0 for a process that is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0


def _forget_peak(pid: int) -> None:
    """Let a process's VmHWM begin anew from what it holds now (proc_pid_clear_refs(5))."""
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")
