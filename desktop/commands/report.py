"""What a command prints: a live bar on a terminal, plain lines in a pipe, JSON for scripts. Decides nothing."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, TextIO

from desktop.commands.options import Options
from desktop.transfers.items import Failure, Item, State
from desktop.transfers.progress import Shortage, Totals
from shared.entries import Entry, Kind
from shared.errors import ItemError, WherryError
from shared.names import display, format_path
from shared.text import format_size, format_time

if TYPE_CHECKING:
    from desktop.commands.bar import Bar

_KINDS = {Kind.FILE: "file", Kind.FOLDER: "folder", Kind.LINK: "link", Kind.OTHER: "other"}
_LETTERS = {Kind.FILE: "-", Kind.FOLDER: "d", Kind.LINK: "l", Kind.OTHER: "?"}


class Report:
    """Prints results to standard output, progress and errors to standard error."""

    def __init__(self, options: Options, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._json = options.json
        self._quiet = options.quiet
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._bar: Bar | None = None
        self._hints: set[str] = set()
        if self._err.isatty() and not self._json and not self._quiet:
            from desktop.commands.bar import Bar

            self._bar = Bar(self._err)

    def entries(self, entries: list[Entry]) -> None:
        """Print a listing, sorted by name."""
        width = max((len(str(entry.size)) for entry in entries), default=1)
        for entry in sorted(entries, key=lambda entry: entry.name):
            if self._json:
                self._object(
                    name=entry.name,
                    kind=_KINDS[entry.kind],
                    size=entry.size,
                    mtime_ns=entry.mtime_ns,
                    mode=f"{entry.mode:04o}",
                )
            else:
                slash = "/" if entry.is_folder else ""
                self._line(
                    f"{_LETTERS[entry.kind]}{_bits(entry.mode)}  {entry.size:>{width}}  "
                    f"{format_time(entry.mtime_ns / 1e9)}  {display(entry.name)}{slash}"
                )

    def did(self, event: str, path: str, **more: Any) -> None:
        """Print that something was done to ``path``."""
        if self._json:
            self._object(event=event, path=path, **more)
        elif not self._quiet:
            self._line(f"{event}: {path}")

    def digest(self, path: str, size: int, root: bytes) -> None:
        """Print what a file holds."""
        if self._json:
            self._object(event="digest", path=path, size=size, digest=root.hex())
        else:
            self._line(f"{root.hex()}  {size}  {path}")

    def space(self, free: int, total: int) -> None:
        """Print how much may still be stored."""
        if self._json:
            self._object(event="space", free=free, total=total)
        else:
            self._line(f"{format_size(free)} free of {format_size(total)}")

    def item(self, item: Item) -> None:
        """Print the end of one item."""
        source, target = _ends(item)
        failure = item.failure
        if self._json:
            more: dict[str, Any] = {"size": item.size, "digest": item.digest.hex()} if item.state is State.DONE else {}
            if failure is not None:
                more |= {"code": failure.code.value, "error": failure.title, "detail": failure.detail}
            self._object(event=item.state.value, kind=_KINDS[item.kind], source=source, target=target, **more)
        elif failure is not None:
            self.problem(f"{source}: {_sentence(failure)}", failure.hint)
        elif not self._quiet and (item.kind is Kind.FILE or item.state is not State.DONE):
            size = f"  {format_size(item.size)}" if item.state is State.DONE else ""
            self._line(f"{item.state.value}  {source} -> {target}{size}")

    def conflict(self, item: Item) -> None:
        """Print that an item's target exists and nobody is there to be asked."""
        source, target = _ends(item)
        if self._json:
            self._object(
                event="failed",
                kind=_KINDS[item.kind],
                source=source,
                target=target,
                code="exists",
                error="Already exists",
            )
        self.problem(
            f"{target}: Already exists",
            "Say what to do with --on-conflict overwrite|newer|size|content|resume|rename|skip.",
        )

    def shortage(self, shortage: Shortage) -> None:
        """Print that something may not fit where it goes."""
        if self._json:
            self._object(event="warning", code="no-space", needed=shortage.needed, free=shortage.free)
        self.problem(
            f"{shortage.where}: {format_size(shortage.needed)} to come, and {format_size(shortage.free)} may be used",
            "Free some space; what does not fit fails, and the same command with --on-conflict resume carries on.",
        )

    def totals(self, totals: Totals) -> None:
        """Move the bar; does nothing where there is none."""
        if self._bar is None:
            return
        left = totals.queued + totals.active
        self._bar.update(f"{left} left" if left else "finishing", totals.bytes_moved, totals.bytes_total)

    def pause(self) -> None:
        """Take the bar away, for a question or for good."""
        if self._bar is not None:
            self._bar.stop()

    def summary(self, **counts: int) -> None:
        """Print the last line."""
        self.pause()
        if self._json:
            self._object(event="summary", **counts)
        elif not self._quiet:
            said = ", ".join(f"{count} {name}" for name, count in counts.items() if count or name == "done")
            print(said, file=self._err)

    def error(self, error: WherryError) -> None:
        """Print what ended the command, or one part of it."""
        self.pause()
        if self._json:
            more = {"code": error.code.value, "path": error.path} if isinstance(error, ItemError) else {}
            self._object(event="error", error=error.title, detail=error.detail, hint=error.hint, **more)
        path = f"{error.path}: " if isinstance(error, ItemError) and error.path else ""
        self.problem(f"{path}{error}", error.hint)

    def problem(self, text: str, hint: str = "") -> None:
        """Print an error for people, and what to do about it: once, however many files it is about."""
        text = f"wherry: {text}" + (f"\n        {hint}" if hint and hint not in self._hints else "")
        self._hints.add(hint)
        if self._bar is not None and self._bar.is_shown:
            self._bar.print(text)
        else:
            print(text, file=self._err)

    def _object(self, **fields: Any) -> None:
        # ASCII with escapes: a name that is no UTF-8 survives as lone surrogates, and no terminal is harmed.
        print(json.dumps(fields), file=self._out, flush=True)

    def _line(self, text: str) -> None:
        if self._bar is not None and self._bar.is_shown and self._out.isatty():
            self._bar.print(text)
        else:
            print(text, file=self._out)


def _sentence(failure: Failure) -> str:
    return f"{failure.title}: {failure.detail}" if failure.detail else failure.title


def _ends(item: Item) -> tuple[str, str]:
    local, remote = display(item.local), format_path(item.remote)
    return (local, remote) if item.direction == "upload" else (remote, local)


def _bits(mode: int) -> str:
    return "".join(letter if mode & (1 << (8 - place)) else "-" for place, letter in enumerate("rwxrwxrwx"))
