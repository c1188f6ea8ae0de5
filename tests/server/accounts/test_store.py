"""Accounts on a real disk: what is kept, who may read it, and what a stranger can learn."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from server.accounts import store as store_module
from server.accounts.account import Account, Share
from server.accounts.homes import default_home
from server.accounts.store import FILE_NAME, AccountStore
from server.capacity import Limit
from shared.auth.credentials import Verifier, make_verifier
from shared.auth.scram import ClientLogin, ServerLogin
from shared.errors import ConfigError, LoginError
from shared.permissions import FULL, Permission
from shared.protocol import limits

FEW = limits.MIN_ITERATIONS
BINDING = bytes(32)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


class HomedStore(AccountStore):
    """Makes homes in the data folder, as with SQLite, also where several servers could share the database."""

    def _home_for(self, name: str, home: Path | None) -> Path:
        return super()._home_for(name, home) if home is not None else default_home(self._data, name)


Opener = Callable[[], AccountStore]


@pytest.fixture(params=["sqlite", "postgresql"])
def opener(request: pytest.FixtureRequest, data: Path) -> Opener:
    """Opens one and the same store, as each process does that uses it."""
    url = request.getfixturevalue("postgres").new_database() if request.param == "postgresql" else None
    return lambda: HomedStore(data, url=url, clock=lambda: 1234.5)


@pytest.fixture
def store(opener: Opener) -> Iterator[AccountStore]:
    with closing(opener()) as opened:
        yield opened


@pytest.fixture
def sqlite_store(data: Path) -> Iterator[AccountStore]:
    with closing(AccountStore(data)) as opened:
        yield opened


def may_log_in(store: AccountStore, name: str, password: str) -> bool:
    client, server = ClientLogin(name, password, BINDING), ServerLogin(BINDING, store.verifier_for)
    try:
        client.verify(server.finish(client.answer(server.challenge(client.first()))))
    except LoginError:
        return False
    return True


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_an_account_is_kept_with_all_it_was_given(store: AccountStore, opener: Opener, tmp_path: Path) -> None:
    added = store.add("Anna", "pw", home=tmp_path / "photos", read_only=True, quota=10 * limits.MIB, iterations=FEW)
    with closing(opener()) as again:
        assert again.find("Anna") == added
        assert again.list() == [added]
    assert (added.name, added.home, added.read_only, added.quota) == (
        "Anna",
        (tmp_path / "photos").resolve(),
        True,
        10 * limits.MIB,
    )
    assert (added.enabled, added.created, added.last_login, added.iterations) == (True, 1234.5, None, FEW)


def test_the_password_logs_in_and_another_does_not(store: AccountStore) -> None:
    store.add("anna", "right", iterations=FEW)
    assert may_log_in(store, "anna", "right")
    assert may_log_in(store, "ANNA", "right")
    assert not may_log_in(store, "anna", "wrong")
    store.set_password("Anna", "new", iterations=FEW)
    assert may_log_in(store, "anna", "new")
    assert not may_log_in(store, "anna", "right")


def test_no_password_is_on_the_disk(store: AccountStore, data: Path) -> None:
    store.add("anna", "correct horse battery", iterations=FEW)
    for path in data.rglob("*"):
        if path.is_file():
            assert b"correct horse" not in path.read_bytes()


def test_the_default_iteration_count_is_the_strong_one(store: AccountStore) -> None:
    assert store.add("anna", "pw").iterations == limits.DEFAULT_ITERATIONS


def test_disabled_and_removed_accounts_let_nobody_in(store: AccountStore) -> None:
    home = store.add("anna", "pw", iterations=FEW).home
    (home / "file").write_text("kept")
    store.set_enabled("anna", False)
    assert not may_log_in(store, "anna", "pw")
    store.set_enabled("anna", True)
    assert may_log_in(store, "anna", "pw")
    store.remove("ANNA")
    assert not may_log_in(store, "anna", "pw")
    assert store.find("anna") is None
    assert (home / "file").read_text() == "kept"


def shape(verifier: Verifier) -> tuple[int, int]:
    return len(verifier.salt), verifier.iterations


def test_unknown_names_look_like_accounts(store: AccountStore, opener: Opener) -> None:
    assert shape(store.verifier_for("nobody")) == (16, limits.DEFAULT_ITERATIONS)
    store.add("anna", "pw", iterations=FEW)
    store.add("bert", "pw", iterations=FEW)
    store.add("carl", "pw", iterations=FEW + 1)

    real, fake = store.verifier_for("anna"), store.verifier_for("nobody")
    assert shape(real) == shape(fake)
    # As with an account: one salt for all spellings, the same each time and after a restart.
    assert store.verifier_for("NOBODY") == fake
    assert store.verifier_for("nobody2").salt != fake.salt
    with closing(opener()) as again:
        assert again.verifier_for("nobody") == fake


def test_servers_make_different_fakes(tmp_path: Path) -> None:
    salts = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with closing(AccountStore(tmp_path / name)) as opened:
            salts.add(opened.verifier_for("nobody").salt)
    assert len(salts) == 2


def test_disabling_is_not_seen_from_outside(store: AccountStore) -> None:
    store.add("anna", "pw", iterations=FEW + 7)
    before = store.verifier_for("anna")
    store.set_enabled("anna", False)
    after = store.verifier_for("anna")
    assert (after.salt, after.iterations) == (before.salt, before.iterations)
    assert after.stored_key != before.stored_key


@pytest.mark.parametrize("name", ["a/b", "x" * 5000, "\ud800", "", "' OR 1=1 --", "%", "_"])
def test_any_name_from_outside_gets_a_verifier(store: AccountStore, name: str) -> None:
    store.add("anna", "pw", iterations=FEW)
    assert shape(store.verifier_for(name)) == (16, FEW)
    assert store.find(name) is None


def test_names_are_unique_without_regard_to_case(store: AccountStore) -> None:
    store.add("Anna", "first", iterations=FEW)
    for name in ("Anna", "anna", "ANNA"):
        with pytest.raises(ConfigError, match="taken"):
            store.add(name, "second", iterations=FEW)
    assert may_log_in(store, "anna", "first")


def test_a_name_taken_by_another_process_meanwhile_is_refused(
    store: AccountStore, opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = store_module.make_verifier

    def overtaken(password: str, *, iterations: int) -> Verifier:
        monkeypatch.undo()
        with closing(opener()) as other:
            other.add("anna", "theirs", iterations=FEW)
        return make(password, iterations=iterations)

    monkeypatch.setattr(store_module, "make_verifier", overtaken)
    with pytest.raises(ConfigError, match="taken"):
        store.add("anna", "ours", iterations=FEW)
    assert may_log_in(store, "anna", "theirs")


def test_all_that_an_account_has_is_kept_and_can_be_changed(
    store: AccountStore, opener: Opener, tmp_path: Path
) -> None:
    photos, lab = tmp_path / "photos", tmp_path / "lab"
    photos.mkdir()
    lab.mkdir()
    added = store.add(
        "anna",
        "pw",
        permissions=Permission.READ | Permission.WRITE,
        quota=5,
        max_files=6,
        upload_rate=100_000,
        download_rate=200_000,
        max_sessions=7,
        expires=5000.0,
        iterations=FEW,
    )
    shares = (
        Share(name="Lab", folder=lab, permissions=FULL, limit=Limit(8, 9)),
        Share(name="Photos", folder=photos),
    )
    edited = store.edit("ANNA", lambda account: replace(account, name="Änna", shares=shares, max_sessions=None))
    with closing(opener()) as again:
        assert again.find("anna") is None
        assert again.find("änna") == edited
        assert again.list() == [edited]
    assert edited == replace(added, name="Änna", shares=shares, max_sessions=None)
    assert (edited.limit, edited.permissions) == (Limit(5, 6), Permission.READ | Permission.WRITE)
    assert (edited.upload_rate, edited.download_rate, edited.expires) == (100_000, 200_000, 5000.0)


def test_shares_come_and_go(store: AccountStore, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    store.add("anna", "pw", iterations=FEW)
    store.add_share("anna", Share(name="two", folder=tmp_path / "two"))
    account = store.add_share("anna", Share(name="one", folder=tmp_path / "one" / ".." / "one"))
    assert [(share.name, share.folder) for share in account.shares] == [
        ("one", tmp_path / "one"),
        ("two", tmp_path / "two"),
    ]
    assert [share.name for share in store.remove_share("anna", "one").shares] == ["two"]
    with pytest.raises(ConfigError, match="No such shared folder"):
        store.remove_share("anna", "one")
    store.remove("anna")
    assert store.add("anna", "pw", iterations=FEW).shares == ()


def refusals(home: Path, tmp_path: Path) -> dict[str, Callable[[Account], Account]]:
    def share(name: str = "x", folder: Path = tmp_path / "lab") -> Callable[[Account], Account]:
        return lambda account: replace(account, shares=(*account.shares, Share(name=name, folder=folder)))

    return {
        "“photos” already": share("photos"),
        "and its home are": lambda account: replace(account, home=tmp_path / "photos" / "best"),
        "one inside the other": share(folder=tmp_path / "photos" / "best"),
        "and its home": share(folder=home / "below"),
        "no such folder": share(folder=tmp_path / "nowhere"),
        "would open them": share(folder=tmp_path / "data"),
        "“a/b”": share("a/b"),
        "“..”": share(".."),
        "uses it itself": share(".Wherry-Staging"),
        "64 bytes": share("照" * 22),
        "at most 32 folders": lambda account: replace(
            account, shares=tuple(Share(name=str(number), folder=tmp_path / "photos") for number in range(33))
        ),
        "a quota": lambda account: replace(account, limit=Limit(0)),
        "number of files": lambda account: replace(account, limit=Limit(None, 0)),
        "a rate": lambda account: replace(account, upload_rate=1000),
        "number of sessions": lambda account: replace(account, max_sessions=0),
        "in no calendar": lambda account: replace(account, expires=-1.0),
        "name is not allowed": lambda account: replace(account, name="../x"),
        "is taken": lambda account: replace(account, name="BERT"),
    }


def test_what_cannot_be_is_refused_and_changes_nothing(store: AccountStore, tmp_path: Path) -> None:
    (tmp_path / "photos" / "best").mkdir(parents=True)
    (tmp_path / "lab").mkdir()
    home = store.add("anna", "pw", iterations=FEW).home
    store.add("bert", "pw", iterations=FEW)
    (home / "below").mkdir()
    before = store.add_share("anna", Share(name="photos", folder=tmp_path / "photos"))
    generation = store.generation()
    for reason, change in refusals(home, tmp_path).items():
        with pytest.raises(ConfigError, match=reason):
            store.edit("anna", change)
    assert store.find("anna") == before
    assert store.generation() == generation


def test_an_account_that_has_expired_lets_nobody_in(store: AccountStore) -> None:
    store.add("anna", "pw", expires=1234.6, iterations=FEW)
    assert may_log_in(store, "anna", "pw")
    before = store.verifier_for("anna")
    store.edit("anna", lambda account: replace(account, expires=1234.5))
    assert not may_log_in(store, "anna", "pw")
    after = store.verifier_for("anna")
    assert (after.salt, after.iterations) == (before.salt, before.iterations)


def test_only_who_holds_by_the_present_password_is_admitted(store: AccountStore) -> None:
    account = store.add("anna", "pw", iterations=FEW)
    verifier = store.verifier_for("anna")
    assert store.admitted("ANNA", verifier) == account
    assert store.admitted("bert", store.verifier_for("bert")) is None
    store.set_enabled("anna", False)
    assert store.admitted("anna", verifier) is None
    store.set_enabled("anna", True)
    store.set_password("anna", "other", iterations=FEW)
    assert store.admitted("anna", verifier) is None


def test_a_password_is_changed_once_by_who_has_proven_the_old_one(store: AccountStore) -> None:
    store.add("anna", "old", iterations=FEW)
    old, new = store.verifier_for("anna"), make_verifier("new", iterations=FEW)
    generation = store.generation()
    changed = store.change_password("anna", old, new)
    assert changed is not None
    assert changed.password_version == 1
    assert store.generation() != generation
    assert store.change_password("anna", old, make_verifier("third", iterations=FEW)) is None
    assert store.change_password("nobody", old, new) is None
    assert may_log_in(store, "anna", "new")
    assert not may_log_in(store, "anna", "third")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda store: store.add("../x", "pw", iterations=FEW),
        lambda store: store.add("anna", "", iterations=FEW),
        lambda store: store.add("anna", "tab\there", iterations=FEW),
        lambda store: store.add("anna", "pw", quota=0, iterations=FEW),
        lambda store: store.add("anna", "pw", quota=-5, iterations=FEW),
        lambda store: store.add("anna", "pw", iterations=1),
    ],
)
def test_a_refused_account_leaves_nothing(
    store: AccountStore, data: Path, wrong: Callable[[AccountStore], object]
) -> None:
    before = store.generation()
    with pytest.raises(ConfigError):
        wrong(store)
    assert store.list() == []
    assert store.generation() == before
    assert not (data / "homes").exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda store: store.set_password("nobody", "pw", iterations=FEW),
        lambda store: store.set_enabled("nobody", True),
        lambda store: store.set_read_only("nobody", True),
        lambda store: store.set_quota("nobody", 5),
        lambda store: store.remove("nobody"),
    ],
)
def test_changing_an_account_that_is_not_there_is_an_error(
    store: AccountStore, change: Callable[[AccountStore], object]
) -> None:
    before = store.generation()
    with pytest.raises(ConfigError, match="No such account"):
        change(store)
    assert store.generation() == before


def test_the_generation_tells_of_changes_by_another_process_but_not_of_logins(
    store: AccountStore, opener: Opener, tmp_path: Path
) -> None:
    seen = [store.generation()]
    with closing(opener()) as other:
        other.add("anna", "pw", iterations=FEW)
        seen.append(store.generation())
        other.set_enabled("anna", False)
        seen.append(store.generation())
        other.set_read_only("anna", True)
        seen.append(store.generation())
        other.set_quota("anna", 7)
        seen.append(store.generation())
        other.set_home("anna", tmp_path / "elsewhere")
        seen.append(store.generation())
        other.record_login("anna", 99.0)
        assert store.generation() == seen[-1]
        assert store.find("anna") == other.find("anna")
        other.remove("anna")
        seen.append(store.generation())
    assert len(set(seen)) == len(seen)


def test_a_login_is_recorded(store: AccountStore) -> None:
    store.add("anna", "pw", iterations=FEW)
    store.record_login("ANNA", 99.5)
    store.record_login("nobody", 1.0)
    found = store.find("anna")
    assert found is not None
    assert found.last_login == 99.5


def test_many_threads_use_one_store(store: AccountStore) -> None:
    def work(number: int) -> bool:
        store.add(f"user{number}", f"pw{number}", iterations=FEW)
        store.record_login(f"user{number}", float(number))
        return may_log_in(store, f"user{number}", f"pw{number}")

    with ThreadPoolExecutor(8) as workers:
        assert all(workers.map(work, range(40)))
    assert len(store.list()) == 40


# --- on the disk


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_everything_is_private_from_its_first_byte(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes_at_connect: list[int] = []
    connect = sqlite3.dbapi2.connect

    def watch(*arguments: object, **options: object) -> sqlite3.Connection:
        modes_at_connect.append(mode_of(data / FILE_NAME))
        return connect(*arguments, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sqlite3.dbapi2, "connect", watch)
    before = os.umask(0)
    try:
        with closing(AccountStore(data)) as opened:
            home = opened.add("anna", "pw", iterations=FEW).home
            files = {path.name: mode_of(path) for path in data.iterdir() if path.is_file()}
    finally:
        os.umask(before)
    assert modes_at_connect
    assert set(modes_at_connect) == {0o600}
    assert files == {FILE_NAME: 0o600, f"{FILE_NAME}-wal": 0o600, f"{FILE_NAME}-shm": 0o600}
    assert mode_of(home) == mode_of(data / "homes") == 0o700
    assert home == data / "homes" / "anna"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_store_that_others_can_read_is_refused_with_the_cure(data: Path) -> None:
    AccountStore(data).close()
    (data / FILE_NAME).chmod(0o644)
    with pytest.raises(ConfigError) as refused:
        AccountStore(data)
    assert refused.value.hint == f"Run: chmod 600 {data / FILE_NAME}"


def edit(data: Path, statement: str) -> None:
    with closing(sqlite3.connect(data / FILE_NAME)) as connection, connection:
        connection.execute(statement)


def test_a_newer_store_is_refused_untouched(data: Path) -> None:
    AccountStore(data).close()
    edit(data, "PRAGMA user_version = 99")
    before = (data / FILE_NAME).read_bytes()
    with pytest.raises(ConfigError, match="version 99"):
        AccountStore(data)
    assert (data / FILE_NAME).read_bytes() == before


def test_a_foreign_database_is_refused_untouched(data: Path) -> None:
    (data / FILE_NAME).touch(mode=0o600)
    edit(data, "CREATE TABLE holidays (day TEXT)")
    with pytest.raises(ConfigError, match="not an account store"):
        AccountStore(data)


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_store_is_an_error_and_kept(data: Path, content: bytes) -> None:
    (data / FILE_NAME).touch(mode=0o600)
    (data / FILE_NAME).write_bytes(content)
    with pytest.raises(ConfigError, match="cannot be used"):
        AccountStore(data)
    assert (data / FILE_NAME).read_bytes() == content


def test_a_row_of_wrong_types_is_an_error_not_a_crash(sqlite_store: AccountStore, data: Path) -> None:
    sqlite_store.add("anna", "pw", iterations=FEW)
    edit(data, "UPDATE accounts SET iterations = 5")
    with pytest.raises(ConfigError):
        sqlite_store.verifier_for("anna")


def test_no_verifier_is_in_an_error(sqlite_store: AccountStore, data: Path) -> None:
    edit(data, "DROP TABLE accounts")
    with pytest.raises(ConfigError) as refused:
        sqlite_store.set_password("anna", "pw", iterations=FEW)
    text = f"{refused.value} {refused.value.__cause__}"
    assert "hidden" in text
    assert "b'" not in text


def test_a_store_in_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be made"):
        AccountStore(tmp_path / "absent")


def test_a_url_names_another_sqlite_file_and_no_other_kind_of_database(data: Path) -> None:
    with closing(AccountStore(data, url=f"sqlite:///{data / 'other.db'}")) as opened:
        opened.add("anna", "pw", iterations=FEW)
    assert mode_of(data / "other.db") == 0o600
    for url, reason in (
        ("mysql://localhost/x", "cannot be kept"),
        ("sqlite://", "cannot be kept"),
        ("no url", "cannot be read"),
        ("oracle://anna:swordfish@x:y/z", "cannot be read"),
    ):
        with pytest.raises(ConfigError, match=reason) as refused:
            AccountStore(data, url=url)
        assert "swordfish" not in str(refused.value)
