"""The queue on disk: a crash loses nothing that was acknowledged, and no damage keeps the program from starting."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from desktop.storage import queue_store
from desktop.storage.queue_schema import MIGRATIONS
from desktop.storage.queue_store import MemoryStore, QueueStore
from desktop.transfers.items import Batch, Direction, Failure, Item, Policy, Priority, State
from shared.entries import Kind
from shared.errors import Code, ConfigError

Opener = Callable[[Path], QueueStore]


@pytest.fixture
def open_store() -> Iterator[Opener]:
    stores: list[QueueStore] = []

    def open_one(path: Path) -> QueueStore:
        stores.append(QueueStore(path))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queue.db"


def batch(**changes: object) -> Batch:
    values: dict[str, object] = {"id": 0, "direction": Direction.UPLOAD, "site": "s", "title": "t", "created": 1.0}
    return Batch(**(values | changes))  # type: ignore[arg-type]


def item(name: str, batch: int = 1, **changes: object) -> Item:
    values: dict[str, object] = {
        "id": 0, "batch": batch, "direction": Direction.UPLOAD, "kind": Kind.FILE, "site": "s", "local": f"/{name}",
        "remote": ("in", name), "size": 3, "mtime_ns": 4,
    }  # fmt: skip
    return Item(**(values | changes))  # type: ignore[arg-type]


def as_after_a_crash(path: Path, tmp_path: Path) -> Path:
    """What a program that ends now leaves on the disk."""
    copy = tmp_path / "after"
    copy.mkdir()
    for file in path.parent.glob(f"{path.name}*"):
        shutil.copy(file, copy / file.name)
    return copy / path.name


def test_what_was_added_is_loaded_in_order(path: Path, open_store: Opener) -> None:
    store = open_store(path)
    stored_batch = store.add_batch(batch(policy=Policy.NEWER))
    stored = [*store.add_items([item("b"), item("a")]), *store.add_items([item("c\udcff")])]
    assert len({each.id for each in stored}) == 3
    store.close()
    assert open_store(path).load() == ([stored_batch], stored)


@pytest.mark.parametrize("is_closed", [True, False])
def test_everything_acknowledged_is_there_after_a_crash(
    path: Path, tmp_path: Path, open_store: Opener, is_closed: bool
) -> None:
    store = open_store(path)
    first = store.add_batch(batch())
    one, two, three = store.add_items([item("1"), item("2"), item("3")])
    done = replace(one, state=State.DONE, moved=3, digest=b"x" * 32)
    failed = replace(two, state=State.FAILED, failure=Failure(Code.QUOTA, "t", "d", "h", True), position=-5)
    store.update_items([done, failed])
    store.update_batch(replace(first, policy=Policy.SKIP))
    store.remove_items([three.id])
    if is_closed:
        store.close()
    again = open_store(as_after_a_crash(path, tmp_path))
    assert again.load() == ([replace(first, policy=Policy.SKIP)], [failed, done])
    assert again.notice == ""


CRASH = """
import os, sys
from pathlib import Path
from desktop.storage.queue_store import QueueStore
from desktop.transfers.items import Batch, Direction, Item
from shared.entries import Kind
store = QueueStore(Path(sys.argv[1]))
b = store.add_batch(Batch(0, Direction.UPLOAD, "s", "t", 1.0))
for n in range(1000):
    store.add_items([Item(0, b.id, Direction.UPLOAD, Kind.FILE, "s", f"/{n}", (str(n),), 1, 1)])
    print(n, flush=True)
