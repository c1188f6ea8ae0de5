"""``make run``: the demo on this computer's screen; without one, on a virtual screen with its mouse, verified.

Run as ``python -m tests.screen.demo_run``. Exit status 0: the window was shown, or both drags arrived intact.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.screen.client_window import ClientWindow
from tests.screen.display import ROOT, Screen, missing_tools

PICTURE = ROOT / "screenshots" / "run.png"
UPLOAD, DOWNLOAD = "Photos", "Pictures"


def main() -> int:
    if has_screen():
        return subprocess.call([sys.executable, "-m", "desktop", "--demo", "--with-tray"], cwd=ROOT)
    if missing := missing_tools():
        print(f"There is no screen here, and for a virtual one these are missing: {', '.join(missing)}.")
        print("packaging/debian-packages.txt names Debian's packages; “make setup” as root installs them.")
        return 1
    print("There is no screen here: the same runs on a virtual one, with real mouse drags.")
    with tempfile.TemporaryDirectory(prefix="wherry-run-") as folder:
        return run_on_virtual_screen(Path(folder))


def has_screen() -> bool:
    """Tell whether a display answers; a leftover DISPLAY with nothing behind it does not count."""
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    if not os.environ.get("DISPLAY"):
        return False
    asked = ["xdpyinfo"] if shutil.which("xdpyinfo") else ["xset", "q"]
    try:
        return subprocess.run(asked, capture_output=True, timeout=10, check=False).returncode == 0
    except FileNotFoundError:
        return True
    except subprocess.TimeoutExpired:
        return False


def run_on_virtual_screen(folder: Path) -> int:
    """Open the demo, drag a folder each way, compare both and leave a picture."""
    temporary, home = folder / "tmp", folder / "home"
    temporary.mkdir()
    home.mkdir()
    with Screen(folder / "screen") as screen:
        screen.env["TMPDIR"] = str(temporary)
        client = ClientWindow(screen, home, folder / "profile")
        began = time.monotonic()
        client.open("--demo", "--with-tray")
        screen.wait_for(client.has_both_panes, "the demo's window, connected")
        print(f"The window is open and connected after {time.monotonic() - began:.1f} s.")
        here = next(temporary.glob("wherry-demo-*/This computer"))
        there = next(temporary.glob("wherry-demo-*/server/homes/demo"))
        client.drag_across(UPLOAD, "left")
        _verify(screen, here / UPLOAD, there / UPLOAD, "uploaded")
        client.wait_for_row("right", UPLOAD)
        client.drag_across(DOWNLOAD, "right")
        _verify(screen, there / DOWNLOAD, here / DOWNLOAD, "downloaded")
        client.wait_for_row("left", DOWNLOAD)
        screen.settled(client.running)
        print(f"Screenshot: {screen.screenshot(PICTURE)}")
        is_clean = client.stop()
        left = [path.name for path in temporary.glob("wherry-demo-*")]
    if left or not is_clean:
        print(f"The window ended {'cleanly' if is_clean else 'badly'}; left behind: {left or 'nothing'}.")
        return 1
    print("The demo has ended and left nothing behind.")
    return 0


def _verify(screen: Screen, original: Path, copy: Path, what: str) -> None:
    files = [path.relative_to(original) for path in original.rglob("*") if path.is_file()]
    screen.wait_for(lambda: all((copy / file).is_file() for file in files), f"“{original.name}” to be {what}")
    _, different, unreadable = filecmp.cmpfiles(original, copy, [str(file) for file in files], shallow=False)
    assert not different, f"these differ: {different}"
    assert not unreadable, f"these could not be compared: {unreadable}"
    print(f"Dragged with the mouse: “{original.name}” was {what}, {len(files)} files, equal byte for byte.")


if __name__ == "__main__":
    sys.exit(main())
