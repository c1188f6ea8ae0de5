"""The command ``wherry-server``: reads the command line, runs one verb, says in words what went wrong.

Exit status: 0 done, 1 it failed, 2 the command line makes no sense.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from server import operations, unit
from server.config import ServerConfig, default_data_folder, open_data_folder
from server.user_verbs import add_user_verbs
from shared.errors import ConfigError, WherryError
from shared.names import display
from shared.protocol import limits
from shared.version import VERSION

OK, FAILED, USAGE = 0, 1, 2

Verb = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``wherry-server`` with these arguments, by default those of the process; return the exit status."""
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as end:
        # argparse has said what is wrong, or printed the help that was asked for.
        return OK if end.code in (None, 0) else USAGE
    verb: Verb = options.verb
    try:
        return verb(options)
    except WherryError as error:
        _complain(error)
        return FAILED
    except KeyboardInterrupt:
        print("\nwherry-server: cancelled", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # The reader of a pipe has gone; at exit Python would flush into it once more and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _complain(error: WherryError) -> None:
    parts = [f"wherry-server: {error.title}", error.detail, error.hint]
    print("\n  ".join(part for part in parts if part), file=sys.stderr)


# --- the command line


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wherry-server",
        description="Lets the people it has accounts for reach their own home folder, and nothing else. "
        "Without a verb it starts the tray program.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"wherry-server {VERSION}")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where key, accounts and default homes are kept")
    parser.add_argument("--start", action="store_true", help="switch the server on as the tray program starts")
    parser.set_defaults(verb=_tray)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")

    serve = _add_verb(verbs, "serve", _serve, "run the server without a screen, until it is told to stop")
    serve.add_argument(
        "--config", type=Path, metavar="FILE", help="settings (default: config.toml in the data folder, if there)"
    )
    serve.add_argument("--host", help="address to listen on (default: every one)")
    serve.add_argument("--port", type=_port, metavar="N", help=f"default {limits.DEFAULT_PORT}; 0 picks a free one")
    serve.add_argument("--name", help="how the server introduces itself (default: the machine's name)")
    serve.add_argument(
        "--announce", action=argparse.BooleanOptionalAction, default=None, help="let clients nearby find it (mDNS)"
    )
    serve.add_argument("--grace", type=_span, metavar="TIME", help="how long transfers may go on at a stop, as in 90s")
    serve.add_argument("--json", action="store_true", help="say that it is ready as a line of JSON")

    _add_verb(verbs, "fingerprint", _fingerprint, "print what clients are to compare when they first connect")
    _add_verb(verbs, "settings", _settings, "print a settings file with every option and what it means")

    status = _add_verb(verbs, "status", _status, "show who is connected to the running server and what moves")
    status.add_argument("--json", action="store_true", help="one JSON object")
    kick = _add_verb(verbs, "kick", _kick, "end a session of the running server")
    kick.add_argument("session", metavar="SESSION", help="as “status” shows it")
    _add_verb(verbs, "reload", _reload, "let the running server read its settings again, disturbing nobody")
    stop = _add_verb(verbs, "stop", _stop, "stop the running server, and wait until it has")
    stop.add_argument("--grace", type=_span, metavar="TIME", help="how long transfers may go on, as in 90s")
    _add_ban_verbs(verbs)
    _add_identity_verbs(verbs)

    service = verbs.add_parser("service", help="run the server by systemd", allow_abbrev=False)
    ways = service.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, verb, text in (
        ("print", _service_print, "print the systemd unit"),
        ("install", _service_install, "write the systemd unit, and say how to switch it on"),
    ):
        _add_verb(ways, name, verb, text).add_argument(
            "--user", action="store_true", help="for this user alone, not for the whole system"
        )

    add_user_verbs(verbs, _add_verb)
    return parser


def _add_ban_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    ban = verbs.add_parser("ban", help="list, add and lift bans of addresses and networks", allow_abbrev=False)
    actions = ban.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_verb(actions, "list", _ban_list, "show who is kept out, and why").add_argument(
        "--json", action="store_true", help="one JSON object per line"
    )
    add = _add_verb(actions, "add", _ban_add, "keep an address or network out, and end the sessions from there")
    add.add_argument("--for", type=_span, metavar="TIME", dest="span", help="as in 15m or 2d (default: until lifted)")
    add.add_argument("--reason", default="", help="shown in the list and in the audit trail")
    lift = _add_verb(actions, "lift", _ban_lift, "end the bans that concern an address or network")
    for action in (add, lift):
        action.add_argument("network", metavar="NETWORK", help="such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32")


