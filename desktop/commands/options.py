"""What the command line says, as values. Reads words; does nothing."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from desktop.client.address import Address, Link, is_link, parse_link
from desktop.transfers.items import Policy
from shared.errors import WherryError
from shared.text import parse_size

VERBS = ("ls", "get", "put", "rm", "mkdir", "mv", "cp", "sum", "df", "passwd")


class Exit(IntEnum):
    """The exit statuses of the contract."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    CANNOT_CONNECT = 3
    LOGIN_REFUSED = 4
    IDENTITY = 5
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Options:
    """One run of a verb. The limits are bytes per second; ``jobs`` None leaves the number to the program."""

    verb: str
    words: tuple[str, ...]
    profile: Path | None
    password_stdin: bool
    fingerprint: str | None
    on_conflict: Policy
    jobs: int | None
    limit: int | None
    limit_up: int | None
    limit_down: int | None
    compress: bool
    json: bool
    quiet: bool
    recursive: bool

    def link(self, word: str) -> Link:
        """Read one word as a link; raises UsageError."""
        if not is_link(word):
            raise UsageError(f"“{word}” is not a wherry:// link", hint="Write wherry://USER@HOST:PORT/PATH.")
        link = parse_link(word)
        if not link.address.user:
            raise UsageError(f"“{word}” names no user", hint="Write wherry://USER@HOST:PORT/PATH.")
        if link.fingerprint not in (None, self.fingerprint):
            raise UsageError(
                f"“{word}” names the server by its fingerprint",
                hint=f"If you trust where the link is from, take that out and add --fingerprint {link.fingerprint}.",
            )
        return link

    def first_address(self) -> Address | None:
        """Return the server that the verb talks to first; None when the words do not make sense."""
        if len(self.words) < (2 if self.verb in {"get", "put"} else 1):
            return None
        try:
            return self.link(self.words[-1 if self.verb == "put" else 0]).address
        except WherryError:
            return None


class UsageError(WherryError):
    """The words of the command line make no sense."""

    title = "Wrong usage"


def parse(verb: str, words: Sequence[str]) -> Options:
    """Read the words after ``verb``; options may stand anywhere among them. Exits with 2 and a text on nonsense."""
    parser = _parser(verb)
    found = parser.parse_intermixed_args(words)
    return Options(
        verb=verb,
        words=tuple(found.words),
        profile=found.profile,
        password_stdin=found.password_stdin,
        fingerprint=found.fingerprint,
        on_conflict=found.on_conflict,
        jobs=found.jobs,
        limit=found.limit,
        limit_up=found.limit_up,
        limit_down=found.limit_down,
        compress=found.compress == "auto",
        json=found.json,
        quiet=found.quiet,
        recursive=getattr(found, "recursive", False),
    )


_WORDS: dict[str, tuple[str, str | int, str]] = {
    "ls": ("URL", 1, "List a folder, or show one file."),
    "get": ("URL... LOCAL", "+", "Download files or whole folders."),
    "put": ("LOCAL... URL", "+", "Upload files or whole folders."),
    "rm": ("URL", 1, "Remove a file, or with -r a folder and everything in it."),
    "mkdir": ("URL", 1, "Make a folder, and those above it."),
    "mv": ("URL NEWPATH", 2, "Rename or move on the server."),
    "cp": ("URL NEWPATH", 2, "Copy on the server: a file, or a folder with everything in it."),
    "sum": ("URL", 1, "Print the size and the digest of a file, as the server reads it now."),
    "df": ("URL", 1, "Print how much space the account has."),
    "passwd": ("URL", 1, "Change your password on the server. With --password-stdin: the old, then the new one."),
}


def _parser(verb: str) -> argparse.ArgumentParser:
    usage, count, description = _WORDS[verb]
    parser = argparse.ArgumentParser(
        prog=f"wherry {verb}", usage=f"wherry {verb} [options] {usage}", description=description, allow_abbrev=False
    )
    parser.add_argument("words", nargs=count, metavar=usage, help="wherry://USER@HOST:PORT/PATH, or a local path")
    parser.add_argument(
        "--profile", type=Path, metavar="DIR", help="settings, known servers, queue and history live here"
    )
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    parser.add_argument("--fingerprint", type=_fingerprint, metavar="SHA256:...", help="accept exactly this server")
    parser.add_argument(
        "--on-conflict",
        type=Policy,
        choices=list(Policy),
        default=Policy.ASK,
        metavar="|".join(Policy),
        help="what to do where the target exists (default: ask on a terminal, fail elsewhere)",
    )
    parser.add_argument(
        "--jobs", type=_count, metavar="N", help="transfers at once (default: by the number of files and their sizes)"
    )
    parser.add_argument("--limit", type=_rate, metavar="10M", help="bytes per second, in total")
    parser.add_argument("--limit-up", type=_rate, metavar="1M", help="bytes per second, to servers")
    parser.add_argument("--limit-down", type=_rate, metavar="5M", help="bytes per second, from servers")
    parser.add_argument(
        "--compress",
        choices=("auto", "never"),
        default="auto",
        help="compress content on its way: where it makes the transfer faster (default), or never",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument("--quiet", action="store_true", help="say nothing but errors")
    if verb == "rm":
        parser.add_argument("-r", "--recursive", action="store_true", help="folders too, with everything in them")
    return parser


def _fingerprint(text: str) -> str:
    if not text.startswith("SHA256:") or len(text) != len("SHA256:") + 43:
        raise argparse.ArgumentTypeError("a fingerprint is SHA256: and 43 characters")
    return text


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 32:
        raise argparse.ArgumentTypeError("a number from 1 to 32")
    return count


def _rate(text: str) -> int:
    try:
        rate = parse_size(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if rate < 1:
        raise argparse.ArgumentTypeError("a rate must be positive")
    return rate
