"""The ledger: never more than the limit is promised, what is freed can be used again, whoever asks at the same time."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.capacity import UNLIMITED, Limit, Usage
from server.storage.failure import StorageError
from server.storage.quota import MemoryLedger
from shared.errors import Code

HUNDRED = Limit(100)


class Disk:
    """Counts how often it was measured."""

    def __init__(self, used: int, files: int = 0) -> None:
        self.used = Usage(used, files)
        self.scans = 0

    def measure(self) -> Usage:
        self.scans += 1
        return self.used


def test_promises_count_until_they_are_settled() -> None:
    ledger, disk = MemoryLedger(), Disk(50)
    first = ledger.reserve(Usage(30), HUNDRED, disk.measure, ())
    with pytest.raises(StorageError) as caught:
        ledger.reserve(Usage(21), HUNDRED, disk.measure, ("x",))
    assert caught.value.code is Code.QUOTA
    assert caught.value.at == ("x",)
    ledger.settle(first, Usage())
    second = ledger.reserve(Usage(50), HUNDRED, disk.measure, ())
    ledger.settle(second, Usage(50))
    with pytest.raises(StorageError):
        ledger.reserve(Usage(1), HUNDRED, disk.measure, ())
    assert disk.scans == 1


def test_files_are_counted_as_bytes_are() -> None:
    ledger, disk = MemoryLedger(), Disk(0, files=2)
    limit = Limit(files=3)
    third = ledger.reserve(Usage(10**12, 1), limit, disk.measure, ())
    with pytest.raises(StorageError, match="3 files") as caught:
        ledger.reserve(Usage(0, 1), limit, disk.measure, ())
    assert caught.value.code is Code.QUOTA
    ledger.reserve(Usage(10**12, 0), limit, disk.measure, ())
    ledger.settle(third, Usage())
    ledger.reserve(Usage(0, 1), limit, disk.measure, ())


def test_shrinking_is_always_allowed() -> None:
    ledger, disk = MemoryLedger(), Disk(150, 9)
    limit = Limit(100, 5)
    ledger.settle(ledger.reserve(Usage(-60), limit, disk.measure, ()), Usage(-60))
    ledger.settle(ledger.reserve(Usage(10), limit, disk.measure, ()), Usage(10))
    with pytest.raises(StorageError):
        ledger.reserve(Usage(1), limit, disk.measure, ())


def test_what_is_freed_is_counted_anew() -> None:
    ledger, disk = MemoryLedger(), Disk(100)
    with pytest.raises(StorageError):
        ledger.reserve(Usage(10), HUNDRED, disk.measure, ())
    disk.used = Usage(20)
    ledger.forget()
    ledger.reserve(Usage(80), HUNDRED, disk.measure, ())
    assert disk.scans == 2


def test_a_scan_during_an_upload_is_not_added_to() -> None:
    ledger, disk = MemoryLedger(), Disk(0)
    upload = ledger.reserve(Usage(40), HUNDRED, disk.measure, ())
    disk.used = Usage(40)
    ledger.forget()
    other = ledger.reserve(Usage(), HUNDRED, disk.measure, ())
    ledger.settle(upload, Usage(40))
    ledger.settle(other, Usage())
    ledger.reserve(Usage(60), HUNDRED, disk.measure, ())
    assert disk.scans == 3


def test_without_a_limit_nothing_is_measured() -> None:
    ledger, disk = MemoryLedger(), Disk(0)
    ledger.settle(ledger.reserve(Usage(1 << 40, 1), UNLIMITED, disk.measure, ()), Usage(1 << 40, 1))
    assert ledger.left(UNLIMITED, disk.measure) is None
    assert disk.scans == 0


def test_what_is_left_is_never_less_than_nothing() -> None:
    ledger, disk = MemoryLedger(), Disk(30)
    ledger.reserve(Usage(50), HUNDRED, disk.measure, ())
    assert ledger.left(HUNDRED, disk.measure) == 20
    assert ledger.left(Limit(10), disk.measure) == 0


class Store:
    """A folder as threads see it: what is on it, and the most there ever was."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used = Usage()
        self.most = Usage()

    def add(self, growth: Usage) -> None:
        with self._lock:
            self._used += growth
            self.most = Usage(max(self.most.bytes, self._used.bytes), max(self.most.files, self._used.files))

    def measure(self) -> Usage:
        with self._lock:
            return self._used


@settings(max_examples=25, deadline=None)
@given(st.integers(), st.integers(1, 4000), st.integers(1, 60))
def test_threads_together_never_pass_the_limit_and_can_use_all_of_it(seed: int, most: int, files: int) -> None:
    """Uploads that succeed, fail and leave a rest, removals, and limits of two accounts, all at once."""
    ledger, store, limit = MemoryLedger(), Store(), Limit(most, files)

    def work(number: int) -> None:
        dice = random.Random(seed + number)
        mine = Usage()
        for _ in range(30):
            growth = Usage(dice.randrange(most // 2 + 1), 1)
            try:
                promise = ledger.reserve(growth, limit, store.measure, ())
            except StorageError:
                store.add(Usage() - mine)
                ledger.forget()
                mine = Usage()
                continue
            match dice.randrange(3):
                case 0:
                    store.add(growth)
                    ledger.settle(promise, growth)
                    mine += growth
                case 1:
                    rest = Usage(growth.bytes // 2)
                    store.add(rest)
                    ledger.settle(promise, rest)
                    mine += rest
                case _:
                    ledger.settle(promise, Usage())

    with ThreadPoolExecutor(6) as workers:
        for done in [workers.submit(work, number) for number in range(6)]:
            done.result()
    assert store.most.bytes <= most
    assert store.most.files <= files
    left = limit.bytes - store.measure().bytes  # type: ignore[operator]  # it is set above
    ledger.forget()
    if store.measure().files < files:
        ledger.reserve(Usage(left, 1), limit, store.measure, ())
