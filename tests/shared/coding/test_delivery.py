"""What the system says about a connection, asked of one that it does not know and one that it does."""

from __future__ import annotations

import socket
import struct
import sys

import pytest

from shared.coding.delivery import Delivery, look_at


class Told:
    """A socket that says what it is told to."""

    def __init__(self, answer: bytes | OSError) -> None:
        self._answer = answer

    def getsockopt(self, level: int, name: int, length: int, /) -> bytes:
        if isinstance(self._answer, OSError):
            raise self._answer
        return self._answer[:length]


@pytest.mark.skipif(sys.platform != "linux", reason="tcp_info is Linux's")
def test_acknowledged_and_unsent_bytes_are_read() -> None:
    information = bytearray(192)
    struct.pack_into("@Q", information, 120, 123_456_789_012)
    struct.pack_into("@I", information, 144, 77)
    assert look_at(Told(bytes(information))) == Delivery(123_456_789_012, 77)


@pytest.mark.parametrize("answer", [b"", bytes(104), OSError(9, "gone")], ids=["nothing", "an old system", "closed"])
def test_a_system_that_does_not_say_is_no_error(answer: bytes | OSError) -> None:
    assert look_at(Told(answer)) is None


def test_another_system_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert look_at(Told(bytes(192))) is None


@pytest.mark.skipif(sys.platform != "linux", reason="tcp_info is Linux's")
def test_a_connection_whose_other_end_does_not_read_has_something_waiting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as near:
        far, _ = listener.accept()
        with far:
            before = look_at(near)
            assert before is not None
            assert before.waiting == 0
            near.setblocking(False)
            sent = 0
            try:
                while True:
                    sent += near.send(bytes(65536))
            except BlockingIOError:
                pass
            after = look_at(near)
            assert after is not None
            assert after.waiting > 0
            assert after.delivered - before.delivered + after.waiting <= sent
