"""What can be ordered of a running server, and what a senseless order is answered with."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server.config import ServerConfig
from server.discovery import Announcement, AnnouncementState
from server.engine.ban_file import BanInfo
from server.engine.metrics import Load
from server.engine.orders import Host, Orders
from server.engine.registry import SessionInfo, Snapshot, TransferInfo
from server.engine.tally import Count
from shared.errors import ConfigError
from shared.tls import Identity, make_identity

ONE, OTHER = bytes(range(16)), bytes([0, 1, *range(50, 64)])


class Server:
    """A server that remembers what it was told."""

    address = ("127.0.0.1", 47623)
    fingerprint = "SHA256:x"
    announcement = Announcement(AnnouncementState.OFF)
    metrics_address = None

    def __init__(self, folder: Path) -> None:
        self.config = ServerConfig(data=folder, name="desk")
        self.events: list[tuple[Any, ...]] = []
        self.sessions = tuple(SessionInfo(number, "anna", "192.0.2.1", 0.0, 1) for number in (ONE, OTHER))

    def snapshot(self) -> Snapshot:
        return Snapshot(self.sessions, (TransferInfo(ONE, "anna", "/x", "upload", 10, 5, 0.0),), 1, 2)

    def load(self) -> Load:
        return Load(connections=2, bytes_in=1, bytes_out=2, started=1.0)

    def counts(self) -> dict[tuple[Count, str], int]:
        return {(Count.LOGINS, "ok"): 2}

    def kick(self, session: bytes) -> bool:
        self.events.append(("kick", session))
        return True

    def bans(self) -> tuple[BanInfo, ...]:
        return (BanInfo("192.0.2.7/32", 0.0, None, "x", True),)

    def ban(self, network: str, seconds: float | None = None, reason: str = "") -> BanInfo:
        self.events.append(("ban", network, seconds, reason))
        return BanInfo(network, 0.0, None, reason, True)

    def lift(self, network: str) -> tuple[BanInfo, ...]:
        self.events.append(("lift", network))
        return self.bans()

    def use_identity(self, identity: Identity) -> None:
        self.events.append(("identity", identity.fingerprint))


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def test_status_tells_who_is_there_as_json(server: Server) -> None:
    told = json.loads(json.dumps(Orders(server, Host()).obey({"do": "status"})))
    assert [session["id"] for session in told["sessions"]] == [ONE.hex(), OTHER.hex()]
    assert (told["transfers"][0]["session"], told["transfers"][0]["path"]) == (ONE.hex(), "/x")
    assert told["counts"] == {"logins ok": 2}
    assert (told["name"], told["port"], told["connections"], told["bytes_out"]) == ("desk", 47623, 2, 2)


def test_a_session_is_kicked_by_how_its_id_begins_when_that_is_clear(server: Server) -> None:
    orders = Orders(server, Host())
    for unclear in ("", "000", "0001", "ffff"):
        with pytest.raises(ConfigError):
            orders.obey({"do": "kick", "session": unclear})
    assert orders.obey({"do": "kick", "session": "000102"})["kicked"]["account"] == "anna"
    assert orders.obey({"do": "kick", "session": OTHER.hex().upper()})["kicked"]["id"] == OTHER.hex()
    assert server.events == [("kick", ONE), ("kick", OTHER)]


def test_bans(server: Server) -> None:
    orders = Orders(server, Host())
    assert orders.obey({"do": "bans"})["bans"][0]["network"] == "192.0.2.7/32"
    orders.obey({"do": "ban", "network": "192.0.2.0/24", "seconds": 60, "reason": "r" * 1000})
    orders.obey({"do": "ban", "network": "192.0.2.0/24"})
    orders.obey({"do": "lift", "network": "192.0.2.7"})
    assert server.events == [
        ("ban", "192.0.2.0/24", 60.0, "r" * 200),
        ("ban", "192.0.2.0/24", None, ""),
        ("lift", "192.0.2.7"),
    ]


def test_the_program_around_it_is_asked_for_what_is_its_own(server: Server) -> None:
    stops: list[float | None] = []
    orders = Orders(server, Host(stop=stops.append, reload=lambda: ("port",)))
    assert orders.obey({"do": "reload"}) == {"needs_restart": ["port"]}
    assert orders.obey({"do": "stop", "grace": 5}) == {}
    orders.obey({"do": "stop"})
    assert stops == [5.0, None]
    for what in ("reload", "stop"):
        with pytest.raises(ConfigError, match="tray"):
            Orders(server, Host()).obey({"do": what})


def test_the_identity_in_the_data_folder_is_used(server: Server) -> None:
    orders = Orders(server, Host())
    with pytest.raises(ConfigError):
        orders.obey({"do": "identity"})
    made = make_identity(server.config.data, "desk")
    assert orders.obey({"do": "identity"}) == {"fingerprint": made.fingerprint}
    assert server.events == [("identity", made.fingerprint)]


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"do": "fly"},
        {"do": ["status"]},
        {"do": "kick"},
        {"do": "kick", "session": 5},
        {"do": "ban"},
        {"do": "ban", "network": ["x"]},
        {"do": "ban", "network": "192.0.2.1", "seconds": "60"},
        {"do": "ban", "network": "192.0.2.1", "seconds": True},
        {"do": "ban", "network": "192.0.2.1", "seconds": -1},
        {"do": "ban", "network": "192.0.2.1", "seconds": float("nan")},
        {"do": "stop", "grace": 1e300},
    ],
)
def test_nonsense_is_no_order(server: Server, request_: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"order|number"):
        Orders(server, Host(stop=lambda grace: None)).obey(request_)
    assert server.events == []


def test_sessions_that_went_by_themselves_are_said_to_be_gone(server: Server) -> None:
    server.sessions = (replace(server.sessions[0], id=ONE),)
    server.kick = lambda session: False  # type: ignore[method-assign]  # it left between the look and the kick
    with pytest.raises(ConfigError, match="no such session"):
        Orders(server, Host()).obey({"do": "kick", "session": ONE.hex()})
