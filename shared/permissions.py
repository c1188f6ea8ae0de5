"""What an account may do in a folder, as both ends name it. Decides nothing about any request."""

from __future__ import annotations

from enum import Flag, auto


class Permission(Flag):
    """Each is a bit in the store and on the wire, which never changes, and a word for people (:func:`words_of`)."""

    READ = auto()
    """Download, digest, copy from here."""
    LIST = auto()
    """See names, sizes and times; search and watch."""
    WRITE = auto()
    """Put new files here, and set times and modes."""
    OVERWRITE = auto()
    """Replace what is there, by an upload, a copy or a rename."""
    DELETE = auto()
    RENAME = auto()
    """Rename, and move within this folder."""
    MAKE_FOLDER = auto()


NONE = Permission(0)
LOOK = Permission.READ | Permission.LIST
FULL = LOOK | Permission.WRITE | Permission.OVERWRITE | Permission.DELETE | Permission.RENAME | Permission.MAKE_FOLDER
CHANGING = FULL & ~LOOK

_WORDS = {permission: permission.name.lower().replace("_", "-") for permission in Permission if permission.name}
_PERMISSIONS = {word: permission for permission, word in _WORDS.items()}
_SETS = {"full": FULL, "read-only": LOOK, "none": NONE}

WORDS = tuple(_WORDS.values())
"""``read``, ``list``, ``write``, ``overwrite``, ``delete``, ``rename``, ``make-folder``."""


def words_of(permissions: Permission) -> tuple[str, ...]:
    """Return the words for permissions, in their order."""
    return tuple(word for permission, word in _WORDS.items() if permission in permissions)


def permissions_of(bits: int) -> Permission:
    """Return what the bits stand for; one that is not known says nothing (a newer peer may know more)."""
    return Permission(bits & FULL.value)


def parse_permissions(text: str) -> Permission:
    """Read what a person wrote: words with commas between, or one of ``full``, ``read-only``, ``none``.

    Raises ValueError, with the words there are, for one that is none.
    """
    if (found := _SETS.get(text.strip().casefold())) is not None:
        return found
    found = NONE
    for word in text.split(","):
        word = word.strip().casefold().replace("_", "-")
        if word not in _PERMISSIONS:
            raise ValueError(f"“{word[:20]}” is no permission; there are {', '.join(WORDS)}, or full, read-only, none")
        found |= _PERMISSIONS[word]
    return found
