"""Everything that can be done in the window, as one list: made from the actions that are there, never written twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Command:
    """``where`` names the part of the window; ``keys`` are shown as the platform writes them, empty for none."""

    where: str
    text: str
    keys: str
    action: QAction

    @property
    def is_possible(self) -> bool:
        return self.action.isEnabled()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the window, with the widget that its actions belong to."""

    name: str
    widget: QWidget


def commands_of(parts: Sequence[Part]) -> Iterator[Command]:
    """Yield what can be done in each part, in the order in which the actions were added."""
    for part in parts:
        seen: set[str] = set()
        for action in part.widget.actions():
            text = plain_text(action)
            if text and text not in seen and action.isVisible() and action.menu() is None:
                seen.add(text)
                yield Command(part.name, text, keys_text(action), action)


def plain_text(action: QAction) -> str:
    """Return an action's text without its mnemonic."""
    return action.text().replace("&&", "\0").replace("&", "").replace("\0", "&").partition("\t")[0]


def keys_text(action: QAction) -> str:
    """Return the keys of an action as the platform writes them, alternatives after one another."""
    keys = [key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()]
    hint = action.property("hint")
    if isinstance(hint, str) and hint:
        keys.append(QKeySequence(hint).toString(QKeySequence.SequenceFormat.NativeText))
    return ",  ".join(key for key in keys if key)


def matches(command: Command, typed: str) -> int:
    """Return how well a command fits what was typed, 0 for not at all: words anywhere, first letters best."""
    wanted = typed.casefold().split()
    text = command.text.casefold()
    whole = f"{text} {command.where.casefold()} {command.keys.casefold()}"
    if not all(word in whole for word in wanted):
        return 0
    if not wanted:
        return 1
    if text.startswith(wanted[0]):
        return 4
    if any(part.startswith(wanted[0]) for part in text.split()):
        return 3
    return 2 if all(word in text for word in wanted) else 1
