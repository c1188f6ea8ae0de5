"""The two ends of each comparison: how a side puts, gets and lists, as commands. Runs and measures nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from server.accounts.store import AccountStore
from server.config import open_data_folder
from tests.bench.peers import Nginx, Ssh
from tests.bench.processes import Command, CommandError, Crew

PASSWORD = "a bench has no secrets"
ACCOUNT = "bench"
FEW_ITERATIONS = 4096
"""The least a client accepts, for cases with a thousand logins; one with a single login has what is shipped."""

_START_S = 30.0


class Side(ABC):
    """One way to move files. ``server`` is the process whose children serve it; ``name`` is shown in the table."""

    name: str
    server: int

    @abstractmethod
    def put(self, source: Path, name: str) -> Command:
        """Return the command that copies a file or folder to the server, as ``name``."""

    @abstractmethod
    def get(self, name: str, target: Path) -> Command:
        """Return the command that copies ``name`` from the server, as ``target``."""

    @abstractmethod
    def stored(self, name: str) -> Path:
        """Return where the server has ``name``."""


class WherryServer:
    """``wherry-server serve`` on a folder of its own, with one account as ``user add`` makes it."""

    def __init__(self, crew: Crew, folder: Path, settings: str = "") -> None:
        """``settings``: the text of a settings file, where the ones that are shipped do not do."""
        folder.mkdir(mode=0o700)
        self.data = open_data_folder(folder / "data")
        if settings:
            (self.data / "config.toml").write_text(settings)
        self._profile = folder / "profile"
        python = [sys.executable, "-m", "server"]
        add = [*python, "user", "add", ACCOUNT, "--data", str(self.data), "--password-stdin"]
        done = subprocess.run(add, input=PASSWORD + "\n", capture_output=True, text=True, timeout=_START_S, check=False)
        if done.returncode:
            raise CommandError(f"wherry-server user add: {done.stderr}")
        serve = [*python, "serve", "--data", str(self.data), "--host", "127.0.0.1", "--port", "0", "--json"]
        self._hand = crew.start(Command(serve), talks=True)
        ready = json.loads(self._hand.hear(_START_S))
        self.port: int = ready["port"]
        self.fingerprint: str = ready["fingerprint"]

    @property
    def pid(self) -> int:
        return self._hand.pid

    def home(self, account: str = ACCOUNT) -> Path:
        return self.data / "homes" / account

    def add_accounts(self, names: Sequence[str]) -> None:
        """Make accounts whose logins cost little; those that are there already stay."""
        store = AccountStore(self.data)
        try:
            for name in names:
                if store.find(name) is None:
                    store.add(name, PASSWORD, iterations=FEW_ITERATIONS)
        finally:
            store.close()

    def client(self, verb: str, *words: str, env: dict[str, str] | None = None, output: Path | None = None) -> Command:
        """Return a ``wherry`` command on this server's fingerprint and a profile that only the bench has."""
        options = ["--fingerprint", self.fingerprint, "--profile", str(self._profile)]
        secret = {"WHERRY_PASSWORD": PASSWORD, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
        line = [sys.executable, "-m", "desktop.cli", verb, *words, *options]
        return Command(line, {**secret, **(env or {})}, output)

    def last_words(self) -> str:
        """Return the end of its log."""
        return self._hand.last_words()

    def stop(self) -> None:
        self._hand.stop()


class Wherry(Side):
    """Wherry's command line. ``port`` when there is a line in between."""

    def __init__(
        self,
        server: WherryServer,
        port: int | None = None,
        *options: str,
        name: str = "wherry",
        account: str = ACCOUNT,
    ) -> None:
        self.name = name
        self._account = account
        self.server = server.pid
        self._server = server
        self._port = port or server.port
        self._options = options

    def url(self, name: str) -> str:
        return f"wherry://{self._account}@127.0.0.1:{self._port}/{name}"

    def put(self, source: Path, name: str) -> Command:
        return self._server.client("put", str(source), self.url(name), "--quiet", *self._options)

    def get(self, name: str, target: Path) -> Command:
        return self._server.client("get", self.url(name), str(target), "--quiet", *self._options)

    def ls(self, name: str, output: Path) -> Command:
        return self._server.client("ls", self.url(name), output=output)

    def stored(self, name: str) -> Path:
        return self._server.home(self._account) / name


class Scp(Side):
    """``scp``, over the SFTP protocol as OpenSSH does since 9.0."""

    name = "scp aes128-gcm"

    def __init__(self, ssh: Ssh, folder: Path, port: int | None = None, *options: str) -> None:
        self.server = ssh.pid
        self._ssh = ssh
        self._folder = folder
        self._port = port or ssh.port
        self._options = options
        if options:
            self.name = f"scp {' '.join(options)}"

    def put(self, source: Path, name: str) -> Command:
        words = [*self._options, *(["-r"] if source.is_dir() else [])]
        return Command([*self._ssh.scp(self._port, *words), str(source), f"127.0.0.1:{self.stored(name)}"])

    def get(self, name: str, target: Path) -> Command:
        words = [*self._options, *(["-r"] if self.stored(name).is_dir() else [])]
        return Command([*self._ssh.scp(self._port, *words), f"127.0.0.1:{self.stored(name)}", str(target)])

    def ls(self, folder: Path, batch: Path, output: Path) -> Command:
        """Return ``sftp`` with ``ls -l`` of a folder; the order is written to ``batch``."""
        batch.write_text(f'ls -l "{folder}"\n')
        return Command(self._ssh.sftp(self._port, batch), output=output)

    def stored(self, name: str) -> Path:
        return self._folder / name


class Rsync(Side):
    """``rsync -r`` over ssh, between folders."""

    name = "rsync -r, ssh"

    def __init__(self, ssh: Ssh, folder: Path, port: int | None = None, *options: str) -> None:
        self.server = ssh.pid
        self._ssh = ssh
        self._folder = folder
        self._port = port or ssh.port
        self._options = options
        if options:
            self.name = f"rsync -r {' '.join(options)}, ssh"

    def put(self, source: Path, name: str) -> Command:
        return self._copy(f"{source}/", f"127.0.0.1:{self.stored(name)}/")

    def get(self, name: str, target: Path) -> Command:
        return self._copy(f"127.0.0.1:{self.stored(name)}/", f"{target}/")

    def stored(self, name: str) -> Path:
        return self._folder / name

    def _copy(self, source: str, target: str) -> Command:
        return Command([*self._ssh.rsync(self._port, "-r", *self._options), source, target])


class Curl(Side):
    """``curl`` with nginx, over TLS 1.3: a download into a file, an upload by PUT."""

    name = "curl, nginx TLS 1.3"

    def __init__(self, nginx: Nginx) -> None:
        self.server = nginx.pid
        self.can_put = nginx.takes_uploads
        self._nginx = nginx

    def put(self, source: Path, name: str) -> Command:
        return Command(self._nginx.curl(self._nginx.port, name, "-T", str(source)))

    def get(self, name: str, target: Path) -> Command:
        return Command(self._nginx.curl(self._nginx.port, name, "-o", str(target)))

    def stored(self, name: str) -> Path:
        return self._nginx.files / name
