"""Channels kept for a while."""

from __future__ import annotations

from desktop.transfers.idle import KEEP_S, IdleChannels
from tests.desktop.transfers.world import Channel, Files, Links


def channel() -> Channel:
    return Channel(Links(Files()))


def test_the_one_used_last_is_taken_first_and_only_for_its_site() -> None:
    idle, old, young = IdleChannels(), channel(), channel()
    idle.give("a", old, 1.0)
    idle.give("a", young, 2.0)
    assert idle.take("b") is None
    assert idle.take("a") is young
    assert idle.take("a") is old
    assert idle.take("a") is None
    assert idle.next_expiry() is None


def test_what_was_idle_too_long_is_given_back_once() -> None:
    idle, old, young = IdleChannels(), channel(), channel()
    idle.give("a", old, 0.0)
    idle.give("a", young, 5.0)
    assert idle.next_expiry() == KEEP_S
    assert idle.take_expired(KEEP_S - 0.1) == []
    assert idle.take_expired(KEEP_S) == [old]
    assert idle.take_expired(KEEP_S) == []
    assert idle.next_expiry() == KEEP_S + 5.0
    assert idle.take_all() == [young]
    assert idle.take_all() == []
