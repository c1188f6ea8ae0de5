"""A wish about permission bits of several things at once: some on, some off, the others as each one has them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModeChange:
    """``on`` and ``off`` are permission bits (0o777 and below) and share none."""

    on: int
    off: int

    def __post_init__(self) -> None:
        if self.on & self.off or (self.on | self.off) & ~0o7777:
            raise ValueError(f"{self.on:o} and {self.off:o} are no wish about permissions")

    @property
    def is_empty(self) -> bool:
        return not self.on and not self.off

    def applied(self, mode: int) -> int:
        """Return what ``mode`` becomes."""
        return (mode | self.on) & ~self.off