def _add_identity_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    identity = verbs.add_parser("identity", help="show, renew or import the server's certificate", allow_abbrev=False)
    actions = identity.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_verb(actions, "show", _identity_show, "print the fingerprint and the days the certificate is good for")
    _add_verb(actions, "renew", _identity_renew, "make a new one; every client has to accept it")
    load = _add_verb(actions, "import", _identity_import, "use a certificate and key of one's own, tested first")
    load.add_argument("certificate", type=Path, metavar="CERTIFICATE", help="a PEM file")
    load.add_argument("key", type=Path, metavar="KEY", help="a PEM file without a passphrase")


def _add_verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    verb: Verb,
    text: str,
    *,
    has_name: bool = False,
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".", allow_abbrev=False)
    # SUPPRESS: a verb without --data must not undo one that stands before it.
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="where key, accounts and default homes are kept",
    )
    if has_name:
        parser.add_argument("name", metavar="NAME", help="the account")
    parser.set_defaults(verb=verb)
    return parser


def _port(text: str) -> int:
    port = int(text) if text.isascii() and text.isdecimal() and len(text) <= 5 else -1
    if not 0 <= port <= 0xFFFF:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a port; choose 1 to 65535, or 0 for any")
    return port


def _span(text: str) -> float:
    from server.config_file import parse_span

    try:
        return parse_span(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


# --- the verbs


def _tray(options: argparse.Namespace) -> int:
    if sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        raise ConfigError(
            "the tray program needs a desktop, and there is none here",
            title="There is no screen",
            hint="“wherry-server serve” runs the same server without one.",
        )
    try:
        # First of all Qt by itself, so that a broken import of our own is not taken for a missing Qt.
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        raise ConfigError(
            f"the tray program needs PySide6, which cannot be loaded: {error}",
            title="Qt is missing",
            hint="Install PySide6-Essentials and the system libraries it names, "
            "or use “wherry-server serve”, which needs neither.",
        ) from error
    from server.tray.app import main as run_tray

    return run_tray(options.data, start=options.start)


def _serve(options: argparse.Namespace) -> int:
    from server.service import Service

    over = {name: getattr(options, name) for name in ("host", "port", "name", "announce", "grace")}
    Service(options.data, options.config, over, as_json=options.json).run()
    return OK


def _fingerprint(options: argparse.Namespace) -> int:
    from server.service import identity_of

    data = open_data_folder(options.data)
    print(identity_of(data, ServerConfig(data=data).name).fingerprint)
    return OK


def _settings(options: argparse.Namespace) -> int:
    from server.config_file import EXAMPLE

    print(EXAMPLE.read_text(encoding="utf-8"), end="")
    return OK


def _status(options: argparse.Namespace) -> int:
    operations.show_status(open_data_folder(options.data), as_json=options.json)
    return OK


def _kick(options: argparse.Namespace) -> int:
    operations.kick(open_data_folder(options.data), options.session)
    return OK


def _reload(options: argparse.Namespace) -> int:
    operations.reload(open_data_folder(options.data))
    return OK


def _stop(options: argparse.Namespace) -> int:
    operations.stop(open_data_folder(options.data), options.grace)
    return OK


def _ban_list(options: argparse.Namespace) -> int:
    operations.list_bans(open_data_folder(options.data), as_json=options.json)
    return OK


def _ban_add(options: argparse.Namespace) -> int:
    operations.add_ban(open_data_folder(options.data), options.network, options.span, options.reason)
    return OK


def _ban_lift(options: argparse.Namespace) -> int:
    operations.lift_ban(open_data_folder(options.data), options.network)
    return OK


def _identity_show(options: argparse.Namespace) -> int:
    operations.show_identity(open_data_folder(options.data))
    return OK


def _identity_renew(options: argparse.Namespace) -> int:
    operations.renew_identity(open_data_folder(options.data))
    return OK


def _identity_import(options: argparse.Namespace) -> int:
    operations.import_identity(open_data_folder(options.data), options.certificate, options.key)
    return OK


def _service_print(options: argparse.Namespace) -> int:
    data = (options.data or default_data_folder()).expanduser().absolute()
    print(unit.unit_text(unit.command_line(data), is_user=options.user), end="")
    return OK


def _service_install(options: argparse.Namespace) -> int:
    data = (options.data or default_data_folder()).expanduser().absolute()
    path, switch_on = unit.install(data, is_user=options.user)
    print(f"wrote {display(str(path))}\nswitch it on with: {switch_on}")
    return OK


if __name__ == "__main__":
    raise SystemExit(main())
