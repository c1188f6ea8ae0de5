"""The desk of one session: permission first, then the handler, then the answer. Owns no connection."""

from __future__ import annotations

from msgspec.structs import replace

from server.requests import browse, change, copying, searching, transfer
from server.requests.arrivals import Arrivals
from server.requests.exchange import Exchange
from server.requests.joint import JointUploads
from server.requests.password import PasswordDesk
from server.requests.permissions import needs_of, refused
from server.requests.refusal import refusal
from server.requests.settling import Settling
from server.storage.failure import StorageError
from server.storage.folder_sync import FolderSync
from server.storage.mounts import Home, Place
from shared.errors import Code, ItemError, PeerError
from shared.names import RemotePath, decode_path
from shared.permissions import Permission
from shared.protocol import messages
from shared.protocol.messages import Exists

_CROSSING = "a shared folder is a storage of its own: copy it there, then delete it here"

_NOT_THERE = frozenset({Code.NOT_FOUND, Code.NOT_FOLDER})


class Desk:
    """Answers the requests of one session on its account's tree.

    Several workers use it at once, each with another exchange. A request that fails is answered so, and alone;
    whatever else comes out of a call means that its connection is over, and must be followed by :meth:`leave`.
    """

    def __init__(self, home: Home, passwords: PasswordDesk | None = None) -> None:
        """Without ``passwords`` the account cannot change its own."""
        self._home = home
        self._passwords = passwords
        self._arrivals: dict[Exchange, tuple[Place, Arrivals]] = {}
        self._settling: dict[Exchange, Settling] = {}
        self._joints = JointUploads()

    @property
    def mounts(self) -> dict[str, Permission]:
        """The shared folders that are there, and what may be done in each."""
        return {name: place.permissions for name, place in self._home.mounts.items()}

    def handle(self, request: messages.Requests, exchange: Exchange) -> None:
        """Do what is asked and answer; the answer to a small upload may wait for :meth:`flush`."""
        try:
            place, permitted = self._permitted(request)
        except ItemError as error:
            if isinstance(request, messages.Put) and request.inline:
                _drop_content(request, exchange)
            self.flush(exchange)
            exchange.send(refusal(request.id, error))
            return
        if isinstance(permitted, messages.Put) and permitted.inline:
            self._flush_settling(exchange)
            self._arrivals_of(exchange, place).receive(permitted, exchange)
            return
        if isinstance(permitted, messages.MakeFolder | messages.Rename):
            self._flush_arrivals(exchange)
            self._change_name(place, permitted, exchange)
            return
        self.flush(exchange)
        try:
            self._perform(place, permitted, exchange)
        except ItemError as error:
            exchange.send(refusal(request.id, error))

    def flush(self, exchange: Exchange) -> None:
        """Make safe and answer what waits for that: to be called before waiting for the next request."""
        # Only one of them ever has something: each is flushed before the other gets anything.
        self._flush_arrivals(exchange)
        self._flush_settling(exchange)

    def leave(self, exchange: Exchange) -> None:
        """Forget a connection that has ended, with what was not answered yet."""
        settling = self._settling.pop(exchange, None)
        if settling is not None:
            settling.abandon()
        if self._passwords is not None:
            self._passwords.leave(exchange)
        waiting = self._arrivals.pop(exchange, None)
        if waiting is not None:
            waiting[1].abandon()

    def close(self) -> None:
        """Forget all connections. The home is closed by whoever opened it."""
        for exchange in {*self._arrivals, *self._settling}:
            self.leave(exchange)

    # --- permission

    def _permitted(self, request: messages.Requests) -> tuple[Place, messages.Requests]:
        """Return where a request goes, and what of it is permitted; raises ItemError when nothing is.

        What is not permitted only if something is there already is taken out of the request, so that no race brings
        it back.
        """
        needs = needs_of(request)
        places = [self._home.at(path) for path, _ in needs] or [self._home.top]
        for place, (path, permission) in zip(places, needs, strict=False):
            if permission not in place.permissions and not self._may_all_the_same(request, place, path):
                raise refused(permission, place.permissions, path)
        place = places[-1]
        if not needs:
            return place, request
        target = needs[-1][0]
        if places[0] is not place and not isinstance(request, messages.Copy):
            raise StorageError(Code.CROSS_DEVICE, _CROSSING, at=target)
        if isinstance(request, messages.Put | messages.Discard) and target == place.jail.root:
            raise StorageError(Code.IS_FOLDER, at=target)
        return place, _without(request, place, target)

    def _may_all_the_same(self, request: messages.Requests, place: Place, path: RemotePath) -> bool:
        """Whether a request does nothing that its permission is for: looking at what the login has told already, or
        making a folder that is there."""
        match request:
            case messages.Stat():
                return path == place.jail.root
            case messages.List():
                # Only the names of the shared folders: the jail leaves out the rest.
                return not path and bool(self._home.mounts)
            case messages.MakeFolder(parents=True):
                return _is_folder(place, path)
        return False

    # --- inside

    def _arrivals_of(self, exchange: Exchange, place: Place) -> Arrivals:
        waiting = self._arrivals.get(exchange)
        if waiting is None or waiting[0] is not place:
            if waiting is not None:
                waiting[1].flush(exchange)
            waiting = self._arrivals[exchange] = place, Arrivals(place.jail, place.staging)
        return waiting[1]

    def _flush_arrivals(self, exchange: Exchange) -> None:
        waiting = self._arrivals.get(exchange)
        if waiting is not None:
            waiting[1].flush(exchange)

    def _flush_settling(self, exchange: Exchange) -> None:
        settling = self._settling.get(exchange)
        if settling is not None:
            settling.flush(exchange)

    def _change_name(self, place: Place, request: messages.MakeFolder | messages.Rename, exchange: Exchange) -> None:
        def change_it(changed: FolderSync) -> messages.Done:
            if isinstance(request, messages.Rename):
                return change.rename(place.jail, place.staging, request, changed)
            if Permission.MAKE_FOLDER not in place.permissions:
                # It was there a moment ago, and must not be made if it has gone since.
                return messages.Done(id=request.id)
            return change.make_folder(place.jail, request, changed)

        settling = self._settling.get(exchange)
        if settling is None:
            settling = self._settling[exchange] = Settling()
        settling.make(request.id, change_it, exchange)

    def _change_password(self, request: messages.ProvePassword | messages.ChangePassword, exchange: Exchange) -> None:
        if self._passwords is None:
            raise StorageError(Code.PERMISSION, "passwords of this server are changed by its owner", at=())
        if isinstance(request, messages.ProvePassword):
            self._passwords.prove(request, exchange)
        else:
            self._passwords.change(request, exchange)

    def _perform(self, place: Place, request: messages.Requests, exchange: Exchange) -> None:
        jail, staging = place.jail, place.staging
        match request:
            case messages.List():
                browse.list_folder(jail, request, exchange)
            case messages.Stat():
                browse.stat_entry(jail, request, exchange)
            case messages.Space():
                browse.tell_space(staging, request, exchange)
            case messages.DigestOf():
                browse.digest_file(jail, request, exchange)
            case messages.Remove():
                change.remove(jail, staging, request, exchange)
            case messages.Copy():
                source = self._home.at(decode_path(request.source))
                copying.copy(source.jail, jail, staging, request, exchange)
            case messages.Search():
                mounts = self._home.mounts
                shared = [each.jail for each in mounts.values() if Permission.LIST in each.permissions]
                searching.search(jail, request, exchange, shared=shared, covered=mounts)
            case messages.SetAttributes():
                change.set_attributes(jail, request, exchange)
            case messages.Discard():
                change.discard(staging, request, exchange)
            case messages.Get():
                transfer.send_file(jail, request, exchange)
            case messages.Put():
                transfer.receive_file(jail, staging, self._joints, request, exchange)
            case messages.Assist():
                transfer.assist(self._joints, request, exchange)
            case messages.Ping():
                exchange.send(messages.Done(id=request.id))
            case messages.ProvePassword() | messages.ChangePassword():
                self._change_password(request, exchange)


