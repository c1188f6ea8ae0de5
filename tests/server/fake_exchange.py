"""A connection that handlers can be called with: a script of what the client sends, a record of what it gets."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from server.requests.exchange import Direction, TransferMeter
from shared.errors import ConnectionLostError
from shared.names import RemotePath
from shared.protocol import messages
from shared.protocol.blocks import Layout, digest_block, root_of

Script = Iterable[messages.Any | bytes]


class FakeExchange:
    """Plays ``script``; what handlers send is in ``sent``, the content they send in ``content`` by block.

    ``react`` is called with every message sent, and what it returns is played next: a client that answers.
    When nothing is left to play, the line is dead.
    """

    def __init__(self, script: Script = (), react: Callable[[messages.Any], Script] = lambda message: ()) -> None:
        self.sent: list[messages.Any] = []
        self.content: dict[int, bytes] = {}
        self.meters: list[TransferMeter] = []
        self.ended: list[TransferMeter] = []
        self._script: deque[messages.Any | bytes] = deque(script)
        self._react = react
        self._block = -1
        self.signs_of_life = 0
        self.stop_after: int | None = None
        """The client says Stop once it got so many blocks."""
        self.is_unwanted = False
        """The client has said Stop."""
        self.knows_long_work = True
        self.binding = bytes(32)

    @property
    def is_drained(self) -> bool:
        """Whether the handler took everything that the client sent."""
        return not self._script

    def play(self, script: Script) -> None:
        """Let the client send more."""
        self._script.extend(script)

    def send(self, message: messages.Any) -> None:
        messages.decode(messages.encode(message))
        self.sent.append(message)
        self._script.extend(self._react(message))

    def send_now(self, message: messages.Any) -> None:
        self.send(message)

    def send_block(self, block: messages.Block, data: memoryview) -> None:
        self.send(block)
        self._block = block.index
        self.content[block.index] = bytes(data)

    def send_data(self, data: memoryview) -> None:
        self.content[self._block] += bytes(data)

    def receive_part(self) -> messages.Block | messages.End:
        if not self._script:
            raise ConnectionLostError("the script is over")
        part = self._script.popleft()
        assert isinstance(part, messages.Block | messages.End), f"the handler left {part!r:.80} lying"
        return part

    def receive_data(self, into: memoryview) -> None:
        done = 0
        while done < len(into):
            if not self._script:
                raise ConnectionLostError("the script is over")
            data = self._script.popleft()
            assert isinstance(data, bytes), f"the handler wants content, the client says {data!r:.80}"
            piece = data[: len(into) - done]
            into[done : done + len(piece)] = piece
            if len(data) > len(piece):
                self._script.appendleft(data[len(piece) :])
            done += len(piece)

    def is_stopped(self, request: int) -> bool:
        return self.is_unwanted or (self.stop_after is not None and len(self.content) >= self.stop_after)

    def keep_alive(self) -> None:
        self.signs_of_life += 1

    def transfer_started(self, path: RemotePath, direction: Direction, size: int) -> TransferMeter:
        meter = TransferMeter(path, direction, size)
        self.meters.append(meter)
        return meter

    def transfer_ended(self, meter: TransferMeter) -> None:
        self.ended.append(meter)


def digests_of(content: bytes) -> tuple[bytes, ...]:
    """Return the digests of a content's blocks."""
    layout = Layout(len(content))
    return tuple(digest_block(block_of(content, index)) for index in range(layout.count))


def root_for(content: bytes) -> bytes:
    """Return the root of a content."""
    return root_of(len(content), digests_of(content))


def block_of(content: bytes, index: int) -> bytes:
    """Return one block of a content."""
    layout = Layout(len(content))
    return content[layout.offset(index) : layout.offset(index) + layout.length(index)]


def blocks_script(content: bytes, indexes: Iterable[int], request_id: int = 1) -> list[messages.Any | bytes]:
    """Return how a client sends these blocks, without an end."""
    script: list[messages.Any | bytes] = []
    for index in indexes:
        data = block_of(content, index)
        script += [messages.Block(id=request_id, index=index, digest=digest_block(data)), data]
    return script


def end_of(content: bytes, request_id: int = 1) -> messages.End:
    """Return the end of a complete upload."""
    return messages.End(id=request_id, root=root_for(content))


def honest_client(content: bytes, request_id: int = 1) -> Callable[[messages.Any], Script]:
    """Return a ``react`` that uploads ``content``: what the server has not, and again what it asks for."""

    def react(message: messages.Any) -> Script:
        match message:
            case messages.Ready():
                wanted = digests_of(content)
                held = message.have + (b"",) * len(wanted)
                missing = [index for index, digest in enumerate(wanted) if held[index] != digest]
                return [*blocks_script(content, missing, request_id), end_of(content, request_id)]
            case messages.Again():
                return [*blocks_script(content, message.blocks, request_id), end_of(content, request_id)]
            case _:
                return ()

    return react
