"""Changing the password of the account one is logged in to: the old one proven again, the new one never sent."""

from __future__ import annotations

import asyncio

from desktop.client.line import Line
from shared.auth.binding import server_end_point
from shared.auth.credentials import Verifier, make_verifier
from shared.auth.scram import ClientLogin
from shared.errors import Code, LoginError, RemoteError
from shared.protocol import limits, messages


async def change_password(line: Line, name: str, old: str, new: str) -> None:
    """Change the password of ``name`` from ``old`` to ``new`` over its session's own line. Takes a second: PBKDF2.

    Raises RemoteError (PERMISSION) when ``old`` is wrong, LoginError for a password that cannot be used, and for a
    server that cannot prove that it knew the old one.
    """
    hello = line.conversation.peer_hello
    if hello is None or hello.version < limits.PASSWORD_CHANGE_SINCE:
        raise RemoteError(Code.UNSUPPORTED, "the server is of an older version", hint="Update Wherry Server there.")
    certificate = line.connection.getpeercert(binary_form=True) or b""
    scram = ClientLogin(name, old, server_end_point(certificate))
    loop = asyncio.get_running_loop()
    verifier = await loop.run_in_executor(None, _verifier_of, new)
    asked = messages.ProvePassword(id=line.conversation.new_id(), text=scram.first())
    challenge = await line.request(asked, messages.PasswordChallenge)
    final = await loop.run_in_executor(None, scram.answer, challenge.text)
    change = messages.ChangePassword(
        id=line.conversation.new_id(),
        text=final,
        salt=verifier.salt,
        iterations=verifier.iterations,
        stored_key=verifier.stored_key,
        server_key=verifier.server_key,
    )
    changed = await line.request(change, messages.PasswordChanged)
    scram.verify(changed.text)


def _verifier_of(password: str) -> Verifier:
    try:
        return make_verifier(password)
    except ValueError as error:
        raise LoginError(str(error), title="This password cannot be used") from error
