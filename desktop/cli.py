"""``wherry``: reads the command line, runs a verb or opens the window, and turns errors into exit statuses."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.commands.options import VERBS, Exit
from shared.version import VERSION

if TYPE_CHECKING:
    from desktop.commands.connecting import Connector
    from desktop.commands.options import Options
    from desktop.commands.report import Report

_EPILOG = """verbs:
  wherry ls    URL
  wherry get   URL... LOCAL       files or whole folders
  wherry put   LOCAL... URL       files or whole folders
  wherry rm    [-r] URL
  wherry mkdir URL
  wherry mv    URL NEWPATH
  wherry cp    URL NEWPATH        on the server
  wherry sum   URL                size and digest of a file
  wherry df    URL                space of the account
  wherry passwd URL              your own password on that server

A URL is wherry://USER@HOST:PORT/PATH. Each verb has its own --help.
"""


def main(words: Sequence[str] | None = None) -> int:
    """Run ``wherry`` and return its exit status."""
    words = list(sys.argv[1:] if words is None else words)
    if words and words[0] in VERBS:
        return _run_verb(words[0], words[1:])
    return _open_window(words)


def _action(verb: str) -> Callable[[Options, Connector, Report], Awaitable[Exit]]:
    """Import and return what carries a verb out."""
    if verb in {"get", "put"}:
        from desktop.commands import copying

        return copying.get if verb == "get" else copying.put
    if verb == "passwd":
        from desktop.commands.passwd import passwd

        return passwd
    from desktop.commands import browsing

    return browsing.ACTIONS[verb]


def _run_verb(verb: str, words: Sequence[str]) -> int:
    # Only what a verb needs is imported: a script that runs many of them waits for each import.
    from desktop.client.address import AddressError
    from desktop.commands import options
    from desktop.commands.connecting import Connector
    from desktop.commands.report import Report
    from desktop.storage.profile import Profile
    from shared.errors import ConnectionLostError, IdentityError, LoginError, PeerError, WherryError
    from shared.names import BadNameError

    chosen = options.parse(verb, words)
    # What went wrong is said by the report; a log line between its lines would only puzzle.
    logging.getLogger().addHandler(logging.NullHandler())
    report = Report(chosen)

    async def run() -> Exit:
        connector = Connector(chosen, Profile(chosen.profile))
        # A login waits for the password to be made into a key; what else the verb needs is imported meanwhile.
        try:
            await connector.begin()
            action = await asyncio.to_thread(_action, verb)
            return await action(chosen, connector, report)
        finally:
            await connector.abandon()

    try:
        return asyncio.run(run())
    except KeyboardInterrupt:
        report.problem("interrupted", "The same command with --on-conflict resume carries on.")
        return Exit.INTERRUPTED
    except WherryError as error:
        report.error(error)
        match error:
            case options.UsageError() | AddressError() | BadNameError():
                return Exit.USAGE
            case IdentityError():
                return Exit.IDENTITY
            case LoginError():
                return Exit.LOGIN_REFUSED
            case ConnectionLostError() | PeerError():
                return Exit.CANNOT_CONNECT
            case _:
                return Exit.FAILED


def _open_window(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="wherry",
        description="Move files between your own machines. Without a verb, the window opens.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"wherry {VERSION}")
    parser.add_argument(
        "--profile", type=Path, metavar="DIR", help="settings, known servers, queue and history live here"
    )
    parser.add_argument(
        "--demo", action="store_true", help="open the window on a private throw-away server with sample files"
    )
    parser.add_argument(
        "--with-tray", action="store_true", help="with --demo: start the tray program of a server beside it"
    )
    parser.add_argument(
        "--measure-stalls",
        action="store_true",
        help="print at exit, as JSON, the window's longest pauses, when it could be used, and the memory it took",
    )
    parser.add_argument("url", nargs="?", metavar="URL", help="connect to this server at once")
    chosen = parser.parse_args(words)
    from desktop.app import run

    return run(
        chosen.profile,
        link=chosen.url,
        demo=chosen.demo,
        with_tray=chosen.with_tray,
        measure_stalls=chosen.measure_stalls,
    )


if __name__ == "__main__":
    sys.exit(main())
