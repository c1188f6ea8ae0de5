"""What the server says, as values and errors of this program. Every name passes shared.names here."""

from __future__ import annotations

from shared import entries, names
from shared.errors import (
    HINTS,
    Code,
    ConnectionLostError,
    LoginError,
    PeerError,
    RemoteError,
    WherryError,
)
from shared.protocol import messages


def entry_from(wire: messages.Entry) -> entries.Entry:
    """Read one entry. Raises :class:`~shared.errors.PeerError` for a name that no honest server sends."""
    try:
        name = names.decode_component(wire.name)
    except names.BadNameError as error:
        raise PeerError(f"it named a file “{error.path}”: {error.detail}") from error
    return entries.Entry(name, wire.kind, wire.size, wire.mtime_ns, wire.mode)


def error_from(failed: messages.Failed) -> RemoteError:
    """Return the failure of one request as an error to raise or to record."""
    try:
        code = Code(failed.code)
    except ValueError:
        code = Code.IO
    try:
        path = names.format_path(names.decode_path(failed.path))
    except names.BadNameError as error:
        path = error.path
    return RemoteError(code, names.display(failed.text), path=path, hint=HINTS.get(code, ""))


def refusal_from(refused: messages.Refused) -> WherryError:
    """Return why the server ended the connection before login."""
    text = names.display(refused.text)
    if refused.code in {"login", "session"}:
        return LoginError(text, hint="Check the name and the password.")
    if refused.code == "too-many-attempts":
        seconds = max(1, round(refused.retry_after))
        return LoginError(text, hint=f"Wait {seconds} seconds, then try again.")
    return ConnectionLostError(text, title="The server refused the connection")


def goodbye_from(goodbye: messages.Goodbye) -> ConnectionLostError:
    """Return why the server ended the session."""
    return ConnectionLostError(names.display(goodbye.text), title="The server ended the session")
