"""Both ends of the pure conversation against each other, and against peers that break it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import ConnectionLostError, PeerError
from shared.protocol import frames, limits, messages
from shared.protocol.blocks import digest_block, root_of
from shared.protocol.client import ClientConversation
from shared.protocol.conversation import Conversation
from shared.protocol.server import ServerConversation
from shared.protocol.states import State

NONCE = b"n" * 24
BLOCK = limits.MIN_BLOCK


def pump(source: Conversation, target: Conversation) -> list[messages.Any]:
    """Carry what is queued to the other end and return the messages there."""
    target.feed(source.take_output())
    received = []
    while not target.data_due and (message := target.next_message()) is not None:
        received.append(message)
    return received


def pair() -> tuple[ClientConversation, ServerConversation]:
    """Return two ends that have met and logged in."""
    client = ClientConversation(nonce=NONCE, agent="test")
    server = ServerConversation(nonce=NONCE, name="desk", agent="test")
    pump(server, client)
    client.say_hello()
    client.send(messages.ScramFirst(text="n"))
    pump(client, server)
    server.send(messages.ScramChallenge(text="s"))
    pump(server, client)
    client.send(messages.ScramFinal(text="p"))
    pump(client, server)
    server.send(messages.Welcome(text="v", session=b"s" * 16, key=b"k" * 32, account="anna"))
    pump(server, client)
    assert client.state is server.state is State.READY
    return client, server


def read_content(conversation: Conversation) -> bytes:
    into = memoryview(bytearray(conversation.data_due))
    got = 0
    while got < len(into):
        got += conversation.read_data(into[got:])
    return bytes(into)


def send_content(conversation: Conversation, data: bytes) -> None:
    for start in range(0, len(data), limits.MAX_DATA):
        piece = data[start : start + limits.MAX_DATA]
        conversation.append_output(conversation.data_header(len(piece)))
        conversation.append_output(piece)


def put(size: int, *, inline: bool, number: int = 1) -> messages.Put:
    return messages.Put(id=number, path=(b"a",), size=size, mtime_ns=0, inline=inline)


def test_pipelined_requests_are_answered_in_order() -> None:
    client, server = pair()
    for number in range(3):
        client.send(messages.Ping(id=number))
    assert [message.id for message in pump(client, server)] == [0, 1, 2]
    for number in range(3):
        server.send(messages.Done(id=number))
    assert [message.id for message in pump(server, client)] == [0, 1, 2]
    assert client.unanswered == 0


def test_an_answer_out_of_turn_ends_the_conversation() -> None:
    client, server = pair()
    client.send(messages.Ping(id=1))
    client.send(messages.Ping(id=2))
    pump(client, server)
    server.send(messages.Done(id=2))
    with pytest.raises(PeerError, match="out of turn"):
        pump(server, client)


def test_an_answer_of_the_wrong_kind_ends_the_conversation() -> None:
    client, server = pair()
    client.send(messages.Ping(id=1))
    pump(client, server)
    server.send(messages.SpaceLeft(id=1, free=1, total=1))
    with pytest.raises(PeerError, match="is no answer"):
        pump(server, client)


@pytest.mark.parametrize("size", [0, 1, limits.MAX_DATA, limits.MAX_DATA + 1, BLOCK])
def test_an_inline_put_carries_its_content(size: int) -> None:
    client, server = pair()
    content = bytes(i % 251 for i in range(size))
    client.send(put(size, inline=True))
    send_content(client, content)
    client.send(messages.End(id=1, root=b"r" * 32))
    received = pump(client, server)
    if size:
        assert read_content(server) == content
        received.append(server.next_message())
    assert [type(message) for message in received] == [messages.Put, messages.End]
    server.send(messages.Stored(id=1, root=b"r" * 32))
    pump(server, client)
    assert client.state is server.state is State.READY


def test_a_large_put_goes_block_by_block_and_bad_blocks_go_again() -> None:
    client, server = pair()
    content = b"x" * (BLOCK + 7)
    pieces = [content[:BLOCK], content[BLOCK:]]
    client.send(put(len(content), inline=False))
    pump(client, server)
    server.send(messages.Ready(id=1))
    pump(server, client)

    def send_block(index: int) -> None:
        client.send(messages.Block(id=1, index=index, digest=digest_block(pieces[index])))
        send_content(client, pieces[index])
        pump(client, server)
        assert read_content(server) == pieces[index]

    root = root_of(len(content), [digest_block(piece) for piece in pieces])
    send_block(0)
    send_block(1)
    client.send(messages.End(id=1, root=root))
    pump(client, server)
    server.send(messages.Again(id=1, blocks=(1,)))
    pump(server, client)
    send_block(1)
    client.send(messages.End(id=1, root=root))
    pump(client, server)
    server.send(messages.Stored(id=1, root=root))
    pump(server, client)
    assert client.state is server.state is State.READY
    assert client.unanswered == 0


def test_a_server_that_gives_up_in_the_middle_is_heard_and_the_conversation_goes_on() -> None:
    client, server = pair()
    client.send(put(BLOCK * 2, inline=False))
    pump(client, server)
    server.send(messages.Ready(id=1))
    server.send(messages.Failed(id=1, code="no-space"))
    assert server.state is State.DRAINING
    pump(server, client)
    client.send(messages.End(id=1, root=b"", reason="cancelled"))
    pump(client, server)
    assert client.state is server.state is State.READY
    client.send(messages.Ping(id=2))
    assert [type(m) for m in pump(client, server)] == [messages.Ping]


def test_ends_that_cross_leave_both_ends_ready() -> None:
    client, server = pair()
    client.send(put(BLOCK * 2, inline=False))
    pump(client, server)
    server.send(messages.Ready(id=1))
    pump(server, client)
    server.send(messages.Failed(id=1, code="no-space"))
    client.send(messages.End(id=1, root=b"r" * 32))
    pump(client, server)
    pump(server, client)
    assert client.state is server.state is State.READY


def test_a_download_goes_block_by_block() -> None:
    client, server = pair()
    client.send(messages.Get(id=1, path=(b"a",)))
    pump(client, server)
    server.send(messages.Offer(id=1, size=5, mtime_ns=0, mode=0o644))
    server.send(messages.Block(id=1, index=0, digest=digest_block(b"hello")))
    send_content(server, b"hello")
    server.send(messages.End(id=1, root=b"r" * 32))
    pump(server, client)
    assert read_content(client) == b"hello"
    assert isinstance(client.next_message(), messages.End)
    assert client.unanswered == 0


def _said_by_server(message: messages.Any) -> Callable[[], None]:
    def play() -> None:
        client, _ = pair()
        client.send(messages.Get(id=1, path=(b"a",)))
        payload = messages.encode(message)
        client.feed(frames.frame_header(frames.FrameKind.CONTROL, len(payload)) + payload)
        client.next_message()

    return play


@pytest.mark.parametrize(
    "message",
    [
        messages.Block(id=1, index=0, digest=b"d" * 32),
        messages.End(id=1, root=b""),
        messages.Ready(id=1),
        messages.Welcome(text="v", session=b"s" * 16, key=b"k" * 32, account="eve"),
        messages.Hello(version=(1, 0), nonce=NONCE),
        messages.Ping(id=1),
        messages.Put(id=1, path=(b"a",), size=0, mtime_ns=0),
        messages.Done(id=9),
    ],
    ids=lambda message: type(message).__name__,
)
def test_what_a_server_may_not_say_now_ends_the_conversation(message: messages.Any) -> None:
    with pytest.raises(PeerError):
        _said_by_server(message)()


@pytest.mark.parametrize(
    "message",
    [
        messages.Ping(id=1),
        messages.Put(id=1, path=(b"a",), size=0, mtime_ns=0, inline=True),
        messages.Welcome(text="v", session=b"s" * 16, key=b"k" * 32, account="eve"),
    ],
    ids=lambda message: type(message).__name__,
)
def test_nothing_but_login_is_even_parsed_before_login(message: messages.Any) -> None:
    server = ServerConversation(nonce=NONCE, name="desk", agent="test")
    payload = messages.encode(message)
    server.feed(frames.frame_header(frames.FrameKind.CONTROL, len(payload)) + payload)
    with pytest.raises(PeerError):
        server.next_message()


def test_another_major_version_is_refused_and_a_newer_minor_one_is_not() -> None:
    for version, is_fine in (((2, 0), False), ((1, 99), True)):
        server = ServerConversation(nonce=NONCE, name="desk", agent="test")
        payload = messages.encode(messages.Hello(version=version, nonce=NONCE))
        server.feed(frames.frame_header(frames.FrameKind.CONTROL, len(payload)) + payload)
        if is_fine:
            assert isinstance(server.next_message(), messages.Hello)
        else:
            with pytest.raises(PeerError, match="version"):
                server.next_message()


def test_a_block_beyond_the_file_is_refused() -> None:
    client, server = pair()
    client.send(put(BLOCK * 2, inline=False))
    pump(client, server)
    server.send(messages.Ready(id=1))
    payload = messages.encode(messages.Block(id=1, index=2, digest=b"d" * 32))
    server.feed(frames.frame_header(frames.FrameKind.CONTROL, len(payload)) + payload)
    with pytest.raises(PeerError, match="block 2"):
        server.next_message()


def test_an_inline_file_larger_than_a_block_is_refused() -> None:
    _, server = pair()
    payload = messages.encode(put(BLOCK + 1, inline=True))
    server.feed(frames.frame_header(frames.FrameKind.CONTROL, len(payload)) + payload)
    with pytest.raises(PeerError, match="larger than a block"):
        server.next_message()


def test_a_stream_that_ends_in_the_middle_of_a_message_is_no_end() -> None:
    client, server = pair()
    server.send(messages.Goodbye(code="closing"))
    data = bytes(server.take_output())
    client.feed(data[:-1])
    with pytest.raises(ConnectionLostError):
        client.receive_end()


def test_fields_of_a_newer_minor_version_are_ignored() -> None:
    import msgspec

    payload = msgspec.msgpack.encode({"t": "ping", "id": 1, "colour": "blue"})
    assert messages.decode(payload) == messages.Ping(id=1)


@settings(max_examples=300)
@given(st.binary(max_size=400), st.booleans())
def test_garbage_is_parsed_or_refused_with_our_error(garbage: bytes, is_framed: bool) -> None:
    data = frames.frame_header(frames.FrameKind.CONTROL, len(garbage)) + garbage if is_framed else garbage
    _, ready = pair()
    for server in (ServerConversation(nonce=NONCE, name="desk", agent="test"), ready):
        server.take_output()
        try:
            for index in range(len(data)):
                server.feed(data[index : index + 1])
                while not server.data_due and server.next_message() is not None:
                    pass
                if server.data_due:
                    break
        except PeerError:
            continue


@settings(max_examples=200)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=40),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
        max_leaves=20,
    ),
    st.sampled_from(["hello", "list", "put", "get", "block", "end", "entries", "welcome", "scramfirst"]),
)
def test_well_formed_nonsense_is_refused_with_our_error(value: object, tag: str) -> None:
    import msgspec

    body = {**value, "t": tag} if isinstance(value, dict) else value
    try:
        payload = msgspec.msgpack.encode(body)
    except (OverflowError, msgspec.ValidationError, UnicodeEncodeError):
        return
    for decode in (messages.decode, messages.decode_login):
        try:
            decode(payload)
        except PeerError:
            continue


def test_an_assist_is_an_upload_that_ends_with_done() -> None:
    client, server = pair()
    size = 3 * BLOCK
    client.send(messages.Assist(id=7, upload=b"u" * 16, size=size))
    pump(client, server)
    server.send(messages.Ready(id=7))
    pump(server, client)
    assert client.state is server.state is State.SENDING
    client.send(messages.Block(id=7, index=1, digest=b"d" * 32))
    send_content(client, b"x" * BLOCK)
    pump(client, server)
    assert read_content(server) == b"x" * BLOCK
    client.send(messages.End(id=7, root=b""))
    pump(client, server)
    server.send(messages.Done(id=7, count=1))
    pump(server, client)
    assert client.state is server.state is State.READY
    assert client.unanswered == 0


def test_an_assist_sends_no_block_beyond_its_file() -> None:
    client, server = pair()
    client.send(messages.Assist(id=7, upload=b"u" * 16, size=BLOCK))
    pump(client, server)
    server.send(messages.Ready(id=7))
    pump(server, client)
    with pytest.raises(AssertionError):
        client.send(messages.Block(id=7, index=1, digest=b"d" * 32))


def test_an_assist_is_not_answered_by_stored() -> None:
    client, server = pair()
    client.send(messages.Assist(id=7, upload=b"u" * 16, size=BLOCK))
    pump(client, server)
    server.send(messages.Ready(id=7))
    pump(server, client)
    client.send(messages.End(id=7, root=b""))
    pump(client, server)
    server.send(messages.Stored(id=7, root=b"r" * 32))
    with pytest.raises(PeerError):
        pump(server, client)
