"""Parking: woken by bytes, by an end, by a deadline; once each."""

from __future__ import annotations

import queue
import socket
import time
from collections.abc import Iterator

import pytest

from server.engine.parking import Parkable, Parking


class Parked:
    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock


class Lot:
    def __init__(self) -> None:
        self.readable: queue.SimpleQueue[Parkable] = queue.SimpleQueue()
        self.expired: queue.SimpleQueue[Parkable] = queue.SimpleQueue()
        self.parking = Parking(self.readable.put, self.expired.put)
        self.parking.start()


@pytest.fixture
def lot() -> Iterator[Lot]:
    lot = Lot()
    yield lot
    lot.parking.stop()


@pytest.fixture
def line() -> Iterator[tuple[Parked, socket.socket]]:
    near, far = socket.socketpair()
    yield Parked(near), far
    near.close()
    far.close()


def test_bytes_wake_it_once(lot: Lot, line: tuple[Parked, socket.socket]) -> None:
    item, far = line
    lot.parking.park(item, time.monotonic() + 60)
    far.send(b"xy")
    assert lot.readable.get(timeout=5) is item
    with pytest.raises(queue.Empty):
        lot.readable.get(timeout=0.05)
    lot.parking.park(item, time.monotonic() + 60)
    assert lot.readable.get(timeout=5) is item


def test_an_end_wakes_it(lot: Lot, line: tuple[Parked, socket.socket]) -> None:
    item, far = line
    lot.parking.park(item, time.monotonic() + 60)
    far.shutdown(socket.SHUT_RDWR)
    assert lot.readable.get(timeout=5) is item


def test_a_deadline_expires_it_and_an_older_one_does_not(lot: Lot, line: tuple[Parked, socket.socket]) -> None:
    item, far = line
    lot.parking.park(item, time.monotonic() + 0.1)
    far.send(b"x")
    assert lot.readable.get(timeout=5) is item
    item.socket.recv(1)
    lot.parking.park(item, time.monotonic() + 0.3)
    started = time.monotonic()
    assert lot.expired.get(timeout=5) is item
    assert time.monotonic() - started > 0.2


def test_a_socket_that_was_closed_meanwhile_is_handed_on(lot: Lot, line: tuple[Parked, socket.socket]) -> None:
    item, _ = line
    item.socket.close()
    lot.parking.park(item, time.monotonic() + 60)
    assert lot.readable.get(timeout=5) is item


def test_stopping_returns_who_still_waits(line: tuple[Parked, socket.socket]) -> None:
    item, _ = line
    lot = Lot()
    lot.parking.park(item, time.monotonic() + 60)
    assert lot.parking.stop() == [item]
    lot.parking.park(item, 0)
