"""What transfers come to, read off their messages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.engine.audit import AuditTrail
from server.engine.tally import Count, Tally
from server.engine.witness import Records, Witness
from shared.errors import Code
from shared.protocol import messages

ROOT = b"r" * 32


class Desk:
    """A witness with a trail, and what it wrote."""

    def __init__(self, folder: Path) -> None:
        self.tally = Tally()
        self._audit = AuditTrail(folder / "audit")
        self._file = folder / "audit"
        self._now = 0.0
        self.witness = Witness(Records(self.tally, self._audit), "anna", "192.0.2.1", clock=self._tick)

    def _tick(self) -> float:
        self._now += 1.5
        return self._now

    def told(self) -> list[dict[str, object]]:
        self._audit.close()
        return [json.loads(line) for line in self._file.read_text().splitlines()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def get(number: int) -> messages.Get:
    return messages.Get(id=number, path=(b"photos", b"a\xff.jpg"))


def put(number: int, *, inline: bool = False) -> messages.Put:
    return messages.Put(id=number, path=(b"b",), size=10, mtime_ns=0, mode=0o644, inline=inline)


def test_transfers_that_end_well(desk: Desk) -> None:
    desk.witness.asked(get(1))
    desk.witness.asked(put(2, inline=True))
    desk.witness.asked(put(3, inline=True))
    desk.witness.said(messages.Offer(id=1, size=99, mtime_ns=0, mode=0))
    desk.witness.said(messages.End(id=1, root=ROOT))
    for number in (2, 3):
        desk.witness.said(messages.Stored(id=number, root=ROOT))
    desk.witness.left()
    told = desk.told()
    assert [(line["direction"], line["result"], line["bytes"], line["digest"]) for line in told] == [
        ("download", "ok", 99, ROOT.hex()),
        ("upload", "ok", 10, ROOT.hex()),
        ("upload", "ok", 10, ROOT.hex()),
    ]
    assert told[0]["path"] == "/photos/a\udcff.jpg"
    assert (told[0]["account"], told[0]["address"], told[0]["seconds"]) == ("anna", "192.0.2.1", 4.5)
    assert desk.tally.read()[Count.TRANSFERRED, "upload"] == 20


@pytest.mark.parametrize(
    ("end", "result"),
    [
        (messages.Failed(id=1, code=Code.NOT_FOUND, text=""), "not-found"),
        (messages.End(id=1, root=b"", reason=Code.CHANGED), "changed"),
        (messages.End(id=1, root=b""), "cancelled"),
        (None, "cut"),
    ],
)
def test_transfers_that_do_not(desk: Desk, end: messages.Any | None, result: str) -> None:
    desk.witness.asked(get(1))
    if end is not None:
        desk.witness.said(end)
    desk.witness.left()
    (line,) = desk.told()
    assert (line["result"], line["digest"]) == (result, None)
    assert desk.tally.read() == {(Count.TRANSFERS, "download failed"): 1}


def test_other_requests_are_none_of_its_business(desk: Desk) -> None:
    desk.witness.asked(messages.MakeFolder(id=1, path=(b"x",)))
    desk.witness.asked(get(2))
    desk.witness.said(messages.Failed(id=1, code=Code.EXISTS, text=""))
    desk.witness.said(messages.Done(id=1))
    desk.witness.said(messages.End(id=2, root=ROOT))
    assert len(desk.told()) == 1


def test_without_a_trail_it_counts_all_the_same() -> None:
    tally = Tally()
    witness = Witness(Records(tally, None), "anna", "192.0.2.1")
    witness.asked(put(1))
    witness.said(messages.Stored(id=1, root=ROOT))
    assert tally.read()[Count.TRANSFERS, "upload ok"] == 1
