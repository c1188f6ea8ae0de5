"""A real X display for tests: Xvfb, a window manager, a tray host, a keyring if wanted, and a mouse on it.

Whatever is done here is done as a person does it, through the X server; how the programs look inside is asked of
:mod:`tests.screen.spy`. Nothing of the caller's own desktop is used or seen.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from PySide6.QtGui import QImage

from tests.screen.scene import Rect, Scene, Window

Answer = TypeVar("Answer")

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("Xvfb", "openbox", "trayer", "xdotool", "xprop", "import")
_TRAY_HOST = shlex.split(
    "trayer --edge bottom --align right --width 10 --widthtype percent --height 32"
    " --SetDockType true --SetPartialStrut true"
)
KEYRING_TOOLS = ("dbus-daemon", "gnome-keyring-daemon")
WAIT_S = 20.0
"""How long anything may take on a busy machine; what works takes a fraction of it."""


def missing_tools(*, keyring: bool = False) -> list[str]:
    """Return the commands that are needed and not installed."""
    return [tool for tool in (*TOOLS, *(KEYRING_TOOLS if keyring else ())) if shutil.which(tool) is None]


class Program:
    """One running program on the screen, with its output in a file."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, spy: Path | None) -> None:
        self._process = process
        self._spy = spy
        self.log = log

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def look(self) -> Scene:
        """Return what the program shows now. It must have been started with :meth:`Screen.watch`."""
        assert self._spy is not None, "this program was started without the spy"
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(WAIT_S)
            line.connect(str(self._spy))
            received = b""
            while part := line.recv(1 << 16):
                received += part
        told = json.loads(received)
        assert "error" not in told, told["error"]
        return Scene.read(told)

    def can_look(self) -> bool:
        """Tell whether the program has come so far that :meth:`look` answers."""
        if self._spy is None or not self._spy.exists():
            return False
        try:
            self.look()
        except (ConnectionError, json.JSONDecodeError):
            return False
        return True

    def kill(self) -> None:
        """End it as a power cut would: at once, with no chance to tidy up."""
        self._process.kill()
        self._process.wait()

    def stop(self, seconds: float = 10.0) -> int:
        """Ask it to end (SIGTERM) and return its exit status; after ``seconds`` it is killed."""
        if self.is_running:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return self._process.returncode

    def wait(self, seconds: float = WAIT_S) -> int:
        """Wait until it ends by itself and return its exit status."""
        return self._process.wait(seconds)


@dataclass(frozen=True, slots=True)
class Drag:
    """The pauses of a hand, in seconds. File managers and toolkits miss a drag that has none."""

    before_press: float = 0.2
    after_press: float = 0.15
    steps: int = 8
    per_step: float = 0.04
    before_release: float = 0.25


