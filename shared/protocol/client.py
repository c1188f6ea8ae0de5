"""The client's end of the conversation, pure: numbers its requests and knows which answer is due."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from shared.errors import PeerError
from shared.protocol import limits, messages
from shared.protocol.conversation import Conversation

_ANSWERS: dict[type, tuple[type, ...]] = {
    messages.List: (messages.Entries,),
    messages.Stat: (messages.Stated,),
    messages.MakeFolder: (messages.Done,),
    messages.Rename: (messages.Done,),
    messages.Remove: (messages.Done,),
    messages.SetAttributes: (messages.Done,),
    messages.Space: (messages.SpaceLeft,),
    messages.DigestOf: (messages.Digested,),
    messages.Ping: (messages.Done,),
    messages.Discard: (messages.Done,),
    messages.Get: (messages.Offer, messages.Block, messages.End),
    messages.Put: (messages.Ready, messages.Again, messages.Stored),
}
"""What may answer each request, besides Failed."""


@dataclass(frozen=True, slots=True)
class _Pending:
    id: int
    kind: type


class ClientConversation(Conversation):
    """Sends requests, receives answers in the order of the requests."""

    def __init__(self, *, nonce: bytes, agent: str) -> None:
        super().__init__()
        self.local_nonce = nonce
        self._agent = agent
        self._pending: deque[_Pending] = deque()
        self._next_id = 0

    @property
    def unanswered(self) -> int:
        """Requests without a final answer."""
        return len(self._pending)

    def say_hello(self) -> None:
        """Queue the client's Hello; the server's must have come."""
        self.send(messages.Hello(version=limits.VERSION, nonce=self.local_nonce, agent=self._agent))

    def new_id(self) -> int:
        """Return the number for the next request."""
        self._next_id = (self._next_id + 1) & 0xFFFF_FFFF
        return self._next_id

    def _sending(self, message: messages.Any) -> None:
        self._data_owed = self._client_says(message)
        if isinstance(message, messages.Request):
            self._pending.append(_Pending(message.id, type(message)))

    def _received(self, message: messages.Any) -> None:
        self._server_says(message)
        match message:
            case messages.Hello():
                self.peer_hello = message
            case (
                messages.ScramChallenge()
                | messages.Welcome()
                | messages.Attached()
                | messages.Refused()
                | messages.Goodbye()
            ):
                pass
            case _:
                self._answered(message)

    def _answered(self, message: messages.Any) -> None:
        if not self._pending or message.id != self._pending[0].id:  # type: ignore[union-attr]  # answers have one
            raise PeerError("an answer to nothing that was asked, or out of turn")
        head = self._pending[0]
        if not isinstance(message, (messages.Failed, *_ANSWERS[head.kind])):
            raise PeerError(f"“{type(message).__name__}” is no answer to “{head.kind.__name__}”")
        if head.kind is messages.Get:
            self._data_due = self._download_says(message)
        is_last = not (
            isinstance(message, messages.Offer | messages.Block | messages.Ready | messages.Again)
            or (isinstance(message, messages.Entries) and message.more)
        )
        if is_last:
            self._pending.popleft()
