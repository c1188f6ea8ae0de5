"""An error tells what, where, why and what next; a hostile name does no harm."""

from __future__ import annotations

from desktop.controllers.wording import describe, name_first, name_some
from shared.entries import Entry, Kind
from shared.errors import Code, ConnectionLostError, LocalError


def entry(name: str, kind: Kind = Kind.FILE) -> Entry:
    return Entry(name, kind, 0, 0, 0)


def test_an_error_of_an_item_names_the_path_the_cause_and_the_way_out():
    text = describe(LocalError(Code.PERMISSION, "the folder is not yours", path="/root/x"))
    assert text == (
        "Permission denied: /root/x. The folder is not yours. Check the permissions of the file and of its folder."
    )


def test_a_title_alone_is_a_sentence():
    assert describe(ConnectionLostError()) == "The connection was lost."


def test_our_own_bug_is_called_one():
    assert describe(KeyError("x")) == "Something went wrong inside Wherry. KeyError: 'x'. The log has the details."


def test_things_are_counted_by_kind():
    assert name_some([entry("a.txt")]) == "“a.txt”"
    many = [entry("a"), entry("b"), entry("c", Kind.FOLDER)]
    assert name_some(many) == "2 files and 1 folder"


def test_names_cannot_turn_the_line():
    assert "\u202e" not in name_some([entry("a\u202etxt.exe")])
    assert "\n" not in name_first(["a\nb", "c"])
    assert name_first(["a", "b", "c"]) == "a and 2 more"
