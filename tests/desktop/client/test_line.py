"""One line to a server, with the other end played by hand: progress, Stop, and what is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from desktop.client import line as line_module
from desktop.client.line import Line
from shared.errors import Code, ConnectionLostError, PeerError, RemoteError
from shared.protocol import limits, messages
from shared.protocol.server import ServerConversation
from shared.work import WorkProgress

NONCE = b"n" * 24


class FakeTransport:
    def __init__(self) -> None:
        self.is_aborted = False

    def abort(self) -> None:
        self.is_aborted = True


class FakeWriter:
    """Hands everything to the server's end of the conversation."""

    def __init__(self, server: ServerConversation) -> None:
        self.transport = FakeTransport()
        self.is_closed = False
        self._server = server

    def write(self, data: bytes) -> None:
        self._server.feed(data)

    def close(self) -> None:
        self.is_closed = True

    async def wait_closed(self) -> None:
        assert self.is_closed


class Ends:
    """Both ends of a line that is logged in."""

    def __init__(self) -> None:
        self.server = ServerConversation(nonce=NONCE, name="desk", agent="test")
        self.reader = asyncio.StreamReader()
        self.writer = FakeWriter(self.server)
        self.line = Line(self.reader, self.writer)  # type: ignore[arg-type]

    async def log_in(self) -> None:
        self.flush()
        await self.line.read_login(messages.Hello)
        self.line.conversation.say_hello()
        self.line.say(messages.ScramFirst(text="n"))
        self.hear()
        self.say(messages.ScramChallenge(text="s"))
        await self.line.read_login(messages.ScramChallenge)
        self.line.say(messages.ScramFinal(text="p"))
        self.hear()
        self.say(messages.Welcome(text="v", session=b"s" * 16, key=b"k" * 32, account="anna"))
        await self.line.read_login(messages.Welcome)
        self.line.start("test")

    def hear(self) -> list[messages.Any]:
        heard = []
        while (message := self.server.next_message()) is not None:
            heard.append(message)
        return heard

    def say(self, *said: messages.Any) -> None:
        for message in said:
            self.server.send(message)
        self.flush()

    def flush(self) -> None:
        self.reader.feed_data(bytes(self.server.take_output()))

    def remove(self, number: int = 1) -> Any:
        return self.line.ask(messages.Remove(id=number, path=(b"a",), recursive=True))


@asynccontextmanager
async def logged_in() -> AsyncIterator[Ends]:
    ends = Ends()
    await ends.log_in()
    try:
        yield ends
    finally:
        await ends.line.close()


@pytest.mark.asyncio
async def test_of_much_progress_only_the_latest_waits() -> None:
    async with logged_in() as ends:
        reports: list[WorkProgress] = []
        asked = ends.remove()
        ends.say(*(messages.Progress(id=1, count=count) for count in range(1, 1001)), messages.Done(id=1, count=1001))
        while not asked.is_answered:
            await asyncio.sleep(0)
        assert asked.answers.qsize() == 2
        assert (await ends.line.answer(asked, messages.Done, reports.append)).count == 1001
        assert reports == [WorkProgress(1000)]


@pytest.mark.asyncio
async def test_stop_waits_for_the_last_word_and_passes_it_on() -> None:
    async with logged_in() as ends:
        reports: list[WorkProgress] = []
        asked = ends.remove()
        stopping = asyncio.ensure_future(ends.line.stop(asked, reports.append))
        await asyncio.sleep(0)
        assert [type(message) for message in ends.hear()] == [messages.Remove, messages.Stop]
        assert not stopping.done()
        ends.say(messages.Failed(id=1, code="cancelled", count=7))
        await stopping
        assert reports == [WorkProgress(7)]
        assert ends.line.error is None
        # Once answered there is nothing to stop.
        await ends.line.stop(asked)
        assert ends.hear() == []


@pytest.mark.asyncio
async def test_a_stop_that_is_not_heeded_costs_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_module, "STOP_PATIENCE", 0.01)
    async with logged_in() as ends:
        asked = ends.remove()
        await ends.line.stop(asked)
        assert isinstance(ends.line.error, ConnectionLostError)
        assert ends.writer.transport.is_aborted
        assert ends.line.closed.is_set()
        with pytest.raises(ConnectionLostError):
            await ends.line.answer(asked, messages.Done)
        with pytest.raises(ConnectionLostError):
            ends.remove(2)


@pytest.mark.asyncio
async def test_a_stop_that_is_cancelled_itself_costs_the_line() -> None:
    async with logged_in() as ends:
        asked = ends.remove()
        stopping = asyncio.ensure_future(ends.line.stop(asked))
        await asyncio.sleep(0)
        stopping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stopping
        assert ends.line.error is not None


@pytest.mark.asyncio
async def test_what_is_dropped_is_stopped_and_does_not_pile_up() -> None:
    async with logged_in() as ends:
        asked = ends.line.ask(messages.List(id=1, path=()))
        ends.line.drop(asked)
        ends.line.drop(asked)
        assert [type(message) for message in ends.hear()] == [messages.List, messages.Stop]
        entry = messages.Entry(b"f", messages.Kind.FILE, 0, 0, 0)
        ends.say(messages.Entries(id=1, entries=(entry,), more=True), messages.Failed(id=1, code="cancelled"))
        while not asked.is_answered:
            await asyncio.sleep(0)
        assert asked.answers.empty()
        asked = ends.remove(2)
        ends.say(messages.Failed(id=2, code="not-found"))
        with pytest.raises(RemoteError) as caught:
            await ends.line.answer(asked, messages.Done)
        assert caught.value.code is Code.NOT_FOUND


@pytest.mark.asyncio
async def test_who_waits_when_the_line_breaks_is_told_why() -> None:
    async with logged_in() as ends:
        asked = ends.remove()
        ends.server.send(messages.Done(id=5))
        ends.flush()
        with pytest.raises(PeerError, match="nothing that was asked"):
            await ends.line.answer(asked, messages.Done)
        await ends.line.closed.wait()
        assert ends.writer.is_closed


@pytest.mark.asyncio
async def test_quiet_is_broken_by_a_ping_and_silence_by_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PING_INTERVAL", 0.02)
    monkeypatch.setattr(limits, "PING_DEADLINE", 0.06)
    async with logged_in() as ends:
        await ends.line.closed.wait()
        assert isinstance(ends.line.error, ConnectionLostError)
        assert "silent" in ends.line.error.detail
        assert [type(message) for message in ends.hear()] == [messages.Ping]
