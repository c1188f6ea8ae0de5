"""Sentences for banners and questions. Decides nothing; every name is made safe to display."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from shared.entries import Entry
from shared.errors import ItemError, WherryError
from shared.look import wording
from shared.look.error_words import translated
from shared.names import display

translate = QCoreApplication.translate


def explain(error: BaseException) -> tuple[str, str, str]:
    """Return what happened (and where), why, and what to do next: three sentences, the later ones may be empty."""
    if not isinstance(error, WherryError):
        ours = translate("Wording", "Something went wrong inside Wherry.")
        return ours, f"{type(error).__name__}: {display(str(error))}.", translate("Wording", "The log has the details.")
    path = error.path if isinstance(error, ItemError) else ""
    subject = ": ".join(part for part in (translated(error.title), path) if part)
    return (
        wording.sentence(subject),
        wording.sentence(translated(error.detail)),
        wording.sentence(translated(error.hint)),
    )


def describe(error: BaseException) -> str:
    """Return what a banner says about an error, in one line."""
    return " ".join(part for part in explain(error) if part)


def name_some(entries: Sequence[Entry]) -> str:
    """Return “report.pdf”, or “3 files and 1 folder”."""
    if len(entries) == 1:
        return f"“{display(entries[0].name)}”"
    folders = sum(entry.is_folder for entry in entries)
    files = len(entries) - folders
    parts = []
    if files:
        parts.append(wording.counted(files, translate("Wording", "1 file"), translate("Wording", "%1 files")))
    if folders:
        parts.append(wording.counted(folders, translate("Wording", "1 folder"), translate("Wording", "%1 folders")))
    if len(parts) == 1:
        return parts[0]
    return translate("Wording", "%1 and %2").replace("%1", parts[0]).replace("%2", parts[1])


def name_first(names: Sequence[str]) -> str:
    """Return a title for a batch: “report.pdf”, or “report.pdf and 3 more”."""
    first = display(names[0]) if names else ""
    if len(names) <= 1:
        return first
    text = translate("Wording", "%1 and %2 more", "a name, and how many others")
    # The name last: it may hold a “%2” of its own.
    return text.replace("%2", wording.number(len(names) - 1)).replace("%1", first)
