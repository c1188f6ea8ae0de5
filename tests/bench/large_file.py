"""One large file, put and get: Wherry's command line beside scp, in turn, on loopback and memory-backed storage.

Run by ``make bench``. Prints a table of medians and ratios, and writes it as JSON. A missing peer is a named gap.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "a bench has no secrets"
MIB = 1 << 20


@dataclass(frozen=True)
class Runner:
    """One side of the comparison: how it puts and gets the file."""

    name: str
    put: Callable[[Path], None]
    get: Callable[[Path], None]
    reset: Callable[[], None]


def run(words: list[str], **more: object) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload]
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stderr}")


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise SystemExit(f"nothing listens on port {port}")


@contextlib.contextmanager
def wherry(folder: Path) -> Iterator[Runner]:
    data, profile = folder / "data", folder / "profile"
    python = [sys.executable, "-m"]
    run([*python, "server", "user", "add", "bench", "--data", str(data), "--password-stdin"], input=PASSWORD + "\n")
    serve = [*python, "server", "serve", "--data", str(data), "--host", "127.0.0.1", "--port", "0", "--json"]
    process = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        url = f"wherry://bench@127.0.0.1:{ready['port']}/big"
        options = ["--fingerprint", ready["fingerprint"], "--profile", str(profile), "--quiet"]
        environment = {
            **os.environ,
            "WHERRY_PASSWORD": PASSWORD,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }
        stored = data / "homes" / "bench" / "big"
        yield Runner(
            "wherry",
            lambda path: run([*python, "desktop.cli", "put", str(path), url, *options], env=environment),
            lambda path: run([*python, "desktop.cli", "get", url, str(path), *options], env=environment),
            lambda: stored.unlink(missing_ok=True),
        )
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def scp(folder: Path) -> Iterator[Runner | None]:
    sshd = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin")
    if sshd is None or shutil.which("scp") is None:
        yield None
        return
    folder.mkdir()
    for key in ("host", "user"):
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)])
    shutil.copy(folder / "user.pub", folder / "authorized")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = {
        "AuthorizedKeysFile": folder / "authorized",
        "StrictModes": "no",
        "ListenAddress": "127.0.0.1",
        "PidFile": "none",
        "UsePAM": "no",
        "PermitRootLogin": "yes",
        "Subsystem": "sftp internal-sftp",
    }
    words = [sshd, "-D", "-e", "-p", str(port), "-h", str(folder / "host"), "-f", "/dev/null"]
    for key, value in settings.items():
        words += ["-o", f"{key}={value}"]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        client = ["scp", "-q", "-P", str(port), "-i", str(folder / "user"), "-c", "aes128-gcm@openssh.com"]
        client += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
        stored = folder / "big"
        remote = f"127.0.0.1:{stored}"
        yield Runner(
            "scp aes128-gcm",
            lambda path: run([*client, str(path), remote]),
            lambda path: run([*client, remote, str(path)]),
            lambda: stored.unlink(missing_ok=True),
        )
    finally:
        process.terminate()
        process.wait()


def timed(action: Callable[[Path], None], path: Path) -> float:
    started = time.monotonic()
    action(path)
    return time.monotonic() - started


def measure(sides: list[Runner], source: Path, back: Path, rounds: int) -> dict[str, dict[str, list[float]]]:
    times: dict[str, dict[str, list[float]]] = {side.name: {"put": [], "get": []} for side in sides}
    for _ in range(rounds):
        for side in sides:
            side.reset()
            times[side.name]["put"].append(timed(side.put, source))
            back.unlink(missing_ok=True)
            times[side.name]["get"].append(timed(side.get, back))
            if back.stat().st_size != source.stat().st_size:
                raise SystemExit(f"{side.name}: the copy differs")
            side.reset()
            back.unlink()
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size-mib", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        source = folder / "source"
        with source.open("wb") as file:
            for _ in range(chosen.size_mib):
                file.write(os.urandom(MIB))
        found = [stack.enter_context(wherry(folder / "w")), stack.enter_context(scp(folder / "s"))]
        sides = [side for side in found if side is not None]
        times = measure(sides, source, folder / "back", chosen.rounds)
    rows = []
    for direction in ("put", "get"):
        medians = {name: statistics.median(values[direction]) for name, values in times.items()}
        for name, median in medians.items():
            rate = chosen.size_mib * MIB / median / 1e6
            ratio = medians[name] and medians[name] / medians["wherry"]
            rows.append({"what": f"{chosen.size_mib} MiB {direction}", "who": name, "seconds": round(median, 2)})
            rows[-1] |= {"mb_per_s": round(rate), "wherry_is_faster_by": round(ratio, 2)}
            print(f"{rows[-1]['what']:16} {name:16} {median:7.2f} s {rate:7.0f} MB/s   wherry x{ratio:.2f}")
    if len(sides) < len(found):
        print("gap: scp or sshd is not installed (apt-get install openssh-server openssh-client)")
    if chosen.json:
        chosen.json.write_text(json.dumps({"rounds": chosen.rounds, "rows": rows, "times": times}, indent=1))


if __name__ == "__main__":
    main()
