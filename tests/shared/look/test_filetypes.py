from __future__ import annotations

import pytest

from shared.entries import Entry, Kind
from shared.look import filetypes


def entry(name: str, kind: Kind = Kind.FILE) -> Entry:
    return Entry(name, kind, 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.JPG", "jpg"),
        ("a.tar.gz", "gz"),
        (".profile", ""),
        ("README", ""),
        ("v1. final", ""),
        ("a.verylongending", ""),
    ],
)
def test_endings(name: str, suffix: str) -> None:
    assert filetypes.suffix_of(name) == suffix


@pytest.mark.parametrize(
    ("shown", "icon", "kind"),
    [
        (entry("a.jpg"), "image", "JPG image"),
        (entry("a.pdf"), "pdf", "PDF document"),
        (entry("a.exe"), "file", "EXE file"),
        (entry("README"), "file", "File"),
        (entry("a.jpg", Kind.FOLDER), "folder", "Folder"),
        (entry("a.jpg", Kind.LINK), "link-file", "Link"),
        (entry("tty", Kind.OTHER), "special", "Special file"),
    ],
)
def test_icon_and_kind(shown: Entry, icon: str, kind: str) -> None:
    assert filetypes.icon_name(shown) == icon
    assert filetypes.kind_text(shown) == kind
