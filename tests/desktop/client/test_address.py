"""Links and addresses: what is read, what is refused and why."""

from __future__ import annotations

import pytest

from desktop.client.address import Address, AddressError, parse_address, parse_link
from shared.names import BadNameError


@pytest.mark.parametrize(
    ("text", "address", "path", "is_folder"),
    [
        ("wherry://anna@desk/photos", Address("desk", 47623, "anna"), ("photos",), False),
        ("wherry://anna@desk:1234/photos/", Address("desk", 1234, "anna"), ("photos",), True),
        ("WHERRY://desk", Address("desk"), (), True),
        ("wherry://a%40b@[::1]:5/x%20y", Address("::1", 5, "a@b"), ("x y",), False),
        ("wherry://anna@desk/a//b", Address("desk", 47623, "anna"), ("a", "b"), False),
        ("wherry://anna@desk/%FF", Address("desk", 47623, "anna"), ("\udcff",), False),
    ],
)
def test_links_are_read(text: str, address: Address, path: tuple[str, ...], is_folder: bool) -> None:
    link = parse_link(text)
    assert (link.address, link.path, link.is_folder) == (address, path, is_folder)


FINGERPRINT = "SHA256:" + "a+/" * 14 + "b"


def test_a_link_names_the_server_it_means_and_reads_back() -> None:
    address = Address("desk", 47623, "anna")
    link = parse_link(address.url(("photos",), FINGERPRINT))
    assert (link.address, link.path, link.fingerprint) == (address, ("photos",), FINGERPRINT)
    assert parse_link(f"wherry://anna@desk/?fp={FINGERPRINT}").fingerprint == FINGERPRINT
    assert parse_link("wherry://anna@desk/").fingerprint is None


@pytest.mark.parametrize(
    "query",
    ["fp=", "fp=SHA256:short", f"fp={FINGERPRINT}x", f"fp={FINGERPRINT}&fp={FINGERPRINT}", "fp", "x=1", "fp=MD5:"],
)
def test_a_fingerprint_that_is_none_is_not_left_out_but_refused(query: str) -> None:
    with pytest.raises(AddressError):
        parse_link(f"wherry://anna@desk/?{query}")


def test_a_link_to_a_file_shows_its_folder() -> None:
    assert parse_link("wherry://anna@desk/photos/a.jpg").folder == ("photos",)
    assert parse_link("wherry://anna@desk/photos/").folder == ("photos",)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("anna@fe80::1%eth0", "fe80::1%eth0"),
        ("anna@[fe80::1%eth0]:99", "fe80::1%eth0"),
        ("wherry://anna@[fe80::1%25eth0]/", "fe80::1%eth0"),
        ("anna@::1", "::1"),
        ("anna@bücher.example", "bücher.example"),
        ("anna@desk.", "desk."),
    ],
)
def test_addresses_with_zones_and_letters_of_the_world(text: str, host: str) -> None:
    address = parse_address(text)
    assert address.host == host
    assert parse_link(address.url()).address == address


@pytest.mark.parametrize(
    "text",
    [
        *("anna@desk:0", "anna@desk:65536", "anna@desk:-1"),
        *("anna@a..b", "anna@" + "a" * 64, "anna@" + "ab." * 90 + "c", "anna@ü" + "a" * 70),
        *("anna@desk%eth0", "anna@[desk]", "anna@1:2:3", "anna@d\u202eesk"),
    ],
)
def test_hosts_and_ports_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(AddressError):
        parse_address(text)


@pytest.mark.parametrize("path", ["..", "a/../b", "%2e%2e", "a%2Fb", "a%5Cb", "C:%5Cx", "c:x", "%C0%AF", "%00", "."])
def test_paths_that_could_leave_the_home_are_refused(path: str) -> None:
    with pytest.raises(BadNameError):
        parse_link(f"wherry://anna@desk/{path}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://x/",
        "wherry://",
        "wherry://anna:secret@desk/",
        "wherry://desk:99999/",
        "wherry://desk/a?b",
        "wherry://d/#x",
    ],
)
def test_what_is_no_link_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        parse_link(text)


def test_a_link_reads_back_as_what_it_was_made_from() -> None:
    address = Address("::1", 99, "a b@c")
    path = ("x/".strip("/"), "ü %", "\udcff")
    link = parse_link(address.url(path))
    assert (link.address, link.path) == (address, path)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("anna@desk", Address("desk", 47623, "anna")),
        (" anna@desk:22 ", Address("desk", 22, "anna")),
        ("desk", Address("desk")),
        ("wherry://anna@desk:22", Address("desk", 22, "anna")),
        ("a@b@desk", Address("desk", 47623, "a@b")),
    ],
)
def test_addresses_are_read(text: str, address: Address) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", "anna@", "desk:port", "two words", "des\x1bk"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        parse_address(text)


@pytest.mark.parametrize(
    ("address", "title"),
    [
        (Address("desk", 47623, "anna"), "anna@desk"),
        (Address("desk", 99, "anna"), "anna@desk:99"),
        (Address("2001:db8::1", 99), "[2001:db8::1]:99"),
        (Address("2001:db8::1", 47623, "anna"), "anna@2001:db8::1"),
    ],
)
def test_people_read_where_and_as_whom(address: Address, title: str) -> None:
    assert address.title == title
