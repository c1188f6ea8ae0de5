"""Reads ``config.toml`` into a :class:`~server.config.ServerConfig`, and changes it for the tray. Unknown names are
refused: a limit with a typing mistake in it would be no limit, and nobody would know.

``config.example.toml`` in this package documents every option; a test reads it with this module.
"""

from __future__ import annotations

import difflib
import os
import re
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from server.accounts.networks import parse_network
from server.config import GuardConfig, ServerConfig
from shared.errors import ConfigError
from shared.names import display
from shared.text import parse_size

FILE_NAME = "config.toml"

MAX_FILE = 1024 * 1024
"""Bytes: more is no settings file."""

_FIRST_LINE = "Written by Wherry Server. Every other option: wherry-server settings"

EXAMPLE = Path(__file__).with_name("config.example.toml")

Read = Callable[[object], Any]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ConfigError("it must be a text in quotes")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ConfigError("it must be true or false")
    return value


def _whole(value: object) -> int:
    # A bool is an int to Python, and no number to anybody else.
    if isinstance(value, bool) or not isinstance(value, int):
        raise ConfigError("it must be a whole number")
    return value


_SPAN = re.compile(r"(\d{1,9})\s*(s|m|min|h|d)")
_SPANS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


def parse_span(text: str) -> float:
    """Read a time such as ``90s``, ``15m``, ``1h`` or ``2d`` as seconds; raises ``ValueError`` with a sentence."""
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a time; write for example 90s, 15m, 1h or 2d")
    return float(int(match[1]) * _SPANS[match[2]])


