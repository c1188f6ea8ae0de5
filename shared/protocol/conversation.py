"""One end of the conversation: frames, messages and the state tables together. Base of client.py and server.py.

A driver moves bytes: what it receives goes in through :meth:`get_buffer` or :meth:`feed`, messages come out of
:meth:`next_message`, file content of :meth:`read_data`; what :meth:`take_output` returns is sent. Every method
raises :class:`~shared.errors.PeerError` when the peer breaks the protocol; the conversation is then over.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from shared.errors import ConnectionLostError, PeerError
from shared.protocol import frames, limits, messages, states
from shared.protocol.blocks import Layout
from shared.protocol.frames import Decode, FrameKind, FrameReader
from shared.protocol.states import Event, Reply, ReplyEvent, State, next_reply


class Conversation(ABC):
    """What both ends have in common: framing, the control machine, counting of data."""

    def __init__(self, decode: Decode | None = None) -> None:
        """``decode`` makes content of what the peer compressed; without it the peer is told not to."""
        self.state = State.START
        self._reader = FrameReader(decode=decode)
        self.takes_coded = decode is not None
        self._output = bytearray()
        self._data_due = 0
        """Content bytes that the peer must send before its next message."""
        self._data_owed = 0
        """Content bytes that this end must send before its next message."""
        self._reply = Reply.NONE
        self._offer_layout = Layout(0)
        self._offer_next = 0
        """The lowest block that the download under way may go on with."""
        self._put_id: int | None = None
        self._put_layout = Layout(0)
        self._put_next = 0
        """The lowest index that the next block of the put may have."""
        self._put_rounds = 0
        self._alive = 0
        """Signs of life since the last message."""
        self.local_nonce = b""
        self.peer_hello: messages.Hello | None = None

    # --- bytes in

    def get_buffer(self) -> memoryview:
        """Return where the driver may put received bytes."""
        return self._reader.get_buffer()

    def buffer_updated(self, count: int) -> None:
        """Say how many bytes of :meth:`get_buffer` were filled."""
        self._reader.buffer_updated(count)

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Take received bytes by copy."""
        self._reader.feed(data)

    def receive_end(self) -> None:
        """Say that the stream ended; raises ConnectionLostError when it may not end here."""
        if self.is_mid_message:
            raise ConnectionLostError("the stream ended in the middle of a message")

    @property
    def is_mid_message(self) -> bool:
        """Whether the peer has begun something that it must go on with."""
        return self._reader.is_mid_frame or self._data_due > 0

    @property
    def knows_long_work(self) -> bool:
        """Whether the peer's version knows Copy, Search and Progress, and Stop for more than a Get."""
        return self.peer_hello is not None and self.peer_hello.version >= limits.LONG_WORK_SINCE

    @property
    def may_code(self) -> bool:
        """Whether the peer takes content that was compressed."""
        return self.peer_hello is not None and self.peer_hello.takes_coded

    @property
    def has_input(self) -> bool:
        """Whether received bytes wait to be read."""
        return self._reader.buffered > 0

    def release(self) -> None:
        """Give memory back before the connection goes to sleep."""
        self._reader.release()

    def next_message(self) -> messages.Any | None:
        """Return the next message, checked against the tables, or None until more bytes come."""
        if self._data_due:
            raise AssertionError("file content must be read before the next message")
        while (payload := self._reader.read_control()) is not None:
            message = (
                messages.decode(payload)
                if self._reader.max_control > limits.MAX_FRAME_BEFORE_LOGIN
                else messages.decode_login(payload)
            )
            if isinstance(message, messages.Alive):
                self._alive += 1
                if self._alive > limits.MAX_ALIVE:
                    raise PeerError("it says that it works, and nothing else")
                continue
            self._alive = 0
            self._received(message)
            return message
        return None

    @property
    def data_due(self) -> int:
        """Content bytes that follow the message just received."""
        return self._data_due

    def read_data(self, into: memoryview) -> int:
        """Copy content that was received into ``into``; return how many bytes, 0 when more must be received."""
        count = self._reader.read_data(into[: self._data_due])
        self._data_due -= count
        return count

    def direct_room(self, wanted: int) -> int:
        """Return how many content bytes may be received straight into the caller's memory now."""
        return self._reader.direct_room(min(wanted, self._data_due))

    def data_arrived(self, count: int) -> None:
        """Say that ``count`` content bytes were received directly."""
        self._reader.data_arrived(count)
        self._data_due -= count

    # --- bytes out

    def send(self, message: messages.Any) -> None:
        """Queue a message. Raises AssertionError when this end is about to break the protocol: our bug."""
        if self._data_owed:
            raise AssertionError("file content is owed before the next message")
        if not isinstance(message, messages.Alive):
            try:
                self._sending(message)
            except PeerError as error:
                raise AssertionError(error.detail) from error
        payload = messages.encode(message)
        if len(payload) > self._reader.max_control:
            raise AssertionError(f"a message of {len(payload)} bytes")
        self._output += frames.frame_header(FrameKind.CONTROL, len(payload))
        self._output += payload

    def data_header(self, length: int) -> bytes:
        """Count ``length`` content bytes as sent and return the frame header that stands before them."""
        if not 0 < length <= min(self._data_owed, limits.MAX_DATA):
            raise AssertionError(f"{length} bytes of file content are not owed")
        self._data_owed -= length
        return frames.frame_header(FrameKind.DATA, length)

    def coded_header(self, length: int, coded: int) -> bytes:
        """Count ``length`` content bytes as sent and return what stands before the ``coded`` bytes they became."""
        if not 0 < coded < length <= min(self._data_owed, limits.MAX_DATA):
            raise AssertionError(f"{length} bytes of file content are not owed, or {coded} are no fewer")
        if not self.may_code:
            raise AssertionError("the peer takes nothing coded")
        self._data_owed -= length
        return frames.coded_header(length, coded)

    @property
    def output_size(self) -> int:
        """Bytes queued by :meth:`send`."""
        return len(self._output)

    def append_output(self, data: bytes | memoryview) -> None:
        """Queue raw bytes behind what is queued: small content that should share a record with its messages."""
        self._output += data

    def take_output(self) -> bytearray:
        """Return what must be sent, and forget it."""
        output, self._output = self._output, bytearray()
        return output

    # --- rules

    @abstractmethod
    def _received(self, message: messages.Any) -> None:
        """Check a message from the peer and take note of what follows it; raises PeerError."""

    @abstractmethod
    def _sending(self, message: messages.Any) -> None:
        """Check a message of this end and take note of what it owes; raises PeerError."""

    def _advance(self, event: Event) -> None:
        self.state = states.next_state(self.state, event)
        if self.state is State.READY and self._reader.max_control <= limits.MAX_FRAME_BEFORE_LOGIN:
            self._reader.max_control = limits.MAX_CONTROL

    def _say_hello(self, event: Event, hello: messages.Hello) -> None:
        if hello.version[0] != limits.VERSION[0]:
            raise PeerError(f"it speaks version {hello.version[0]} of the protocol, this is {limits.VERSION[0]}")
        self._advance(event)

    def _client_says(self, message: messages.Any) -> int:
        """Advance by what the client says; return how many content bytes it must send next."""
        match message:
            case messages.Hello():
                self._say_hello(Event.CLIENT_HELLO, message)
            case messages.ScramFirst():
                self._advance(Event.SCRAM_FIRST)
            case messages.ScramFinal():
                self._advance(Event.SCRAM_FINAL)
            case messages.Attach():
                self._advance(Event.ATTACH)
            case messages.Put():
                if message.inline and message.size > limits.MIN_BLOCK:
                    raise PeerError("an inline file larger than a block")
                self._advance(Event.PUT_INLINE if message.inline else Event.PUT)
                self._put_id, self._put_layout = message.id, Layout(message.size)
                self._put_next = self._put_rounds = 0
                return message.size if message.inline else 0
            case messages.Assist():
                self._advance(Event.PUT)
                self._put_id, self._put_layout = message.id, Layout(message.size)
                self._put_next = self._put_rounds = 0
            case messages.Block():
                self._check_put(message.id)
                self._advance(Event.PUT_BLOCK)
                self._put_next = self._next_index(self._put_next, message.index)
                return self._block_length(self._put_layout, message.index)
            case messages.End():
                self._check_put(message.id)
                self._advance(Event.PUT_END)
            case messages.Stop():
                self._advance(Event.STOP)
            case messages.Request():
                self._advance(Event.REQUEST)
            case _:
                raise PeerError(f"a client never says “{type(message).__name__}”")
        return 0

    def _server_says(self, message: messages.Any) -> None:
        """Advance the control machine by what the server says."""
        match message:
            case messages.Hello():
                self._say_hello(Event.SERVER_HELLO, message)
            case messages.ScramChallenge():
                self._advance(Event.SCRAM_CHALLENGE)
            case messages.Welcome():
                self._advance(Event.WELCOME)
            case messages.Attached():
                self._advance(Event.ATTACHED)
            case messages.Refused():
                self._advance(Event.REFUSED)
            case messages.Goodbye():
                self._advance(Event.GOODBYE)
            case messages.Ready():
                self._check_put(message.id)
                self._advance(Event.PUT_READY)
            case messages.Again():
                self._check_put(message.id)
                self._advance(Event.PUT_AGAIN)
                self._check_again(message)
            case messages.Stored() | messages.Done() if self._is_of_put(message.id):
                self._advance(Event.PUT_STORED)
            case messages.Failed() if self._is_of_put(message.id):
                self._advance(Event.PUT_FAILED)
            case (
                messages.Offer()
                | messages.Block()
                | messages.End()
                | messages.Stored()
                | messages.Entries()
                | messages.Stated()
                | messages.SpaceLeft()
                | messages.Digested()
                | messages.PasswordChallenge()
                | messages.PasswordChanged()
                | messages.Found()
                | messages.Progress()
                | messages.Done()
                | messages.Failed()
            ):
                self._advance(Event.ANSWER)
            case _:
                raise PeerError(f"a server never says “{type(message).__name__}”")

    def _download_says(self, message: messages.Any) -> int:
        """Advance the reply machine by what the server says to a Get; return how many content bytes follow."""
        match message:
            case messages.Offer():
                self._reply = next_reply(self._reply, ReplyEvent.OFFER)
                self._offer_layout, self._offer_next = Layout(message.size), 0
            case messages.Block():
                self._reply = next_reply(self._reply, ReplyEvent.BLOCK)
                self._offer_next = self._next_index(self._offer_next, message.index)
                return self._block_length(self._offer_layout, message.index)
            case messages.End():
                self._reply = next_reply(self._reply, ReplyEvent.END)
            case _:
                if self._reply is not Reply.NONE:
                    raise PeerError("another answer in the middle of a download")
        return 0

    def _is_of_put(self, request_id: int) -> bool:
        """Whether an answer belongs to the upload that holds the conversation (an inline one never does)."""
        holding = self.state in (State.OFFERED, State.SENDING, State.VERDICT)
        return holding and request_id == self._put_id

    def _check_put(self, request_id: int) -> None:
        if request_id != self._put_id:
            raise PeerError("a part of an upload that is not under way")

    def _check_again(self, message: messages.Again) -> None:
        self._put_next = 0
        self._put_rounds += 1
        if self._put_rounds > limits.BLOCK_ATTEMPTS:
            raise PeerError("it asks for the same blocks again and again")
        following = 0
        for index in message.blocks:
            self._block_length(self._put_layout, index)
            following = self._next_index(following, index)

    @staticmethod
    def _next_index(following: int, index: int) -> int:
        """Hold blocks to their order: so none comes twice, and a file has an end."""
        if index < following:
            raise PeerError(f"block {index} came twice or out of order")
        return index + 1

    @staticmethod
    def _block_length(layout: Layout, index: int) -> int:
        if index >= layout.count:
            raise PeerError(f"block {index} of a file of {layout.count} blocks")
        return layout.length(index)
