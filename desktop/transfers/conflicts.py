"""What to do when the target exists: a pure decision. Looks at no disk and asks nobody."""

from __future__ import annotations

import os.path
import re
from dataclasses import dataclass

from msgspec.structs import replace

from desktop.transfers.items import Direction, Existing, Item, Policy
from desktop.transfers.ports import Conflicted
from shared.entries import Kind
from shared.errors import Code
from shared.names import MAX_COMPONENT_BYTES, encode_component

SAME_TIME_NS = 2_000_000_000
"""Times this close are the same: FAT keeps even seconds only, and some archives do too."""

_NUMBERED = re.compile(r"^(?P<stem>.*) \((?P<number>[1-9][0-9]{0,5})\)$", re.DOTALL)
_DOUBLE_SUFFIXES = (".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst")


@dataclass(frozen=True, slots=True)
class Replace:
    """Move the file over what is there."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave the target as it is."""


@dataclass(frozen=True, slots=True)
class RenameTo:
    """Move the file under this name, if that one is free."""

    name: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A person must say."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """A file cannot take the place of this, whatever the policy."""

    code: Code
    reason: str


Verdict = Replace | Skip | RenameTo | Ask | Refuse


def decide(policy: Policy, item: Item, conflict: Conflicted, *, was_tried: bool) -> Verdict:
    """Return what is to be done about what a worker found at the target of the file ``item``.

    ``was_tried``: an earlier attempt may have put the file there and lost the line before it heard so; then a
    target of the same size and time is taken for our own and moved over again, which compares contents and so
    proves it, instead of asking or renaming. What needs knowledge that the other side did not give is asked.
    """
    existing = conflict.existing
    if existing is not None:
        if existing.kind is Kind.FOLDER:
            return Refuse(Code.IS_FOLDER, "a folder of this name exists, and a file cannot take its place")
        if existing.kind is Kind.OTHER:
            return Refuse(Code.NOT_FILE, "what exists under this name is neither a file nor a folder")
        if was_tried and _is_same(item, existing):
            return Replace()
    match policy:
        case Policy.OVERWRITE | Policy.RESUME:
            return Replace()
        case Policy.SKIP:
            return Skip()
        case Policy.RENAME:
            return RenameTo(next_name(target_name(item)))
        case Policy.NEWER if existing is not None:
            return Replace() if is_newer(item, existing, conflict.clock_offset_ns) else Skip()
        case Policy.SIZE if existing is not None:
            return Skip() if _is_same_size(item, existing) else Replace()
        case Policy.CONTENT if existing is not None:
            if not _is_same_size(item, existing):
                return Replace()
            if conflict.is_equal is not None:
                return Skip() if conflict.is_equal else Replace()
            return Ask()
        case _:
            return Ask()


def is_newer(item: Item, existing: Existing, clock_offset_ns: int) -> bool:
    """Tell whether the source was written later than what stands at the target.

    The rule: two times within SAME_TIME_NS (2 s, the coarsest that disks keep) as they stand are one time, for a
    copy carries its source's. Otherwise the server's time is first put on our clock, by the difference that was
    measured at login (``clock_offset_ns``, the server's clock less ours), and the source is newer if it is later
    by more than the same 2 s. In doubt a file counts as not newer: one left is sent later, one replaced is gone.
    """
    later = item.mtime_ns - existing.mtime_ns
    if abs(later) <= SAME_TIME_NS:
        return False
    is_upload = item.direction is Direction.UPLOAD
    return later + (clock_offset_ns if is_upload else -clock_offset_ns) > SAME_TIME_NS


def needs_comparing(policy: Policy, size: int, existing: Existing | None) -> bool:
    """Tell whether the policy's answer about a source of ``size`` bytes takes a look at both contents."""
    if policy is not Policy.CONTENT or existing is None:
        return False
    return existing.kind is Kind.FILE and existing.size == size


def may_replace(policy: Policy) -> bool:
    """Tell whether the policy is an answer already, so that the first attempt may replace the target."""
    return policy in {Policy.OVERWRITE, Policy.RESUME}


def target_name(item: Item) -> str:
    """Return the name the file gets where it goes."""
    return os.path.basename(item.local) if item.direction is Direction.DOWNLOAD else item.name


def with_target_name(item: Item, name: str) -> Item:
    """Return the item with another name where it goes, in the same folder."""
    if item.direction is Direction.DOWNLOAD:
        return replace(item, local=os.path.join(os.path.dirname(item.local), name))
    return replace(item, remote=(*item.remote[:-1], name))


def next_name(name: str) -> str:
    """Return the next name to try: ``file.txt``, ``file (2).txt``, ``file (3).txt``; at most 255 bytes."""
    stem, suffix = _split(name)
    number = 2
    if match := _NUMBERED.match(stem):
        stem, number = match["stem"], int(match["number"]) + 1
    tail = f" ({number}){suffix}"
    room = MAX_COMPONENT_BYTES - len(encode_component(tail))
    while len(encode_component(stem)) > room:
        stem = stem[:-1]
    return stem + tail


def _split(name: str) -> tuple[str, str]:
    lowered = name.lower()
    for suffix in _DOUBLE_SUFFIXES:
        if lowered.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)], name[-len(suffix) :]
    dot = name.rfind(".")
    # A suffix longer than this is part of the name, and keeping it whole could leave no room for the stem.
    if dot <= 0 or len(encode_component(name[dot:])) > 32 or not name[:dot].strip("."):
        return name, ""
    return name[:dot], name[dot:]


def _is_same_size(item: Item, existing: Existing) -> bool:
    return existing.kind is Kind.FILE and existing.size == item.size


def _is_same(item: Item, existing: Existing) -> bool:
    return _is_same_size(item, existing) and abs(existing.mtime_ns - item.mtime_ns) <= SAME_TIME_NS
