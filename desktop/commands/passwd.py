"""``passwd``: change one's own password on a server. The old one comes from where every verb has it."""

from __future__ import annotations

import asyncio
import getpass
import sys

from desktop.commands.connecting import Connector, is_terminal
from desktop.commands.options import Exit, Options, UsageError
from desktop.commands.report import Report
from desktop.storage.secrets import Passwords
from shared.errors import LoginError


async def passwd(options: Options, connector: Connector, report: Report) -> Exit:
    """Change the password; where the keyring has the old one, it gets the new one.

    With ``--password-stdin`` the first line is the old password, the second the new one.
    """
    address = options.link(options.words[0]).address
    if not options.password_stdin and not is_terminal():
        raise UsageError(
            "there is no terminal to ask for the new password on",
            hint="Add --password-stdin, and write the old and the new password to it, each on a line.",
        )
    session = await connector.open(address)
    try:
        old = await connector.password(address)
        new = await asyncio.to_thread(_new_password, options, address.title)
        await session.change_password(old, new)
    finally:
        await session.close()
    passwords = Passwords()
    if await asyncio.to_thread(passwords.get, address.site) is not None:
        await asyncio.to_thread(passwords.set, address.site, new)
    report.did("changed the password", address.title)
    return Exit.DONE


def _new_password(options: Options, title: str) -> str:
    if options.password_stdin:
        # The line before it was the old one.
        new = sys.stdin.readline().rstrip("\r\n")
        if not new:
            raise LoginError("standard input has no new password", hint="Its second line is the new password.")
        return new
    new = getpass.getpass(f"New password for {title}: ")
    if not new:
        raise LoginError("an empty password lets everybody in", hint="Nothing was changed.")
    if getpass.getpass("The same once more: ") != new:
        raise LoginError("the two passwords differ", hint="Nothing was changed; try again.")
    return new
