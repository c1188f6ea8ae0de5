"""What the pictures show: the demo's files and more of them on both sides, a profile, accounts of a server."""

from __future__ import annotations

import os
import time
from pathlib import Path

from desktop.storage.settings import Settings, SettingsFile
from desktop.storage.site_store import Site, SiteStore
from tests.screenshots.looks import Look

MIB = 1 << 20
_DAY_S = 86_400


def make_profile(folder: Path, look: Look, *, is_first: bool = False) -> Path:
    """Make a profile that is dressed in a look, with some servers saved unless it is the first start."""
    folder.mkdir(mode=0o700, parents=True)
    SettingsFile(folder / "settings.json").save(
        Settings(theme=look.theme, language=look.language, filters=() if is_first else ("*.jpg; *.png",))
    )
    if is_first:
        return folder
    store = SiteStore(folder / "sites.json")
    for name, host, user, colour, notes in (
        ("Studio", "studio.local", "anna", "#2f6fde", "The big machine under the desk"),
        ("Home server", "192.168.1.20", "anna", "#2e8b57", ""),
        ("Lab", "lab.example.org", "a.lindqvist", "#c0602a", "Read only on weekends"),
    ):
        store.save(Site(name=name, host=host, user=user, colour=colour, notes=notes))
    for host, user in (("boat.local", "demo"), ("10.0.0.7", "anna")):
        store.note_use(host, 47623, user, time.time())
    return folder


def add_local_files(folder: Path) -> None:
    """Put beside the demo's own what makes a folder of somebody who works."""
    for name, mebibytes in (("Regatta.mp4", 48), ("Backup of June.tar.zst", 30), ("Chart of the sound.pdf", 3)):
        _fill(folder / name, mebibytes * MIB)
    for name, days in (("Budget 2026.xlsx", 3), ("Crew list.odt", 20), ("Sail plan.svg", 400), ("engine.log", 1)):
        _fill(folder / name, 18_000 + len(name) * 977, days)
    _both(folder, is_local=True)
    (folder / "Empty").mkdir()


def add_server_files(folder: Path) -> None:
    """The same for the server's side."""
    for name, mebibytes in (("Holiday 2025.mov", 36), ("Weather maps.zip", 6)):
        _fill(folder / name, mebibytes * MIB)
    for number in range(1, 9):
        _fill(folder / "Pictures" / f"IMG_{4200 + number}.jpg", 900_000 + number * 31_000, number)
    _fill(folder / "Chart of the sound.pdf", 2 * MIB, 90)
    _fill(folder / "Gone.bin", MIB)
    _both(folder, is_local=False)


def _both(folder: Path, *, is_local: bool) -> None:
    """A folder that is much the same on both sides, for comparing."""
    letters = folder / "Letters"
    now = time.time()
    for number, name in enumerate(("Anna.txt", "Bank.txt", "Harbour master.txt", "Insurance.txt", "Tax office.txt")):
        path = letters / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("Dear all\n" * (40 + number))
        os.utime(path, (now - 9 * _DAY_S, now - 9 * _DAY_S))
    changed = letters / ("Bank.txt" if is_local else "Insurance.txt")
    changed.write_text("Dear all, once more\n" * 44)
    (letters / ("Draft.txt" if is_local else "Answer.txt")).write_text("New\n" * 10)
    for name in ("Receipts", "Stamps"):
        (letters / name).mkdir()


def _fill(path: Path, size: int, days: float = 0.0) -> None:
    """Write bytes that do not compress, changed so many days ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(os.urandom(size))
    when = time.time() - days * _DAY_S
    os.utime(path, (when, when))
