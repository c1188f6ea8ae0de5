"""What a drop target writes is believed only as far as it names a path of this machine."""

from __future__ import annotations

import socket
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.runtime import direct_save
from desktop.runtime.direct_save import path_in


@pytest.mark.parametrize(
    ("address", "path"),
    [
        (b"file:///home/anna/a%20b.txt", "/home/anna/a b.txt"),
        (b"file:///tmp/x\0", "/tmp/x"),
        (b"file://localhost/tmp/x", "/tmp/x"),
        (f"file://{socket.gethostname()}/tmp/x".encode(), "/tmp/x"),
        (b"file:///tmp/%FF", "/tmp/\udcff"),
        (b"a.txt", None),
        (b"file://elsewhere/tmp/x", None),
        (b"https://example.org/x", None),
        (b"file:///tmp/%00x", None),
        (b"file:relative", None),
        (b"\xff\xfe", None),
        (b"", None),
    ],
)
def test_an_address_is_a_path_of_this_machine_or_nothing(address: bytes, path: str | None) -> None:
    assert path_in(address) == (None if path is None else PurePosixPath(path))


@given(st.binary(max_size=100))
def test_anything_may_stand_there(address: bytes) -> None:
    found = path_in(address)
    assert found is None or found.is_absolute()


def test_without_a_display_nothing_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":no-such-display")
    assert direct_save.write_name("a.txt") is False
    assert direct_save.read_path() is None
