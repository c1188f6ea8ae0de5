"""Values of accounts and shared folders: what a change touches, and what one folder is to many accounts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from server.accounts.account import Share
from server.capacity import Limit
from server.tray.account_form import Rights, SharedFolder, difference, shared_folders, with_folder
from shared.permissions import FULL, LOOK
from tests.server.tray.fakes import account

PHOTOS = Path("/srv/photos")


def test_rights_are_those_of_the_account() -> None:
    anna = replace(account("anna"), upload_rate=10**6, max_sessions=2, expires=9.0, limit=Limit(5, 6))
    rights = Rights.of(anna)
    assert (rights.upload_rate, rights.max_sessions, rights.expires, rights.limit) == (10**6, 2, 9.0, Limit(5, 6))


def test_a_change_leaves_what_another_has_changed_meanwhile() -> None:
    anna = account("anna")
    change = difference(anna, replace(anna, max_sessions=2))
    assert change.values == (("max_sessions", 2),)
    elsewhere = replace(anna, home=Path("/new"))
    assert change.on(elsewhere) == replace(anna, home=Path("/new"), max_sessions=2)
    assert difference(anna, anna).values == ()


def test_one_folder_of_many_accounts_is_one_row() -> None:
    anna = replace(account("anna"), shares=(Share(name="Photos", folder=PHOTOS, permissions=FULL),))
    bert = replace(account("bert"), shares=(
        Share(name="Photos", folder=PHOTOS, permissions=LOOK, limit=Limit(10)),
        Share(name="Alben", folder=PHOTOS),
    ))  # fmt: skip
    assert shared_folders([anna, bert]) == (
        SharedFolder("Alben", PHOTOS, (("bert", LOOK),)),
        SharedFolder("Photos", PHOTOS, (("anna", FULL), ("bert", LOOK)), Limit(10)),
    )


def test_a_folder_is_given_changed_and_taken() -> None:
    anna = account("anna")
    first = SharedFolder("Photos", PHOTOS, (("anna", FULL),), Limit(5))
    given = with_folder(anna, None, first)
    assert given.shares == (Share(name="Photos", folder=PHOTOS, permissions=FULL, limit=Limit(5)),)
    second = SharedFolder("Bilder", PHOTOS, (("anna", LOOK),))
    changed = with_folder(given, first, second)
    assert changed.shares == (Share(name="Bilder", folder=PHOTOS, permissions=LOOK),)
    assert with_folder(changed, second, replace(second, members=())) == anna
    assert with_folder(changed, second, None) == anna
