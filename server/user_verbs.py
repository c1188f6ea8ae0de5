"""The verbs ``wherry-server user ...``: accounts and what is shared with them. They speak with the store alone.

A running server sees every change within a second, and acts on the sessions that it concerns.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from server.accounts.account import Account, Share, check_account_name, name_taken, no_such_account, no_such_share
from server.accounts.store import AccountStore
from server.capacity import UNLIMITED, Limit
from server.config import open_data_folder
from server.config_file import load_config
from server.passwords import read_password
from shared.names import display
from shared.permissions import FULL, LOOK, WORDS, Permission, parse_permissions, words_of
from shared.protocol import limits
from shared.text import format_rate, format_size, format_time, parse_size

NONE = "none"
"""What takes a limit away."""

_PERMISSION_HELP = f"full, read-only, none, or words of: {', '.join(WORDS)} (with commas between)"

Verb = Callable[[argparse.Namespace], int]
Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


class AddVerb(Protocol):
    """Makes the parser of a verb, with the options that all verbs have."""

    def __call__(
        self, verbs: Verbs, name: str, verb: Verb, text: str, *, has_name: bool = False
    ) -> argparse.ArgumentParser: ...


# --- the command line


def add_user_verbs(verbs: Verbs, add_verb: AddVerb) -> None:
    """Add ``user`` and its actions."""
    user = verbs.add_parser(
        "user",
        help="add, change and list accounts",
        description="Accounts and what they may do. A running server acts on every change at once.",
        allow_abbrev=False,
    )
    actions = user.add_subparsers(title="actions", metavar="ACTION", required=True)
    add = add_verb(actions, "add", _add, "make an account and its home folder", has_name=True)
    add.add_argument("--read-only", action="store_true", help="short for --permissions read-only")
    listing = add_verb(actions, "list", _list, "show all accounts")
    show = add_verb(actions, "show", _show, "show all that an account has", has_name=True)
    passwd = add_verb(actions, "passwd", _passwd, "change a password, which ends the account's sessions", has_name=True)
    change = add_verb(actions, "set", _set, "change what an account has; what is not named stays", has_name=True)
    change.add_argument("--name", dest="new_name", metavar="NEW", help="another name; its files stay where they are")
    remove = add_verb(actions, "remove", _remove, "forget an account; its files stay", has_name=True)
    enable = add_verb(actions, "enable", _enable, "let an account log in again", has_name=True)
    disable = add_verb(actions, "disable", _disable, "end an account's sessions, let it in no more", has_name=True)
    for each in (add, passwd):
        each.add_argument(
            "--password-stdin", action="store_true", help="read the password as one line from standard input"
        )
    for each in (add, change):
        _add_settings(each)
    listing.add_argument("--json", action="store_true", help="one JSON object per line")
    show.add_argument("--json", action="store_true", help="one JSON object")
    parsers = [add, listing, show, passwd, change, remove, enable, disable, *_add_share_verbs(actions, add_verb)]
    for each in parsers:
        each.add_argument(
            "--config", type=Path, metavar="FILE", help="settings that name the database (default: config.toml)"
        )


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--home", type=Path, metavar="DIR", help="the folder it reaches (default: one of its own)")
    parser.add_argument(
        "--permissions", type=_permissions, metavar="WORDS", help=f"what it may do in its home: {_PERMISSION_HELP}"
    )
    _add_limits(parser, "its home")
    for way in ("upload", "download"):
        parser.add_argument(
            f"--{way}-rate", type=_rate, metavar="RATE", help=f"bytes a second of all its {way}s, such as 10M, or none"
        )
    parser.add_argument(
        "--max-sessions", type=_number, metavar="N", help="sessions at once, or none for the server's setting"
    )
    parser.add_argument(
        "--expires", type=_day, metavar="DAY", help="the last day it may log in, as in 2027-01-31, or never"
    )


def _add_limits(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--quota", type=_size, metavar="SIZE", help=f"what {what} may hold, such as 10G, or none")
    parser.add_argument("--max-files", type=_number, metavar="N", help=f"how many files {what} may hold, or none")


def _add_share_verbs(actions: Verbs, add_verb: AddVerb) -> list[argparse.ArgumentParser]:
    share = actions.add_parser(
        "share",
        help="folders that an account finds beside its own files",
        description="Each shared folder stands under a name at the top of an account's files, with permissions and a "
        "limit of its own. What the home has under the same name cannot be reached meanwhile.",
        allow_abbrev=False,
    )
    deeds = share.add_subparsers(title="actions", metavar="ACTION", required=True)
    add = add_verb(deeds, "add", _share_add, "share a folder with an account", has_name=True)
    add.add_argument("folder", type=Path, metavar="DIR", help="an existing folder")
    add.add_argument("--as", dest="share", metavar="SHARE", help="the name it stands under (default: the folder's)")
    change = add_verb(deeds, "set", _share_set, "change what may be done in a shared folder", has_name=True)
    remove = add_verb(deeds, "remove", _share_remove, "take a shared folder away; it stays on the disk", has_name=True)
    for each in (change, remove):
        each.add_argument("share", metavar="SHARE", help="the name it stands under")
    for each in (add, change):
        each.add_argument("--permissions", type=_permissions, metavar="WORDS", help=_PERMISSION_HELP)
        _add_limits(each, "it")
    listing = add_verb(deeds, "list", _share_list, "show what is shared with an account", has_name=True)
    listing.add_argument("--json", action="store_true", help="one JSON object per line")
    return [add, change, remove, listing]


def _permissions(text: str) -> Permission:
    try:
        return parse_permissions(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _size(text: str) -> int | str:
    if text.casefold() == NONE:
        return NONE
    try:
        size = parse_size(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not 0 < size <= limits.MAX_FILE:
        raise argparse.ArgumentTypeError("a quota is more than nothing, and at most 8P")
    return size


def _rate(text: str) -> int | str:
    if text.casefold() == NONE:
        return NONE
    try:
        return parse_size(text.removesuffix("/s"))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _number(text: str) -> int | str:
    if text.casefold() == NONE:
        return NONE
    if not (text.isascii() and text.isdecimal() and len(text) <= 13 and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no number; write one from 1 on, or none")
    return int(text)


def _day(text: str) -> float | str:
    """Read a day as the moment after its end, in this machine's time zone."""
    if text.casefold() in ("never", NONE):
        return NONE
    try:
        after = date.fromisoformat(text) + timedelta(days=1)
        return datetime(after.year, after.month, after.day).timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no day; write it as 2027-01-31, or never") from error


