"""What a server says becomes values and errors; a lie about a name ends the trust."""

from __future__ import annotations

import pytest

from desktop.client.answers import entry_from, error_from, goodbye_from, refusal_from
from shared.entries import Entry, Kind
from shared.errors import Code, ConnectionLostError, LoginError, PeerError
from shared.protocol import messages


def wire(name: bytes) -> messages.Entry:
    return messages.Entry(name, Kind.FILE, 5, -1, 0o644)


def test_an_entry_is_read() -> None:
    assert entry_from(wire(b"a\xff")) == Entry("a\udcff", Kind.FILE, 5, -1, 0o644)


@pytest.mark.parametrize("name", [b"..", b"a/b", b"", b"C:\\x", b"\x00", b"\xc0\xaf"])
def test_a_name_that_no_honest_server_sends_is_not_a_file(name: bytes) -> None:
    with pytest.raises(PeerError):
        entry_from(wire(name))


def test_a_failure_keeps_its_code_and_path() -> None:
    error = error_from(messages.Failed(id=1, code="no-space", text="full\x1b[2J", path=(b"a", b"b")))
    assert (error.code, error.path, error.detail) == (Code.NO_SPACE, "/a/b", "full\\x1b[2J")
    assert error.hint


@pytest.mark.parametrize("code", ["", "new-in-2030", "DROP TABLE"])
def test_a_code_of_a_newer_server_is_a_failure_all_the_same(code: str) -> None:
    assert error_from(messages.Failed(id=1, code=code)).code is Code.IO


def test_a_failure_about_a_forbidden_path_is_shown_harmlessly() -> None:
    assert error_from(messages.Failed(id=1, code="io", path=(b"..",))).path == ".."


def test_refusals_say_what_to_do() -> None:
    wrong = refusal_from(messages.Refused(code="login", text="wrong"))
    assert isinstance(wrong, LoginError)
    wait = refusal_from(messages.Refused(code="too-many-attempts", text="later", retry_after=12.4))
    assert isinstance(wait, LoginError)
    assert "12 seconds" in wait.hint
    assert isinstance(refusal_from(messages.Refused(code="version", text="old")), ConnectionLostError)


def test_a_goodbye_is_the_end_of_the_connection() -> None:
    assert goodbye_from(messages.Goodbye(code="closing", text="bye")).detail == "bye"
