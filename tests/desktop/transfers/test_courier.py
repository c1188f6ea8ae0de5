"""What a worker looks at before a file moves, and how it handles a kept or cut channel."""

from __future__ import annotations

import pytest

from desktop.transfers.courier import Begun, Courier, Report, Run, Task
from desktop.transfers.items import Direction, Item, Policy
from desktop.transfers.ports import Conflicted, Finished, Job, Room, Stopped
from desktop.transfers.scheduler import Start, Work
from shared.entries import Entry, Kind
from shared.errors import Code, ConnectionLostError, ItemError, LocalError, RemoteError
from tests.desktop.transfers.world import SITE, Channel, Files, Links, file_entry, folder_entry


class Worker:
    """A courier with a server and a disk in memory, and its reports."""

    def __init__(self) -> None:
        self.links = Links(Files())
        self.reports: list[tuple[int, Report]] = []
        self.courier = Courier(self.links, self.links.files, lambda id, report: self.reports.append((id, report)))

    def run(self, *items: Item, work: Work = Work.FILES, replace: bool = False) -> Run:
        tasks = {item.id: Task(item, replace) for item in items}
        return Run(Start(1, work, SITE, items[0].direction, tuple(tasks)), tasks)

    def outcomes(self) -> dict[int, Report]:
        return {id: report for id, report in self.reports if not isinstance(report, Begun)}


@pytest.fixture
def worker() -> Worker:
    return Worker()


def up(id: int, name: str, **changes: object) -> Item:
    values: dict[str, object] = {
        "id": id, "batch": 1, "direction": Direction.UPLOAD, "kind": Kind.FILE, "site": SITE, "local": f"/home/{name}",
        "remote": ("in", name), "size": 3, "mtime_ns": 0,
    }  # fmt: skip
    return Item(**(values | changes))  # type: ignore[arg-type]


def down(id: int, name: str, **changes: object) -> Item:
    return up(id, name, direction=Direction.DOWNLOAD, remote=("d", name), **changes)


def code(report: Report) -> Code:
    assert isinstance(report, ItemError)
    return report.code


def test_without_anything_to_send_no_channel_is_opened(worker: Worker) -> None:
    run = worker.run(up(1, "gone"), up(2, "folder"), up(3, "bad\\name"))
    worker.links.files.tree.add("home/folder", folder_entry("folder"))
    worker.courier.carry(run)
    assert {id: code(report) for id, report in worker.outcomes().items()} == {
        1: Code.NOT_FOUND,
        2: Code.NOT_FILE,
        3: Code.BAD_NAME,
    }
    assert worker.links.opened == 0


def test_an_existing_local_file_is_a_question_before_the_channel_hears_of_it(worker: Worker) -> None:
    worker.links.tree.add("d/a")
    worker.links.files.tree.add("home/a", file_entry("a", 9, 8))
    worker.courier.carry(worker.run(down(1, "a")))
    [report] = worker.outcomes().values()
    assert isinstance(report, Conflicted)
    assert report.existing is not None
    assert report.existing.size == 9
    assert worker.links.jobs == []


def test_a_folder_is_a_conflict_even_where_a_file_may_be_replaced(worker: Worker) -> None:
    worker.links.files.tree.add("home/a", folder_entry("a"))
    worker.courier.carry(worker.run(down(1, "a"), replace=True))
    assert isinstance(worker.outcomes()[1], Conflicted)


def test_a_download_makes_the_folder_it_goes_into(worker: Worker) -> None:
    worker.links.tree.add("d/a")
    worker.courier.carry(worker.run(down(1, "a", local="/new/deep/a")))
    assert isinstance(worker.outcomes()[1], Finished)
    assert "new/deep" in worker.links.files.tree.names()


@pytest.mark.parametrize("work", [Work.FILES, Work.FOLDERS])
def test_a_download_without_a_usable_name_writes_nowhere(worker: Worker, work: Work) -> None:
    worker.courier.carry(worker.run(down(1, "a", local=""), work=work))
    assert code(worker.outcomes()[1]) is Code.BAD_NAME
    assert worker.links.files.tree.names() == set()


def test_what_was_cancelled_before_its_turn_is_not_begun(worker: Worker) -> None:
    for work in (Work.FILES, Work.FOLDERS):
        worker.reports.clear()
        run = worker.run(up(1, "a"), work=work)
        run.stop()
        worker.courier.carry(run)
        assert worker.reports == [(1, Stopped())]