# --- accounts


def _add(options: argparse.Namespace) -> int:
    with _accounts(options) as accounts:
        # What can be wrong without the password is said before anybody types it.
        name = check_account_name(options.name)
        if accounts.find(name) is not None:
            raise name_taken(name)
        account = accounts.add(
            name,
            read_password(name, from_stdin=options.password_stdin),
            home=options.home,
            permissions=FULL if options.permissions is None else options.permissions,
            read_only=options.read_only,
            quota=_given(options.quota, None),
            max_files=_given(options.max_files, None),
            upload_rate=_given(options.upload_rate, None),
            download_rate=_given(options.download_rate, None),
            max_sessions=_given(options.max_sessions, None),
            expires=_given(options.expires, None),
        )
    print(f"added {account.name}, home {display(str(account.home))}")
    return 0


def _set(options: argparse.Namespace) -> int:
    def change(account: Account) -> Account:
        return replace(
            account,
            name=_given(options.new_name, account.name),
            home=_given(options.home, account.home),
            permissions=_given(options.permissions, account.permissions),
            limit=_limit(options, account.limit),
            upload_rate=_given(options.upload_rate, account.upload_rate),
            download_rate=_given(options.download_rate, account.download_rate),
            max_sessions=_given(options.max_sessions, account.max_sessions),
            expires=_given(options.expires, account.expires),
        )

    with _accounts(options) as accounts:
        account = accounts.edit(options.name, change)
    print(f"changed {account.name}")
    return 0


