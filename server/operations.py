"""The verbs of ``wherry-server`` that speak with a running server: status, kick, ban, reload, stop.

Bans can be listed, added and lifted while no server runs, too: then the file that keeps them is changed itself.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from server.config import FolderLock, ServerConfig
from server.engine import identity
from server.engine.control import ask
from server.engine.gate import Gate
from server.engine.identity import describe
from server.engine.tally import Tally
from server.service import identity_of
from shared.errors import ConfigError
from shared.names import display
from shared.text import format_duration, format_rate, format_size, format_time
from shared.tls import Identity


def show_status(data: Path, *, as_json: bool) -> None:
    """Print who is there and what moves. Raises ConfigError when no server runs."""
    status = _ask(data, {"do": "status"})
    if as_json:
        print(json.dumps(status))
        return
    place = f"[{status['host']}]" if ":" in status["host"] else status["host"]
    announced = status["announcement"]
    lines = [
        f"{display(status['name'])} on {place}:{status['port']}, process {status['pid']}, "
        f"up for {format_duration(max(0.0, time.time() - status['started']))}",
        f"fingerprint {status['fingerprint']}",
        f"announced: {announced['state']}" + (f" ({display(announced['detail'])})" if announced["detail"] else ""),
        f"connections {status['connections']}, of them before login {status['connections_before_login']}; "
        f"bans {status['bans']}",
        f"received {format_size(status['bytes_in'])}, sent {format_size(status['bytes_out'])}",
    ]
    print("\n".join(lines))
    if status["sessions"]:
        rows = [("SESSION", "ACCOUNT", "FROM", "SINCE", "LINES", "IN", "OUT", "")]
        rows += [
            (
                session["id"][:8],
                display(session["account"]),
                session["peer"],
                format_time(session["since"]),
                str(session["connections"]),
                format_rate(session["rate_in"]),
                format_rate(session["rate_out"]),
                "stalled" if session["is_stalled"] else "",
            )
            for session in status["sessions"]
        ]
        print_table(rows)
    if status["transfers"]:
        moves = [("SESSION", "WHAT", "MOVED", "OF", "RATE", "PATH")]
        moves += [
            (
                moving["session"][:8],
                moving["direction"],
                format_size(moving["moved"]),
                format_size(moving["size"]),
                "stalled" if moving["is_stalled"] else format_rate(moving["rate"]),
                display(moving["path"]),
            )
            for moving in status["transfers"]
        ]
        print_table(moves)


def kick(data: Path, session: str) -> None:
    """End a session, named by its id or by how that begins."""
    kicked = _ask(data, {"do": "kick", "session": session})["kicked"]
    print(f"ended the session of {display(kicked['account'])} from {kicked['peer']}")


def reload(data: Path) -> None:
    """Let the server read its settings again."""
    needed = _ask(data, {"do": "reload"})["needs_restart"]
    print("reloaded" + (f"; these settings need a restart: {', '.join(needed)}" if needed else ""))


def stop(data: Path, grace: float | None) -> None:
    """Tell the server to stop, and wait until it has."""
    _ask(data, {"do": "stop", "grace": grace})
    # The lock is free when the process has ended or is about to.
    while True:
        with suppress(ConfigError), FolderLock(data):
            break
        time.sleep(0.1)
    print("stopped")


def list_bans(data: Path, *, as_json: bool) -> None:
    """Print who is kept out."""
    bans = _bans(data, {"do": "bans"}, lambda gate: {"bans": [asdict(ban) for ban in gate.bans()]})["bans"]
    if as_json:
        for ban in bans:
            print(json.dumps(ban))
    elif not bans:
        print("wherry-server: nobody is banned", file=sys.stderr)
    else:
        rows = [("NETWORK", "BY", "SINCE", "UNTIL", "REASON")]
        rows += [
            (
                ban["network"],
                "owner" if ban["is_owners"] else "guard",
                format_time(ban["since"]),
                format_time(ban["until"]) if ban["until"] is not None else "lifted",
                display(ban["reason"]),
            )
            for ban in bans
        ]
        print_table(rows)


def add_ban(data: Path, network: str, seconds: float | None, reason: str) -> None:
    """Keep an address or network out."""

    def offline(gate: Gate) -> dict[str, Any]:
        return {"ban": asdict(gate.ban(network, seconds, reason))}

    request = {"do": "ban", "network": network, "seconds": seconds, "reason": reason}
    ban = _bans(data, request, offline)["ban"]
    print(f"banned {ban['network']}" + (f" until {format_time(ban['until'])}" if ban["until"] is not None else ""))


def lift_ban(data: Path, network: str) -> None:
    """End the bans that concern an address or network. Raises ConfigError when there are none."""

    def offline(gate: Gate) -> dict[str, Any]:
        return {"lifted": [asdict(ban) for ban in gate.lift(network)]}

    lifted = _bans(data, {"do": "lift", "network": network}, offline)["lifted"]
    if not lifted:
        raise ConfigError(
            f"none concerns {display(network)}",
            title="There is no such ban",
            hint="“wherry-server ban list” shows those there are.",
        )
    for ban in lifted:
        print(f"lifted the ban of {ban['network']}")


def show_identity(data: Path) -> None:
    """Print what clients compare, and what else the certificate says."""
    info = describe(identity_of(data, ServerConfig(data=data).name))
    print(f"{info.fingerprint}\n{info.subject}, valid from {format_time(info.begins)} to {format_time(info.ends)}")


def renew_identity(data: Path) -> None:
    """Make another identity and use it, also in a server that is running."""
    _use(data, lambda: identity.renew_identity(data, ServerConfig(data=data).name))


def import_identity(data: Path, certificate: Path, key: Path) -> None:
    """Use a certificate and a key that were brought, also in a server that is running."""
    certificate_pem, key_pem = identity.read_pem(certificate), identity.read_pem(key)
    _use(data, lambda: identity.replace_identity(data, certificate_pem, key_pem))


def _use(data: Path, change: Callable[[], Identity]) -> None:
    old = identity_of(data, ServerConfig(data=data).name).fingerprint
    new = change().fingerprint
    # A server that is not running meets it at its next start.
    ask(data, {"do": "identity"})
    print(f"old {old}\nnew {new}")
    print("wherry-server: every client has to compare and accept the new one", file=sys.stderr)


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows below each other, each column as wide as it must be on a terminal."""
    from rich.cells import cell_len

    widths = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def _ask(data: Path, request: Mapping[str, Any]) -> dict[str, Any]:
    answer = ask(data, request)
    if answer is None:
        raise ConfigError(
            f"none uses {display(str(data))}",
            title="No server is running",
            hint="Start it with “wherry-server serve”, or name its data folder with --data.",
        )
    return answer


def _bans(data: Path, request: Mapping[str, Any], offline: Callable[[Gate], dict[str, Any]]) -> dict[str, Any]:
    answer = ask(data, request)
    if answer is not None:
        return answer
    with FolderLock(data):
        gate = Gate(ServerConfig(data=data), Tally())
        answer = offline(gate)
        gate.save()
        return answer
