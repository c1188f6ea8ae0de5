"""Each question reaches the person as a dialog over the window, and its answer comes back as a value."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from desktop.asking import DialogQuestions
from desktop.controllers.mode_change import ModeChange
from desktop.controllers.questions import Conflict, Finding, ServerIdentity
from desktop.storage.site_store import Site
from desktop.transfers.items import Decision, Direction, Existing, Failure, Item, Policy, State
from desktop.transfers.progress import Change
from desktop.widgets.change_password_dialog import ChangePasswordDialog
from desktop.widgets.conflict_dialog import ConflictDialog
from desktop.widgets.properties_dialog import PropertiesDialog
from desktop.widgets.site_dialog import SiteDialog
from shared.entries import Entry, Kind
from shared.errors import Code, ConnectionLostError, RemoteError

pytestmark = pytest.mark.asyncio

FILE = Entry("a.txt", Kind.FILE, 10, 0, 0o644)
ITEM = Item(7, 1, Direction.UPLOAD, Kind.FILE, "anna@desk:47623", "/home/anna/a.txt", ("a.txt",), 10, 0)
PRINT = "SHA256:" + "a" * 43
OTHER = "SHA256:" + "b" * 43


@pytest.fixture
def window(qtbot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.fixture
def questions(window) -> DialogQuestions:
    made = DialogQuestions()
    made.window = window
    return made


async def answer(asking: Awaitable[object], act: Callable[[QDialog], None]) -> object:
    """Wait until the question stands there, act on it, and return what it came to."""
    task = asyncio.ensure_future(asking)
    async with asyncio.timeout(5):
        while not isinstance(dialog := QApplication.activeModalWidget(), QDialog):
            await asyncio.sleep(0.001)
        act(dialog)
        return await task


def accept(dialog: QDialog) -> None:
    dialog.accept()


def leave(dialog: QDialog) -> None:
    dialog.close()


@pytest.mark.parametrize(("act", "wanted"), [(accept, True), (leave, False)])
async def test_yes_and_no(questions, act, wanted):
    assert await answer(questions.confirm_delete([FILE], to_trash=True), act) is wanted
    assert await answer(questions.confirm_server(ServerIdentity("desk", 47623, PRINT)), act) is wanted
    assert await answer(questions.confirm_server(ServerIdentity("desk", 47623, PRINT, OTHER)), act) is wanted
    assert await answer(questions.confirm_quit(3), act) is wanted


async def test_a_dialog_stands_over_the_window(questions, window):
    parents = []

    def look(dialog: QDialog) -> None:
        parents.append(dialog.parentWidget())
        dialog.close()

    await answer(questions.confirm_quit(1), look)
    assert parents == [window]


async def test_a_conflict_comes_back_as_a_decision_or_as_later(questions):
    conflict = Conflict(ITEM, Existing(Kind.FILE, 5, 0), others=2)

    def skip_all(dialog: QDialog) -> None:
        assert isinstance(dialog, ConflictDialog)
        dialog.batch_box.setChecked(True)
        dialog.answer_buttons[Policy.SKIP].click()

    assert await answer(questions.resolve(conflict), skip_all) == Decision(Policy.SKIP, for_batch=True)
    assert await answer(questions.resolve(conflict), leave) is None


async def untested(site: Site) -> Finding:
    raise AssertionError("nobody asked for a test")


async def test_a_connection_is_tried_from_the_form(questions):
    tried = []

    async def test(site: Site) -> Finding:
        tried.append(site.host)
        return Finding("success", "The server answers.")

    async def act() -> object:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, SiteDialog)
        dialog.test_button.click()
        while not dialog.finding.startswith("The server"):
            await asyncio.sleep(0.001)
        dialog.close()
        return None

    asking = asyncio.ensure_future(questions.edit_site(Site(name="", host="desk", user="anna"), test))
    async with asyncio.timeout(5):
        while QApplication.activeModalWidget() is None:
            await asyncio.sleep(0.001)
        await act()
        assert await asking is None
    assert tried == ["desk"]


async def test_a_password_is_asked_for_until_it_could_be_changed(questions):
    tries = []

    async def change(old: str, new: str) -> None:
        tries.append((old, new))
        if old != "right":
            raise RemoteError(Code.PERMISSION, "the present password is another one")

    asking = asyncio.ensure_future(questions.change_password("anna@desk", change))
    async with asyncio.timeout(5):
        while not isinstance(dialog := QApplication.activeModalWidget(), ChangePasswordDialog):
            await asyncio.sleep(0.001)
        for old in ("wrong", "right"):
            dialog.old.edit.setText(old)
            dialog.new.edit.setText("better")
            dialog.again.edit.setText("better")
            dialog.change_button.click()
            while len(tries) < (2 if old == "right" else 1):
                await asyncio.sleep(0.001)
            if old == "wrong":
                while not dialog.error:
                    await asyncio.sleep(0.001)
                assert "another one" in dialog.error
        assert await asking is True
    assert tries == [("wrong", "better"), ("right", "better")]


async def test_a_saved_server_comes_back_as_it_was_typed(questions):
    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, SiteDialog)
        dialog.host_edit.setText("desk.local")
        dialog.user_edit.setText("anna")
        dialog.save_button.click()

    site = await answer(questions.edit_site(Site(name="", host="", user=""), untested), fill)
    assert isinstance(site, Site)
    assert (site.host, site.user) == ("desk.local", "anna")
    assert site.name
    assert await answer(questions.edit_site(site, untested), leave) is None


async def test_permissions_are_changed_by_their_boxes(questions):
    def close_to_others(dialog: QDialog) -> None:
        assert isinstance(dialog, PropertiesDialog)
        dialog.box(0, 2).click()
        dialog.box(2, 0).click()
        dialog.accept()

    change = await answer(questions.show_properties([FILE], "/home/anna", can_change=True), close_to_others)
    assert change == ModeChange(on=0o100, off=0o004)
    assert change.applied(FILE.mode) == 0o740


async def test_properties_and_about_say_what_is_known(questions):
    texts = []

    def read(dialog: QDialog) -> None:
        texts.append(" ".join(each.text() for each in dialog.findChildren(QLabel)))
        dialog.close()

    await answer(questions.show_properties([FILE], "/home/anna", can_change=False), read)
    await answer(questions.show_properties([FILE, FILE], "/home/anna", can_change=True), read)
    await answer(questions.show_about(), read)
    assert "/home/anna" in texts[0]
    assert "rw-r--r-- (644)" in texts[0]
    assert "20 bytes" in texts[1]
    assert "MIT" in texts[2]


async def test_what_goes_to_the_trash_is_not_asked_about_when_that_is_not_wanted(questions):
    questions.asks_before_trash = lambda: False
    assert await questions.confirm_delete([FILE], to_trash=True)
    # What cannot be undone is.
    assert not await answer(questions.confirm_delete([FILE], to_trash=False), leave)


async def test_contents_are_compared_while_the_question_stands_and_no_longer(questions):
    progresses = []

    async def compare(progress) -> bool:
        progresses.append(progress)
        progress.checked = 5
        await asyncio.sleep(0.01)
        return len(progresses) == 1

    async def refuse(progress) -> bool:
        raise ConnectionLostError()

    async def hang(progress) -> bool:
        progresses.append(progress)
        await asyncio.sleep(60)
        return True

    for work, expected in ((compare, "are equal"), (refuse, "connection was lost"), (hang, "50 %")):
        if work is hang:
            progresses.clear()

            async def hang_half(progress) -> bool:
                progress.checked = 5
                return await hang(progress)

            work = hang_half
        conflict = Conflict(ITEM, Existing(Kind.FILE, 10, 0), others=0, compare=work)
        asking = asyncio.ensure_future(questions.resolve(conflict))
        async with asyncio.timeout(5):
            while not isinstance(dialog := QApplication.activeModalWidget(), ConflictDialog):
                await asyncio.sleep(0.001)
            dialog.compare_button.click()
            while expected not in dialog.equality_text:
                await asyncio.sleep(0.005)
            dialog.reject()
            assert await asking is None
    assert progresses[0].is_cancelled


async def test_a_failure_is_shown_and_trying_again_is_yes(questions):
    change = Change(replace(ITEM, state=State.FAILED, failure=Failure(Code.IO, "Reading failed", "why")), moved=0)
    assert await answer(questions.show_failure(change), accept) is True
    assert await answer(questions.show_failure(change), leave) is False


@pytest.mark.parametrize("afterwards", ["quit", "suspend", "shutdown"])
async def test_what_is_about_to_happen_can_be_prevented(questions, afterwards):
    assert await answer(questions.confirm_afterwards(afterwards, 30), leave) is False
    assert await answer(questions.confirm_afterwards(afterwards, 30), accept) is True
