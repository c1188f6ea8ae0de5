"""Errands end quietly whatever the far end does, and reports are taken in slices."""

from __future__ import annotations

import pytest

from desktop.transfers import errands
from desktop.transfers.courier import Begun, Report
from desktop.transfers.crew import Crew
from desktop.transfers.errands import Errands
from desktop.transfers.foreman import Clocks, Foreman
from desktop.transfers.items import Batch, Direction, Item, State
from desktop.transfers.ledger import Ledger
from desktop.transfers.ports import Finished
from desktop.transfers.scheduler import Scheduler
from shared.entries import Kind
from shared.errors import ConnectionLostError, LocalError
from tests.desktop.transfers.world import SITE, Files, Links, Store

pytestmark = pytest.mark.asyncio


class Office:
    """Errands with a foreman and both ends in memory."""

    def __init__(self) -> None:
        self.crew: Crew[tuple[int, Report]] = Crew(lambda: 0.0)
        self.crew.open()
        self.links = Links(Files())
        self.ledger, self.scheduler = Ledger(), Scheduler()
        self.ledger.put_batch(Batch(1, Direction.UPLOAD, SITE, "t", 0.0), is_new=True)
        self.foreman = Foreman(self.ledger, self.scheduler, Clocks(lambda: 0.0, lambda: 0.0), patience=None)
        self.errands = Errands(self.crew, self.foreman, Store(), self.links, self.links.files, lambda: 0.0)

    def item(self, id: int, direction: Direction = Direction.UPLOAD) -> Item:
        return Item(id, 1, direction, Kind.FILE, SITE, f"/{id}", (str(id),), 3, 0)


@pytest.mark.parametrize("direction", list(Direction))
async def test_a_part_that_cannot_be_removed_stays_and_nothing_breaks(
    direction: Direction, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    office = Office()

    def unreachable(*_: object) -> None:
        raise ConnectionLostError("gone") if direction is Direction.UPLOAD else LocalError(errands.Code.PERMISSION)

    office.links.discard = unreachable  # type: ignore[method-assign]
    office.links.files.discard = unreachable  # type: ignore[method-assign]
    await office.errands.discard(office.item(1, direction))
    assert "stays behind" in caplog.text
    office.crew.dismiss()


async def test_reports_are_taken_in_slices_and_completely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "SLICE", 10)
    office = Office()
    for id in range(1, 26):
        office.foreman.admit(office.item(id))
    for start in office.scheduler.decide(0.0):
        office.foreman.begin(start)
    slices: list[int] = []
    take_all = office.foreman.take_all

    def noting(reports: list[tuple[int, Report]]) -> None:
        slices.append(len(reports))
        take_all(reports)

    monkeypatch.setattr(office.foreman, "take_all", noting)
    for id in range(1, 26):
        office.crew.report((id, Begun(3, 0)))
        office.crew.report((id, Finished(3, b"d", 3)))
    await office.errands.collect()
    assert slices == [10] * 5
    assert {item.state for item in office.ledger.items.values()} == {State.DONE}
    office.crew.dismiss()


async def test_a_channel_is_kept_after_a_good_run_and_closed_after_a_bad_one() -> None:
    office = Office()
    for id in (1, 2):
        office.links.files.tree.add(str(id))
    for id, is_good in ((1, True), (2, False)):
        office.foreman.admit(office.item(id))
        [start] = office.scheduler.decide(0.0)
        if not is_good:
            office.links.script = _break
        await office.errands.carry(office.errands.take(office.foreman.begin(start)))
        kept = office.errands.idle.take(SITE)
        assert (kept is not None) is is_good
    assert office.links.closed == 1
    office.crew.dismiss()


def _break(job: object) -> None:
    raise ConnectionLostError("cut")
