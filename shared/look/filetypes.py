"""What a name's ending says about a file: its icon and its kind in words. Looks at no content."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from shared.entries import Entry, Kind

_SUFFIXES: dict[str, str] = {
    suffix: category
    for category, suffixes in {
        "image": "jpg jpeg png gif webp avif heic heif bmp tif tiff svg ico raw cr2 cr3 nef arw dng psd xcf",
        "video": "mp4 m4v mkv webm mov avi wmv flv mpg mpeg ogv mts m2ts 3gp",
        "audio": "mp3 flac wav ogg oga opus m4a aac wma aiff aif mid midi",
        "archive": "zip tar gz tgz bz2 tbz xz txz zst 7z rar lz4 iso dmg deb rpm jar cab",
        "code": "py pyi js mjs ts tsx jsx c h cc cpp hpp cs rs go java kt swift rb php pl lua sh bash zsh fish ps1 "
        "sql html htm css scss json yaml yml toml xml ini cfg conf cmake mk ipynb r jl",
        "document": "doc docx odt rtf pages tex epub xls xlsx ods numbers ppt pptx odp key csv tsv",
        "text": "txt md rst log nfo text",
        "pdf": "pdf",
    }.items()
    for suffix in suffixes.split()
}

_CONTEXT = "FileTypes"
_WORDS: dict[str, object] = {
    "image": QT_TRANSLATE_NOOP("FileTypes", "{0} image"),
    "video": QT_TRANSLATE_NOOP("FileTypes", "{0} video"),
    "audio": QT_TRANSLATE_NOOP("FileTypes", "{0} audio"),
    "archive": QT_TRANSLATE_NOOP("FileTypes", "{0} archive"),
    "code": QT_TRANSLATE_NOOP("FileTypes", "{0} source"),
    "document": QT_TRANSLATE_NOOP("FileTypes", "{0} document"),
    "text": QT_TRANSLATE_NOOP("FileTypes", "{0} text"),
    "pdf": QT_TRANSLATE_NOOP("FileTypes", "PDF document"),
    "file": QT_TRANSLATE_NOOP("FileTypes", "{0} file"),
    "plain": QT_TRANSLATE_NOOP("FileTypes", "File"),
    "folder": QT_TRANSLATE_NOOP("FileTypes", "Folder"),
    "link-file": QT_TRANSLATE_NOOP("FileTypes", "Link"),
    "special": QT_TRANSLATE_NOOP("FileTypes", "Special file"),
}
_LONGEST_SUFFIX = 8
"""An ending longer than this is a part of the name, not a type."""


def suffix_of(name: str) -> str:
    """Return the ending in lower case without its dot; empty for none and for names like ``.profile``."""
    stem, dot, suffix = name.rpartition(".")
    if not dot or not stem or len(suffix) > _LONGEST_SUFFIX or not suffix.isascii() or not suffix.isalnum():
        return ""
    return suffix.lower()


def icon_name(entry: Entry) -> str:
    """Return the name of the drawing for an entry."""
    if entry.kind is Kind.FOLDER:
        return "folder"
    if entry.kind is Kind.LINK:
        return "link-file"
    if entry.kind is Kind.OTHER:
        return "special"
    return icon_for_name(entry.name)


def icon_for_name(name: str) -> str:
    """Return the name of the drawing for a file of which only the name is known."""
    return _SUFFIXES.get(suffix_of(name), "file")


def categories() -> frozenset[str]:
    """Return the name of every drawing that :func:`icon_name` can give."""
    return frozenset(_SUFFIXES.values()) | {"file", "folder", "link-file", "special"}


def kind_text(entry: Entry) -> str:
    """Return the kind in words, such as ``JPG image``."""
    category = icon_name(entry)
    suffix = suffix_of(entry.name)
    return _kind_text("plain" if category == "file" and not suffix else category, suffix.upper())


def forget_words() -> None:
    """Make the next call translate anew, after the language has changed."""
    _kind_text.cache_clear()


@cache
def _kind_text(category: str, suffix: str) -> str:
    return QCoreApplication.translate(_CONTEXT, str(_WORDS[category])).format(suffix)
