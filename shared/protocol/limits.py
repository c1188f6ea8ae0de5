"""Every number that bounds the wire, each with its reason. Sizes in bytes, times in seconds."""

KIB = 1024
MIB = 1024 * KIB

DEFAULT_PORT = 47623
ALPN = "wherry/1"
VERSION = (1, 1)
"""Major and minor. Another major is refused; a higher minor may add fields, which are ignored, and messages, which
are said only to a peer that knows them."""

LONG_WORK_SINCE = (1, 1)
"""Copy, Search and Progress came with this version, and Stop for more than a Get."""

MAX_FRAME_BEFORE_LOGIN = 4 * KIB
"""The largest login message is a SCRAM message of a few hundred bytes."""

MAX_CONTROL = MIB + 4 * KIB
"""A block list of MAX_BLOCKS digests (512 KiB) fits with room for growth."""

MAX_DATA = MIB
"""One data frame. Larger ones gain nothing here, and a small one bounds how long a cancel can wait."""

MIN_BLOCK = 4 * MIB
"""The unit of resume and verification: small enough to send twice, large enough to hash at full speed."""

MAX_BLOCKS = 16384
"""Digests in one list: 64 GiB at the smallest block, then the block doubles."""

MAX_HINTS = 16
"""Blocks that tell whether two versions of a file are alike: enough to find it out when half of them changed."""

MAX_FILE = 1 << 53
"""8 PiB: exact in every language's numbers, and far beyond any disk this meets."""

LISTING_BATCH_BYTES = 192 * KIB
LISTING_BATCH_ENTRIES = 1000
"""A listing is streamed: the first rows show at once, and no message nears MAX_CONTROL."""

MAX_LISTING_ENTRIES = 10_000_000
"""A listing that goes on beyond this is an attack on the client's memory."""

MAX_PATTERN = 255
"""Characters of a search pattern: no name is longer."""

MAX_FOUND = 100_000
"""Matches of one search: more than anybody reads, and a bound for the client's memory."""

PROGRESS_INTERVAL = 0.5
"""Between two reports on long work: often enough to look alive, too seldom to cost anything."""

MAX_PROGRESS = 400_000
"""Reports on one request: two a second for more than two days. More come only from somebody who never ends."""

MAX_MOUNTS = 32
"""Folders shared with one account: with names of at most MAX_MOUNT_NAME bytes they fit the answer to a login."""

MAX_MOUNT_NAME = 64

PASSWORD_CHANGE_SINCE = (1, 1)
"""ProvePassword and ChangePassword came with this version."""

MAX_PIPELINED = 4096
"""Requests a client may have unanswered on one connection."""

CONNECT_DEADLINE = 10.0
"""For a client's TCP and TLS; a machine on the same network answers in milliseconds."""

LOGIN_DEADLINE = 20.0
"""From accept to welcome, TLS and PBKDF2 on a slow machine included; absolute, so dripping bytes do not help."""

STALL_DEADLINE = 30.0
"""No byte moved for so long where one was due: the line is dead."""

MIN_RATE = 100
"""Bytes per second that are due in the middle of a message or of content, over a STALL_DEADLINE of waiting. No line
is so slow; only somebody who sends a byte before each deadline, to hold a thread."""

ALIVE_INTERVAL = 5.0
"""Between two signs of life of an end that works and has nothing to say yet: several within a STALL_DEADLINE."""

MAX_ALIVE = 20_000
"""Signs of life in a row, without a message between them: more than a day of digesting at one each 5 s."""

PING_INTERVAL = 10.0
PING_DEADLINE = 30.0
"""A silent peer is found dead within 30 s."""

IDLE_DEADLINE = 3600.0
"""A client that pings never idles out; one that does not is gone."""

MIN_ITERATIONS = 4096
"""RFC 7677, section 4: the least that a client should accept."""

MAX_ITERATIONS = 10_000_000
"""More would only be a way to burn the client's processor."""

DEFAULT_ITERATIONS = 600_000
"""OWASP's figure for PBKDF2-HMAC-SHA256."""

BLOCK_ATTEMPTS = 3
"""How often a block that fails its digest is asked for again before the item fails."""


def block_size_for(size: int) -> int:
    """Return the block size in bytes that both ends use for a file of ``size`` bytes.

    Deterministic, so that it needs no agreement: MIN_BLOCK, doubled until MAX_BLOCKS digests suffice.
    """
    block = MIN_BLOCK
    while size > block * MAX_BLOCKS:
        block *= 2
    return block
