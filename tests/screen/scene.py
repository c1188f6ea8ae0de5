"""What a program shows at one moment, as values: widgets, rows of lists, menus, the tray icon. It asks nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in pixels of the screen."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def is_empty(self) -> bool:
        return self.width <= 0 or self.height <= 0


@dataclass(frozen=True, slots=True)
class Window:
    """A top-level window as the X server knows it."""

    number: int
    title: str
    rect: Rect


@dataclass(frozen=True, slots=True)
class Widget:
    """A visible widget. ``path``: the object names of its parents and its own, outermost first."""

    kind: str
    path: tuple[str, ...]
    label: str
    text: str
    rect: Rect
    is_enabled: bool
    is_button: bool
    is_checked: bool
    has_focus: bool
    window: str

    @property
    def name(self) -> str:
        return self.path[-1] if self.path else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row in sight: the texts of its columns, and where its first column stands."""

    texts: tuple[str, ...]
    rect: Rect
    view: str

    @property
    def name(self) -> str:
        return self.texts[0] if self.texts else ""


@dataclass(frozen=True, slots=True)
class View:
    """A list, table or tree. ``count``: its rows at the top level, in sight or not. ``rect``: where rows are."""

    kind: str
    path: tuple[str, ...]
    label: str
    rect: Rect
    count: int
    rows: tuple[Row, ...]
    window: str

    def row(self, name: str) -> Row | None:
        """Return the row in sight whose first column says ``name``."""
        return next((row for row in self.rows if row.name == name), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of an open menu."""

    text: str
    rect: Rect
    is_enabled: bool
    is_checked: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a program shows."""

    widgets: tuple[Widget, ...]
    views: tuple[View, ...]
    menu: tuple[Entry, ...]
    tray: Rect | None
    """Where the tray icon stands; None where there is none or the host does not tell."""
    tray_hint: str

    @classmethod
    def read(cls, told: dict[str, Any]) -> Scene:
        """Build a scene from what :mod:`tests.screen.spy` sends."""
        tray = told["tray"]
        widgets = [
            Widget(**{**widget, "path": tuple(widget["path"]), "rect": Rect(*widget["rect"])})
            for widget in told["widgets"]
        ]
        return cls(
            # In the order one reads them.
            tuple(sorted(widgets, key=lambda widget: (widget.rect.y, widget.rect.x))),
            tuple(
                View(
                    **{
                        **view,
                        "path": tuple(view["path"]),
                        "rect": Rect(*view["rect"]),
                        "rows": tuple(
                            Row(tuple(row["texts"]), Rect(*row["rect"]), view["path"][-1] if view["path"] else "")
                            for row in view["rows"]
                        ),
                    }
                )
                for view in told["views"]
            ),
            tuple(Entry(**{**entry, "rect": Rect(*entry["rect"])}) for entry in told["menu"]),
            Rect(*tray["rect"]) if tray and tray["rect"][2] > 0 else None,
            tray["hint"] if tray else "",
        )

    def find(
        self, *, kind: str | None = None, name: str | None = None, text: str | None = None, window: str | None = None
    ) -> Widget | None:
        """Return the first visible widget that fits all that is given.

        name: an object name of it or of one of its parents. text: part of its text or accessible name, in any
        case. window: part of its window's title.
        """
        return next(self._fitting(kind, name, text, window), None)

    def labelled(self, label: str) -> Widget | None:
        """Return the visible widget whose accessible name is ``label``, as a screen reader would find it."""
        return next((widget for widget in self.widgets if widget.label == label), None)

    def button(self, text: str) -> Widget | None:
        """Return the enabled button that says exactly ``text``."""
        return next(
            (
                widget
                for widget in self.widgets
                if widget.is_button and widget.is_enabled and widget.text.replace("&", "").strip() == text
            ),
            None,
        )

    def all(self, *, kind: str | None = None, name: str | None = None, text: str | None = None) -> list[Widget]:
        return list(self._fitting(kind, name, text, None))

    def _fitting(self, kind: str | None, name: str | None, text: str | None, window: str | None) -> Iterator[Widget]:
        for widget in self.widgets:
            said = f"{widget.text}\n{widget.label}".casefold().replace("&", "")
            if (
                (kind is None or kind == widget.kind)
                and (name is None or name in widget.path)
                and (text is None or text.casefold() in said)
                and (window is None or window in widget.window)
            ):
                yield widget

    def entry(self, text: str) -> Entry | None:
        """Return the entry of an open menu whose text contains ``text``, in any case."""
        return next((entry for entry in self.menu if text.casefold() in entry.text.casefold().replace("&", "")), None)

    def texts(self) -> str:
        """Return all texts in sight, a line each: for a failed assertion to show."""
        said = [f"{widget.kind} {'/'.join(widget.path)}: {widget.text or widget.label}" for widget in self.widgets]
        said += [f"{view.kind} {'/'.join(view.path)}: {[row.texts for row in view.rows]}" for view in self.views]
        return "\n".join(said)
