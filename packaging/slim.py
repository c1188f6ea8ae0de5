"""What the bundles carry and what they leave out. Imported by the two specs, run by PyInstaller.

Qt's plugins for other platforms, and the system libraries that only those plugins need, make more than half of an
unslimmed bundle. ICU stays: Qt cannot sort or format without it.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from PyInstaller.utils.hooks import collect_data_files, collect_submodules, copy_metadata

EXCLUDED_MODULES = [
    # Python's own development tools and toolkits.
    *("tkinter", "unittest", "doctest", "pdb", "pydoc", "lib2to3", "test", "idlelib", "ensurepip"),
    # Libraries import these when they are there; we use none of them.
    *("numpy", "PIL", "IPython", "psycopg2", "pysqlite2", "MySQLdb", "setuptools", "pip"),
    *("PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "PySide6.QtTest"),
]

_KEPT_PLUGINS = {
    "platforms": {"libqxcb.so", "libqwayland.so", "libqwayland-generic.so", "libqwayland-egl.so", "libqoffscreen.so"},
    "platformthemes": {"libqxdgdesktopportal.so"},
    "imageformats": {"libqsvg.so", "libqjpeg.so", "libqgif.so"},
    "iconengines": {"libqsvgicon.so"},
    "wayland-shell-integration": {"libxdg-shell.so"},
    "xcbglintegrations": set(),
    "egldeviceintegrations": set(),
    "generic": set(),
    "qmltooling": set(),
}
"""Of these kinds only the named ones; kinds not listed here are kept whole."""

_DROPPED_QT = re.compile(r"libQt6(EglF|WlShell|Qml|Quick|Pdf|OpenGLWidgets|Test|Designer|Sql|VirtualKeyboard)")
_KEPT_SYSTEM = re.compile(
    r"lib(xcb-|xkbcommon|X11-xcb|python3|ssl|crypto|ffi|sqlite3|z\.|bz2|lzma|stdc\+\+|gcc_s|expat|icu)"
)
"""Everything else at the top of the bundle came in through a plugin that is dropped, or is on every desktop."""


def is_wanted(destination: str) -> bool:
    """Tell whether a file belongs into the bundle, by the place it would have in it."""
    path = PurePosixPath(destination)
    if "translations" in path.parts and "Qt" in path.parts:
        # Wherry brings its own texts; of Qt's, those for the standard dialogs in its second language.
        return path.name.startswith("qtbase_zh_CN")
    if "plugins" in path.parts and path.parent.name in _KEPT_PLUGINS:
        return path.name in _KEPT_PLUGINS[path.parent.name]
    if _DROPPED_QT.match(path.name):
        return False
    if len(path.parts) == 1 and ".so" in path.name and path.name.startswith("lib"):
        return _KEPT_SYSTEM.match(path.name) is not None
    return True


def slimmed(entries: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Return the entries of an analysis that belong into the bundle."""
    return [entry for entry in entries if is_wanted(entry[0])]


def data_of(*packages: str) -> list[tuple[str, str]]:
    """Return the data files (icons, fonts, translations) of our packages, and what tells our version."""
    files = [
        pair
        for package in packages
        for pair in collect_data_files(package, excludes=["**/*.md", "**/*.ts", "**/py.typed"])
    ]
    return files + copy_metadata("wherry")


def modules_of(*packages: str) -> list[str]:
    """Return every module of our packages: some are imported by name, when first needed."""
    return [name for package in packages for name in collect_submodules(package)]
