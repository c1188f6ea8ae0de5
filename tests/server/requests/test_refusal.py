"""A failure on the wire names its path, unless that path is itself what may not be named."""

from __future__ import annotations

from server.requests.refusal import refusal
from server.storage.failure import StorageError
from shared.entries import Entry, Kind
from shared.errors import Code
from shared.names import BadNameError
from shared.protocol import messages


def test_a_failure_carries_code_path_and_entry() -> None:
    there = Entry("b\udcff", Kind.FILE, 1, 2, 3)
    failed = refusal(5, StorageError(Code.EXISTS, at=("a", "b\udcff"), entry=there))
    assert (failed.id, failed.code, failed.path) == (5, "exists", (b"a", b"b\xff"))
    assert failed.entry == messages.Entry(b"b\xff", Kind.FILE, 1, 2, 3)
    assert failed.text == "Already exists"


def test_a_path_that_cannot_be_sent_is_told_in_the_text() -> None:
    for at in (("tree", "back\\slash"), ("x",) * 300):
        failed = refusal(1, StorageError(Code.PERMISSION, "no", at=at))
        assert failed.path == ()
        assert failed.text.startswith("/")
        assert failed.text.endswith("no")
        messages.decode(messages.encode(failed))


def test_a_bad_name_is_shown_harmlessly() -> None:
    failed = refusal(1, BadNameError("\x1b[2J/..", "a rule"))
    assert (failed.code, failed.path) == ("bad-name", ())
    assert failed.text == "\\x1b[2J/..: a rule"


def test_a_long_text_fits_the_wire() -> None:
    failed = refusal(1, StorageError(Code.IO, "x" * 5000, at=()))
    messages.decode(messages.encode(failed))
