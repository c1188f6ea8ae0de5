"""Decides what starts now: pure bookkeeping of the queue's order, free channels and held sites. Runs nothing.

The engine tells it what is queued, delayed, ended and lost, and asks :meth:`Scheduler.decide` with the time; the
answer is what to start. Every call costs the same however long the queue is (logarithmic at worst): order is kept
in a heap for each *lane* (same kind of work, same site, same direction), entries that no longer hold are dropped
when they come to the top. Times are seconds of one monotonic clock.

Rules:
- Order: by priority, then by position; within a lane, and between lanes by the item that is next in each.
- A large file goes alone to a channel, or to several that nothing else wants. Small ones of a lane go in groups, so
  that a channel can pipeline them, shared out over the free channels. An item that has failed before goes alone too, so
  that it can spoil no group.
- A site whose line broke is held for a growing delay; then one start probes it, and a success opens it again.
- Pausing everything holds back files and folders; looking into folders goes on, so that totals become known.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from heapq import heapify, heappop, heappush

from desktop.transfers.items import Direction, Item
from desktop.transfers.retry import delay_s
from shared.entries import Kind
from shared.protocol.limits import MIB, MIN_BLOCK

SHARED_BYTES = 64 * MIB
"""A file of this size gets more than one channel, when there are some that nothing else wants."""

CHANNEL_FILES = 512
CHANNEL_BYTES = 64 * MIB
NEAR_CHANNELS = 2
FAR_S = 0.01
"""A longer round trip is one over a line where waiting counts: those within a house take a millisecond or two."""

MOST_CHANNELS = 4
"""To one site, where their number is automatic: a large file has a channel to itself, small ones share. More would
only share the same line, disk and processors."""


class Work(StrEnum):
    """What a worker thread does with a start."""

    FILES = "files"
    FOLDERS = "folders"
    SCAN = "scan"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much goes on at once, and how small files are grouped. Sizes in bytes."""

    channels: int | None = None
    """In all; None: for each site as many as what is queued can use, see MOST_CHANNELS and automatic_channels."""
    folder_workers: int = 2
    scans: int = 2
    group_files: int = 1024
    """Files in one group: a channel has no more of them on their way than a quarter, so that both ends seldom wait
    for the end of one group and the begin of the next."""
    group_bytes: int = 32 * MIB
    least_group: int = 32
    """Below this a group is not split between free channels: opening a second costs more than it gains."""
    group_others: int = 64
    file_channels: int = max(1, min(MOST_CHANNELS, (os.cpu_count() or 1) // 2))
    """For one large file nearby: each keeps about two processors busy with encrypting and digesting, one at each end.
    Two channels on two processors took longer than one. On a long line it is MOST_CHANNELS, of which some get on while
    others recover from a loss."""
    alone_bytes: int = MIN_BLOCK
    """Larger files are sent by blocks with a round trip of their own."""


def automatic_channels(files: int, size: int, round_trip_s: float = 0.0) -> int:
    """Return how many channels of one site serve so many small files of ``size`` bytes together.

    Few are done before a second connection would be made; many get one for each CHANNEL_FILES or CHANNEL_BYTES.
    Nearby the machines are what takes the time, and NEAR_CHANNELS keep those busy; on a long line it is the waiting,
    which more channels share.
    """
    most = NEAR_CHANNELS if round_trip_s < FAR_S else MOST_CHANNELS
    return max(1, min(most, max(-(-files // CHANNEL_FILES), -(-size // CHANNEL_BYTES))))


@dataclass(frozen=True, slots=True)
class Start:
    """Give these items to one worker thread, in this order. ``number`` grows from start to start."""

    number: int
    work: Work
    site: str
    direction: Direction
    items: tuple[int, ...]
    is_alone: bool = False
    channels: int = 1
    """How many may carry the one large file in it together."""

    @property
    def needs_site(self) -> bool:
        return _needs_site(self.work, self.direction)


@dataclass(frozen=True, slots=True, eq=False)
class _Lane:
    """One object for each lane: compared and hashed several times an item, so by identity."""

    work: Work
    site: str
    direction: Direction
    is_alone: bool


@dataclass(slots=True)
class _Queued:
    rank: tuple[int, int]
    """What is smaller goes first: the priority's opposite, then the position."""
    size: int
    lane: _Lane


_Entry = tuple[tuple[int, int], int]
"""Rank and id."""


@dataclass(slots=True)
class _Hold:
    """A site whose line broke: not before ``until``. ``last`` is the number of the last start before the break."""

    losses: int
    until: float
    last: int
    probe: int = 0


class Scheduler:
    """The queue's order and what is under way."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.is_paused = False
        self._number = 0
        self._queued: dict[int, _Queued] = {}
        self._lanes: dict[tuple[Work, str, Direction, bool], _Lane] = {}
        self._heaps: dict[_Lane, list[_Entry]] = {}
        self._lengths: Counter[_Lane] = Counter()
        self._sizes: Counter[_Lane] = Counter()
        self._running: Counter[Work] = Counter()
        self._moving: Counter[tuple[str, bool]] = Counter()
        self._round_trips: dict[str, float] = {}
        self._carried: dict[int, tuple[Start, int]] = {}
        """Starts of files under way, with their bytes."""
        self._holds: dict[str, _Hold] = {}
        self._waiting: dict[int, tuple[float, str]] = {}
        self._waiting_at: dict[str, set[int]] = {}
        self._alarms: list[tuple[float, int]] = []

    def __contains__(self, item: int) -> bool:
        return item in self._queued or item in self._waiting

    # --- What the engine tells -------------------------------------------------------------------------------

    def queue(self, item: Item) -> None:
        """The item's turn may come; called again, with a new position for instance, it replaces the first call."""
        self.forget(item.id)
        lane = self._lane_of(item)
        rank = (-item.priority, item.position)
        self._queued[item.id] = _Queued(rank, item.size, lane)
        self._lengths[lane] += 1
        self._sizes[lane] += item.size
        heap = self._heaps.setdefault(lane, [])
        heappush(heap, (rank, item.id))
        if len(heap) > 2 * self._lengths[lane] + 64:
            heap[:] = [entry for entry in heap if self._holds_true(lane, entry)]
            heapify(heap)

    def delay(self, item: Item, until: float) -> None:
        """The item waits until a time; :meth:`due` returns it then."""
        self.forget(item.id)
        self._waiting[item.id] = (until, item.site)
        self._waiting_at.setdefault(item.site, set()).add(item.id)
        heappush(self._alarms, (until, item.id))

    def forget(self, item: int) -> None:
        """The item is not to be started; unknown ones are no error."""
        queued = self._queued.pop(item, None)
        if queued is not None:
            self._lengths[queued.lane] -= 1
            self._sizes[queued.lane] -= queued.size
            if not self._lengths[queued.lane]:
                del self._lengths[queued.lane], self._heaps[queued.lane], self._sizes[queued.lane]
        waiting = self._waiting.pop(item, None)
        if waiting is not None:
            self._forget_waiting(item, waiting[1])

    def ended(self, start: Start) -> None:
        """A start's worker is free again."""
        self._running[start.work] -= 1
        if start.work is Work.FILES:
            self._moving[start.site, start.is_alone] -= 1
            del self._carried[start.number]
        hold = self._holds.get(start.site)
        if hold is not None and hold.probe == start.number:
            hold.probe = 0

    def site_works(self, site: str) -> None:
        """Something succeeded there: no hold."""
        self._holds.pop(site, None)

    def site_lost(self, start: Start, now: float) -> float:
        """The line to the start's site broke; return the time until which the site is held.

        Several channels breaking at once are one loss: only what was started after the last loss counts anew.
        """
        hold = self._holds.get(start.site)
        if hold is not None and start.number <= hold.last:
            return hold.until
        losses = hold.losses + 1 if hold is not None else 1
        hold = _Hold(losses, now + delay_s(losses), self._number)
        self._holds[start.site] = hold
        return hold.until

    def sites(self) -> set[str]:
        """Return the sites that something is queued for."""
        return {lane.site for lane in self._lengths}

    def site_measured(self, site: str, round_trip_s: float) -> None:
        """A message to the site and its answer take so long; 0 while nobody knows."""
        self._round_trips[site] = round_trip_s

    def losses(self, site: str) -> int:
        """How often in a row the site was lost."""
        hold = self._holds.get(site)
        return hold.losses if hold is not None else 0

    def site_ready(self, site: str) -> None:
        """The line is known to be up: no hold, and all that waits for the site is due."""
        self._holds.pop(site, None)
        for item in self._waiting_at.get(site, ()):
            self._waiting[item] = (0.0, site)
            heappush(self._alarms, (0.0, item))

    # --- What the engine asks --------------------------------------------------------------------------------

    def due(self, now: float) -> list[int]:
        """Return, and forget, the items whose delay is over."""
        ready: list[int] = []
        while self._alarms and self._alarms[0][0] <= now:
            when, item = heappop(self._alarms)
            waiting = self._waiting.get(item)
            if waiting is not None and waiting[0] == when:
                del self._waiting[item]
                self._forget_waiting(item, waiting[1])
                ready.append(item)
        return ready

    def decide(self, now: float) -> list[Start]:
        """Return what starts now. The items are no longer queued, and the workers count as busy."""
        starts: list[Start] = []
        while (lane := self._next_lane(now)) is not None:
            self._number += 1
            items, size = self._take(lane)
            start = Start(self._number, lane.work, lane.site, lane.direction, items, lane.is_alone)
            self._running[lane.work] += 1
            if lane.work is Work.FILES:
                self._moving[lane.site, lane.is_alone] += 1
                self._carried[start.number] = start, size
            hold = self._holds.get(lane.site)
            if hold is not None and start.needs_site:
                hold.probe = start.number
            starts.append(start)
        return [self._spread(start) for start in starts]

    def wake_at(self, now: float) -> float | None:
        """Return when time alone will change the answer of :meth:`due` or :meth:`decide`; None for never."""
        while self._alarms and self._is_stale(self._alarms[0]):
            heappop(self._alarms)
        times = [self._alarms[0][0]] if self._alarms else []
        for lane in self._lengths:
            hold = self._holds.get(lane.site)
            if hold is not None and hold.until > now and _needs_site(lane.work, lane.direction):
                times.append(hold.until)
        return min(times, default=None)

    # --- Inside ----------------------------------------------------------------------------------------------

    def _lane_of(self, item: Item) -> _Lane:
        is_alone = False
        if not item.is_scanned:
            work = Work.SCAN
        elif item.kind is Kind.FOLDER:
            work = Work.FOLDERS
        else:
            work = Work.FILES
            is_alone = item.size > self.limits.alone_bytes or item.attempts > 0
        key = (work, item.site, item.direction, is_alone)
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = _Lane(*key)
        return lane

    def _next_lane(self, now: float) -> _Lane | None:
        best: _Lane | None = None
        best_rank = (0, 0)
        for lane in self._lengths:
            if not self._is_open(lane, now):
                continue
            rank = self._first(lane)[0]
            if best is None or rank < best_rank:
                best, best_rank = lane, rank
        return best

    def _free(self, lane: _Lane) -> int:
        """Return how many more starts of the lane's kind there may be now."""
        limits = self.limits
        match lane.work:
            case Work.SCAN:
                return limits.scans - self._running[lane.work]
            case Work.FOLDERS:
                return limits.folder_workers - self._running[lane.work]
            case Work.FILES if limits.channels is not None:
                return limits.channels - self._running[lane.work]
        alone, together = self._moving[lane.site, True], self._moving[lane.site, False]
        free = MOST_CHANNELS - alone - together
        if lane.is_alone:
            return free
        files, size = self._lengths[lane], self._sizes[lane]
        for start, carried in self._carried.values():
            if start.site == lane.site and not start.is_alone:
                files += len(start.items)
                size += carried
        wanted = automatic_channels(files, size, self._round_trips.get(lane.site, 0.0)) - together
        # However many large files are under way: what is done in a moment need not wait for hours.
        return min(wanted, max(free, 1 - together))

    def _spread(self, start: Start) -> Start:
        """Give a large file the channels that nothing else wants now. They are not counted: what is queued while it
        runs need not wait for it."""
        size = self._carried[start.number][1] if start.number in self._carried else 0
        if size < SHARED_BYTES or start.site in self._holds:
            return start
        if self.limits.channels is not None:
            free = self.limits.channels - self._running[Work.FILES]
        else:
            free = MOST_CHANNELS - self._moving[start.site, True] - self._moving[start.site, False]
        is_near = self._round_trips.get(start.site, 0.0) < FAR_S
        most = self.limits.file_channels if is_near else MOST_CHANNELS
        return replace(start, channels=min(1 + max(free, 0), most))

    def _is_open(self, lane: _Lane, now: float) -> bool:
        if self._free(lane) <= 0:
            return False
        if self.is_paused and lane.work is not Work.SCAN:
            return False
        hold = self._holds.get(lane.site)
        if hold is None or not _needs_site(lane.work, lane.direction):
            return True
        return hold.until <= now and not hold.probe

    def _take(self, lane: _Lane) -> tuple[tuple[int, ...], int]:
        """Return the next group of a lane, and its bytes."""
        most, most_bytes = self._group_limits(lane)
        items: list[int] = []
        total = 0
        while lane in self._lengths and len(items) < most:
            _, item = self._first(lane)
            size = self._queued[item].size
            if items and total + size > most_bytes:
                break
            total += size
            items.append(item)
            self.forget(item)
        return tuple(items), total

    def _group_limits(self, lane: _Lane) -> tuple[int, int]:
        limits = self.limits
        if lane.is_alone:
            return 1, limits.group_bytes
        free = self._free(lane)
        share = -(-self._lengths[lane] // free)
        if lane.work is Work.FILES:
            return min(limits.group_files, max(share, limits.least_group)), limits.group_bytes
        # What is below an unscanned folder is unknown, and a folder's size says nothing: only the count matters.
        return min(limits.group_others, share), 1 << 62

    def _first(self, lane: _Lane) -> _Entry:
        heap = self._heaps[lane]
        while not self._holds_true(lane, heap[0]):
            heappop(heap)
        return heap[0]

    def _holds_true(self, lane: _Lane, entry: _Entry) -> bool:
        queued = self._queued.get(entry[1])
        return queued is not None and queued.rank == entry[0] and queued.lane == lane

    def _is_stale(self, alarm: tuple[float, int]) -> bool:
        waiting = self._waiting.get(alarm[1])
        return waiting is None or waiting[0] != alarm[0]

    def _forget_waiting(self, item: int, site: str) -> None:
        ids = self._waiting_at[site]
        ids.discard(item)
        if not ids:
            del self._waiting_at[site]


def _needs_site(work: Work, direction: Direction) -> bool:
    """Looking into a local folder and making one need no server."""
    return work is Work.FILES or (work is Work.SCAN) == (direction is Direction.DOWNLOAD)
