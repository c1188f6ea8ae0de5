"""Every control message, as a typed struct. Encodes and decodes; decides nothing.

MessagePack maps tagged by ``t``. Decoding is strict: a wrong type, an absent field or an unknown tag raises
:class:`~shared.errors.PeerError`. Fields that a newer minor version adds are ignored.
Paths are tuples of components as bytes; :mod:`shared.names` judges them on both ends.
Sizes are bytes, times are nanoseconds since the epoch (negative before 1970), modes are POSIX permission bits.
Requests carry an ``id`` chosen by the client; every answer repeats it. Answers come in the order of requests.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeVar

import msgspec

from shared.entries import Kind
from shared.errors import PeerError
from shared.names import display
from shared.protocol import limits

Id = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF_FFFF)]
Size = Annotated[int, msgspec.Meta(ge=0, le=limits.MAX_FILE)]
Mode = Annotated[int, msgspec.Meta(ge=0, le=0o7777)]
Time = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
Nonce = Annotated[bytes, msgspec.Meta(min_length=16, max_length=64)]
Index = Annotated[int, msgspec.Meta(ge=0, lt=limits.MAX_BLOCKS)]
Digest = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Name = Annotated[bytes, msgspec.Meta(max_length=255)]
Path = Annotated[tuple[Name, ...], msgspec.Meta(max_length=256)]
BlockDigests = Annotated[
    tuple[Annotated[bytes, msgspec.Meta(max_length=32)], ...], msgspec.Meta(max_length=limits.MAX_BLOCKS)
]
"""Digest of each block in order; an empty one means “I do not have this block”."""


class Exists(StrEnum):
    """What a put or rename does when the target is there already."""

    REFUSE = "refuse"
    REPLACE = "replace"


class Message(msgspec.Struct, frozen=True, tag_field="t", tag=str.lower, kw_only=True):
    """Base of all messages."""


# --- Login


class Hello(Message, frozen=True, kw_only=True):
    """First message of either side. Says nothing about accounts."""

    version: tuple[int, int]
    nonce: Nonce
    name: Annotated[str, msgspec.Meta(max_length=255)] = ""
    agent: Annotated[str, msgspec.Meta(max_length=64)] = ""


class ScramFirst(Message, frozen=True, kw_only=True):
    """client-first-message, RFC 5802 section 7, with the gs2 header."""

    text: Annotated[str, msgspec.Meta(max_length=2048)]


class ScramChallenge(Message, frozen=True, kw_only=True):
    """server-first-message."""

    text: Annotated[str, msgspec.Meta(max_length=2048)]


class ScramFinal(Message, frozen=True, kw_only=True):
    """client-final-message."""

    text: Annotated[str, msgspec.Meta(max_length=2048)]


class Welcome(Message, frozen=True, kw_only=True):
    """The login succeeded: server-final-message with the server's signature, and the session."""

    text: Annotated[str, msgspec.Meta(max_length=2048)]
    session: Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
    key: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
    account: Annotated[str, msgspec.Meta(max_length=255)]
    read_only: bool = False
    free: int = 0
    total: int = 0
    clock_ns: Time = 0


class Attach(Message, frozen=True, kw_only=True):
    """A further connection of a session: HMAC-SHA-256 with the session key over nonces and channel binding."""

    session: Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
    proof: Digest


class Attached(Message, frozen=True, kw_only=True):
    """The server's proof that it holds the session key too."""

    proof: Digest


class Refused(Message, frozen=True, kw_only=True):
    """The connection ends before login: wrong credentials, a cap, a version."""

    code: Annotated[str, msgspec.Meta(max_length=64)]
    text: Annotated[str, msgspec.Meta(max_length=1024)]
    retry_after: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 0.0
    """Seconds after which another try may be admitted."""


# --- Requests


class Request(Message, frozen=True, kw_only=True):
    """Base of what a logged-in client asks."""

    id: Id


class List(Request, frozen=True, kw_only=True):
    """Entries of a folder. Answered by one or more :class:`Entries`, the last with ``more`` false."""

    path: Path


class Stat(Request, frozen=True, kw_only=True):
    """One entry. Answered by :class:`Stated`."""

    path: Path


class MakeFolder(Request, frozen=True, kw_only=True):
    """Make a folder. With ``parents`` those above too, and an existing folder is no error. :class:`Done`."""

    path: Path
    parents: bool = False


class Rename(Request, frozen=True, kw_only=True):
    """Rename or move within the account's storage, atomically. :class:`Done`."""

    source: Path
    target: Path
    exists: Exists = Exists.REFUSE


class Remove(Request, frozen=True, kw_only=True):
    """Remove a file, a link, or a folder (with ``recursive`` not only an empty one). :class:`Done`."""

    path: Path
    recursive: bool = False


class SetAttributes(Request, frozen=True, kw_only=True):
    """Set modification time and mode where given. :class:`Done`."""

    path: Path
    mtime_ns: Time | None = None
    mode: Mode | None = None


class Space(Request, frozen=True, kw_only=True):
    """Free and total bytes. Answered by :class:`SpaceLeft`."""


class DigestOf(Request, frozen=True, kw_only=True):
    """Size and root of a file's content. Answered by :class:`Digested`."""

    path: Path


class Ping(Request, frozen=True, kw_only=True):
    """Answered by :class:`Done`."""


class Discard(Request, frozen=True, kw_only=True):
    """Forget the unfinished upload to ``path``, if this account has one. :class:`Done`."""

    path: Path


