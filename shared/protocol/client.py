"""The client's end of the conversation, pure: numbers its requests and knows which answer is due."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from shared.errors import PeerError
from shared.protocol import limits, messages
from shared.protocol.conversation import Conversation
from shared.protocol.frames import Decode

_ANSWERS: dict[type, tuple[type, ...]] = {
    messages.List: (messages.Entries,),
    messages.Stat: (messages.Stated,),
    messages.MakeFolder: (messages.Done,),
    messages.Rename: (messages.Done,),
    messages.Remove: (messages.Progress, messages.Done),
    messages.Copy: (messages.Progress, messages.Done),
    messages.Search: (messages.Progress, messages.Found),
    messages.SetAttributes: (messages.Done,),
    messages.Space: (messages.SpaceLeft,),
    messages.DigestOf: (messages.Progress, messages.Digested),
    messages.Ping: (messages.Done,),
    messages.ProvePassword: (messages.PasswordChallenge,),
    messages.ChangePassword: (messages.PasswordChanged,),
    messages.Discard: (messages.Done,),
    messages.Get: (messages.Offer, messages.Block, messages.End),
    messages.Put: (messages.Ready, messages.Again, messages.Stored),
    messages.Assist: (messages.Ready, messages.Done),
}
"""What may answer each request, besides Failed."""


@dataclass(slots=True)
class _Pending:
    id: int
    kind: type
    reports: int = 0
    """Of its progress, so far; the last one said ``count`` things and ``size`` bytes."""
    count: int = 0
    size: int = 0
    matches_left: int = 0
    """How many more things a search may still find."""


class ClientConversation(Conversation):
    """Sends requests, receives answers in the order of the requests."""

    def __init__(self, *, nonce: bytes, agent: str, decode: Decode | None = None) -> None:
        super().__init__(decode)
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
        self.send(
            messages.Hello(
                version=limits.VERSION, nonce=self.local_nonce, agent=self._agent, takes_coded=self.takes_coded
            )
        )

    def new_id(self) -> int:
        """Return the number for the next request."""
        self._next_id = (self._next_id + 1) & 0xFFFF_FFFF
        return self._next_id

    def _sending(self, message: messages.Any) -> None:
        self._data_owed = self._client_says(message)
        if isinstance(message, messages.Request):
            pending = _Pending(message.id, type(message))
            if isinstance(message, messages.Search):
                pending.matches_left = message.limit
            self._pending.append(pending)

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
        if isinstance(message, messages.Progress):
            self._check_progress(head, message)
        elif isinstance(message, messages.Found):
            self._check_found(head, message)
        is_last = not (
            isinstance(message, messages.Offer | messages.Block | messages.Ready | messages.Again | messages.Progress)
            or (isinstance(message, messages.Entries | messages.Found) and message.more)
        )
        if is_last:
            self._pending.popleft()

    @staticmethod
    def _check_progress(pending: _Pending, report: messages.Progress) -> None:
        """Hold reports to going on, so that they come to an end."""
        pending.reports += 1
        is_back = report.count < pending.count or report.size < pending.size
        if is_back or (report.count, report.size) == (pending.count, pending.size):
            raise PeerError("its progress does not go on")
        if pending.reports > limits.MAX_PROGRESS:
            raise PeerError("it reports progress, and never ends")
        pending.count, pending.size = report.count, report.size

    @staticmethod
    def _check_found(pending: _Pending, found: messages.Found) -> None:
        pending.matches_left -= len(found.matches)
        if pending.matches_left < 0:
            raise PeerError("it found more than was asked for")
        if found.more and not found.matches:
            raise PeerError("its search never ends")