def _seconds(value: object) -> float:
    if isinstance(value, str):
        return parse_span(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError("it must be a number of seconds, or a time such as “15m”")
    return float(value)


def _rate(value: object) -> int | None:
    """Read bytes per second; 0 and “none” mean no limit."""
    if value in ("none", 0) and not isinstance(value, bool):
        return None
    return parse_size(value) if isinstance(value, str) else _whole(value)


def _networks(value: object) -> tuple[Any, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ConfigError("it must be a list of networks in quotes")
    return tuple(parse_network(each) for each in value)


def _path(value: object) -> Path:
    return Path(_text(value)).expanduser()


_TABLE: Mapping[str, Mapping[str, tuple[str, Read]]] = {
    "server": {
        "host": ("host", _text),
        "port": ("port", _whole),
        "name": ("name", _text),
        "announce": ("announce", _flag),
        "grace": ("grace", _seconds),
    },
    "accounts": {"database": ("database", _text), "max_sessions": ("max_sessions_per_account", _whole)},
    "limits": {
        "workers": ("workers", _whole),
        "max_connections": ("max_connections", _whole),
        "max_before_login": ("max_before_login", _whole),
        "max_per_address": ("max_per_address", _whole),
        "upload_rate": ("upload_rate", _rate),
        "download_rate": ("download_rate", _rate),
        "compress": ("compress", _flag),
    },
    "guard": {
        "allow": ("guard.allow", _networks),
        "deny": ("guard.deny", _networks),
        "trust": ("guard.trust", _networks),
        "ban_after": ("guard.ban_after", _whole),
        "window": ("guard.window", _seconds),
        "first_ban": ("guard.first_ban", _seconds),
        "longest_ban": ("guard.longest_ban", _seconds),
    },
    "log": {
        "level": ("log_level", _text),
        "format": ("log_format", _text),
        "file": ("log_file", _path),
        "audit": ("audit", _flag),
    },
    "metrics": {"host": ("metrics_host", _text), "port": ("metrics_port", _whole)},
}
"""For each table of the file and each key: the field it sets, and how its value is read."""


def load_config(data: Path, file: Path | None = None, **over: object) -> ServerConfig:
    """Return the settings for a data folder: the defaults, then the file's, then ``over``, the command line's.

    ``file`` None means ``config.toml`` in the data folder, which need not be there; a file that was named must be.
    Raises :class:`~shared.errors.ConfigError` with the key and its line.
    """
    path = file if file is not None else data / FILE_NAME
    values = _read(path, is_needed=file is not None)
    values |= {name: value for name, value in over.items() if value is not None}
    guard = {name.removeprefix("guard."): value for name, value in values.items() if name.startswith("guard.")}
    plain = {name: value for name, value in values.items() if not name.startswith("guard.")}
    try:
        config = ServerConfig(data=data, guard=GuardConfig(**guard), **plain)
    except ConfigError as error:
        if not path.exists():
            raise
        raise ConfigError(error.detail, hint=error.hint or f"Look into {display(str(path))}.") from error
    if config.log_file is not None and not config.log_file.is_absolute():
        config = replace(config, log_file=data / config.log_file)
    return config


def change_config(data: Path, values: Mapping[str, object]) -> ServerConfig:
    """Write settings into ``config.toml`` in the data folder, in one step, and return what holds by it then.

    ``values`` are fields of :class:`~server.config.ServerConfig`, those of the guard as ``guard.NAME``. Comments and
    everything else in the file stay as they are. Raises :class:`~shared.errors.ConfigError` for values that cannot be,
    and for a file that cannot be read or written; then nothing was changed.
    """
    import tomlkit

    path = data / FILE_NAME
    shown = display(str(path))
    _read(path, is_needed=False)
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        document = tomlkit.document()
        document.add(tomlkit.comment(_FIRST_LINE))
    for field, value in values.items():
        section, key = _PLACES[field]
        table = document.setdefault(section, tomlkit.table())
        if (written := _written(field, value)) is not None:
            table[key] = written
        else:
            table.pop(key, None)
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{FILE_NAME}-", dir=data)
        trial = Path(name)
        try:
            with open(descriptor, "w", encoding="utf-8") as stream:
                stream.write(tomlkit.dumps(document))
                stream.flush()
                os.fsync(stream.fileno())
            config = load_config(data, trial)
            os.replace(trial, path)
        except ConfigError as error:
            # What was wrong stands in the trial, which is gone when somebody reads this.
            raise ConfigError(error.detail.replace(display(name), shown), title=error.title) from error
        finally:
            trial.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"the settings file {shown} cannot be written: {error.strerror}",
            hint="Check the folder's permissions and the space left on its disk.",
        ) from error
    return config


_PLACES = {field: (section, key) for section, keys in _TABLE.items() for key, (field, _) in keys.items()}


def _written(field: str, value: object) -> object:
    """Return a value as TOML has it; None for one that is said by leaving it out."""
    if value is None and field in {"upload_rate", "download_rate"}:
        return "none"
    if isinstance(value, tuple):
        return [str(each) for each in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _read(path: Path, *, is_needed: bool) -> dict[str, Any]:
    shown = display(str(path))
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_FILE + 1)
    except FileNotFoundError as error:
        if not is_needed:
            return {}
        raise ConfigError(f"there is no settings file {shown}", hint="Check what --config names.") from error
    except OSError as error:
        raise ConfigError(f"the settings file {shown} cannot be read: {error.strerror}") from error
    if len(raw) > MAX_FILE:
        raise ConfigError(f"{shown} is too large to be a settings file")
    try:
        text = raw.decode("utf-8")
        parsed = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is no text in UTF-8"
        raise ConfigError(
            f"the settings file {shown} is no TOML: {display(reason)}", hint="https://toml.io shows how it is written."
        ) from error
    return _values(parsed, text, shown)


def _values(parsed: Mapping[str, Any], text: str, shown: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for section, keys in parsed.items():
        known = _TABLE.get(section)
        if known is None or not isinstance(keys, dict):
            raise _unknown(section, "", text, shown)
        for key, value in keys.items():
            if key not in known:
                raise _unknown(section, key, text, shown)
            name, read = known[key]
            try:
                values[name] = read(value)
            except ConfigError as error:
                raise ConfigError(f"{_place(section, key, text, shown)}: {error.detail}", hint=error.hint) from error
            except ValueError as error:
                raise ConfigError(f"{_place(section, key, text, shown)}: {display(str(error))}") from error
    return values


def _unknown(section: str, key: str, text: str, shown: str) -> ConfigError:
    """Return the error for a name that nothing is called by, with the one that was probably meant."""
    place = _place(section, key, text, shown)
    if key:
        elsewhere = [f"{table}.{key}" for table, names in _TABLE.items() if key in names]
        near = elsewhere or [f"{section}.{name}" for name in _nearest(key, _TABLE[section])]
    else:
        near = [f"{table}.{section}" for table, names in _TABLE.items() if section in names]
        near = near or [f"[{name}]" for name in _nearest(section, _TABLE)]
    known = ", ".join(_TABLE[section]) if key else ", ".join(f"[{name}]" for name in _TABLE)
    return ConfigError(
        f"{place}: there is no such setting",
        hint=f"Did you mean {near[0]}?" if near else f"There are: {known}.",
    )


def _nearest(name: str, known: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(name, known, n=1, cutoff=0.5)


def _place(section: str, key: str, text: str, shown: str) -> str:
    """Say where in the file something stands: TOML's parser keeps no lines, so the first that looks like it."""
    header = re.compile(rf"\s*\[\s*[\"']?{re.escape(section)}[\"']?\s*[\].]")
    entry = re.compile(rf"\s*[\"']?{re.escape(key or section)}[\"']?\s*[=.]")
    is_inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("["):
            is_inside = header.match(line) is not None
            if is_inside and not key:
                return f"{shown}, line {number}, [{display(section)}]"
        elif entry.match(line) and (is_inside or not key):
            return f"{shown}, line {number}, “{display(key or section)}”"
    return f"{shown}, “{display(f'{section}.{key}' if key else section)}”"
