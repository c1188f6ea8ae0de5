"""``wherry --demo``: a private server on this computer, with sample files on both sides, gone without a trace after.

The server is a program of its own and is started by command: the two programs share no code but ``shared``.
Everything here blocks; the window calls it in a thread.
"""

from __future__ import annotations

import contextlib
import os
import queue
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desktop.client.address import Address
from desktop.demo.files import make_local_files, make_server_files
from shared.errors import WherryError

ACCOUNT = "demo"
START_S = 20.0
"""A cold start on a slow machine, key generation included."""
STOP_S = 10.0
"""More than the server's own grace period."""


class DemoError(WherryError):
    """The demo's server could not be started."""

    title = "The demo could not be started"


@dataclass(frozen=True, slots=True)
class Demo:
    """A server that runs, and where its sample files are. ``repr`` shows no password: it is made up per run."""

    address: Address
    fingerprint: str
    password: str
    profile: Path
    local_folder: Path
    server_folder: Path

    def __repr__(self) -> str:
        return f"Demo({self.address.title})"


class _Listening(msgspec.Struct):
    """The line that ``wherry-server serve --json`` prints when it is ready."""

    event: str
    host: str
    port: int
    fingerprint: str


@contextlib.contextmanager
def running_demo(*, start_tray: bool = False, server: Sequence[str] | None = None) -> Iterator[Demo]:
    """Run the demo's server, and with ``start_tray`` the tray program beside it on data of its own.

    server: the command of ``wherry-server``, for tests. Raises DemoError. At the end the programs are stopped
    and all folders removed.
    """
    command = list(server) if server is not None else server_command()
    root = Path(tempfile.mkdtemp(prefix="wherry-demo-"))
    with contextlib.ExitStack() as stack:
        # A file that something still holds on Windows must not keep the demo from ending.
        stack.callback(shutil.rmtree, root, ignore_errors=True)
        data, local, profile = (_private(root / name) for name in ("server", "This computer", "profile"))
        password = secrets.token_urlsafe(12)
        _add_account(command, data, password)
        home = data / "homes" / ACCOUNT
        make_server_files(home)
        make_local_files(local)
        listening = stack.enter_context(_serving(command, data, root / "server.log"))
        if start_tray:
            tray = [*command, "--data", str(_private(root / "tray"))]
            stack.enter_context(_child(tray, root / "tray.log", subprocess.DEVNULL))
        address = Address(listening.host, listening.port, ACCOUNT)
        yield Demo(address, listening.fingerprint, password, profile, local, home)


def server_command() -> list[str]:
    """Return how ``wherry-server`` is started: the program beside this one in a bundle, else as a module."""
    if getattr(sys, "frozen", False):
        return [str(Path(sys.executable).with_name("wherry-server" + Path(sys.executable).suffix))]
    return [sys.executable, "-m", "server"]


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    return folder


def _add_account(command: Sequence[str], data: Path, password: str) -> None:
    try:
        subprocess.run(  # noqa: S603  (our own program, no shell)
            [*command, "user", "add", ACCOUNT, "--data", str(data), "--password-stdin"],
            input=password + "\n",
            capture_output=True,
            text=True,
            check=True,
            timeout=START_S,
        )
    except subprocess.CalledProcessError as error:
        raise DemoError(error.stderr.strip() or f"“user add” ended with {error.returncode}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DemoError(str(error)) from error


@contextlib.contextmanager
def _serving(command: Sequence[str], data: Path, log: Path) -> Iterator[_Listening]:
    serve = [*command, "serve", "--data", str(data), "--host", "127.0.0.1", "--port", "0", "--json"]
    with _child(serve, log, subprocess.PIPE) as child:
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        reader = threading.Thread(target=_read, args=(child, lines), name="demo server output")
        reader.start()
        try:
            yield _wait_until_listening(lines, log)
        finally:
            child.terminate()
            reader.join(STOP_S)


def _read(child: subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
    """Read to the end, so that the child never waits for a full pipe. An empty line says that it ended."""
    assert child.stdout is not None
    for line in child.stdout:
        lines.put(line)
    lines.put("")


def _wait_until_listening(lines: queue.SimpleQueue[str], log: Path) -> _Listening:
    try:
        line = lines.get(timeout=START_S)
        listening = msgspec.json.decode(line, type=_Listening)
    except queue.Empty:
        raise DemoError(f"the server said nothing within {START_S:.0f} seconds") from None
    except msgspec.DecodeError:
        raise DemoError(f"the server did not start: {_last_line(log)}") from None
    if listening.event != "listening":
        raise DemoError(f"the server said “{listening.event}” where “listening” was expected")
    return listening


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it gave no reason"


@contextlib.contextmanager
def _child(command: Sequence[str], log: Path, stdout: int) -> Iterator[subprocess.Popen[str]]:
    """Run a program for as long as the block lasts: asked to end at first, then made to."""
    with log.open("w") as errors:
        try:
            child = subprocess.Popen(  # noqa: S603  (our own program, no shell)
                command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=errors, text=True, env=_environment()
            )
        except OSError as error:
            raise DemoError(f"{command[0]}: {error.strerror}") from error
        with child:
            try:
                yield child
            finally:
                child.terminate()
                try:
                    child.wait(STOP_S)
                except subprocess.TimeoutExpired:
                    child.kill()


def _environment() -> dict[str, str]:
    """From source the child must find the packages wherever the program was started."""
    if getattr(sys, "frozen", False):
        return dict(os.environ)
    source = str(Path(__file__).resolve().parents[2])
    paths = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