class Get(Request, frozen=True, kw_only=True):
    """Download. ``have`` lists what the client holds already, in blocks of ``block_size_for(have_size)``.

    Answered by :class:`Offer`, then for each block that differs :class:`Block` and its data frames,
    then :class:`End`. A block that the client holds with the right digest is not sent.
    """

    path: Path
    have: BlockDigests = ()
    have_size: Size = 0


class Stop(Message, frozen=True, kw_only=True):
    """The client has no use for the rest of the Get ``id``. The server ends it with an empty root at the next
    block; when it has ended already this says nothing. Never answered."""

    id: Id


class Put(Request, frozen=True, kw_only=True):
    """Upload. A file of at most one block is ``inline``: its data and :class:`End` follow at once.

    Otherwise the server answers :class:`Ready`, and the client sends :class:`Block` and data for each block
    whose digest differs, then :class:`End`. Answered by :class:`Stored` or :class:`Again`.
    """

    path: Path
    size: Size
    mtime_ns: Time
    mode: Mode | None = None
    exists: Exists = Exists.REFUSE
    inline: bool = False
    parents: bool = False


# --- Parts of transfers


class Offer(Message, frozen=True, kw_only=True):
    """The file as the server opened it."""

    id: Id
    size: Size
    mtime_ns: Time
    mode: Mode


class Ready(Message, frozen=True, kw_only=True):
    """What the server holds of this upload already: a partial's blocks, else those of the present target."""

    id: Id
    have: BlockDigests = ()


class Block(Message, frozen=True, kw_only=True):
    """One block follows as data frames: exactly its length, which size and index imply. Blocks come in ascending
    order; after an Again the order begins anew."""

    id: Id
    index: Index
    digest: Digest


class End(Message, frozen=True, kw_only=True):
    """All was sent; ``root`` is over size and all block digests. Without one the sender gave up: ``reason``."""

    id: Id
    root: Annotated[bytes, msgspec.Meta(max_length=32)]
    reason: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Again(Message, frozen=True, kw_only=True):
    """These blocks failed their digest: send them and :class:`End` again."""

    id: Id
    blocks: Annotated[tuple[Index, ...], msgspec.Meta(min_length=1, max_length=limits.MAX_BLOCKS)]
    """In ascending order."""


class Stored(Message, frozen=True, kw_only=True):
    """Verified, synced and renamed into place. ``reused`` counts bytes that did not travel."""

    id: Id
    root: Digest
    reused: Size = 0


# --- Answers


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One name in a folder. ``mode`` has permission bits only."""

    name: Name
    kind: Kind
    size: Size
    mtime_ns: Time
    mode: Mode


class Entries(Message, frozen=True, kw_only=True):
    """A batch of a listing."""

    id: Id
    entries: Annotated[tuple[Entry, ...], msgspec.Meta(max_length=limits.LISTING_BATCH_ENTRIES)]
    more: bool


class Stated(Message, frozen=True, kw_only=True):
    """Answer to :class:`Stat`."""

    id: Id
    entry: Entry


class SpaceLeft(Message, frozen=True, kw_only=True):
    """Answer to :class:`Space`, in bytes."""

    id: Id
    free: Size
    total: Size


class Digested(Message, frozen=True, kw_only=True):
    """Answer to :class:`DigestOf`."""

    id: Id
    size: Size
    root: Digest


class Done(Message, frozen=True, kw_only=True):
    """The request succeeded and there is nothing more to say. ``count`` is how many things it touched."""

    id: Id
    count: Size = 0


class Failed(Message, frozen=True, kw_only=True):
    """The request failed, alone. ``code`` is a word of :class:`shared.errors.Code`; unknown: ``io``."""

    id: Id
    code: Annotated[str, msgspec.Meta(max_length=64)]
    text: Annotated[str, msgspec.Meta(max_length=2048)] = ""
    path: Path = ()
    entry: Entry | None = None
    """With ``exists``: what is there, so that the question about it needs no further round trip."""


class Alive(Message, frozen=True, kw_only=True):
    """Either end, between messages: it works on what was asked and has nothing to say yet. Never answered."""


class Goodbye(Message, frozen=True, kw_only=True):
    """The server ends the session: stopping, kicked, account disabled, protocol broken."""

    code: Annotated[str, msgspec.Meta(max_length=64)]
    text: Annotated[str, msgspec.Meta(max_length=1024)] = ""


Login = Hello | ScramFirst | ScramChallenge | ScramFinal | Welcome | Attach | Attached | Refused
Requests = List | Stat | MakeFolder | Rename | Remove | SetAttributes | Space | DigestOf | Ping | Discard | Get | Put
Parts = Offer | Ready | Block | End | Again | Stored | Stop
Answers = Entries | Stated | SpaceLeft | Digested | Done | Failed | Goodbye | Alive
Any = Login | Requests | Parts | Answers

T = TypeVar("T")

_encoder = msgspec.msgpack.Encoder()
_login_decoder: msgspec.msgpack.Decoder[Login] = msgspec.msgpack.Decoder(Login, strict=True)
_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(Any, strict=True)


def encode(message: Any) -> bytes:
    """Return the MessagePack form of a message."""
    return _encoder.encode(message)


def decode(payload: bytes | bytearray | memoryview) -> Any:
    """Read any message; raises :class:`~shared.errors.PeerError`."""
    return _read(_decoder, payload)


def decode_login(payload: bytes | bytearray | memoryview) -> Login:
    """Read a message allowed before login; any other raises :class:`~shared.errors.PeerError`."""
    return _read(_login_decoder, payload)


def _read(decoder: msgspec.msgpack.Decoder[T], payload: bytes | bytearray | memoryview) -> T:
    try:
        return decoder.decode(payload)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        # The decoder's words may quote the peer's.
        raise PeerError(f"a message could not be read: {display(str(error))}") from error
