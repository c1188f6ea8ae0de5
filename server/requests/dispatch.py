"""The desk of one session: permission first, then the handler, then the answer. Owns no connection."""

from __future__ import annotations

from server.accounts.account import Account
from server.requests import browse, change, transfer
from server.requests.arrivals import Arrivals
from server.requests.exchange import Exchange
from server.requests.refusal import read_only, refusal
from server.storage.jail import Jail
from server.storage.staging import Staging
from shared.errors import ItemError
from shared.protocol import messages

_CHANGING = (
    messages.MakeFolder | messages.Rename | messages.Remove | messages.SetAttributes | messages.Discard | messages.Put
)


class Desk:
    """Answers the requests of one session on its account's home.

    Several workers use it at once, each with another exchange. A request that fails is answered so, and alone;
    whatever else comes out of a call means that its connection is over, and must be followed by :meth:`leave`.
    """

    def __init__(self, account: Account, jail: Jail, staging: Staging) -> None:
        self._account = account
        self._jail = jail
        self._staging = staging
        self._arrivals: dict[Exchange, Arrivals] = {}

    def handle(self, request: messages.Requests, exchange: Exchange) -> None:
        """Do what is asked and answer; the answer to a small upload may wait for :meth:`flush`."""
        if isinstance(request, messages.Put) and request.inline:
            self._arrivals_of(exchange).receive(request, exchange)
            return
        self.flush(exchange)
        if self._account.read_only and isinstance(request, _CHANGING):
            exchange.send(read_only(request.id))
            return
        try:
            self._perform(request, exchange)
        except ItemError as error:
            exchange.send(refusal(request.id, error))

    def flush(self, exchange: Exchange) -> None:
        """Store and answer the small uploads that wait: to be called before waiting for the next request."""
        arrivals = self._arrivals.get(exchange)
        if arrivals is not None:
            arrivals.flush(exchange)

    def leave(self, exchange: Exchange) -> None:
        """Forget a connection that has ended, with what was not answered yet."""
        arrivals = self._arrivals.pop(exchange, None)
        if arrivals is not None:
            arrivals.abandon()

    def close(self) -> None:
        """Forget all connections. The home is closed by whoever opened it."""
        for exchange in list(self._arrivals):
            self.leave(exchange)

    def _arrivals_of(self, exchange: Exchange) -> Arrivals:
        arrivals = self._arrivals.get(exchange)
        if arrivals is None:
            arrivals = Arrivals(self._jail, self._staging, is_read_only=self._account.read_only)
            self._arrivals[exchange] = arrivals
        return arrivals

    def _perform(self, request: messages.Requests, exchange: Exchange) -> None:
        match request:
            case messages.List():
                browse.list_folder(self._jail, request, exchange)
            case messages.Stat():
                browse.stat_entry(self._jail, request, exchange)
            case messages.Space():
                browse.tell_space(self._jail, request, exchange)
            case messages.DigestOf():
                browse.digest_file(self._jail, request, exchange)
            case messages.MakeFolder():
                change.make_folder(self._jail, request, exchange)
            case messages.Rename():
                change.rename(self._jail, self._staging, request, exchange)
            case messages.Remove():
                change.remove(self._jail, self._staging, request, exchange)
            case messages.SetAttributes():
                change.set_attributes(self._jail, request, exchange)
            case messages.Discard():
                change.discard(self._staging, request, exchange)
            case messages.Get():
                transfer.send_file(self._jail, request, exchange)
            case messages.Put():
                transfer.receive_file(self._jail, self._staging, request, exchange)
            case messages.Ping():
                exchange.send(messages.Done(id=request.id))
