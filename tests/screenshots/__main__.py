"""``python -m tests.screenshots [LOOK…]``: every view of both programs in every look, to ``build/screenshots``.

Each look runs in a process of its own, on Qt's offscreen platform, with real programs, a real server and real files.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

from tests.screenshots.looks import LOOKS, SCREEN, Look

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "screenshots"
PROGRAMS = ("client", "tray")
_PATIENCE_S = 180


def main(arguments: list[str]) -> int:
    """Take the pictures of all looks, or of those that are named; a program's name leaves out the other."""
    programs = [name for name in PROGRAMS if name in arguments] or list(PROGRAMS)
    names = [name for name in arguments if name not in PROGRAMS]
    if unknown := set(names) - {look.name for look in LOOKS}:
        print(f"there is no look {', '.join(sorted(unknown))}; there are: {', '.join(look.name for look in LOOKS)}")
        return 2
    failed = [
        f"{program} {look.name}"
        for look in LOOKS
        if not names or look.name in names
        for program in programs
        if not _take(program, look)
    ]
    print(f"not complete: {', '.join(failed)}" if failed else f"all pictures are in {FOLDER.relative_to(ROOT)}")
    return 1 if failed else 0


def _take(program: str, look: Look) -> bool:
    pictures = FOLDER / look.name
    pictures.mkdir(parents=True, exist_ok=True)
    for old in pictures.glob(f"{program}-*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="wherry-pictures-") as folder:
        work = Path(folder)
        (work / "tmp").mkdir()
        (work / "run").mkdir(mode=0o700)
        command = [sys.executable, "-m", "tests.screenshots.take", program, look.name, str(pictures), folder]
        log = pictures / f"{program}.log"
        with log.open("wb") as output:
            status = _run(command, _environment(work, look), output)
        if status:
            print(log.read_text(errors="replace")[-3000:])
    taken = sorted(path.name for path in pictures.glob(f"{program}-*.png"))
    print(f"{program}, {look.name}: {len(taken)} pictures", flush=True)
    return status == 0


def _run(command: list[str], env: dict[str, str], output: BinaryIO) -> int:
    """Run one program's views and return the exit status; a program that does not come to its end is ended."""
    try:
        return subprocess.run(
            command, env=env, cwd=ROOT, check=False, timeout=_PATIENCE_S, stdout=output, stderr=subprocess.STDOUT
        ).returncode
    except subprocess.TimeoutExpired:
        return 1


def _environment(work: Path, look: Look) -> dict[str, str]:
    """Nothing of the person who takes the pictures is seen in them."""
    width, height = SCREEN
    screens = work / "screens.json"
    screen = {"name": "one", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": 1}
    screens.write_text(json.dumps({"screens": [screen]}))
    home = work / "anna"
    home.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {
        **kept,
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "USER": "anna",
        "LOGNAME": "anna",
        "TMPDIR": str(work / "tmp"),
        "XDG_RUNTIME_DIR": str(work / "run"),
        "QT_QPA_PLATFORM": f"offscreen:configfile={screens}",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "NO_AT_BRIDGE": "1",
        **look.env,
    }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
