"""The programs that Wherry is compared with: sshd (for scp, sftp and rsync) and nginx (for curl), on loopback only.

Each has a throw-away folder with its keys and settings; nothing of the machine's own is read or changed. A peer that
is not installed, or does not start here, raises PeerMissingError, which becomes a named gap in the table.
"""

from __future__ import annotations

import getpass
import ipaddress
import os
import pwd
import shlex
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.processes import Command, Crew, Hand

PACKAGES = {
    "sshd": "openssh-server",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "scp": "openssh-client",
    "sftp": "openssh-client",
    "rsync": "rsync",
    "nginx": "nginx-light",
    "curl": "curl",
}
"""Each program, and the package of Debian that has it."""

CIPHER = "aes128-gcm@openssh.com"
"""The fastest that OpenSSH has on processors with AES."""

_SBIN = "/usr/local/sbin:/usr/sbin:/sbin"
_START_S = 10.0


class PeerMissingError(Exception):
    """A peer cannot be asked here; the text says why, and what would help."""


def program(name: str) -> str:
    """Return where a program is. Raises PeerMissingError."""
    found = shutil.which(name) or shutil.which(name, path=_SBIN)
    if found is None:
        raise PeerMissingError(f"{name} is not installed (apt-get install {PACKAGES[name]})")
    return found


class Ssh:
    """An OpenSSH server of our own with a throw-away key, and the words for clients of it."""

    def __init__(self, crew: Crew, folder: Path) -> None:
        sshd = program("sshd")
        self._folder = folder
        folder.mkdir(mode=0o700)
        for key in ("host", "user"):
            words = [program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)]
            subprocess.run(words, check=True, stdin=subprocess.DEVNULL)
        shutil.copy(folder / "user.pub", folder / "authorized")
        if os.geteuid() == 0:
            # Where a server that was started as root locks its children up before login; Debian has it made at boot.
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self.port = _free_port()
        settings = {
            "ListenAddress": "127.0.0.1",
            "HostKey": folder / "host",
            "AuthorizedKeysFile": folder / "authorized",
            "PidFile": "none",
            # The folder above it may be anybody's to write, as /dev/shm is.
            "StrictModes": "no",
            "UsePAM": "no",
            "UseDNS": "no",
            "PasswordAuthentication": "no",
            "PermitRootLogin": "prohibit-password",
            "PrintMotd": "no",
            "MaxStartups": "100",
            "Subsystem": "sftp internal-sftp",
            "LogLevel": "ERROR",
        }
        config = folder / "sshd_config"
        config.write_text("".join(f"{key} {value}\n" for key, value in settings.items()))
        self._hand = crew.start(Command([sshd, "-D", "-e", "-p", str(self.port), "-f", str(config)]))
        _wait_for(self.port, self._hand, "sshd")
        probe = [program("ssh"), *self.options(), "-p", str(self.port), "127.0.0.1", "true"]
        done = subprocess.run(probe, capture_output=True, text=True, timeout=_START_S, check=False)
        if done.returncode:
            raise PeerMissingError(f"ssh to a server of our own fails here: {done.stderr.strip() or done.returncode}")

    @property
    def pid(self) -> int:
        return self._hand.pid

    def options(self) -> list[str]:
        """Return what ssh, scp and sftp need to reach this server and nothing of the user's own settings."""
        return [
            *("-F", "/dev/null", "-i", str(self._folder / "user"), "-c", CIPHER),
            *("-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
            *("-o", "LogLevel=ERROR", "-o", "BatchMode=yes", "-o", f"User={getpass.getuser()}"),
        ]

    def scp(self, port: int, *more: str) -> list[str]:
        return [program("scp"), "-q", *self.options(), "-P", str(port), *more]

    def sftp(self, port: int, batch: Path) -> list[str]:
        return [program("sftp"), "-q", *self.options(), "-P", str(port), "-b", str(batch), "127.0.0.1"]

    def rsync(self, port: int, *more: str) -> list[str]:
        # Debian's rsync splits the words of -e by itself, and knows the quotes that shlex uses.
        shell = shlex.join([program("ssh"), *self.options(), "-p", str(port)])
        return [program("rsync"), "-e", shell, *more]


class Nginx:
    """An nginx of our own that serves and takes files over TLS 1.3."""

    def __init__(self, crew: Crew, folder: Path) -> None:
        nginx = program("nginx")
        said = subprocess.run([nginx, "-V"], capture_output=True, text=True, check=False, timeout=_START_S)
        self.takes_uploads = "http_dav_module" in said.stderr
        folder.mkdir(mode=0o755)
        self.files = folder / "files"
        self.files.mkdir()
        (folder / "logs").mkdir()
        self.certificate = folder / "certificate.pem"
        _make_certificate(folder / "key.pem", self.certificate)
        self.port = _free_port()
        config = folder / "nginx.conf"
        config.write_text(self._config(folder))
        self._hand = crew.start(Command([nginx, "-p", str(folder), "-c", str(config), "-e", str(folder / "errors")]))
        _wait_for(self.port, self._hand, "nginx")

    @property
    def pid(self) -> int:
        return self._hand.pid

    def curl(self, port: int, name: str, *more: str) -> list[str]:
        url = f"https://127.0.0.1:{port}/{name}"
        return [program("curl"), "-q", "-sS", "-f", "--tlsv1.3", "--cacert", str(self.certificate), *more, url]

    def _config(self, folder: Path) -> str:
        # The worker must be able to write where we are: it gives up root's rights otherwise.
        user = f"user {pwd.getpwuid(os.geteuid()).pw_name};" if os.geteuid() == 0 else ""
        dav = "dav_methods PUT; create_full_put_path on;" if self.takes_uploads else ""
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = " ".join(f"{kind}_temp_path {folder}/temporary-{kind};" for kind in kinds)
        return f"""
            daemon off; {user} worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/errors warn;
            events {{ worker_connections 64; }}
            http {{
                access_log off; sendfile on; tcp_nopush on; client_max_body_size 0; {folders}
                server {{
                    listen 127.0.0.1:{self.port} ssl;
                    ssl_certificate {self.certificate}; ssl_certificate_key {folder}/key.pem;
                    ssl_protocols TLSv1.3;
                    location / {{ root {self.files}; {dav} }}
                }}
            }}
        """


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, hand: Hand, name: str) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and hand.is_running:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise PeerMissingError(f"{name} does not start here: {hand.last_words()}")


def _make_certificate(key_path: Path, certificate_path: Path) -> None:
    """Make a certificate for 127.0.0.1 on P-256, as Wherry's own is."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bench")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    key_path.touch(mode=0o600)
    key_path.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