class Screen:
    """A display of its own; a context manager. All coordinates are pixels of the root window.

    folder: becomes the home of everything started here and holds the logs and screenshots.
    keyring: start a session bus with an unlocked Secret Service on it. Without, there is neither.
    """

    def __init__(
        self, folder: Path, *, size: tuple[int, int] = (1400, 900), keyring: bool = False, tray: bool = True
    ) -> None:
        self.folder = folder
        self.size = size
        self.env: dict[str, str] = {}
        self._has_keyring = keyring
        self._has_tray = tray
        self._programs: list[Program] = []
        self._numbers: dict[str, int] = {}

    # Start and end

    def __enter__(self) -> Screen:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        runtime = self.folder / "run"
        runtime.mkdir(mode=0o700, exist_ok=True)
        kept = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_START")
        self.env = {
            **{name: os.environ[name] for name in kept if name in os.environ},
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_CONFIG_HOME": str(self.folder / ".config"),
            "XDG_DATA_HOME": str(self.folder / ".local" / "share"),
            "XDG_CACHE_HOME": str(self.folder / ".cache"),
            "XDG_STATE_HOME": str(self.folder / ".local" / "state"),
            "QT_API": "pyside6",
            "QT_QPA_PLATFORM": "xcb",
            "PYTHONUNBUFFERED": "1",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            # There is no accessibility bus here, and looking for one costs a second.
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "0",
            "NO_AT_BRIDGE": "1",
        }
        self._start_display()
        if self._has_keyring:
            self._start_keyring()
        self._start_manager()
        if self._has_tray:
            self._start_tray()

    def _start_display(self) -> None:
        reading, writing = os.pipe()
        width, height = self.size
        try:
            # -displayfd picks a free number and says it when the server takes connections.
            self.start(
                f"Xvfb -displayfd {writing} -screen 0 {width}x{height}x24 -nolisten tcp -noreset".split(),
                pass_fds=(writing,),
            )
            os.close(writing)
            writing = -1
            number = b""
            while not number.endswith(b"\n"):
                part = os.read(reading, 16)
                if not part:
                    raise AssertionError(f"Xvfb did not start: {self._programs[-1].output()}")
                number += part
        finally:
            os.close(reading)
            if writing >= 0:
                os.close(writing)
        self.env["DISPLAY"] = f":{number.decode().strip()}"

    def _start_manager(self) -> None:
        self.start(["openbox", "--sm-disable"])
        self.wait_for(lambda: "window id" in self._root_property("_NET_SUPPORTING_WM_CHECK"), "the window manager")

    def _start_tray(self) -> None:
        self.start(_TRAY_HOST)
        # Without an icon its panel hides, so it is not looked for among the visible windows.
        self.wait_for(lambda: self._ask(["xdotool", "search", "--class", "^trayer$"]).strip(), "the tray host")

    def _start_keyring(self) -> None:
        bus = self.start(["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address"])
        address = self.wait_for(lambda: bus.output().partition("\n")[0].strip(), "the session bus")
        self.env["DBUS_SESSION_BUS_ADDRESS"] = address
        del self.env["PYTHON_KEYRING_BACKEND"]
        keyring = self.start(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"], stdin=b"password\n"
        )
        probe = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]
        probe += ["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]
        self.wait_for(lambda: keyring.is_running and "boolean true" in self._ask(probe), "the keyring's Secret Service")

    def close(self) -> None:
        """End everything that was started here, last first."""
        while self._programs:
            program = self._programs.pop()
            program.stop(3.0)

    # Programs

    def start(
        self,
        command: Sequence[str | Path],
        *,
        stdin: bytes | None = None,
        env: Mapping[str, str] | None = None,
        spy: Path | None = None,
        pass_fds: Sequence[int] = (),
    ) -> Program:
        """Start a command on this display; it is ended with the screen if it still runs then."""
        name = Path(command[0]).name if spy is None else "-".join(str(part) for part in command[4:5])
        self._numbers[name] = self._numbers.get(name, 0) + 1
        log = self.folder / f"{name}-{self._numbers[name]}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**self.env, **(env or {})},
                cwd=ROOT,
                pass_fds=pass_fds,
            )
        if stdin is not None and process.stdin is not None:
            with process.stdin as line:
                line.write(stdin)
        program = Program(process, log, spy)
        self._programs.append(program)
        return program

    def watch(self, module: str, *arguments: str | Path, env: Mapping[str, str] | None = None) -> Program:
        """Start ``python -m module`` so that :meth:`Program.look` can tell what it shows, and wait until it can."""
        number = self._numbers[f"spy {module}"] = self._numbers.get(f"spy {module}", 0) + 1
        # Unix sockets have short names: this one stands in the runtime folder, not below the test's long path.
        path = self.folder / "run" / f"{module}-{number}.spy"
        command = [sys.executable, "-m", "tests.screen.spy", path, module, *arguments]
        program = self.start(command, env=env, spy=path)
        self.wait_for(lambda: not program.is_running or program.can_look(), f"{module} to start")
        if not program.is_running:
            raise AssertionError(f"{module} ended at once:\n{program.output()}")
        return program

    # What is there

    def find_window(self, *, pid: int | None = None, title: str | None = None) -> Window | None:
        """Return the visible top-level window of a process or of a title (a regular expression)."""
        command = ["xdotool", "search", "--onlyvisible", "--all"]
        command += ["--pid", str(pid)] if pid is not None else []
        command += ["--name", title if title is not None else ".+"]
        for number in self._ask(command).split():
            window = self._window(int(number))
            if window is not None and window.rect.width > 1:
                return window
        return None

    def _window(self, number: int) -> Window | None:
        lines = self._ask(["xdotool", "getwindowgeometry", "--shell", str(number)]).splitlines()
        values = dict(line.split("=", 1) for line in lines if "=" in line)
        if "WIDTH" not in values:
            return None
        rect = Rect(*(int(values[key]) for key in ("X", "Y", "WIDTH", "HEIGHT")))
        return Window(number, self._ask(["xdotool", "getwindowname", str(number)]).strip(), rect)

    def pid_of(self, window: Window) -> int:
        """Return the process that a window says it belongs to."""
        return int(self._ask(["xdotool", "getwindowpid", str(window.number)]))

    def settled(self, program: Program) -> Scene:
        """Return what a program shows once it stands still: windows are placed and laid out in several steps."""
        last = program.look()

        def is_still() -> bool:
            nonlocal last
            time.sleep(0.1)
            last, before = program.look(), last
            return last == before

        self.wait_for(is_still, "the window to stand still")
        return last

    def screenshot(self, path: Path) -> Path:
        """Write what the screen shows as PNG and return the path."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._do(["import", "-silent", "-window", "root", str(path)])
        return path

    def picture(self) -> QImage:
        """Return what the screen shows."""
        return QImage(str(self.screenshot(self.folder / "run" / "picture.png")))

    def still_picture(self) -> QImage:
        """Return what the screen shows once nothing on it moves any more."""
        last = self.picture()

        def is_still() -> bool:
            nonlocal last
            time.sleep(0.3)
            last, before = self.picture(), last
            return last == before

        self.wait_for(is_still, "the screen to stand still")
        return last

    def wait_for(self, question: Callable[[], Answer | None], what: str, seconds: float = WAIT_S) -> Answer:
        """Ask until the answer is true and return it; fail with a screenshot and the programs' last words."""
        deadline = time.monotonic() + seconds
        while not (answer := question()):
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {seconds:.0f} s for {what}\n{self._evidence()}")
            time.sleep(0.05)
        return answer

    def _evidence(self) -> str:
        lines = []
        if "DISPLAY" in self.env:
            with suppress(subprocess.SubprocessError):
                # Not in the test's own folder, which is cleared away while one still wonders.
                picture = ROOT / "build" / "evidence" / f"{time.strftime('%H%M%S')}-{os.getpid()}.png"
                lines.append(f"screenshot: {self.screenshot(picture)}")
        for program in self._programs:
            ended = "" if program.is_running else " (ended)"
            if (text := program.output().strip()) or ended:
                lines.append(f"--- {program.log.name}{ended}\n{text[-2000:]}")
        return "\n".join(lines)

    # A person's hands

    def click(self, x: int, y: int, *, button: int = 1, double: bool = False) -> None:
        """Move there and click; the pause lets hover effects and menus follow."""
        self._hand("mousemove", x, y, "sleep", 0.15, "click", button)
        if double:
            self._hand("sleep", 0.06, "click", button)
        self._hand("sleep", 0.1)

    def drag(
        self,
        start: tuple[int, int],
        end: tuple[int, int],
        manner: Drag = Drag(),
        *,
        meanwhile: Callable[[], None] | None = None,
    ) -> None:
        """Press at ``start``, move like a hand, pause over ``end``, release. ``meanwhile`` runs before releasing."""
        (x1, y1), (x2, y2) = start, end
        self._hand("mousemove", x1, y1, "sleep", manner.before_press, "mousedown", 1, "sleep", manner.after_press)
        # Past the distance at which a press becomes a drag, slowly enough that it is seen to be one.
        self._hand("mousemove", x1 + 6, y1 + 2, "sleep", 0.05, "mousemove", x1 + 14, y1 + 5, "sleep", 0.1)
        for step in range(1, manner.steps + 1):
            x, y = x1 + (x2 - x1) * step // manner.steps, y1 + (y2 - y1) * step // manner.steps
            self._hand("mousemove", x, y, "sleep", manner.per_step)
        # A last small movement over the target: some toolkits decide on the second event there.
        self._hand("sleep", 0.1, "mousemove", x2 + 2, y2 + 1, "sleep", manner.before_release)
        if meanwhile is not None:
            meanwhile()
        self._hand("mouseup", 1, "sleep", 0.3)

    def key(self, *names: str) -> None:
        """Press keys one after the other, by their X names: ``Return``, ``ctrl+a``."""
        self._hand("key", "--clearmodifiers", "--delay", 40, *names)

    def fill_in(self, program: Program, label: str, text: str) -> None:
        """Click the field with this accessible name, and type."""
        field = self.settled(program).labelled(label)
        assert field is not None, f"no field “{label}”:\n{program.look().texts()}"
        self.click(*field.rect.centre)
        self.type(text)

    def press(self, program: Program, text: str) -> None:
        """Click the button that says ``text``, as soon as it is there and enabled."""
        self.wait_for(lambda: program.look().button(text), f"the button “{text}”")
        button = self.settled(program).button(text)
        assert button is not None, f"the button “{text}” has gone"
        self.click(*button.rect.centre)

    def type(self, text: str) -> None:
        """Type what a US keyboard has; for other characters X makes up keys, and programs learn of them too late."""
        assert text.isascii(), text
        self._do(["xdotool", "type", "--clearmodifiers", "--delay", "15", "--", text])

    def activate(self, window: Window) -> None:
        """Raise a window and give it the keyboard, as a click on its taskbar button would."""
        self._hand("windowactivate", "--sync", window.number)

    def place(self, window: Window, rect: Rect) -> None:
        """Move and resize a window as a person would by its frame."""
        self._hand("windowsize", "--sync", window.number, rect.width, rect.height)
        self._hand("windowmove", window.number, rect.x, rect.y, "sleep", 0.2)

    def _hand(self, *words: Any) -> None:
        self._do(["xdotool", *(str(word) for word in words)])

    def _do(self, command: Sequence[str]) -> None:
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=WAIT_S, check=False)
        if done.returncode:
            raise AssertionError(f"{' '.join(command)}: {done.stderr.strip()}")

    def _ask(self, command: Sequence[str]) -> str:
        """Return a command's output; empty where it fails, as searches do that find nothing."""
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=WAIT_S, check=False)
        return done.stdout if done.returncode == 0 else ""

    def _root_property(self, name: str) -> str:
        return self._ask(["xprop", "-root", name])