def _passwd(options: argparse.Namespace) -> int:
    with _accounts(options) as accounts:
        account = _existing(accounts, options.name)
        accounts.set_password(account.name, read_password(account.name, from_stdin=options.password_stdin))
    print(f"changed the password of {account.name}")
    return 0


def _list(options: argparse.Namespace) -> int:
    with _accounts(options) as accounts:
        found = accounts.list()
    if options.json:
        for account in found:
            print(json.dumps(_json_of(account)))
    elif not found:
        print("wherry-server: no accounts yet; make one with: wherry-server user add NAME", file=sys.stderr)
    else:
        rows = [("NAME", "STATE", "ACCESS", "QUOTA", "SHARES", "LAST LOGIN", "HOME")]
        rows += [
            (
                display(account.name),
                _state(account),
                _access(account.permissions),
                format_size(account.quota) if account.quota is not None else NONE,
                str(len(account.shares) or NONE),
                format_time(account.last_login) if account.last_login is not None else "never",
                display(str(account.home)),
            )
            for account in found
        ]
        _print_table(rows)
    return 0


def _show(options: argparse.Namespace) -> int:
    with _accounts(options) as accounts:
        account = _existing(accounts, options.name)
    if options.json:
        print(json.dumps(_json_of(account)))
        return 0
    rows = [
        ("name", display(account.name)),
        ("state", _state(account)),
        ("home", display(str(account.home))),
        ("permissions", ", ".join(words_of(account.permissions)) or NONE),
        ("quota", format_size(account.quota) if account.quota is not None else NONE),
        ("files", f"{account.limit.files:,}" if account.limit.files is not None else "any number"),
        ("upload rate", format_rate(account.upload_rate) if account.upload_rate is not None else "any"),
        ("download rate", format_rate(account.download_rate) if account.download_rate is not None else "any"),
        ("sessions", str(account.max_sessions) if account.max_sessions is not None else "as the server is set"),
        ("expires", format_time(account.expires) if account.expires is not None else "never"),
        ("made", format_time(account.created)),
        ("last login", format_time(account.last_login) if account.last_login is not None else "never"),
    ]
    rows += [("shared", f"{display(share.name)}: {_described(share)}") for share in account.shares]
    _print_table(rows)
    return 0


def _remove(options: argparse.Namespace) -> int:
    with _accounts(options) as accounts:
        account = _existing(accounts, options.name)
        accounts.remove(account.name)
    print(f"removed {account.name}; its files stay in {display(str(account.home))}")
    return 0


def _enable(options: argparse.Namespace) -> int:
    return _set_enabled(options, True)


def _disable(options: argparse.Namespace) -> int:
    return _set_enabled(options, False)


def _set_enabled(options: argparse.Namespace, is_enabled: bool) -> int:
    with _accounts(options) as accounts:
        account = _existing(accounts, options.name)
        accounts.set_enabled(account.name, is_enabled)
    print(f"{'enabled' if is_enabled else 'disabled'} {account.name}")
    return 0


# --- shared folders


def _share_add(options: argparse.Namespace) -> int:
    name = options.share or options.folder.expanduser().absolute().name
    share = Share(
        name=name,
        folder=options.folder,
        permissions=LOOK if options.permissions is None else options.permissions,
        limit=_limit(options, UNLIMITED),
    )
    with _accounts(options) as accounts:
        account = accounts.add_share(options.name, share)
    added = _share_of(account, name)
    print(f"{account.name} finds {display(str(added.folder))} as {display(name)}: {_access(added.permissions)}")
    if (account.home / name).exists():
        print(
            f"wherry-server: the home of {account.name} has “{display(name)}” too, "
            "which cannot be reached while this is shared",
            file=sys.stderr,
        )
    return 0


