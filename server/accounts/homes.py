"""Where an account's files may lie. Makes and checks the folder; what happens in it is the jail's matter."""

from __future__ import annotations

from pathlib import Path

from server.config import make_private_folder
from shared.errors import ConfigError
from shared.names import display

HOMES_NAME = "homes"


def default_home(data: Path, name: str) -> Path:
    """Return ``homes/NAME`` in the data folder, made with mode 0700. ``name`` is a checked account name."""
    return _made(data.absolute() / HOMES_NAME / name)


def check_home(home: Path, data: Path) -> Path:
    """Return the absolute path of a home that a person chose, made with mode 0700 when it is not there.

    Raises :class:`~shared.errors.ConfigError` when it is no folder, or reaches the server's own data:
    whoever may write there could give himself every account.
    """
    return _made(_resolved(home, data, "This folder cannot be a home"))


def check_share(folder: Path, data: Path) -> Path:
    """Return the absolute path of a folder that a person shares; it must be there.

    Raises :class:`~shared.errors.ConfigError` as :func:`check_home` does.
    """
    title = "This folder cannot be shared"
    resolved = _resolved(folder, data, title)
    if not resolved.is_dir():
        raise ConfigError(
            f"{display(str(resolved))}: there is no such folder", title=title, hint="Make it first, or look for a slip."
        )
    return resolved


def _resolved(folder: Path, data: Path, title: str) -> Path:
    """Return where a folder really is; raises ConfigError when that reaches the server's own data."""
    try:
        resolved, own = folder.expanduser().resolve(), data.resolve()
        str(resolved).encode()
    except (OSError, RuntimeError, ValueError) as error:
        raise ConfigError(
            f"{display(str(folder))}: its path cannot be followed", title=title, hint="Choose another folder."
        ) from error
    is_own_home = resolved.is_relative_to(own / HOMES_NAME) and resolved != own / HOMES_NAME
    if own.is_relative_to(resolved) or (resolved.is_relative_to(own) and not is_own_home):
        raise ConfigError(
            f"the server keeps its key and accounts in {display(str(own))}; {display(str(resolved))} would open them",
            title=title,
            hint="Choose a folder beside or below, or keep the server's data elsewhere with --data.",
        )
    return resolved


def _made(folder: Path) -> Path:
    try:
        make_private_folder(folder)
        is_folder = folder.is_dir()
    except OSError as error:
        raise _unusable(folder, error.strerror or "it cannot be made") from error
    if not is_folder:
        raise _unusable(folder, "it is not a folder")
    return folder


def _unusable(folder: Path, reason: str) -> ConfigError:
    return ConfigError(
        f"{display(str(folder))}: {reason}",
        title="This folder cannot be a home",
        hint="Choose another folder with --home.",
    )
