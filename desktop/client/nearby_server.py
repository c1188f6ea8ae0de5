"""A server in the local network that announced itself, as one value. How it is heard of is desktop.client.nearby's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NearbyServer:
    """A server that was heard of. ``key`` stays the same while it is there; all texts are safe to display.

    ``addresses`` begin with what is likely to work; ``fingerprint`` is None when it told none that can be one.
    """

    key: str
    name: str
    addresses: tuple[str, ...]
    port: int
    fingerprint: str | None = None
    version: str = ""