def test_a_refused_folder_fails_alone_and_a_lost_line_ends_the_run(worker: Worker) -> None:
    run = worker.run(up(1, "C:x", kind=Kind.FOLDER), up(2, "ok", kind=Kind.FOLDER), work=Work.FOLDERS)
    worker.courier.carry(run)
    assert code(worker.outcomes()[1]) is Code.BAD_NAME
    assert isinstance(worker.outcomes()[2], Finished)
    worker.links.is_up = False
    with pytest.raises(ConnectionLostError):
        worker.courier.carry(worker.run(up(3, "x", kind=Kind.FOLDER), work=Work.FOLDERS))


def test_the_home_need_not_be_made(worker: Worker) -> None:
    worker.courier.carry(worker.run(up(1, "x", remote=(), kind=Kind.FOLDER), work=Work.FOLDERS))
    assert isinstance(worker.outcomes()[1], Finished)
    assert worker.links.folders == []


def test_a_kept_channel_is_used_and_a_stale_one_replaced(worker: Worker) -> None:
    worker.links.files.tree.add("home/a")
    run = worker.run(up(1, "a"))
    run.channel = kept = Channel(worker.links)
    worker.courier.carry(run)
    assert worker.links.opened == 0
    assert run.channel is kept
    stale = worker.run(up(2, "a"), replace=True)
    stale.channel = kept
    kept.is_closed = True
    worker.courier.carry(stale)
    assert worker.links.opened == 1
    assert stale.channel is not kept
    assert isinstance(worker.outcomes()[2], Finished)


def test_a_kept_channel_that_breaks_under_a_file_is_a_lost_line(worker: Worker) -> None:
    worker.links.files.tree.add("home/a")

    def script(job: object) -> None:
        raise ConnectionLostError("cut")

    worker.links.script = script
    run = worker.run(up(1, "a"))
    run.channel = Channel(worker.links)
    with pytest.raises(ConnectionLostError):
        worker.courier.carry(run)
    assert worker.links.opened == 0


def test_a_channel_that_opens_after_the_abort_is_closed_at_once(worker: Worker) -> None:
    worker.links.files.tree.add("home/a")
    run = worker.run(up(1, "a"))
    run.abort()
    with pytest.raises(ConnectionLostError):
        worker.courier.carry(run)
    assert worker.links.closed == 1
    assert worker.links.jobs == []


def test_an_upload_begins_with_what_the_source_is_now(worker: Worker) -> None:
    worker.links.files.tree.add("home/a", Entry("a", Kind.FILE, 77, 5, 0o600))
    worker.courier.carry(worker.run(up(1, "a")))
    assert worker.reports[0] == (1, Begun(77, 5))


# --- What decides a conflict -----------------------------------------------------------------------------------------


def conflict(worker: Worker, id: int = 1) -> Conflicted:
    report = worker.outcomes()[id]
    assert isinstance(report, Conflicted)
    return report


def by_content(worker: Worker, *items: Item) -> Run:
    run = worker.run(*items)
    for task in run.tasks.values():
        task.policy = Policy.CONTENT
    return run


@pytest.mark.parametrize("is_equal", [True, False])
@pytest.mark.parametrize("is_upload", [True, False])
def test_contents_of_one_size_are_compared_before_the_conflict_is_told(
    worker: Worker, is_upload: bool, is_equal: bool
) -> None:
    worker.links.files.tree.add("home/a", file_entry("a", 3))
    worker.links.tree.add("in/a" if is_upload else "d/a", file_entry("a", 3))
    worker.links.same = lambda job: is_equal
    worker.courier.carry(by_content(worker, up(1, "a") if is_upload else down(1, "a")))
    assert conflict(worker).is_equal is is_equal
    assert [type(report) for _, report in worker.reports] == [Begun, Conflicted]
    assert worker.links.tree.entries[("in", "a") if is_upload else ("d", "a")].size == 3


def test_contents_of_different_sizes_are_not_read(worker: Worker) -> None:
    worker.links.files.tree.add("home/a", file_entry("a", 3))
    worker.links.tree.add("in/a", file_entry("a", 4))
    worker.courier.carry(by_content(worker, up(1, "a")))
    assert conflict(worker).is_equal is None
    assert worker.links.compared == []


