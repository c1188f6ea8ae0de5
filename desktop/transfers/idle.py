"""Open channels with nothing to do, kept a little while for the next start. Closes none itself."""

from __future__ import annotations

from desktop.transfers.ports import Channel

KEEP_S = 15.0
"""Long enough to bridge the pauses within a batch; a channel is one connection that the server has to hold."""


class IdleChannels:
    """Channels by site, the one used last first: it is the least likely to have been given up by the server."""

    def __init__(self) -> None:
        self._by_site: dict[str, list[tuple[float, Channel]]] = {}

    def give(self, site: str, channel: Channel, now: float) -> None:
        self._by_site.setdefault(site, []).append((now, channel))

    def take(self, site: str) -> Channel | None:
        kept = self._by_site.get(site)
        if not kept:
            return None
        channel = kept.pop()[1]
        if not kept:
            del self._by_site[site]
        return channel

    def take_expired(self, now: float) -> list[Channel]:
        """Return, and forget, the channels that were idle for too long."""
        expired = []
        for site, kept in list(self._by_site.items()):
            expired += [channel for since, channel in kept if since + KEEP_S <= now]
            kept[:] = [(since, channel) for since, channel in kept if since + KEEP_S > now]
            if not kept:
                del self._by_site[site]
        return expired

    def take_all(self) -> list[Channel]:
        channels = [channel for kept in self._by_site.values() for _, channel in kept]
        self._by_site.clear()
        return channels

    def next_expiry(self) -> float | None:
        return min((kept[0][0] + KEEP_S for kept in self._by_site.values()), default=None)
