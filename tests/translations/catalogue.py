"""A translation as Qt Linguist keeps it: reads and writes ``.ts``, and has ``pyside6-lrelease`` compile it.

Knows nothing of where texts come from; :mod:`tests.translations.texts` finds those.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from tests.translations.texts import ROOT, Text

FOLDER = ROOT / "shared" / "look" / "translations"
CHINESE = FOLDER / "wherry_zh_CN.ts"


def read(path: Path) -> dict[Text, str]:
    """Return the translations of a file by their texts; empty ones are not there yet."""
    found: dict[Text, str] = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            text = Text(context.findtext("name", ""), message.findtext("source", ""), message.findtext("comment", ""))
            found[text] = message.findtext("translation", "")
    return found


def write(path: Path, language: str, texts: Iterable[Text], known: Mapping[Text, str], note: str = "") -> None:
    """Write the texts with what is known of them; the others stand there as unfinished. The note stands on top."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>"]
    lines += [f"<!--\n{note}\n-->"] if note else []
    lines.append(f'<TS version="2.1" language="{language}" sourcelanguage="en">')
    for context, group in groupby(sorted(texts), key=lambda text: text.context):
        lines += ["<context>", f"    <name>{escape(context)}</name>"]
        for text in group:
            translation = known.get(text, "")
            lines += ["    <message>", f"        <source>{escape(text.source)}</source>"]
            lines += [f"        <comment>{escape(text.comment)}</comment>"] if text.comment else []
            mark = "" if translation else ' type="unfinished"'
            lines += [f"        <translation{mark}>{escape(translation)}</translation>", "    </message>"]
        lines.append("</context>")
    path.write_text("\n".join([*lines, "</TS>", ""]), encoding="utf-8")


def read_note(path: Path) -> str:
    """Return the comment on top of a file."""
    head = path.read_text(encoding="utf-8").partition("<TS")[0]
    return head.partition("<!--\n")[2].partition("\n-->")[0]


def compile_to(source: Path, target: Path) -> None:
    """Compile a ``.ts`` to the ``.qm`` that the programs load."""
    tool = Path(sys.executable).with_name("pyside6-lrelease")
    subprocess.run([tool, "-silent", source, "-qm", target], check=True)
