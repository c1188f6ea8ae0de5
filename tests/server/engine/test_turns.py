"""Workers dealt out: an account waits behind itself, never in front of others."""

from __future__ import annotations

from server.engine.turns import Turns


def test_an_account_holds_its_share_and_no_more() -> None:
    turns: Turns[str] = Turns(2)
    assert [turns.ask("anna", name) for name in "abcd"] == [True, True, False, False]
    assert turns.ask("bob", "e")


def test_who_waits_comes_in_order_as_turns_end() -> None:
    turns: Turns[str] = Turns(1)
    for name in "abc":
        turns.ask("anna", name)
    assert [turns.end("anna") for _ in range(3)] == ["b", "c", None]
    assert turns.ask("anna", "d")


def test_strangers_have_no_share_to_use_up() -> None:
    turns: Turns[str] = Turns(1)
    assert all(turns.ask(None, str(number)) for number in range(100))
    assert turns.end(None) is None
    assert turns.ask("anna", "a")


def test_a_share_is_free_again_when_all_is_done() -> None:
    turns: Turns[int] = Turns(3)
    for _ in range(50):
        started = [turns.ask("anna", number) for number in range(5)].count(True)
        ended = 0
        while ended < 5:
            turns.end("anna")
            ended += 1
        assert started == 3
