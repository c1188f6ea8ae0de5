"""How to reach the server: what is shown and copied, on and off, with one address and several."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from server.tray.address_card import AddressCard, CopyButton
from server.tray.addresses import HostAddress, Medium
from tests.server.tray.fakes import FINGERPRINT, LINK_END

CABLE = HostAddress("192.168.1.5", "enp3s0", Medium.CABLE)
WIRELESS = HostAddress("10.0.0.9", "wlan0", Medium.WIRELESS)


@pytest.fixture
def card(qtbot: QtBot) -> AddressCard:
    found = AddressCard()
    qtbot.addWidget(found)
    found.show()
    return found


def _copied(card: AddressCard, what: str) -> str:
    button = next(each for each in card.findChildren(CopyButton) if what in each.toolTip())
    button.click()
    return QGuiApplication.clipboard().text()


def test_address_link_and_fingerprint_can_be_copied(card: AddressCard) -> None:
    card.show_place([CABLE], 47623, FINGERPRINT, user="anna", is_on=True)
    assert _copied(card, "address") == "192.168.1.5:47623"
    assert _copied(card, "link") == f"wherry://anna@192.168.1.5:47623/{LINK_END}"
    assert _copied(card, "fingerprint") == FINGERPRINT
    assert card.qr.text == f"wherry://anna@192.168.1.5:47623/{LINK_END}"


def test_no_code_to_scan_while_nobody_could_connect(card: AddressCard) -> None:
    card.show_place([CABLE], 47623, FINGERPRINT, is_on=False)
    assert card.qr.text == ""
    assert card.link == f"wherry://192.168.1.5:47623/{LINK_END}"


def test_a_port_not_known_yet_makes_no_link(card: AddressCard) -> None:
    card.show_place([CABLE], 0, FINGERPRINT, is_on=False)
    assert card.link == ""


def test_the_chosen_address_stays_chosen_when_others_come(qtbot: QtBot, card: AddressCard) -> None:
    card.show_place([CABLE, WIRELESS], 47623, FINGERPRINT, is_on=True)
    (choice,) = card.findChildren(QComboBox)
    assert choice.isVisible()
    with qtbot.waitSignal(card.link_changed):
        choice.setCurrentIndex(1)
    assert card.qr.text == f"wherry://10.0.0.9:47623/{LINK_END}"
    card.show_place([HostAddress("172.16.0.1"), CABLE, WIRELESS], 47623, FINGERPRINT, is_on=True)
    assert card.link == f"wherry://10.0.0.9:47623/{LINK_END}"
    card.show_place([CABLE], 47623, FINGERPRINT, is_on=True)
    assert card.link == f"wherry://192.168.1.5:47623/{LINK_END}"
    assert not choice.isVisible()
