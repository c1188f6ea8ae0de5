"""Sentences for banners and questions. Decides nothing; every name is made safe to display."""

from __future__ import annotations

from collections.abc import Sequence

from shared.entries import Entry
from shared.errors import ItemError, WherryError
from shared.names import display

OUR_BUG = "Something went wrong inside Wherry"


def explain(error: BaseException) -> tuple[str, str, str]:
    """Return what happened (and where), why, and what to do next: three sentences, the later ones may be empty."""
    if not isinstance(error, WherryError):
        return OUR_BUG + ".", f"{type(error).__name__}: {display(str(error))}.", "The log has the details."
    path = error.path if isinstance(error, ItemError) else ""
    subject = ": ".join(part for part in (error.title, path) if part)
    return _sentence(subject), _sentence(error.detail), _sentence(error.hint)


def describe(error: BaseException) -> str:
    """Return what a banner says about an error, in one line."""
    return " ".join(part for part in explain(error) if part)


def name_some(entries: Sequence[Entry]) -> str:
    """Return “report.pdf”, or “3 files and 1 folder”."""
    if len(entries) == 1:
        return f"“{display(entries[0].name)}”"
    folders = sum(entry.is_folder for entry in entries)
    parts = [_count(len(entries) - folders, "file"), _count(folders, "folder")]
    return " and ".join(part for part in parts if part)


def name_first(names: Sequence[str]) -> str:
    """Return a title for a batch: “report.pdf”, or “report.pdf and 3 more”."""
    first = display(names[0]) if names else ""
    return first if len(names) <= 1 else f"{first} and {len(names) - 1} more"


def _count(number: int, noun: str) -> str:
    if not number:
        return ""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "!", "?", "…")) else text + "."
