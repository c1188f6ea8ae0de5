"""Saved and recent servers."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from desktop.storage.site_store import MAX_RECENT, RecentServer, Site, SiteStore


def site(name: str = "Desk", **changes: object) -> Site:
    return Site(**({"name": name, "host": "desk.local", "user": "anna"} | changes))  # type: ignore[arg-type]


def test_sites_are_kept_by_name_with_ids_that_never_come_again(tmp_path: Path) -> None:
    store = SiteStore(tmp_path / "sites.json")
    first, second = store.save(site("b")), store.save(site("A"))
    assert [each.name for each in store.sites] == ["A", "b"]
    store.remove(second.id)
    store.remove(999)
    third = SiteStore(tmp_path / "sites.json").save(site("c"))
    assert len({first.id, second.id, third.id}) == 3


def test_a_saved_site_is_changed_in_place(tmp_path: Path) -> None:
    store = SiteStore(tmp_path / "sites.json")
    saved = store.save(site(colour="#12abEF", notes="under\nthe desk"))
    store.save(msgspec.structs.replace(saved, host="other"))
    assert [each.host for each in SiteStore(tmp_path / "sites.json").sites] == ["other"]
    with pytest.raises(KeyError):
        store.save(site(id=77))


def test_recent_servers_are_few_and_the_latest_first(tmp_path: Path) -> None:
    store = SiteStore(tmp_path / "sites.json")
    for number in range(15):
        store.note_use("host", 1000 + number, "anna", float(number))
    store.note_use("host", 1010, "anna", 99.0)
    recent = SiteStore(tmp_path / "sites.json").recent
    assert len(recent) == MAX_RECENT
    assert recent[0] == RecentServer(host="host", port=1010, user="anna", used=99.0)
    assert recent[1].port == 1014
    assert len({each.port for each in recent}) == MAX_RECENT
    store.forget_recent()
    assert SiteStore(tmp_path / "sites.json").recent == ()


def test_a_broken_file_is_told_about_and_kept(tmp_path: Path) -> None:
    (tmp_path / "sites.json").write_text('{"sites": [{"name": 1}]}')
    store = SiteStore(tmp_path / "sites.json")
    assert list(store.sites) == []
    assert "kept as" in store.notice
    store.save(site())
    assert len(list(tmp_path.iterdir())) == 2


def test_a_write_that_fails_changes_nothing_that_is_shown(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    store = SiteStore(folder / "sites.json")
    folder.rmdir()
    with pytest.raises(Exception, match="could not be written"):
        store.save(site())
    assert list(store.sites) == []
