"""One server that a person is connected to: what is up, what is being tried, and until when it waits. Does nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.client.address import Address
from desktop.client.reconnect import Reconnector
from desktop.client.session import Session
from desktop.places.place import Place, PlacePath
from shared.errors import WherryError


@dataclass(slots=True, eq=False)
class KeptServer:
    """A login that is kept up. ``repr`` shows no password."""

    address: Address
    password: str = field(repr=False)
    """The one that served last: a reconnect needs it."""
    start: PlacePath | None
    """The folder to begin with; the home when None."""
    place: Place | None = None
    """What its tabs stand in; None before the first login was taken up."""
    session: Session | None = None
    """None while the line is lost."""
    reconnector: Reconnector | None = None
    next_try: float | None = None
    """When it is tried again, on the loop's clock; None while it is up or being tried."""
    is_leaving: bool = False
    """Nobody wants it any more; its session is being closed."""
    error: WherryError | None = None
    """Why it is not tried again."""

    @property
    def site(self) -> str:
        return self.address.site
