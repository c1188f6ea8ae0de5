"""What errors say, in the person's language. The tree itself knows no Qt, and speaks and sends English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from shared.look import error_causes

WORDS: tuple[object, ...] = (
    QT_TRANSLATE_NOOP("Errors", "Something went wrong"),
    QT_TRANSLATE_NOOP("Errors", "The connection was lost"),
    QT_TRANSLATE_NOOP("Errors", "The other side did not speak Wherry correctly"),
    QT_TRANSLATE_NOOP("Errors", "Login refused"),
    QT_TRANSLATE_NOOP("Errors", "The server's identity is not known"),
    QT_TRANSLATE_NOOP("Errors", "Wherry cannot use its settings"),
    QT_TRANSLATE_NOOP("Errors", "The server's identity has changed"),
    QT_TRANSLATE_NOOP("Errors", "Not found"),
    QT_TRANSLATE_NOOP("Errors", "Already exists"),
    QT_TRANSLATE_NOOP("Errors", "Permission denied"),
    QT_TRANSLATE_NOOP("Errors", "This is a folder"),
    QT_TRANSLATE_NOOP("Errors", "This is not a folder"),
    QT_TRANSLATE_NOOP("Errors", "The folder is not empty"),
    QT_TRANSLATE_NOOP("Errors", "This is not a regular file"),
    QT_TRANSLATE_NOOP("Errors", "No space left"),
    QT_TRANSLATE_NOOP("Errors", "The quota is used up"),
    QT_TRANSLATE_NOOP("Errors", "Read-only"),
    QT_TRANSLATE_NOOP("Errors", "In use by another transfer"),
    QT_TRANSLATE_NOOP("Errors", "The file changed while it was being read"),
    QT_TRANSLATE_NOOP("Errors", "The contents did not arrive intact"),
    QT_TRANSLATE_NOOP("Errors", "This name is not allowed"),
    QT_TRANSLATE_NOOP("Errors", "The request makes no sense"),
    QT_TRANSLATE_NOOP("Errors", "Too large"),
    QT_TRANSLATE_NOOP("Errors", "Not on the same disk"),
    QT_TRANSLATE_NOOP("Errors", "Reading or writing failed"),
    QT_TRANSLATE_NOOP("Errors", "Cancelled"),
    QT_TRANSLATE_NOOP("Errors", "Not supported"),
    QT_TRANSLATE_NOOP("Errors", "The server is stopping"),
    QT_TRANSLATE_NOOP("Errors", "Internal error"),
    QT_TRANSLATE_NOOP("Errors", "It may have been moved or deleted; refresh the listing."),
    QT_TRANSLATE_NOOP("Errors", "Choose overwrite, rename or skip."),
    QT_TRANSLATE_NOOP("Errors", "Check the permissions of the file and of its folder."),
    QT_TRANSLATE_NOOP("Errors", "Free some space, then retry."),
    QT_TRANSLATE_NOOP("Errors", "Delete something, or ask for a larger quota, then retry."),
    QT_TRANSLATE_NOOP("Errors", "Wait until the other transfer has ended, then retry."),
    QT_TRANSLATE_NOOP("Errors", "Retry when the file is no longer being written."),
    QT_TRANSLATE_NOOP("Errors", "Retry; if it happens again, check the memory and disks of both machines."),
    QT_TRANSLATE_NOOP("Errors", "Check the disk, then retry."),
    QT_TRANSLATE_NOOP("Errors", "Retry when the server runs again."),
    QT_TRANSLATE_NOOP("Errors", "The account or the disk allows reading only."),
)
"""What shared.errors says, marked for the translators; the test of this module compares both."""


_PLACE = re.compile(r"%\d")


def translated(text: str) -> str:
    """Return a title, a hint or a cause as the person reads it; what is in no list stays as it was said."""
    found = _exactly(text)
    if found != text or not text or _exactly("Not found") == "Not found":
        return found
    for pattern, template in _patterns():
        if match := pattern.fullmatch(text):
            return _filled(_exactly(template), [translated(value) for value in match.groups()])
    return text


def _filled(template: str, values: Sequence[str]) -> str:
    """Put the values in, all at once: one may hold a ``%1`` of its own."""
    return _PLACE.sub(lambda place: values[int(place[0][1:]) - 1], template)


def _exactly(text: str) -> str:
    return QCoreApplication.translate("Errors", text) if text else ""


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return what recognises a text into which values were put; those that say most are tried first."""
    templates = sorted((text for text in error_causes.ALL if _PLACE.search(text)), key=len, reverse=True)
    return tuple(
        (re.compile("(.+?)".join(map(re.escape, _PLACE.split(template))), re.DOTALL), template)
        for template in templates
    )
