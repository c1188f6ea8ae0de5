"""What errors say is marked for the translators where a window can show it, and nothing is marked that nobody says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from shared.look import error_causes
from shared.look.error_words import WORDS
from tests.translations.texts import ROOT

_ROOMS = (
    "desktop/client",
    "desktop/places",
    "desktop/storage",
    "desktop/transfers",
    "desktop/controllers",
    "server/requests",
    "server/storage",
    "shared/auth",
    "shared/names.py",
    "shared/stream.py",
)
"""Whose errors come before a person in a window."""

_NOT_SHOWN = {"PeerError", "ValueError", "TypeError", "RuntimeError", "KeyError", "OSError", "AssertionError"}
"""What is wrong with a peer goes into a report; the others are bugs, or caught where they are raised."""

_UNMARKED = {
    "“%1”: %2",
    "%1: %2",
    "it is known",
    "the server keeps its homes apart by POSIX folder handles, which this system has not",
    "Run Wherry Server on Linux or another POSIX system.",
    "file names on this system are not UTF-8",
    "Start the server with PYTHONUTF8=1.",
    "the staging folder belongs to another user of the server",
}
"""Nothing but values, said to nobody, or said in the terminal before there is a window."""

_SAYS_SOMETHING = 8
"""Letters that a text has beside its values, to be recognised by."""


def test_what_a_window_may_have_to_say_is_marked() -> None:
    marked = {*map(str, WORDS), *error_causes.ALL, *_UNMARKED}
    missing = [f"{place}: {text}" for place, text in _raised() if text not in marked and not _is_filled(text, marked)]
    assert not missing, "mark it in shared/look/error_causes.py, then run: make translations"


def test_nothing_is_marked_that_nobody_says() -> None:
    said = [
        text
        for folder in ("desktop", "server", "shared")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path.name not in {"error_causes.py", "error_words.py"}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (text := _text(node)) and len(re.findall(r"[A-Za-z]", re.sub(r"%\d", "", text))) >= _SAYS_SOMETHING
    ]
    exact, patterns = set(said), [_pattern(text) for text in set(said) if "%1" in text]
    of_system = set(map(str, error_causes.SYSTEM_CAUSES))
    dead = [
        text
        for text in error_causes.ALL
        if text not in of_system and len(text) > _SAYS_SOMETHING * 2
        if text not in exact and not any(pattern.fullmatch(text) for pattern in patterns)
    ]
    assert not dead


def _raised() -> Iterator[tuple[str, str]]:
    for room in _ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")) or [ROOT / room]:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node).endswith("Error") and _name(node) not in _NOT_SHOWN:
                    words = [*node.args, *(each.value for each in node.keywords if each.arg in {"title", "hint"})]
                    for text in filter(None, (text for word in words for text in _texts(word))):
                        if " " in text:
                            yield f"{path.relative_to(ROOT)}:{node.lineno}", text


def _is_filled(text: str, marked: set[str]) -> bool:
    """Whether this is a marked text of which one value is written out, such as a verb."""
    return "%1" in text and any(_pattern(text).fullmatch(each) for each in marked)


def _texts(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    return [_text(node)]


def _text(node: ast.AST) -> str:
    """Return a literal as it would be marked: the values of an f-string by their numbers."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    number, parts = 0, []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            number += 1
            parts.append(f"%{number}")
    return "".join(parts)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".+?".join(map(re.escape, re.split(r"%\d", text))), re.DOTALL)


def _name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Name):
        return call.func.id
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""
