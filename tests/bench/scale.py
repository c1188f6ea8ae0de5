"""How large each case is. FULL is what the bars are about; QUICK shows in about two minutes that all of it works."""

from __future__ import annotations

from dataclasses import dataclass, field


def _size(full: int, quick: int, text: str) -> int:
    return field(default=full, metadata={"quick": quick, "text": text})


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers of the cases; each can be set on the command line by its name."""

    rounds: int = _size(3, 1, "rounds of every comparison")
    large_mib: int = _size(2048, 256, "the large file")
    small_files: int = _size(5000, 2000, "small files of 4 KiB")
    changed_mib: int = _size(1024, 400, "the file of which one block in a hundred is changed")
    resumed_mib: int = _size(2048, 128, "the file that is cut at half")
    far_mib: int = _size(256, 32, "the large file over 40 ms")
    sessions: int = _size(1000, 200, "idle sessions")
    probes: int = _size(2000, 300, "requests timed beside running transfers")
    busy_mib: int = _size(256, 96, "each of the 16 files that move meanwhile")
    entries: int = _size(100_000, 20_000, "entries of the long folder")
    growth_files: int = _size(2000, 500, "small files; then ten times as many")
    growth_entries: int = _size(10_000, 2000, "entries of a folder; then ten times as many")
    growth_queue: int = _size(1000, 300, "items of a stored queue; then ten times as many")
    tree_mib: int = _size(64, 16, "the tree of source texts")
    random_mib: int = _size(1024, 256, "the file that no compression makes smaller")
    gui_mib: int = _size(2048, 384, "the file that moves while the window is watched")
    gui_entries: int = _size(100_000, 20_000, "entries that the window loads")
    gui_items: int = _size(100_000, 10_000, "items of the queue that the window shows")
    patience_s: int = _size(600, 60, "seconds after which a command has failed")
