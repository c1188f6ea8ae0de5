"""The tray program as a person uses it: started on a data folder of its own, switched by its icon."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

from tests.screen.display import ROOT, Program, Screen

ACCOUNT = "anna"
PASSWORD = "seven sails at sea"


def free_port() -> int:
    """Return a port that nothing listens on now; a server of a test keeps it over its restarts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class TrayServer:
    """``wherry-server`` on a screen. ``home``: the folder of the account that :meth:`add_account` makes."""

    def __init__(self, screen: Screen, data: Path) -> None:
        self._screen = screen
        self.data = data
        self.port = free_port()
        self.home = data / "homes" / ACCOUNT
        data.mkdir(mode=0o700)
        (data / "config.toml").write_text(f'[server]\nhost = "127.0.0.1"\nport = {self.port}\n')
        self.program: Program | None = None

    @property
    def url(self) -> str:
        return f"wherry://{ACCOUNT}@127.0.0.1:{self.port}/"

    def add_account(self) -> None:
        self._run("user", "add", ACCOUNT, "--password-stdin", stdin=PASSWORD + "\n")

    def fingerprint(self) -> str:
        return self._run("fingerprint").strip()

    def _run(self, *words: str, stdin: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "server", *words, "--data", self.data],
            input=stdin,
            env=self._screen.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def open(self) -> Program:
        """Start the program and wait for its icon."""
        self.program = self._screen.watch("server", "--data", self.data)
        self._screen.wait_for(lambda: self.running.look().tray, "the icon in the tray")
        return self.program

    @property
    def running(self) -> Program:
        assert self.program is not None, "open() first"
        return self.program

    def choose(self, text: str) -> None:
        """Click the icon with the right button and choose the entry that contains ``text``."""
        icon = self._screen.settled(self.running).tray
        assert icon is not None
        self._screen.click(*icon.centre, button=3)
        self._screen.wait_for(lambda: self.running.look().entry(text), f"“{text}” in the icon's menu")
        entry = self._screen.settled(self.running).entry(text)
        assert entry is not None
        assert entry.is_enabled, f"“{text}” cannot be chosen now"
        self._screen.click(*entry.rect.centre)

    def switch_on(self) -> None:
        self.choose("Switch on")
        self._screen.wait_for(self.answers, "the server to answer")

    def switch_off(self) -> None:
        self.choose("Switch off")
        self._screen.wait_for(lambda: not self.answers(), "the server to fall silent")

    def answers(self) -> bool:
        """Tell whether something takes connections at the server's port."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False

    def stop(self) -> int:
        """End the program as the session's end does, and return its exit status."""
        return self.running.stop()
