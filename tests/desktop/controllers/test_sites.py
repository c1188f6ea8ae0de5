"""The page lists what the store holds, and the store what a person saved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import msgspec
import pytest
import pytest_asyncio

from desktop.client.address import Address
from desktop.controllers.questions import Finding
from desktop.controllers.sites import SitesController
from desktop.storage.site_store import RecentServer, Site, SiteStore
from shared.errors import ConfigError

pytestmark = pytest.mark.asyncio

DESK = Site(name="Desk", host="desk.local", user="anna")


class RecordingPage:
    def __init__(self) -> None:
        self.sites: list[str] = []
        self.recent: list[str] = []

    def set_sites(self, sites: Sequence[Site]) -> None:
        self.sites = [site.name for site in sites]

    def set_recent(self, recent: Sequence[RecentServer]) -> None:
        self.recent = [server.host for server in recent]


async def until(condition) -> None:
    async with asyncio.timeout(2):
        while not condition():
            await asyncio.sleep(0.001)


@pytest.fixture
def page() -> RecordingPage:
    return RecordingPage()


@pytest.fixture
def store(tmp_path) -> SiteStore:
    return SiteStore(tmp_path / "sites.json")


@pytest_asyncio.fixture
async def sites(page, store, person, reports) -> AsyncIterator[SitesController]:
    async def test(site: Site) -> Finding:
        return Finding("success", site.host)

    controller = SitesController(page, store, person, reports, test=test, clock=lambda: 1000.0)
    yield controller
    await controller.close()


async def test_a_saved_server_is_listed_and_survives(sites, page, person, tmp_path):
    person.site = DESK
    sites.add(Address("desk.local", 47623, "anna"))
    await until(lambda: page.sites == ["Desk"])
    assert person.asked == [Site(name="", host="desk.local", user="anna")]
    assert [site.name for site in SiteStore(tmp_path / "sites.json").sites] == ["Desk"]


async def test_an_edit_replaces_the_same_server(sites, page, person, store):
    saved = store.save(DESK)
    person.site = msgspec.structs.replace(saved, name="The box under the desk", id=0)
    sites.edit(saved)
    await until(lambda: page.sites == ["The box under the desk"])
    assert [site.id for site in store.sites] == [saved.id]


async def test_a_form_left_without_saving_changes_nothing(sites, page, person, store):
    person.site = None
    sites.add()
    await until(lambda: person.asked)
    await asyncio.sleep(0.01)
    assert store.sites == []


async def test_removing_a_server_says_whose_password_is_wanted_no_more(sites, page, store):
    saved = store.save(DESK)
    forgotten = []
    sites.site_forgotten.connect(forgotten.append)
    sites.remove(saved)
    await until(lambda: not store.sites)
    assert forgotten == [Address("desk.local", 47623, "anna")]


async def test_the_form_of_a_server_can_try_it(sites, person):
    sites.add()
    await until(lambda: person.asked)
    assert await person.test(DESK) == Finding("success", "desk.local")


async def test_a_password_can_be_forgotten_without_the_server(sites, store):
    saved = store.save(DESK)
    forgotten = []
    sites.site_forgotten.connect(forgotten.append)
    sites.forget_password(saved)
    assert forgotten == [Address("desk.local", 47623, "anna")]
    assert store.sites == [saved]


async def test_servers_used_are_recent_the_latest_first_until_cleared(sites, page):
    sites.note_use(Address("desk", 47623, "anna"))
    sites.note_use(Address("lab", 47623, "anna"))
    await until(lambda: page.recent == ["lab", "desk"])
    sites.clear_recent()
    await until(lambda: page.recent == [])


async def test_a_disk_that_refuses_is_reported(sites, store, reports, tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise ConfigError("the disk is full")

    monkeypatch.setattr(store, "note_use", refuse)
    sites.note_use(Address("desk", 47623, "anna"))
    await until(lambda: reports.seen)
    assert reports.seen[0][0] == "noting the server"
