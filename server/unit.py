"""The systemd unit of the server, for the whole system or for one user. Starts nothing.

``packaging/wherry-server.service`` is what this makes for an installation in the usual places.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

from shared.errors import ConfigError
from shared.names import display

UNIT_NAME = "wherry-server.service"

SYSTEM_FOLDER = Path("/etc/systemd/system")

_HEAD = """\
[Unit]
Description=Wherry Server: lets people reach their own files on this machine
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
ExecStart={command}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=2
# The server asks for more when its grace period is longer.
TimeoutStopSec=30
LimitNOFILE=65536
UMask=0077
"""

_SYSTEM = """\
# A user of its own: adduser --system --group --home /var/lib/wherry-server --no-create-home wherry
User=wherry
Group=wherry
StateDirectory=wherry-server
StateDirectoryMode=0700
# Everything but its own data is read-only, and /home is not there at all. For homes or shared folders elsewhere:
#   systemctl edit wherry-server
#   [Service]
#   ReadWritePaths=/srv/photos
#   ProtectHome=tmpfs
#   BindPaths=/home/anna/shared
ProtectSystem=strict
ProtectHome=yes
PrivateUsers=yes
ProtectProc=invisible
ProcSubset=pid
PrivateTmp=yes
PrivateDevices=yes
PrivateIPC=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
CapabilityBoundingSet=
AmbientCapabilities=
RemoveIPC=yes
"""

_BOTH = """\
NoNewPrivileges=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
# AF_NETLINK: to learn the machine's addresses for the announcement.
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
"""

_FOOT = """
[Install]
WantedBy={target}
"""


def unit_text(command: str, *, is_user: bool) -> str:
    """Return the unit. ``command`` is the whole command line, quoted as systemd reads it."""
    parts = [_HEAD.format(command=command), _BOTH if is_user else _SYSTEM + _BOTH]
    parts.append(_FOOT.format(target="default.target" if is_user else "multi-user.target"))
    return "".join(parts)


def command_line(data: Path) -> str:
    """Return how this very program is started as a service on a data folder."""
    program = shutil.which("wherry-server") or sys.argv[0]
    if getattr(sys, "frozen", False):
        words = [sys.executable]
    elif os.access(program, os.X_OK) and Path(program).name == "wherry-server":
        words = [str(Path(program).absolute())]
    else:
        words = [sys.executable, "-m", "server"]
    return " ".join(_quoted(word) for word in [*words, "serve", "--data", str(data)])


def install(data: Path, *, is_user: bool) -> tuple[Path, str]:
    """Write the unit; return where, and the command that switches it on. Raises :class:`~shared.errors.ConfigError`.

    One that is there already and says something else is not overwritten: somebody may have written it.
    """
    folder = _user_folder() if is_user else SYSTEM_FOLDER
    path = folder / UNIT_NAME
    text = unit_text(command_line(data), is_user=is_user)
    switch_on = f"systemctl {'--user ' if is_user else ''}enable --now {UNIT_NAME.removesuffix('.service')}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x") as file:
            file.write(text)
    except FileExistsError as error:
        if path.read_text() != text:
            raise ConfigError(
                f"{display(str(path))} is there already, and says something else",
                title="The service is installed already",
                hint="“wherry-server service print” shows what would be written.",
            ) from error
    except OSError as error:
        raise ConfigError(
            f"{display(str(path))} cannot be written: {error.strerror}",
            hint="Use --user for a service of your own, or: wherry-server service print | "
            f"sudo tee {shlex.quote(str(SYSTEM_FOLDER / UNIT_NAME))}",
        ) from error
    return path, switch_on


def _user_folder() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(config) if config.startswith("/") else Path.home() / ".config") / "systemd" / "user"


def _quoted(word: str) -> str:
    """Quote a word as systemd reads it: systemd.service(5), “COMMAND LINES”; % and $ would be expanded."""
    word = word.replace("%", "%%").replace("$", "$$")
    if word and not any(char in word for char in " \t\"'\\;"):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
