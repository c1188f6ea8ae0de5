"""Back and forward lead where a person was, and a new visit forgets what was ahead."""

from __future__ import annotations

import pytest

from desktop.controllers.history import MAX_ENTRIES, History


def test_an_empty_history_leads_nowhere():
    history = History()
    assert history.current is None
    assert history.peek(0) is None
    assert not history.can_go_back
    assert not history.can_go_forward
    with pytest.raises(IndexError):
        history.move(-1)


def test_back_and_forward_and_a_new_visit_between():
    history = History()
    for path in [("a",), ("b",), ("c",)]:
        history.visit(path)
    assert history.peek(-1) == ("b",)
    history.move(-1)
    history.move(-1)
    assert history.current == ("a",)
    assert not history.can_go_back
    assert history.can_go_forward
    history.visit(("d",))
    assert not history.can_go_forward
    assert history.peek(-1) == ("a",)


def test_arriving_twice_is_one_visit():
    history = History()
    history.visit(("a",))
    history.visit(("a",))
    assert not history.can_go_back


def test_it_forgets_the_oldest_and_stays_at_the_newest():
    history = History()
    for number in range(MAX_ENTRIES + 5):
        history.visit((str(number),))
    assert history.current == (str(MAX_ENTRIES + 4),)
    assert history.peek(-(MAX_ENTRIES - 1)) == ("5",)
    assert history.peek(-MAX_ENTRIES) is None