def _without(request: messages.Requests, place: Place, target: RemotePath) -> messages.Requests:
    """Return a request without what its account may not do if it comes to that; raises StorageError when it has."""
    held = place.permissions
    if Permission.OVERWRITE not in held and isinstance(request, messages.Put | messages.Rename | messages.Copy):
        if request.exists is Exists.REPLACE and _is_there(place, target):
            raise refused(Permission.OVERWRITE, held, target)
        request = replace(request, exists=Exists.REFUSE)
    if Permission.MAKE_FOLDER not in held and isinstance(request, messages.Put) and request.parents:
        if not _is_there(place, target[:-1]):
            raise refused(Permission.MAKE_FOLDER, held, target[:-1])
        request = replace(request, parents=False)
    return request


def _is_there(place: Place, path: RemotePath) -> bool:
    try:
        place.jail.stat(path)
    except StorageError as error:
        if error.code in _NOT_THERE:
            return False
        raise
    return True


def _is_folder(place: Place, path: RemotePath) -> bool:
    return _is_there(place, path) and place.jail.stat(path).is_folder


def _drop_content(request: messages.Put, exchange: Exchange) -> None:
    """Read what comes with a small upload that is refused: the client has sent it already."""
    if request.size:
        exchange.receive_data(memoryview(bytearray(request.size)))
    if not isinstance(exchange.receive_part(), messages.End):
        raise PeerError("the end of a small file was due")
