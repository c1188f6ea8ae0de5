"""The log says what happened, to whom, in time, and never a secret."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from msgspec.structs import replace

from desktop.client.address import Address
from desktop.controllers.log import LogController
from desktop.models.log import LogLine
from desktop.transfers.items import Direction, Failure, Item, State
from shared.entries import Kind
from shared.errors import Code, LocalError

pytestmark = pytest.mark.asyncio

ITEM = Item(1, 1, Direction.UPLOAD, Kind.FILE, "an%20na@desk:47623", "/home/a.txt", ("in", "a.txt"), 5, 0, ended=9.0)


class Rows:
    def __init__(self) -> None:
        self.lines: list[LogLine] = []

    def append(self, lines: Sequence[LogLine]) -> None:
        self.lines += lines

    @property
    def texts(self) -> list[str]:
        return [line.text for line in self.lines]


class Session:
    address = Address("desk", 47623, "anna")


async def until(condition) -> None:
    async with asyncio.timeout(3):
        while not condition():
            await asyncio.sleep(0.001)


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest_asyncio.fixture
async def log(rows, reports) -> AsyncIterator[LogController]:
    made = LogController(rows, reports)
    logging.getLogger("desktop.sample").setLevel(logging.INFO)
    made.start()
    yield made
    await made.close()


async def test_what_the_program_logs_is_shown_from_any_thread_but_not_its_chatter(log, rows):
    logger = logging.getLogger("desktop.sample")
    logger.debug("chatter")
    threading.Thread(target=logger.warning, args=("the %s is slow", "disk")).start()
    await until(lambda: rows.lines)
    assert rows.texts == ["the disk is slow"]
    assert rows.lines[0].level == logging.WARNING


async def test_secrets_never_reach_it(log, rows):
    logging.getLogger("desktop.sample").info("wherry://anna:hunter2@desk failed, password=hunter2")
    log.note("token: hunter2")
    await until(lambda: len(rows.lines) == 2)
    assert not any("hunter2" in text for text in rows.texts)


async def test_an_exception_is_named_in_one_line(log, rows):
    try:
        raise ValueError("no such thing")
    except ValueError:
        logging.getLogger("desktop.sample").exception("it went wrong")
    await until(lambda: rows.lines)
    assert rows.texts == ["it went wrong: ValueError: no such thing"]


async def test_each_transfer_a_person_chose_says_how_it_ended(log, rows):
    failure = Failure(Code.PERMISSION, "Permission denied", "The folder is read-only", "Ask its owner")
    log.note_ended(
        [
            replace(ITEM, state=State.DONE),
            replace(ITEM, state=State.DONE, direction=Direction.DOWNLOAD),
            replace(ITEM, state=State.DONE, group=7),
            replace(ITEM, state=State.FAILED, group=7, failure=failure),
            replace(ITEM, state=State.SKIPPED),
            replace(ITEM, state=State.CANCELLED),
        ]
    )
    await until(lambda: rows.lines)
    there = "an na@desk:47623:/in/a.txt"
    assert rows.texts == [
        f"/home/a.txt → {there}",
        f"{there} → /home/a.txt",
        f"/home/a.txt → {there}: Permission denied. The folder is read-only. Ask its owner",
        f"/home/a.txt → {there}: skipped",
        f"/home/a.txt → {there}: cancelled",
    ]
    assert [line.level for line in rows.lines].count(logging.WARNING) == 1


async def test_connections_come_and_go(log, rows):
    log.note_connected(Session())
    log.note_lost("anna@desk:47623")
    log.note_left()
    await until(lambda: len(rows.lines) == 3)
    assert rows.texts == ["Connected to anna@desk", "The connection to anna@desk:47623 was lost", "Disconnected"]


async def test_it_is_saved_as_text_and_a_refusal_is_told(log, reports, tmp_path):
    log.save(str(tmp_path / "kept.log"), "eins\nzwei\udcff\n")
    await until(lambda: (tmp_path / "kept.log").exists())
    log.save(str(tmp_path / "no" / "kept.log"), "text")
    await until(lambda: reports.errors)
    assert isinstance(reports.errors[0], LocalError)
    assert (tmp_path / "kept.log").read_text().startswith("eins\nzwei")


async def test_after_the_end_it_listens_no_more(log, rows):
    await log.close()
    logging.getLogger("desktop.sample").warning("late")
    await asyncio.sleep(0.02)
    assert rows.lines == []