def test_a_comparison_shows_and_can_be_stopped(worker: Worker) -> None:
    seen: list[bool] = []

    def compare(job: Job) -> bool:
        seen.append(job.progress.is_comparing)
        raise LocalError(Code.CANCELLED)

    for name in "ab":
        worker.links.files.tree.add(f"home/{name}")
        worker.links.tree.add(f"in/{name}")
    worker.links.same = compare
    run = by_content(worker, up(1, "a"), up(2, "b"))
    worker.links.script = lambda job: setattr(run.tasks[2].progress, "is_cancelled", job.item == 2) or None
    worker.courier.carry(run)
    assert seen == [True]
    assert not run.tasks[1].progress.is_comparing
    assert code(worker.outcomes()[1]) is Code.CANCELLED
    assert worker.outcomes()[2] == Stopped()


def test_files_that_do_not_conflict_go_before_the_comparisons(worker: Worker) -> None:
    for name in "ab":
        worker.links.files.tree.add(f"home/{name}")
    worker.links.tree.add("in/a")
    moved: list[bool] = []
    worker.links.same = lambda job: bool(moved.append(isinstance(worker.outcomes().get(2), Finished)))
    worker.courier.carry(by_content(worker, up(1, "a"), up(2, "b")))
    assert moved == [True]


def test_a_conflict_comes_with_the_difference_of_the_clocks(worker: Worker) -> None:
    worker.links.offset_ns = 7
    for name in "ab":
        worker.links.files.tree.add(f"home/{name}")
    worker.links.tree.add("in/a")
    worker.courier.carry(worker.run(up(1, "a")))
    worker.courier.carry(worker.run(down(2, "b")))
    assert [conflict(worker, id).clock_offset_ns for id in (1, 2)] == [7, 7]


# --- Room ------------------------------------------------------------------------------------------------------------


def test_a_download_that_does_not_fit_is_refused_unasked_and_the_others_go(worker: Worker) -> None:
    for name, size in (("big", 900), ("small", 50), ("more", 60)):
        worker.links.tree.add(f"d/{name}", file_entry(name, size))
    worker.links.files.space = Room(100, 200)
    worker.courier.carry(worker.run(down(1, "small", size=50), down(2, "big", size=900), down(3, "more", size=40)))
    outcomes = worker.outcomes()
    assert code(outcomes[2]) is Code.NO_SPACE
    assert isinstance(outcomes[1], Finished)
    assert code(outcomes[3]) is Code.NO_SPACE  # what is left is promised to the one before
    assert [job.item for job in worker.links.jobs] == [1]
    error = outcomes[2]
    assert isinstance(error, ItemError)
    assert "900 B are needed" in error.detail
    assert error.hint


def test_what_an_earlier_attempt_left_needs_no_room_again(worker: Worker) -> None:
    worker.links.tree.add("d/big", file_entry("big", 900))
    worker.links.files.tree.add("home/.big.wherry-part", file_entry("", 850))
    worker.links.files.space = Room(100, 200)
    worker.courier.carry(worker.run(down(1, "big", size=900)))
    assert isinstance(worker.outcomes()[1], Finished)


def test_an_upload_is_for_the_server_to_judge(worker: Worker) -> None:
    worker.links.files.tree.add("home/a", file_entry("a", 900))
    worker.links.files.space = worker.links.space = Room(1, 200)
    worker.courier.carry(worker.run(up(1, "a", size=900)))
    assert isinstance(worker.outcomes()[1], Finished)


def test_a_disk_keeps_a_reserve_but_a_tiny_one_can_be_used() -> None:
    assert Room(100 << 30, 200 << 30).usable == (100 << 30) - (64 << 20)
    assert Room(1000, 1000).usable == 990
    assert Room(5, 1 << 40).usable == 0


# --- Folders ---------------------------------------------------------------------------------------------------------


def test_remote_folders_are_asked_for_together_and_fail_alone(worker: Worker) -> None:
    worker.links.folder_error["in", "b"] = RemoteError(Code.PERMISSION)
    run = worker.run(*(up(id, name, kind=Kind.FOLDER) for id, name in enumerate("abc", 1)), work=Work.FOLDERS)
    run.tasks[3].progress.is_cancelled = True
    worker.courier.carry(run)
    outcomes = worker.outcomes()
    assert isinstance(outcomes[1], Finished)
    assert code(outcomes[2]) is Code.PERMISSION
    assert outcomes[3] == Stopped()
    assert worker.links.folders == [("in", "a"), ("in", "b")]
