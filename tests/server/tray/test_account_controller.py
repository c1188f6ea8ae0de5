"""Changes of accounts run off the GUI's thread, and the list follows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from server.tray.account_controller import AccountController
from server.tray.account_form import AccountChange, AccountForm, Rights, SharedFolder
from shared.errors import ConfigError, WherryError
from shared.permissions import FULL, LOOK
from tests.server.tray.fakes import FakeAccounts, account


@pytest.fixture
def store() -> FakeAccounts:
    return FakeAccounts(account("Bert"), account("anna"))


@pytest.fixture
def controller(qtbot: QtBot, store: FakeAccounts) -> Iterator[AccountController]:
    found = AccountController(store)
    yield found
    found.close()


def _names(controller: AccountController) -> list[str]:
    return [each.name for each in controller.accounts]


def test_the_list_is_read_on_the_worker_and_sorted(
    qtbot: QtBot, store: FakeAccounts, controller: AccountController
) -> None:
    assert not controller.is_loaded
    with qtbot.waitSignal(controller.changed):
        controller.reload()
    assert controller.is_loaded
    assert _names(controller) == ["anna", "Bert"]
    assert all(name.startswith("wherry-accounts") for name in store.threads)


def test_an_unchanged_list_is_not_read_again(qtbot: QtBot, store: FakeAccounts, controller: AccountController) -> None:
    with qtbot.waitSignal(controller.changed):
        controller.reload()
    done: list[bool] = []
    controller.reload()
    # Behind the reload in the worker's queue.
    controller.set_password("anna", "new password", lambda: done.append(True), pytest.fail)
    qtbot.waitUntil(lambda: bool(done))
    assert store.lists <= 2


def test_a_new_account_is_made_and_shown(qtbot: QtBot, store: FakeAccounts, controller: AccountController) -> None:
    done: list[bool] = []
    form = AccountForm("carla", "swordfish42", Path("/srv/carla"), Rights(permissions=LOOK))
    with qtbot.waitSignal(controller.changed):
        controller.add(form, lambda: done.append(True), pytest.fail)
    assert done == [True]
    assert _names(controller) == ["anna", "Bert", "carla"]
    assert store.passwords == {"carla": "swordfish42"}
    assert (store.accounts["carla"].home, store.accounts["carla"].read_only) == (Path("/srv/carla"), True)


def test_a_refused_account_is_told_to_who_asked(qtbot: QtBot, controller: AccountController) -> None:
    refused: list[WherryError] = []
    with qtbot.assertNotEmitted(controller.failed):
        controller.add(AccountForm("anna", "swordfish42"), lambda: pytest.fail("it was made"), refused.append)
        qtbot.waitUntil(lambda: bool(refused))
    assert refused[0].title == "This name is taken"


def test_changes_reach_the_store_and_the_list(qtbot: QtBot, store: FakeAccounts, controller: AccountController) -> None:
    controller.set_enabled("anna", False)
    controller.edit(AccountChange("anna", (("permissions", LOOK),)), lambda: None, pytest.fail)
    controller.edit(AccountChange("anna", (("home", Path("/new")),)), lambda: None, pytest.fail)
    controller.remove("Bert")
    qtbot.waitUntil(lambda: _names(controller) == ["anna"])
    (anna,) = controller.accounts
    assert (anna.enabled, anna.read_only, anna.home) == (False, True, Path("/new"))


def test_a_refused_change_is_told(qtbot: QtBot, store: FakeAccounts, controller: AccountController) -> None:
    store.refusal = ConfigError("the disk is gone")
    with qtbot.waitSignal(controller.failed) as failed:
        controller.set_enabled("anna", False)
    assert failed.args == [store.refusal]


def test_a_password_is_in_no_repr() -> None:
    assert "swordfish" not in repr(AccountForm("anna", "swordfish42"))


def test_a_folder_is_shared_with_some_and_taken_from_others(
    qtbot: QtBot, store: FakeAccounts, controller: AccountController
) -> None:
    done: list[bool] = []
    first = SharedFolder("Photos", Path("/srv/photos"), (("anna", FULL), ("Bert", LOOK)))
    controller.share(None, first, lambda: done.append(True), pytest.fail)
    qtbot.waitUntil(lambda: controller.folders == (replace(first, members=(("anna", FULL), ("Bert", LOOK))),))
    second = SharedFolder("Bilder", Path("/srv/photos"), (("Bert", FULL),))
    controller.share(first, second, lambda: done.append(True), pytest.fail)
    qtbot.waitUntil(lambda: controller.folders == (second,))
    assert store.accounts["anna"].shares == ()
    controller.unshare(second)
    qtbot.waitUntil(lambda: controller.folders == ())
    assert done == [True, True]


def test_a_folder_that_is_refused_leaves_the_list_as_the_store_has_it(
    qtbot: QtBot, store: FakeAccounts, controller: AccountController
) -> None:
    refused: list[WherryError] = []
    store.refusal = ConfigError("it is no folder")
    folder = SharedFolder("Photos", Path("/nowhere"), (("anna", LOOK),))
    controller.share(None, folder, lambda: pytest.fail("it was shared"), refused.append)
    qtbot.waitUntil(lambda: refused == [store.refusal])
    qtbot.waitUntil(lambda: controller.is_loaded)
    assert controller.folders == ()
