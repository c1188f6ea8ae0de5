"""A link from outside says where to go, and nothing more."""

from __future__ import annotations

import pytest

from desktop.client.address import Address, Link
from desktop.controllers.link_opening import LinkController
from shared.errors import WherryError

PRINT = "SHA256:" + "a+" * 21 + "b"


class Connection:
    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def connect_to(self, address, password, *, start, is_focused, fingerprint) -> None:
        self.calls.append((address, password, start, fingerprint))

    def open_page(self) -> None:
        self.calls.append(("page",))


class Page:
    def __init__(self) -> None:
        self.links: list[Link] = []
        self.refused: list[WherryError] = []

    def take_link(self, link: Link) -> None:
        self.links.append(link)

    def refuse_link(self, error: WherryError) -> None:
        self.refused.append(error)


@pytest.fixture
def connection() -> Connection:
    return Connection()


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def links(connection, page) -> LinkController:
    return LinkController(connection, page)


def test_a_link_leads_to_its_folder_and_to_no_other_server(links, connection, page):
    links.open(f"wherry://anna@desk:1234/photos/2024/?fp={PRINT}")
    assert connection.calls == [(Address("desk", 1234, "anna"), "", ("photos", "2024"), PRINT)]
    assert len(page.links) == 1


def test_a_link_to_a_file_leads_to_the_folder_it_is_in(links, connection):
    links.open("wherry://anna@desk/photos/a.jpg")
    assert connection.calls == [(Address("desk", user="anna"), "", ("photos",), None)]


def test_without_a_user_the_page_asks_for_one(links, connection, page):
    links.open("wherry://desk/")
    assert connection.calls == [("page",)]
    assert [link.address.host for link in page.links] == ["desk"]


@pytest.mark.parametrize("text", ["", "http://desk/", "wherry://anna@desk/../x", "wherry://anna:pw@desk/", "x" * 5000])
def test_what_is_no_link_is_said_on_the_page(links, connection, page, text):
    links.open(text)
    assert connection.calls == [("page",)]
    assert len(page.refused) == 1
