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
Token = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
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
    takes_coded: bool = False
    """Whether content may come to this end compressed, in coded frames. An end that does not know them says nothing."""


class ScramFirst(Message, frozen=True, kw_only=True):
    """client-first-message, RFC 5802 section 7, with the gs2 header."""

    text: Annotated[str, msgspec.Meta(max_length=2048)]


class ScramChallenge(Message, frozen=True, kw_only=True):
    """server-first-message."""

    text: Annotated[str, msgspec.Meta(max_length=2048)]


class ScramFinal(Message, frozen=True, kw_only=True):
    """client-final-message."""

    text: Annotated[str, msgspec.Meta(max_length=2048)]


Rights = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF_FFFF)]
"""The bits of :class:`shared.permissions.Permission`; those that are not known say nothing."""


class Mount(msgspec.Struct, frozen=True, array_like=True):
    """A folder that is shared with the account, at the top of its tree; what may be done in it."""

    name: Name
    permissions: Rights


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
    permissions: Rights | None = None
    """What may be done in the home; None from a server of version 1.0, where ``read_only`` says it all."""
    mounts: Annotated[tuple[Mount, ...], msgspec.Meta(max_length=limits.MAX_MOUNTS)] = ()


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


class Copy(Request, frozen=True, kw_only=True):
    """Copy a file, a link itself, or a folder with all that is in it, within the account's storage. The target
    appears in one step, complete, or not at all. :class:`Done`, with what was copied."""

    source: Path
    target: Path
    exists: Exists = Exists.REFUSE


class Search(Request, frozen=True, kw_only=True):
    """What below a folder has a name that ``pattern`` fits; see :mod:`shared.patterns`. Links are not followed.

    Answered by one or more :class:`Found`, the last with ``more`` false, ``limit`` matches at most.
    """

    path: Path
    pattern: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.MAX_PATTERN)]
    limit: Annotated[int, msgspec.Meta(ge=1, le=limits.MAX_FOUND)] = limits.MAX_FOUND


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


class ProvePassword(Request, frozen=True, kw_only=True):
    """First half of a change of one's own password: client-first-message, as for a login, on this channel. Answered by
    :class:`PasswordChallenge`."""

    text: Annotated[str, msgspec.Meta(max_length=2048)]


class ChangePassword(Request, frozen=True, kw_only=True):
    """Second half: client-final-message proves the current password; the rest is the verifier of the new one, which
    itself never travels. Answered by :class:`PasswordChanged`."""

    text: Annotated[str, msgspec.Meta(max_length=2048)]
    salt: Annotated[bytes, msgspec.Meta(min_length=16, max_length=64)]
    iterations: Annotated[int, msgspec.Meta(ge=limits.DEFAULT_ITERATIONS, le=limits.MAX_ITERATIONS)]
    stored_key: Digest
    server_key: Digest


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
    first: Index = 0
    count: Annotated[int, msgspec.Meta(ge=1, le=limits.MAX_BLOCKS)] | None = None
    """Only these blocks, so that several connections can fetch one file: ``count`` from ``first`` on. The End is then
    over them alone (:func:`shared.protocol.blocks.range_root`), ``have`` as ever over the whole file."""


class Assist(Request, frozen=True, kw_only=True):
    """Send blocks of the upload that another connection of this session began, so that several carry one file.

    ``upload`` is from that one's :class:`Ready`, ``size`` the file's. Answered by a Ready with nothing in it, then the
    client sends blocks that nobody else sends, and an :class:`End` without root or reason; then :class:`Done`, with
    the number of blocks that are in place. The upload itself is ended by the connection that began it.
    """

    upload: Token
    size: Size


class Stop(Message, frozen=True, kw_only=True):
    """The client has no use for the rest of the request ``id``, be it under way or waiting for its turn.

    The server ends a Get with an empty root at the next block, and anything else that takes long with
    :class:`Failed`, code ``cancelled``, at its next step. When it has ended already this says nothing. Never answered.
    """

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
    hints: Annotated[tuple[tuple[Index, Digest], ...], msgspec.Meta(max_length=limits.MAX_HINTS)] = ()
    """Of a large file: number and digest of a few blocks from all over it. When the present target has none of them,
    the server need not read it to offer its blocks."""


