"""The server's end of the conversation, pure. It keeps the order; what to answer is decided elsewhere."""

from __future__ import annotations

from shared.protocol import limits, messages
from shared.protocol.conversation import Conversation
from shared.protocol.frames import Decode


class ServerConversation(Conversation):
    """Receives requests, sends answers."""

    def __init__(self, *, nonce: bytes, name: str, agent: str, decode: Decode | None = None) -> None:
        super().__init__(decode)
        self.local_nonce = nonce
        self.send(
            messages.Hello(version=limits.VERSION, nonce=nonce, name=name, agent=agent, takes_coded=self.takes_coded)
        )

    def _received(self, message: messages.Any) -> None:
        self._data_due = self._client_says(message)
        if isinstance(message, messages.Hello):
            self.peer_hello = message

    def _sending(self, message: messages.Any) -> None:
        self._server_says(message)
        if not isinstance(message, messages.Goodbye):
            self._data_owed = self._download_says(message)
