"""The titles and hints of the error tree in the person's language. The tree itself knows no Qt and speaks English."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

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


def translated(text: str) -> str:
    """Return a title or a hint as the person reads it; what is in no list, such as a server's own words, stays."""
    return QCoreApplication.translate("Errors", text) if text else ""
