"""Whether a disk takes two names for one: upper and lower case, or two ways to write an accent. Reads no disk itself.

Some disks fold names (APFS, NTFS, ext4 where asked to). There ``readme`` finds ``README``, and replacing what was found
would lose a file of another name; so it is looked for before anything is replaced or filled.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

from shared.names import collision_key

Identity = tuple[int, int]


def other_spelling(
    name: str, identity: Identity, identify: Callable[[str], Identity | None], names: Callable[[], Iterable[str]]
) -> str | None:
    """Return the name under which a folder really has what was found as ``name``; None where that is ``name`` itself.

    ``identity`` is of what was found, ``identify`` looks up another name in the same folder, ``names`` lists it: only
    called when the disk seems to fold.
    """
    variants = {name.swapcase(), unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)} - {name}
    if not any(identify(variant) == identity for variant in variants):
        return None
    listed = set(names())
    if name in listed:
        return None
    key = collision_key(name)
    return next((each for each in sorted(listed) if collision_key(each) == key and identify(each) == identity), None)
