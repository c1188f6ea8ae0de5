"""What a command prints: lines for people, one object a line for scripts, nothing that acts on a terminal."""

from __future__ import annotations

import io
import json

from desktop.commands.options import parse
from desktop.commands.report import Report
from desktop.transfers.items import Direction, Failure, Item, State
from shared.entries import Entry, Kind
from shared.errors import Code, RemoteError


class Printed:
    """A report and what it printed."""

    def __init__(self, *words: str) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()
        self.report = Report(parse("put", ["a", "wherry://a@h/", *words]), self.out, self.err)

    @property
    def objects(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.getvalue().splitlines()]


def item(state: State, failure: Failure | None = None) -> Item:
    return Item(
        id=1,
        batch=1,
        direction=Direction.UPLOAD,
        kind=Kind.FILE,
        site="a@h:1",
        local="/home/x\x1b[2J",
        remote=("in", "x"),
        size=5,
        mtime_ns=0,
        state=state,
        failure=failure,
        digest=b"\x01" * 32,
    )


FAILURE = Failure(Code.NO_SPACE, "No space left", "the disk is full", "Free some space, then retry.")
ENTRIES = [Entry("b\x1b", Kind.FILE, 12, 0, 0o640), Entry("a", Kind.FOLDER, 0, 0, 0o755)]


def test_a_listing_is_sorted_and_harmless() -> None:
    printed = Printed()
    printed.report.entries(ENTRIES)
    first, second = printed.out.getvalue().splitlines()
    assert first.startswith("drwxr-xr-x")
    assert first.endswith("  a/")
    assert second.startswith("-rw-r-----")
    assert second.endswith("  b\\x1b")


def test_a_listing_for_scripts_keeps_every_byte_of_a_name() -> None:
    printed = Printed("--json")
    printed.report.entries([*ENTRIES, Entry("c\udcff", Kind.LINK, 1, 5, 0o777)])
    assert [found["name"] for found in printed.objects] == ["a", "b\x1b", "c\udcff"]
    assert printed.objects[1] == {"name": "b\x1b", "kind": "file", "size": 12, "mtime_ns": 0, "mode": "0640"}
    assert printed.out.getvalue().isascii()


def test_a_done_item_names_both_ends() -> None:
    printed = Printed()
    printed.report.item(item(State.DONE))
    assert printed.out.getvalue() == "done  /home/x\\x1b[2J -> /in/x  5 B\n"


def test_a_failed_item_says_what_why_and_what_next_and_the_last_only_once() -> None:
    printed = Printed()
    printed.report.item(item(State.FAILED, FAILURE))
    printed.report.item(item(State.FAILED, FAILURE))
    text = printed.err.getvalue()
    assert text.count("No space left: the disk is full") == 2
    assert text.count("Free some space") == 1
    assert printed.out.getvalue() == ""


def test_scripts_learn_the_same() -> None:
    printed = Printed("--json")
    printed.report.item(item(State.DONE))
    printed.report.item(item(State.FAILED, FAILURE))
    printed.report.conflict(item(State.ASKING))
    printed.report.error(RemoteError(Code.NOT_FOUND, path="/x"))
    printed.report.summary(done=1, failed=1, skipped=0)
    events = [(found["event"], found.get("code")) for found in printed.objects]
    assert events == [
        ("done", None),
        ("failed", "no-space"),
        ("failed", "exists"),
        ("error", "not-found"),
        ("summary", None),
    ]
    assert printed.objects[0]["digest"] == "01" * 32


def test_quiet_says_nothing_but_errors() -> None:
    printed = Printed("--quiet")
    printed.report.item(item(State.DONE))
    printed.report.did("made", "/x")
    printed.report.summary(done=1)
    assert printed.out.getvalue() + printed.err.getvalue() == ""
    printed.report.item(item(State.FAILED, FAILURE))
    assert "No space left" in printed.err.getvalue()