# --- Parts of transfers


class Offer(Message, frozen=True, kw_only=True):
    """The file as the server opened it. ``version`` is the same for the same state of the same file, and says nothing
    else: who fetches it in several ranges compares them."""

    id: Id
    size: Size
    mtime_ns: Time
    mode: Mode
    version: Annotated[bytes, msgspec.Meta(max_length=32)] = b""


class Ready(Message, frozen=True, kw_only=True):
    """What the server holds of this upload already: a partial's blocks, else those of the present target."""

    id: Id
    have: BlockDigests = ()
    upload: Token | None = None
    """Names the upload in an :class:`Assist`."""


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


class Match(msgspec.Struct, frozen=True, array_like=True):
    """One thing that a search found: the folder it is in, counted from the one searched, and what it is."""

    folder: Path
    entry: Entry


class Found(Message, frozen=True, kw_only=True):
    """A batch of what a :class:`Search` found. In the last one ``is_cut`` says that there would have been more than
    ``limit``, and ``unread`` how many folders could not be looked into."""

    id: Id
    matches: Annotated[tuple[Match, ...], msgspec.Meta(max_length=limits.LISTING_BATCH_ENTRIES)]
    more: bool
    is_cut: bool = False
    unread: Size = 0


class Progress(Message, frozen=True, kw_only=True):
    """How far the request ``id`` has come: things and bytes done, and of how many where that is known. Before the
    answers to Copy, Remove, DigestOf and Search, each further than the one before."""

    id: Id
    count: Size = 0
    size: Size = 0
    total_count: Size | None = None
    total_size: Size | None = None


class PasswordChallenge(Message, frozen=True, kw_only=True):
    """Answer to :class:`ProvePassword`: server-first-message."""

    id: Id
    text: Annotated[str, msgspec.Meta(max_length=2048)]


class PasswordChanged(Message, frozen=True, kw_only=True):
    """Answer to :class:`ChangePassword`: the new password holds. ``text`` is server-final-message over the old one."""

    id: Id
    text: Annotated[str, msgspec.Meta(max_length=2048)]


class Done(Message, frozen=True, kw_only=True):
    """The request succeeded and there is nothing more to say. ``count`` is how many things it touched, ``size`` how
    many bytes it copied; ``skipped`` how many special files (fifos, sockets, devices) it could not."""

    id: Id
    count: Size = 0
    size: Size = 0
    skipped: Size = 0


class Failed(Message, frozen=True, kw_only=True):
    """The request failed, alone. ``code`` is a word of :class:`shared.errors.Code`; unknown: ``io``."""

    id: Id
    code: Annotated[str, msgspec.Meta(max_length=64)]
    text: Annotated[str, msgspec.Meta(max_length=2048)] = ""
    path: Path = ()
    entry: Entry | None = None
    """With ``exists``: what is there, so that the question about it needs no further round trip."""
    count: Size = 0
    """How many things the request had done for good before it failed: removed, or found."""


class Alive(Message, frozen=True, kw_only=True):
    """Either end, between messages: it works on what was asked and has nothing to say yet. Never answered."""


class Goodbye(Message, frozen=True, kw_only=True):
    """The server ends the session: stopping, kicked, account disabled, protocol broken."""

    code: Annotated[str, msgspec.Meta(max_length=64)]
    text: Annotated[str, msgspec.Meta(max_length=1024)] = ""


Login = Hello | ScramFirst | ScramChallenge | ScramFinal | Welcome | Attach | Attached | Refused
Requests = (
    List
    | Stat
    | MakeFolder
    | Rename
    | Remove
    | Copy
    | Search
    | SetAttributes
    | Space
    | DigestOf
    | Ping
    | ProvePassword
    | ChangePassword
    | Discard
    | Get
    | Put
    | Assist
)
Parts = Offer | Ready | Block | End | Again | Stored | Stop
Answers = (
    Entries
    | Stated
    | SpaceLeft
    | Digested
    | PasswordChallenge
    | PasswordChanged
    | Found
    | Progress
    | Done
    | Failed
    | Goodbye
    | Alive
)
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
