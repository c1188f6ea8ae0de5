"""Reads which texts the programs have translated, from their syntax trees. Translates and runs nothing.

``pyside6-lupdate`` reads Python by its words alone: it misses a text given to a function of the module that
translates, takes a comment for the text when the context is a name, and knows no texts chosen by a condition.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("desktop", "server/tray", "shared/look")
"""Where Qt is, and so where texts for people are."""


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """A text to translate. The context is the class or subject it stands in; the comment tells equal texts apart."""

    context: str
    source: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that translates: its texts, or none where they are not written there."""

    place: str
    texts: tuple[Text, ...]


def files() -> list[Path]:
    """Return the modules of all folders that hold texts, in a steady order."""
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def calls_in(path: Path) -> list[Call]:
    """Return every call in a module that translates or marks a text."""
    return list(_Module(path).calls())


def all_texts() -> list[Text]:
    """Return each text of the programs once, sorted."""
    return sorted({text for path in files() for call in calls_in(path) for text in call.texts})


class _Module:
    def __init__(self, path: Path) -> None:
        self._place = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
        self._tree = ast.parse(path.read_text(encoding="utf-8"))
        self._constants = _constants(self._tree)
        self._helpers = dict(self._find_helpers())

    def calls(self) -> Iterator[Call]:
        yield from self._below(self._tree, "")

    def _below(self, node: ast.AST, owner: str) -> Iterator[Call]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call) and (found := self._read(child, owner)) is not None:
                yield found
            if isinstance(child, ast.FunctionDef) and child.name in self._helpers:
                continue
            yield from self._below(child, child.name if isinstance(child, ast.ClassDef) else owner)

    def _read(self, call: ast.Call, owner: str) -> Call | None:
        name = _name(call.func)
        if name == "tr" and isinstance(call.func, ast.Attribute):
            is_own = isinstance(call.func.value, ast.Name) and call.func.value.id == "self" and owner
            context, words = (owner if is_own else None), call.args
        elif name in {"translate", "tr", "QT_TRANSLATE_NOOP"} and len(call.args) >= 2:
            context, words = self._string(call.args[0]), call.args[1:]
        elif name in self._helpers and isinstance(call.func, ast.Name) and call.args:
            context, words = self._helpers[name], call.args
        else:
            return None
        place = f"{self._place}:{call.lineno}"
        comment = self._string(words[1]) if len(words) > 1 else ""
        sources = list(_literals(words[0])) if words else []
        if context is None or comment is None:
            return Call(place, ())
        return Call(place, tuple(Text(context, source, comment) for source in sources))

    def _string(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        return self._constants.get(node.id) if isinstance(node, ast.Name) else None

    def _find_helpers(self) -> Iterator[tuple[str, str]]:
        """Yield the module's functions that translate their first argument, with the context they do it in."""
        for node in self._tree.body:
            if not isinstance(node, ast.FunctionDef) or not node.args.args:
                continue
            first = node.args.args[0].arg
            for call in ast.walk(node):
                if (
                    isinstance(call, ast.Call)
                    and _name(call.func) == "translate"
                    and len(call.args) >= 2
                    and isinstance(call.args[1], ast.Name)
                    and call.args[1].id == first
                    and (context := self._string(call.args[0])) is not None
                ):
                    yield node.name, context


def _constants(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