"""


def test_a_killed_process_loses_no_acknowledged_item_and_leaves_no_lock(path: Path, open_store: Opener) -> None:
    root = Path(queue_store.__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", CRASH, str(path)], stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == "60":
                process.kill()
                break
        told = max((int(line) for line in process.stdout if line.strip()), default=60)
    store = open_store(path)
    _, items = store.load()
    assert [each.local for each in items[: told + 1]] == [f"/{n}" for n in range(told + 1)]
    assert store.notice == ""


def test_an_update_does_not_bring_back_what_was_removed(path: Path, open_store: Opener) -> None:
    store = open_store(path)
    store.add_batch(batch())
    [one] = store.add_items([item("1")])
    store.remove_items([one.id])
    store.update_items([replace(one, moved=1)])
    assert store.load()[1] == []


def test_what_was_moved_to_the_top_stays_above_what_comes_later(path: Path, open_store: Opener) -> None:
    store = open_store(path)
    store.add_batch(batch())
    one, two = store.add_items([item("1"), item("2")])
    store.update_items([replace(two, position=one.position - 1)])
    store.close()
    store = open_store(path)
    [three] = store.add_items([item("3")])
    assert [each.id for each in store.load()[1]] == [two.id, one.id, three.id]


def test_the_file_is_private_from_the_start(path: Path, open_store: Opener) -> None:
    old = os.umask(0)
    try:
        open_store(path).add_batch(batch())
        modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(old)
    assert modes == {0o600}


def garbage(path: Path) -> None:
    path.write_bytes(b"this is no database" * 1000)


def truncated(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def overwritten(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)


def without_tables(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE items")
    database.close()


def with_a_strange_state(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("UPDATE items SET state = 'levitating'")
    database.close()


def with_a_strange_path(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("UPDATE items SET remote = x'ff'")
    database.close()


def with_orphans_only(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("UPDATE items SET batch = 77")
    database.close()


@pytest.mark.parametrize(
    "damage",
    [garbage, truncated, overwritten, without_tables, with_a_strange_state, with_a_strange_path, with_orphans_only],
)
def test_a_damaged_queue_is_kept_aside_and_told_about(
    path: Path, open_store: Opener, damage: Callable[[Path], None]
) -> None:
    store = open_store(path)
    store.add_batch(batch())
    store.add_items([item(str(number)) for number in range(300)])
    store.close()
    damage(path)
    store = open_store(path)
    assert store.load() == ([], [])
    [kept] = path.parent.glob("queue.db.damaged-*[0-9]")
    assert kept.name in store.notice
    store.add_batch(batch())
    store.add_items([item("new")])
    store.close()
    again = open_store(path)
    assert [each.local for each in again.load()[1]] == ["/new"]
    assert again.notice == ""


@pytest.mark.parametrize(
    "change",
    ["batch = 77", "state = 'levitating'", "remote = x'ff'", "kind = 99", "priority = 5", "failure = x'c1'"],
)
def test_rows_that_make_no_sense_are_left_out_and_the_others_go_on(path: Path, open_store: Opener, change: str) -> None:
    store = open_store(path)
    stored = store.add_batch(batch())
    good, bad, last = store.add_items([item("good"), item("bad"), item("last")])
    store.set_paused(True)
    store.close()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute(f"UPDATE items SET {change} WHERE id = {bad.id}")
    database.close()
    store = open_store(path)
    assert store.load() == ([stored], [good, last])
    assert store.is_paused
    [kept] = path.parent.glob("queue.db.damaged-*[0-9]")
    assert kept.name in store.notice
    assert "One entry" in store.notice
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with sqlite3.connect(kept) as database:
        assert database.execute("SELECT count(*) FROM items").fetchone() == (3,)
    database.close()
    store.close()
    again = open_store(path)
    assert again.load() == ([stored], [good, last])
    assert again.notice == ""


def test_a_batch_that_makes_no_sense_takes_only_its_own_items_along(path: Path, open_store: Opener) -> None:
    store = open_store(path)
    bad, good = store.add_batch(batch()), store.add_batch(batch())
    store.add_items([item("1", bad.id), item("2", bad.id)])
    [kept] = store.add_items([item("3", good.id)])
    store.close()
    with sqlite3.connect(path) as database:
        database.execute(f"UPDATE batches SET direction = 'sideways' WHERE id = {bad.id}")
    database.close()
    store = open_store(path)
    assert store.load() == ([good], [kept])
    assert "2 entries" in store.notice


def test_a_queue_of_a_newer_version_is_kept_untouched(path: Path, open_store: Opener) -> None:
    store = open_store(path)
    store.add_batch(batch())
    store.close()
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    database.close()
    store = open_store(path)
    assert store.load() == ([], [])
    assert "newer version" in store.notice
    [kept] = path.parent.glob("queue.db.newer-*[0-9]")
    with sqlite3.connect(kept) as database:
        assert database.execute("SELECT count(*) FROM batches").fetchone() == (1,)
    database.close()


def test_an_older_version_is_brought_up_to_date(
    path: Path, open_store: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(path)
    stored = store.add_batch(batch())
    store.add_items([item("1")])
    store.close()
    monkeypatch.setattr(queue_store, "MIGRATIONS", (*MIGRATIONS, "CREATE TABLE more (id INTEGER) STRICT;"))
    store = open_store(path)
    assert store.load()[0] == [stored]
    store.close()
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)
        assert database.execute("SELECT count(*) FROM more").fetchone() == (0,)
    database.close()


FIRST_VERSION = """
    INSERT INTO batches VALUES (1, 'upload', 's', x'74', 12.5, 'newer');
    INSERT INTO items VALUES (1, 1, 1, 1, x'2f61', x'91c40161', 3, 4, 420, 'done', 'ask', 3, 0, 0.0, NULL, x'', 0, 1);
    INSERT INTO items VALUES (2, 1, 2, 1, x'2f62', x'91c40162', 3, 4, 420, 'queued', 'ask', 0, 0, 0.0, NULL, x'', 0, 1);
    PRAGMA user_version = 1;
