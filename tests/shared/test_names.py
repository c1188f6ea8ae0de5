"""Names from the other side: refused where they could leave a folder, shown where they could act on a screen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import names
from shared.names import BadNameError

FORBIDDEN = [
    "",
    ".",
    "..",
    "../x",
    "/abs",
    "a/b",
    "a/../../b",
    "trailing/",
    "..\\x",
    "a\\b",
    "C:\\x",
    "C:x",
    "c:",
    "\\\\host\\share",
    "nul\0byte",
    "x" * 256,
    "ü" * 128,
    "\ud800",
]
OVERLONG = [b"\xc0\xae\xc0\xae", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"x\xc1\x9c"]


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_could_leave_its_folder_on_any_system_is_refused_on_every_system(name: str) -> None:
    with pytest.raises(BadNameError) as error:
        names.check_component(name)
    assert error.value.detail
    assert error.value.path.isprintable()


@pytest.mark.parametrize("raw", [b"..", b"a/b", b"", b"\x00", *OVERLONG])
def test_bytes_from_the_wire_meet_the_same_verdict(raw: bytes) -> None:
    with pytest.raises(BadNameError):
        names.decode_component(raw)


@pytest.mark.parametrize(
    "name",
    ["a", "...", "..a", ".hidden", "a b", "ä", "日本", "ab:c.txt", "12:30", "\udcff", "x" * 255, "~", "-rf", "con.txt"],
)
def test_what_a_posix_disk_may_hold_survives_the_wire(name: str) -> None:
    assert names.decode_component(names.encode_component(names.check_component(name))) == name


@given(st.binary(max_size=300))
def test_any_bytes_are_a_name_that_comes_back_the_same_or_are_refused(raw: bytes) -> None:
    try:
        name = names.decode_component(raw)
    except BadNameError:
        return
    assert names.encode_component(name) == raw
    assert not {"/", "\\", "\0"} & set(name)
    assert name not in {"", ".", ".."}


@given(st.text(max_size=60))
def test_nothing_that_is_displayed_can_act(text: str) -> None:
    shown = names.display(text)
    hostile = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not any(unicodedata.category(char) in hostile and char not in "\u200c\u200d" for char in shown)


def test_hostile_characters_are_shown() -> None:
    assert names.display("a\x1b[31m\nb\u202ec\udcff") == "a\\x1b[31m\\x0ab\\u{202e}c\\xff"
    assert names.display("größe 日本.txt") == "größe 日本.txt"


@pytest.mark.parametrize(
    "path", [("a",) * 257, ("x" * 255,) * 17, (".wherry-staging",), ("a", ".Wherry-Staging", "b"), ("a", "..")]
)
def test_paths_too_deep_too_long_or_reserved_are_refused(path: tuple[str, ...]) -> None:
    with pytest.raises(BadNameError):
        names.check_path(path)


def test_a_path_of_the_largest_size_is_allowed() -> None:
    assert names.check_path(("a",) * 256)
    assert names.decode_path(names.encode_path(("ä", "b"))) == ("ä", "b")


@pytest.mark.parametrize(("text", "path"), [("/a/b", ("a", "b")), ("a//b/", ("a", "b")), ("", ()), ("/", ())])
def test_typed_paths_are_read(text: str, path: tuple[str, ...]) -> None:
    assert names.parse_path(text) == path


@pytest.mark.parametrize("text", ["%2e%2e", "a%2fb", "a%5cb", "..", "%00", "%C0%AF", "a/%2E/b"])
def test_what_decodes_to_a_forbidden_name_is_refused(text: str) -> None:
    with pytest.raises(BadNameError):
        names.parse_url_path(text)


@given(st.lists(st.text(min_size=1, max_size=10), max_size=4))
def test_the_url_form_reads_back(parts: list[str]) -> None:
    try:
        path = names.check_path(tuple(parts))
    except BadNameError:
        return
    assert names.parse_url_path(names.format_url_path(path)) == path


@pytest.mark.parametrize(("one", "other"), [("README", "readme"), ("\u00e9", "e\u0301"), ("STRASSE", "straße")])
def test_names_that_a_folding_disk_takes_for_one_have_one_key(one: str, other: str) -> None:
    assert names.collision_key(one) == names.collision_key(other)
    assert names.collision_key("a") != names.collision_key("b")


def test_the_same_name_twice_is_refused() -> None:
    names.check_unique(["a", "b", "A"])
    with pytest.raises(BadNameError, match="twice"):
        names.check_unique(["a", "b", "a"])
