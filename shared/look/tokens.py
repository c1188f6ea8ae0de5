"""The numbers and colours of the design, as values. Knows no Qt and draws nothing.

Space is a 4-pixel grid; type has five sizes; colour has one accent. Every pair of text and ground that the
theme uses is listed in :data:`TEXT_PAIRS` and meets WCAG 2.1 AA (4.5:1); every pair in :data:`MARK_PAIRS`, where
a shape must be told from its ground, meets 3:1. The test of this module computes them.
"""

from __future__ import annotations

from dataclasses import dataclass


class Space:
    """Distances in device-independent pixels; multiples of 4, with one half step for tight pairs."""

    HALF = 2
    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24
    XXL = 32
    HUGE = 48


class Size:
    """Heights and widths of what recurs, in device-independent pixels."""

    ROW = 28
    QUEUE_ROW = 36
    HEADER = 28
    CONTROL = 28
    FIELD = 32
    BAR = 40
    FOOTER = 28
    ICON = 16
    ICON_LARGE = 48
    RADIUS = 6
    RADIUS_SMALL = 4
    RADIUS_LARGE = 10
    DIALOG = 480


class Type:
    """Font sizes in device-independent pixels, and the weights of Inter that are bundled."""

    SMALL = 11
    BODY = 13
    LEAD = 15
    TITLE = 18
    DISPLAY = 22
    REGULAR = 400
    MEDIUM = 500
    SEMIBOLD = 600


@dataclass(frozen=True, slots=True)
class Colours:
    """One scheme. All values are opaque ``#rrggbb``, so that contrast is what the test says it is."""

    is_dark: bool
    window: str
    """The ground of bars, dialogs and the queue's header."""
    surface: str
    """The ground of lists and fields: where the content is."""
    raised: str
    """Menus, tooltips, cards."""
    text: str
    muted: str
    """Second-rank text, placeholders, column headers."""
    faint: str
    """Disabled text only, which WCAG exempts from contrast."""
    icon: str
    separator: str
    border: str
    """The outline of fields and check boxes: 3:1 on the surface, since it alone tells where they are."""
    hover: str
    pressed: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    selection: str
    """A selected row in the pane that has the focus."""
    selection_idle: str
    """A selected row elsewhere."""
    drop: str
    """The ground of a drop target."""
    focus: str
    track: str
    """The empty part of a progress bar."""
    success: str
    warning: str
    danger: str
    danger_hover: str
    on_danger: str
    info_ground: str
    success_ground: str
    warning_ground: str
    danger_ground: str


LIGHT = Colours(
    is_dark=False,
    window="#f5f6f8",
    surface="#ffffff",
    raised="#ffffff",
    text="#1a1e24",
    muted="#59626e",
    faint="#9aa3ae",
    icon="#59626e",
    separator="#e3e6ea",
    border="#8a939e",
    hover="#eff1f4",
    pressed="#e3e7ec",
    accent="#0a6ea8",
    accent_hover="#085f92",
    accent_pressed="#06507b",
    on_accent="#ffffff",
    selection="#d5e9f6",
    selection_idle="#e9ecf0",
    drop="#e6f3fb",
    focus="#0a6ea8",
    track="#e3e7ec",
    success="#1a7440",
    warning="#8f5600",
    danger="#bf2b3a",
    danger_hover="#a62331",
    on_danger="#ffffff",
    info_ground="#e6f3fb",
    success_ground="#e5f5ec",
    warning_ground="#fdf1dc",
    danger_ground="#fdebec",
)

DARK = Colours(
    is_dark=True,
    window="#24272c",
    surface="#1b1d21",
    raised="#2b2f35",
    text="#e7eaee",
    muted="#a4adb8",
    faint="#6a737e",
    icon="#a4adb8",
    separator="#33373e",
    border="#727b87",
    hover="#282c32",
    pressed="#343940",
    accent="#5bb9ee",
    accent_hover="#7ac8f3",
    accent_pressed="#95d4f7",
    on_accent="#05202f",
    selection="#1d4259",
    selection_idle="#30353c",
    drop="#16303f",
    focus="#5bb9ee",
    track="#383d45",
    success="#5fca8d",
    warning="#e9b25a",
    danger="#ff8a8f",
    danger_hover="#ffa2a6",
    on_danger="#33070a",
    info_ground="#17303f",
    success_ground="#17332a",
    warning_ground="#392d17",
    danger_ground="#41222a",
)

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("text", "window"),
    ("text", "surface"),
    ("text", "raised"),
    ("text", "hover"),
    ("text", "pressed"),
    ("text", "selection"),
    ("text", "selection_idle"),
    ("text", "drop"),
    ("text", "info_ground"),
    ("text", "success_ground"),
    ("text", "warning_ground"),
    ("text", "danger_ground"),
    ("muted", "window"),
    ("muted", "surface"),
    ("muted", "raised"),
    ("muted", "hover"),
    ("muted", "selection"),
    ("muted", "selection_idle"),
    ("muted", "drop"),
    ("accent", "surface"),
    ("accent", "window"),
    ("accent", "raised"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_accent", "accent_pressed"),
    ("on_danger", "danger"),
    ("on_danger", "danger_hover"),
    ("success", "surface"),
    ("success", "success_ground"),
    ("warning", "surface"),
    ("warning", "warning_ground"),
    ("danger", "surface"),
    ("danger", "window"),
    ("danger", "raised"),
    ("danger", "selection"),
    ("danger", "selection_idle"),
    ("danger", "hover"),
    ("danger", "danger_ground"),
    ("success", "selection"),
    ("warning", "selection"),
)
"""(text, ground) pairs that the theme paints as words."""

MARK_PAIRS: tuple[tuple[str, str], ...] = (
    ("icon", "window"),
    ("icon", "surface"),
    ("icon", "hover"),
    ("icon", "selection"),
    ("border", "surface"),
    ("focus", "surface"),
    ("focus", "window"),
    ("accent", "track"),
    ("accent", "selection"),
    ("accent", "drop"),
)
"""(mark, ground) pairs of shapes that carry meaning."""


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two ``#rrggbb`` colours, 1.0 to 21.0 (WCAG 2.1, success criterion 1.4.3)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
