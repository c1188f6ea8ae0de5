"""The server's end of the conversation, pure. It keeps the order; what to answer is decided elsewhere."""

from __future__ import annotations

from shared.errors import PeerError
from shared.protocol import limits, messages
from shared.protocol.blocks import Layout
from shared.protocol.conversation import Conversation
from shared.protocol.states import Reply, ReplyEvent, next_reply


class ServerConversation(Conversation):
    """Receives requests, sends answers."""

    def __init__(self, *, nonce: bytes, name: str, agent: str) -> None:
        super().__init__()
        self.local_nonce = nonce
        self._reply = Reply.NONE
        self._offer_layout = Layout(0)
        self._offer_next = 0
        self.send(messages.Hello(version=limits.VERSION, nonce=nonce, name=name, agent=agent))

    def _received(self, message: messages.Any) -> None:
        self._data_due = self._client_says(message)
        if isinstance(message, messages.Hello):
            self.peer_hello = message

    def _sending(self, message: messages.Any) -> None:
        self._server_says(message)
        match message:
            case messages.Offer():
                self._reply = next_reply(self._reply, ReplyEvent.OFFER)
                self._offer_layout, self._offer_next = Layout(message.size), 0
            case messages.Block():
                self._reply = next_reply(self._reply, ReplyEvent.BLOCK)
                self._offer_next = self._next_index(self._offer_next, message.index)
                self._data_owed = self._block_length(self._offer_layout, message.index)
            case messages.End():
                self._reply = next_reply(self._reply, ReplyEvent.END)
            case _:
                if self._reply is not Reply.NONE and not isinstance(message, messages.Goodbye):
                    raise PeerError("an answer in the middle of a download")
