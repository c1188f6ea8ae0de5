"""The folder that holds everything of one user of the client. Makes it, guards its modes, and names its files."""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path

import platformdirs

from shared.errors import ConfigError
from shared.names import display


class Profile:
    """One profile folder; ``None`` is the user's own. Made with mode 0700 where it is missing.

    Raises ConfigError when it cannot be made, is no folder, belongs to another user, or lets others in: the
    queue's paths and the known servers are nobody else's business, and a file put there would be trusted.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = Path(os.path.abspath(folder or platformdirs.user_data_dir("wherry", appauthor=False)))
        shown = display(str(self.folder))
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            # The mode is there from the first moment; an umask can only take away from it.
            self.folder.mkdir(mode=0o700, exist_ok=True)
            found = self.folder.stat()
        except OSError as error:
            raise ConfigError(
                f"the profile folder {shown} cannot be used: {error.strerror or error}",
                hint="Choose another folder with --profile.",
            ) from error
        if os.name == "posix":
            _check_owner(self.folder, shown, found)

    @property
    def queue(self) -> Path:
        return self.folder / "queue.db"

    @property
    def settings(self) -> Path:
        return self.folder / "settings.json"

    @property
    def sites(self) -> Path:
        return self.folder / "sites.json"

    @property
    def known_servers(self) -> Path:
        return self.folder / "known-servers.json"

    @property
    def unfinished(self) -> Path:
        return self.folder / "unfinished"

    @property
    def bookmarks(self) -> Path:
        return self.folder / "bookmarks.json"

    @property
    def edits(self) -> Path:
        return self.folder / "edits.json"

    @property
    def edited_copies(self) -> Path:
        return self.folder / "edits"

    @property
    def log(self) -> Path:
        return self.folder / "wherry.log"


def _check_owner(folder: Path, shown: str, found: os.stat_result) -> None:
    if found.st_uid != os.geteuid():
        raise ConfigError(
            f"the profile folder {shown} belongs to another user",
            hint="Choose a folder of your own with --profile.",
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise ConfigError(
            f"other users can look into the profile folder {shown}",
            hint=f"Close it to them: chmod 700 {shlex.quote(shown)}",
        )
