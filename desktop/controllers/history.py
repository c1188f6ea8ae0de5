"""Where a pane has been, for back and forward. Pure: it lists nothing."""

from __future__ import annotations

from desktop.places.place import PlacePath

MAX_ENTRIES = 200
"""More steps back than anybody takes; a bound for windows that stay open for weeks."""


class History:
    """Visited folders with a position, as browsers keep them: a new visit forgets what was ahead."""

    def __init__(self) -> None:
        self._paths: list[PlacePath] = []
        self._position = -1

    @property
    def current(self) -> PlacePath | None:
        return self._paths[self._position] if self._paths else None

    @property
    def can_go_back(self) -> bool:
        return self._position > 0

    @property
    def can_go_forward(self) -> bool:
        return self._position < len(self._paths) - 1

    def peek(self, step: int) -> PlacePath | None:
        """Return the folder ``step`` places away (negative: back), None beyond either end."""
        index = self._position + step
        return self._paths[index] if 0 <= index < len(self._paths) else None

    def around(self) -> tuple[list[PlacePath], list[PlacePath]]:
        """Return what lies behind and what lies ahead, nearest first."""
        return self._paths[: max(0, self._position)][::-1], self._paths[self._position + 1 :]

    def visit(self, path: PlacePath) -> None:
        """Record an arrival. Arriving where one is already changes nothing."""
        if path == self.current:
            return
        del self._paths[self._position + 1 :]
        self._paths.append(path)
        del self._paths[:-MAX_ENTRIES]
        self._position = len(self._paths) - 1

    def move(self, step: int) -> None:
        """Record an arrival by back or forward; raises IndexError beyond either end."""
        if self.peek(step) is None:
            raise IndexError(step)
        self._position += step

    def clear(self) -> None:
        """Forget everything: the pane shows another place now."""
        self._paths.clear()
        self._position = -1