"""


def test_the_first_version_is_copied_and_brought_up_to_date(path: Path, open_store: Opener) -> None:
    with sqlite3.connect(path) as database:
        database.executescript(MIGRATIONS[0] + FIRST_VERSION)
    database.close()
    path.chmod(0o600)
    store = open_store(path)
    [loaded], [done, waiting] = store.load()
    assert (loaded.policy, loaded.priority, loaded.is_settled) == (Policy.NEWER, Priority.NORMAL, True)
    assert (done.local, done.state, done.ended, done.priority) == ("/a", State.DONE, 12.5, Priority.NORMAL)
    assert (waiting.local, waiting.state, waiting.ended) == ("/b", State.QUEUED, 0.0)
    assert (store.is_paused, store.notice) == (False, "")
    store.update_items([replace(waiting, priority=Priority.HIGH, ended=5.0)])
    store.update_batch(replace(loaded, is_settled=False, priority=Priority.LOW))
    store.close()
    backup = path.with_name("queue.db.version-1")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with sqlite3.connect(backup) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM items").fetchone() == (2,)
    database.close()
    again = open_store(path)
    assert again.load() == (
        [replace(loaded, is_settled=False, priority=Priority.LOW)],
        [done, replace(waiting, priority=Priority.HIGH, ended=5.0)],
    )


def test_a_held_queue_stays_held(path: Path, open_store: Opener) -> None:
    store = open_store(path)
    assert not store.is_paused
    store.set_paused(True)
    store.close()
    store = open_store(path)
    assert store.is_paused
    store.set_paused(False)
    assert not store.is_paused


def test_a_second_program_is_refused_and_harms_nothing(
    path: Path, open_store: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_store, "_BUSY_TIMEOUT_S", 0.01)
    store = open_store(path)
    store.add_batch(batch())
    with pytest.raises(ConfigError, match="open in another Wherry"):
        open_store(path).load()
    store.add_items([item("1")])
    store.close()
    assert len(open_store(path).load()[1]) == 1


def test_a_full_disk_is_told_and_the_transaction_is_undone(path: Path, open_store: Opener) -> None:
    store = open_store(path)
    store.add_batch(batch())
    database = store._connection
    assert database is not None
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(ConfigError, match="full"):
        store.add_items([item(str(number)) for number in range(1000)])
    assert store.load()[1] == []
    database.execute("PRAGMA max_page_count = 1000000")
    [again] = store.add_items([item("1", store.add_batch(batch()).id)])
    assert store.load()[1] == [again]
    assert store.notice == ""


def test_a_folder_that_is_not_there_is_our_error(tmp_path: Path, open_store: Opener) -> None:
    with pytest.raises(ConfigError):
        open_store(tmp_path / "gone" / "queue.db").load()


def test_history_is_bounded_but_nothing_open_or_failed_is_forgotten(
    path: Path, open_store: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_store, "HISTORY", 5)
    store = open_store(path)
    old, busy, failed = (store.add_batch(batch(title=title)) for title in ("old", "busy", "failed"))
    store.add_items([item(f"old{n}", old.id, state=State.DONE) for n in range(4)])
    store.add_items([item(f"busy{n}", busy.id, state=State.DONE) for n in range(9)])
    store.add_items([item("open", busy.id)])
    store.add_items([item("failed", failed.id, state=State.FAILED)])
    last = store.add_batch(batch(title="last"))
    store.add_items([item(f"last{n}", last.id, state=State.SKIPPED) for n in range(4)])
    batches, items = store.load()
    names = [each.local for each in items]
    assert names == ["/old3", *(f"/busy{n}" for n in range(9)), "/open", "/failed", *(f"/last{n}" for n in range(4))]
    monkeypatch.setattr(queue_store, "HISTORY", 4)
    assert {each.title for each in store.load()[0]} == {"busy", "failed", "last"}
    assert len(batches) == 4


def test_threads_can_share_a_store(path: Path, open_store: Opener) -> None:
    store = open_store(path)
    store.add_batch(batch())
    added: list[Item] = []

    def add() -> None:
        for number in range(20):
            added.extend(store.add_items([item(str(number))]))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each.id for each in added}) == 80
    assert len(store.load()[1]) == 80


def test_memory_gives_ids_and_keeps_nothing() -> None:
    store = MemoryStore()
    assert [store.add_batch(batch()).id, store.add_batch(batch()).id] == [1, 2]
    first = store.add_items([item("a"), item("b")])
    second = store.add_items([item("c")])
    assert [each.id for each in (*first, *second)] == [each.position for each in (*first, *second)] == [1, 2, 3]
    store.update_items(first)
    store.update_batch(batch(id=1))
    store.remove_items([1])
    assert store.load() == ((), ())
    store.close()
