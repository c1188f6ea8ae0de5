"""Nothing that goes wrong outside every owner is lost."""

from __future__ import annotations

import logging
import sys

import pytest
from PySide6.QtCore import qWarning

from desktop.runtime.unhandled import logged_exceptions, logged_qt


def test_qts_messages_reach_the_log_with_their_level(qapp, caplog):
    with caplog.at_level(logging.DEBUG, logger="qt"), logged_qt():
        qWarning("a timer cannot be stopped from here")
    [record] = [each for each in caplog.records if each.name == "qt"]
    assert (record.levelno, record.getMessage()) == (logging.WARNING, "a timer cannot be stopped from here")


def test_an_exception_of_a_slot_is_logged_and_told(caplog):
    told: list[BaseException] = []
    before = sys.excepthook
    error = ValueError("in a slot")
    with logged_exceptions(told.append):
        sys.excepthook(ValueError, error, None)
    assert told == [error]
    assert "in a slot" in caplog.text
    assert sys.excepthook is before


def test_the_hook_goes_even_when_the_block_fails():
    before = sys.excepthook
    with pytest.raises(KeyError), logged_exceptions(lambda _error: None):
        raise KeyError("x")
    assert sys.excepthook is before