def _share_set(options: argparse.Namespace) -> int:
    def change(account: Account) -> Account:
        old = _share_of(account, options.share)
        new = replace(old, permissions=_given(options.permissions, old.permissions), limit=_limit(options, old.limit))
        return replace(account, shares=tuple(new if share is old else share for share in account.shares))

    with _accounts(options) as accounts:
        account = accounts.edit(options.name, change)
    share = _share_of(account, options.share)
    print(f"{account.name} finds {display(str(share.folder))} as {display(share.name)}: {_access(share.permissions)}")
    return 0


def _share_remove(options: argparse.Namespace) -> int:
    with _accounts(options) as accounts:
        account = accounts.remove_share(options.name, options.share)
    print(f"{account.name} finds {display(options.share)} no more")
    return 0


def _share_list(options: argparse.Namespace) -> int:
    with _accounts(options) as accounts:
        account = _existing(accounts, options.name)
    if options.json:
        for share in account.shares:
            print(json.dumps(_json_of_share(share)))
    elif not account.shares:
        print(f"wherry-server: nothing is shared with {account.name}", file=sys.stderr)
    else:
        rows = [("SHARE", "ACCESS", "QUOTA", "FOLDER")]
        rows += [
            (
                display(share.name),
                _access(share.permissions),
                format_size(share.limit.bytes) if share.limit.bytes is not None else NONE,
                display(str(share.folder)),
            )
            for share in account.shares
        ]
        _print_table(rows)
    return 0


# --- inside


def _accounts(options: argparse.Namespace) -> closing[AccountStore]:
    data = open_data_folder(options.data)
    return closing(AccountStore(data, url=load_config(data, options.config).database))


def _existing(accounts: AccountStore, name: str) -> Account:
    account = accounts.find(name)
    if account is None:
        raise no_such_account(name)
    return account


def _share_of(account: Account, name: str) -> Share:
    for share in account.shares:
        if share.name == name:
            return share
    raise no_such_share(account.name, name)


def _given(option: Any, otherwise: Any) -> Any:
    """Return what an option sets: not given, what there was; “none”, nothing."""
    if option is None:
        return otherwise
    return None if option == NONE else option


def _limit(options: argparse.Namespace, old: Limit) -> Limit:
    return Limit(_given(options.quota, old.bytes), _given(options.max_files, old.files))


def _state(account: Account) -> str:
    if not account.enabled:
        return "disabled"
    return "enabled" if account.is_active(datetime.now().timestamp()) else "expired"


def _access(permissions: Permission) -> str:
    if permissions == FULL:
        return "full"
    return "read only" if permissions == LOOK else ",".join(words_of(permissions)) or NONE


def _described(share: Share) -> str:
    parts = [display(str(share.folder)), _access(share.permissions)]
    if share.limit.bytes is not None:
        parts.append(f"up to {format_size(share.limit.bytes)}")
    if share.limit.files is not None:
        parts.append(f"up to {share.limit.files:,} files")
    return "; ".join(parts)


def _json_of(account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "home": str(account.home),
        "permissions": words_of(account.permissions),
        "read_only": account.read_only,
        "quota": account.limit.bytes,
        "max_files": account.limit.files,
        "upload_rate": account.upload_rate,
        "download_rate": account.download_rate,
        "max_sessions": account.max_sessions,
        "expires": account.expires,
        "enabled": account.enabled,
        "created": account.created,
        "last_login": account.last_login,
        "shares": [_json_of_share(share) for share in account.shares],
    }


def _json_of_share(share: Share) -> dict[str, object]:
    return {
        "name": share.name,
        "folder": str(share.folder),
        "permissions": words_of(share.permissions),
        "quota": share.limit.bytes,
        "max_files": share.limit.files,
    }


def _print_table(rows: Sequence[tuple[str, ...]]) -> None:
    from rich.cells import cell_len

    widths = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())
