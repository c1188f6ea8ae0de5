from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desktop.client.address import Address, parse_link
from desktop.client.nearby_server import NearbyServer
from desktop.controllers.views import ConnectScreen
from desktop.storage.site_store import RecentServer, Site
from desktop.widgets.connect_page import ConnectPage

DESK = Site(id=1, name="Desk", host="desk.local", user="anna", colour="#0a84c6")
BOX = Site(id=2, name="Box", host="2001:db8::1", port=2022, user="root")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot) -> ConnectPage:
    page = ConnectPage()
    qtbot.addWidget(page)
    page.resize(480, 700)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.form.address_edit.setFocus()
    return page


class Asked:
    """Records what the page asks for."""

    def __init__(self, page: ConnectPage) -> None:
        self.connects: list[tuple[object, str, bool]] = []
        self.cancels = 0
        page.connect_requested.connect(lambda *asked: self.connects.append(asked))
        page.cancel_requested.connect(self._cancel)

    def _cancel(self) -> None:
        self.cancels += 1


def test_is_the_screen_that_the_controller_drives(page: ConnectPage) -> None:
    screen: ConnectScreen = page

    screen.show_error("The connection was lost. Nobody answered.")

    assert "Nobody answered" in page.error


def test_enter_connects_with_password_and_choice(page: ConnectPage, qtbot: QtBot) -> None:
    asked = Asked(page)
    qtbot.keyClicks(page.form.address_edit, "anna@desk.local:2022")
    qtbot.keyClick(page.form.address_edit, Qt.Key.Key_Tab)
    assert page.form.password_edit.hasFocus()
    qtbot.keyClicks(page.form.password_edit, "p a ss")
    qtbot.mouseClick(page.form.remember_box, LEFT, pos=QPoint(10, page.form.remember_box.height() // 2))
    qtbot.keyClick(page.form.password_edit, Qt.Key.Key_Return)

    assert asked.connects == [(Address("desk.local", 2022, "anna"), "p a ss", True)]


def test_an_empty_password_is_left_to_the_keyring(page: ConnectPage, qtbot: QtBot) -> None:
    asked = Asked(page)
    qtbot.keyClicks(page.form.address_edit, "anna@desk")
    qtbot.mouseClick(page.form.connect_button, LEFT)

    assert asked.connects == [(Address("desk", user="anna"), "", False)]


def test_the_folder_of_a_link_is_kept(page: ConnectPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.form.address_edit, "wherry://anna@desk/photos/2024/")
    qtbot.keyClick(page.form.address_edit, Qt.Key.Key_Return)
    assert page.start == ("photos", "2024")

    page.form.address_edit.clear()
    qtbot.keyClicks(page.form.address_edit, "anna@desk")
    qtbot.keyClick(page.form.address_edit, Qt.Key.Key_Return)
    assert page.start is None


@pytest.mark.parametrize("typed", ["", "desk", "anna@", "wherry://anna:secret@desk/", "anna@desk:99999", "anna@a b"])
def test_what_is_no_address_is_refused_beside_the_field(page: ConnectPage, qtbot: QtBot, typed: str) -> None:
    asked = Asked(page)
    page.form.address_edit.setText(typed)
    qtbot.keyClick(page.form.address_edit, Qt.Key.Key_Return)

    assert asked.connects == []
    assert page.error
    assert page.form.address_edit.property("tone") == "invalid"
    assert page.form.address_edit.hasFocus()

    qtbot.keyClicks(page.form.address_edit, "x")
    assert not page.form.address_edit.property("tone")


def test_a_link_with_a_password_does_not_repeat_it(page: ConnectPage, qtbot: QtBot) -> None:
    page.form.address_edit.setText("wherry://anna:hunter2@desk/")
    qtbot.keyClick(page.form.address_edit, Qt.Key.Key_Return)

    assert "hunter2" not in page.error


def test_connecting_can_be_given_up_by_key_and_button(page: ConnectPage, qtbot: QtBot) -> None:
    asked = Asked(page)
    page.set_connecting("anna@desk")

    assert page.form.cancel_button.hasFocus()
    assert not page.form.connect_button.isVisible()
    assert not page.form.address_edit.isEnabled()
    qtbot.keyClick(page.form.cancel_button, Qt.Key.Key_Escape)
    qtbot.mouseClick(page.form.cancel_button, LEFT)
    assert asked.cancels == 2

    page.set_connecting(None)
    assert page.form.connect_button.isVisible()
    assert page.form.address_edit.isEnabled()
    qtbot.keyClick(page.form.address_edit, Qt.Key.Key_Escape)
    assert asked.cancels == 2


def test_an_error_outlives_the_end_of_the_attempt_and_not_the_next(page: ConnectPage) -> None:
    page.form.address_edit.setText("anna@desk")
    page.form.password_edit.setText("wrong")
    page.set_connecting("anna@desk")
    page.show_error("Login refused", "The name or the password is wrong.", "Try again.")
    page.set_connecting(None)

    assert page.error.splitlines() == ["Login refused", "The name or the password is wrong. Try again."]
    assert page.form.password_edit.hasFocus()
    assert page.form.password_edit.selectedText() != ""

    page.set_connecting("anna@desk")
    assert page.error == ""
    page.set_connecting(None)


def test_asking_for_a_password_leads_to_its_field(page: ConnectPage, qtbot: QtBot) -> None:
    """In the order of the controller, which asks while the fields still rest."""
    asked = Asked(page)
    page.form.address_edit.setText("other@else")
    page.form.password_edit.setText("of another server")
    page.set_connecting("root@box")
    page.ask_password(Address("2001:db8::1", 2022, "root"))
    page.set_connecting(None)

    assert page.form.password_edit.hasFocus()
    assert page.form.password_edit.text() == ""
    qtbot.keyClicks(page.form.password_edit, "secret")
    qtbot.keyClick(page.form.password_edit, Qt.Key.Key_Return)
    assert asked.connects == [(Address("2001:db8::1", 2022, "root"), "secret", False)]


def test_a_question_for_the_password_keeps_the_folder_of_the_link(page: ConnectPage, qtbot: QtBot) -> None:
    page.form.address_edit.setText("wherry://anna@desk/photos/")
    qtbot.keyClick(page.form.address_edit, Qt.Key.Key_Return)
    page.ask_password(Address("desk", user="anna"))
    qtbot.keyClick(page.form.password_edit, Qt.Key.Key_Return)

    assert page.start == ("photos",)


def test_the_password_does_not_outlive_the_page(page: ConnectPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.form.password_edit, "secret")
    page.hide()

    assert page.form.password_edit.text() == ""


def test_clicking_a_saved_server_chooses_it_without_a_typed_password(page: ConnectPage, qtbot: QtBot) -> None:
    page.set_sites([BOX, DESK])
    page.form.password_edit.setText("of another server")
    chosen: list[object] = []
    page.site_chosen.connect(chosen.append)

    second = page.servers.site_list.visualRect(page.servers.site_list.model().index(1, 0))
    qtbot.mouseClick(page.servers.site_list.viewport(), LEFT, pos=second.center())

    assert chosen == [DESK]
    assert page.form.password_edit.text() == ""
    assert page.form.address_edit.text() == "anna@desk.local"


def test_a_recent_server_is_connected_to_by_keyboard(page: ConnectPage, qtbot: QtBot) -> None:
    asked = Asked(page)
    page.set_recent([RecentServer(host="desk", user="anna"), RecentServer(host="box", port=99, user="root")])
    page.servers.recent_list.setFocus()
    qtbot.keyClick(page.servers.recent_list, Qt.Key.Key_Down)
    qtbot.keyClick(page.servers.recent_list, Qt.Key.Key_Return)

    assert asked.connects == [(Address("box", 99, "root"), "", False)]


def _menu_of(page: ConnectPage) -> QMenu:
    menu = next(menu for menu in page.findChildren(QMenu) if menu.isVisible())
    assert isinstance(menu, QMenu)
    return menu


def test_the_menu_of_a_saved_server_edits_and_removes(page: ConnectPage, qtbot: QtBot) -> None:
    page.set_sites([DESK])
    seen: list[tuple[str, object]] = []
    page.servers.site_edit_requested.connect(lambda site: seen.append(("edit", site)))
    page.servers.site_remove_requested.connect(lambda site: seen.append(("remove", site)))
    row = page.servers.site_list.visualRect(page.servers.site_list.model().index(0, 0))
    dots = page.servers.site_list.more_rect(row).center()

    for key in (Qt.Key.Key_E, Qt.Key.Key_R):
        qtbot.mouseClick(page.servers.site_list.viewport(), LEFT, pos=dots)
        qtbot.keyClick(_menu_of(page), key)

    assert seen == [("edit", DESK), ("remove", DESK)]


def test_a_recent_server_can_be_saved_and_all_forgotten(page: ConnectPage, qtbot: QtBot) -> None:
    page.set_recent([RecentServer(host="desk", user="anna")])
    saved: list[object] = []
    page.servers.site_add_requested.connect(saved.append)
    row = page.servers.recent_list.visualRect(page.servers.recent_list.model().index(0, 0))
    qtbot.mouseClick(page.servers.recent_list.viewport(), LEFT, pos=page.servers.recent_list.more_rect(row).center())
    qtbot.keyClick(_menu_of(page), Qt.Key.Key_S)
    assert saved == [Address("desk", user="anna")]

    with qtbot.waitSignal(page.servers.recent_clear_requested, timeout=1000):
        qtbot.mouseClick(page.servers.clear_button, LEFT)


def test_hostile_names_are_shown_harmless(page: ConnectPage) -> None:
    page.set_sites([Site(id=1, name="a\u202egpj.exe\n", host="h", user="u\x1b")])

    (row,) = page.servers.site_list.rows
    assert "\u202e" not in row.name
    assert "\n" not in row.name
    assert "\x1b" not in row.address


FINGERPRINT = "SHA256:" + "a+" * 21 + "b"
ATTIC = NearbyServer("k", "Attic", ("192.0.2.7",), 2022, FINGERPRINT)


def click_nearby(page: ConnectPage, qtbot: QtBot, row: int = 0) -> None:
    nearby = page.servers.nearby_list
    qtbot.mouseClick(nearby.viewport(), LEFT, pos=nearby.visualRect(nearby.model().index(row, 0)).center())


def test_nearby_says_what_is_going_on(page: ConnectPage) -> None:
    page.set_looking(True)
    assert "Looking" in page.servers.nearby_text
    page.set_looking(False)
    assert "Nothing nearby" in page.servers.nearby_text
    page.set_looking(False, "No such device")
    assert "blocked on this network" in page.servers.nearby_text
    page.set_nearby([ATTIC])
    assert page.servers.nearby_text == ""
    assert [(row.name, row.address) for row in page.servers.nearby_list.rows] == [("Attic", "192.0.2.7:2022")]


def test_an_unknown_server_nearby_asks_who_one_is_there(qtbot: QtBot) -> None:
    page = ConnectPage("anna")
    qtbot.addWidget(page)
    page.resize(480, 900)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    asked = Asked(page)
    page.set_nearby([ATTIC])
    click_nearby(page, qtbot)
    assert asked.connects == []
    assert page.form.address_edit.selectedText() == "anna"
    qtbot.keyClicks(page.form.address_edit, "bob")
    qtbot.keyClick(page.form.address_edit, Qt.Key.Key_Return)
    assert asked.connects == [(Address("192.0.2.7", 2022, "bob"), "", False)]


def test_a_server_nearby_that_is_known_is_opened_as_it_was(page: ConnectPage, qtbot: QtBot) -> None:
    asked = Asked(page)
    page.set_nearby([ATTIC])
    page.set_recent([RecentServer(host="192.0.2.7", port=2022, user="root")])
    click_nearby(page, qtbot)
    assert asked.connects == [(Address("192.0.2.7", 2022, "root"), "", False)]
    saved = Site(id=7, name="Attic", host="192.0.2.7", port=2022, user="anna")
    chosen: list[object] = []
    page.site_chosen.connect(chosen.append)
    page.set_sites([saved])
    click_nearby(page, qtbot)
    assert chosen == [saved]


def test_what_is_saved_is_not_listed_as_recent_too(page: ConnectPage) -> None:
    page.set_sites([DESK])
    page.set_recent([RecentServer(host="desk.local", user="anna"), RecentServer(host="lab", user="anna")])
    assert [row.address for row in page.servers.recent_list.rows] == ["anna@lab"]


def test_hostile_announcements_stay_text(page: ConnectPage) -> None:
    page.set_nearby([NearbyServer("k", "<b>x</b>\u202e\x07" + "y" * 500, ("192.0.2.7",), 1)])
    (row,) = page.servers.nearby_list.rows
    assert "\u202e" not in row.name
    assert "\x07" not in row.name
    tip = page.servers.nearby_list.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "<b>x" not in tip


def test_a_link_with_a_fingerprint_keeps_it_while_the_user_is_typed(page: ConnectPage, qtbot: QtBot) -> None:
    asked = Asked(page)
    page.take_link(parse_link(f"wherry://desk/photos/?fp={FINGERPRINT}"))
    assert asked.connects == []
    page.form.address_edit.setText(f"wherry://anna@desk/photos/?fp={FINGERPRINT}")
    qtbot.keyClick(page.form.address_edit, Qt.Key.Key_Return)
    assert asked.connects == [(Address("desk", user="anna"), "", False)]
    assert (page.start, page.fingerprint) == (("photos",), FINGERPRINT)

    page.form.address_edit.clear()
    qtbot.keyClicks(page.form.address_edit, "anna@desk")
    qtbot.keyClick(page.form.address_edit, Qt.Key.Key_Return)
    assert page.fingerprint is None


def test_the_page_says_when_it_is_seen(page: ConnectPage) -> None:
    seen: list[bool] = []
    page.seen.connect(seen.append)
    page.hide()
    page.show()
    assert seen == [False, True]
