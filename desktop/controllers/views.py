"""What controllers ask of the widgets and models, as interfaces. The widgets themselves are met in wiring only."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from desktop.client.address import Address
from desktop.places.place import PlacePath, SpaceInfo
from desktop.transfers.progress import Change
from shared.entries import Entry


class Banner(StrEnum):
    """What a pane's banner is about."""

    NONE = ""
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"
    RECONNECTING = "reconnecting"


class Notices(Protocol):
    """Where a quiet sentence can be shown."""

    def show_banner(self, kind: str, text: str) -> None: ...


class TaskScreen(Protocol):
    """Where work that takes a while is shown, with how much of it is done."""

    def show_task(self, key: object, text: str, share: float | None) -> None:
        """``share`` is 0.0 to 1.0, None when nobody knows; calling it again brings it up to date."""

    def end_task(self, key: object) -> None: ...


class PaneScreen(Notices, TaskScreen, Protocol):
    """The part of a pane's widget that its controller drives."""

    def set_location(
        self, title: str, crumbs: Sequence[tuple[str, PlacePath]], can_back: bool, can_forward: bool
    ) -> None: ...

    def set_trail(self, back: Sequence[str], forward: Sequence[str]) -> None:
        """The folders of the history, nearest first, as texts."""

    def offer_paths(self, typed: str, paths: Sequence[str]) -> None:
        """What could complete the text that was being typed into the path."""

    def set_busy(self, is_busy: bool) -> None: ...

    def set_space(self, space: SpaceInfo | None) -> None: ...

    def select_names(self, names: Sequence[str]) -> None:
        """Select these and scroll to the first; names that are not shown are skipped."""

    def edit_name(self, name: str | None = None) -> None:
        """Let the person type over a name in place."""


class DirectoryRows(Protocol):
    """The part of a pane's model that its controller fills."""

    def set_entries(self, entries: Sequence[Entry]) -> None: ...

    def append_entries(self, entries: Sequence[Entry]) -> None: ...


class TabScreen(Protocol):
    """The tabs of a pane: each a short title and a whole one; the strip hides itself while there is only one."""

    def show_tabs(self, titles: Sequence[tuple[str, str]], current: int) -> None: ...


class QueueRows(Protocol):
    """The part of the queue's model that its controller fills."""

    def apply(self, changes: Sequence[Change], *, has_more: bool = False) -> None:
        """Take in changes; with ``has_more`` the next ones follow at once, and new rows may wait for them."""


class ConnectScreen(Protocol):
    """The page on which a person says where to connect."""

    def set_connecting(self, title: str | None) -> None:
        """A login to ``title`` is under way; None: it is over."""

    def show_error(self, text: str, detail: str = "", hint: str = "") -> None: ...

    def ask_password(self, address: Address) -> None:
        """Fill in the address and wait for its password."""


class ServerScreen(Notices, Protocol):
    """The server pane's widget, as its connection drives it."""

    def show_page(self, page: ConnectScreen | None) -> None: ...

    def update_banner(self, kind: str, text: str) -> None:
        """Change what the banner says while it is of this kind; an empty text closes it."""

    def focus_list(self) -> None:
        """Give the keyboard to the list, or to the page that stands for it."""
