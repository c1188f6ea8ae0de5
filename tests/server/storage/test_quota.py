"""The ledger: never more than the limit is promised, and what is freed can be used again."""

from __future__ import annotations

import pytest

from server.storage.failure import StorageError
from server.storage.quota import Ledger
from shared.errors import Code


class Disk:
    """Counts how often it was measured."""

    def __init__(self, used: int) -> None:
        self.used = used
        self.scans = 0

    def measure(self) -> int:
        self.scans += 1
        return self.used


def test_promises_count_until_they_are_settled() -> None:
    ledger, disk = Ledger(), Disk(50)
    first = ledger.reserve(30, 100, disk.measure, ())
    with pytest.raises(StorageError) as caught:
        ledger.reserve(21, 100, disk.measure, ("x",))
    assert caught.value.code is Code.QUOTA
    assert caught.value.at == ("x",)
    ledger.settle(first, 0)
    second = ledger.reserve(50, 100, disk.measure, ())
    ledger.settle(second, 50)
    with pytest.raises(StorageError):
        ledger.reserve(1, 100, disk.measure, ())
    assert disk.scans == 1


def test_shrinking_is_always_allowed() -> None:
    ledger, disk = Ledger(), Disk(150)
    ledger.settle(ledger.reserve(-60, 100, disk.measure, ()), -60)
    ledger.settle(ledger.reserve(10, 100, disk.measure, ()), 10)
    with pytest.raises(StorageError):
        ledger.reserve(1, 100, disk.measure, ())


def test_what_is_freed_is_counted_anew() -> None:
    ledger, disk = Ledger(), Disk(100)
    with pytest.raises(StorageError):
        ledger.reserve(10, 100, disk.measure, ())
    disk.used = 20
    ledger.forget()
    ledger.reserve(80, 100, disk.measure, ())
    assert disk.scans == 2


def test_a_scan_during_an_upload_is_not_added_to() -> None:
    ledger, disk = Ledger(), Disk(0)
    upload = ledger.reserve(40, 100, disk.measure, ())
    disk.used = 40
    ledger.forget()
    other = ledger.reserve(0, 100, disk.measure, ())
    ledger.settle(upload, 40)
    ledger.settle(other, 0)
    ledger.reserve(60, 100, disk.measure, ())
    assert disk.scans == 3


def test_without_a_limit_nothing_is_measured() -> None:
    ledger, disk = Ledger(), Disk(0)
    ledger.settle(ledger.reserve(1 << 40, None, disk.measure, ()), 1 << 40)
    assert disk.scans == 0
