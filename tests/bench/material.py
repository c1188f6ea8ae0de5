"""What is moved: files of random bytes, many small ones, a tree of real source texts. And how copies are compared."""

from __future__ import annotations

import os
import random
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from blake3 import blake3

MIB = 1 << 20

_SOURCES = frozenset({".py", ".pyi", ".c", ".h", ".pyx", ".md", ".rst", ".js", ".css", ".html"})


def random_file(path: Path, size: int) -> Path:
    """Write ``size`` random bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for start in range(0, size, MIB):
            file.write(os.urandom(min(MIB, size - start)))
    return path


def small_files(folder: Path, count: int, size: int = 4096) -> Path:
    """Make a folder of ``count`` files of random bytes, a hundred in each folder below, and return it."""
    for number in range(count):
        if number % 100 == 0:
            below = folder / f"{number // 100:04}"
            below.mkdir(parents=True)
        (below / f"file-{number:06}.bin").write_bytes(os.urandom(size))
    return folder


def flat_files(folder: Path, count: int) -> Path:
    """Make a folder with ``count`` empty files right in it, with names of everyday length."""
    folder.mkdir(parents=True)
    for number in range(count):
        os.close(os.open(folder / f"holiday picture {number:06}.jpg", os.O_CREAT | os.O_WRONLY, 0o644))
    return folder


def source_tree(folder: Path, size: int) -> int:
    """Copy about ``size`` bytes of the source texts of this Python and its packages; return how many there are.

    Real text, because what is made up compresses as nothing real does.
    """
    total = 0
    for number, path in enumerate(_source_files()):
        if total >= size:
            break
        target = folder / f"{number // 50:04}" / f"{number:06}-{path.name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        total += target.stat().st_size
    return total


def change_blocks(path: Path, block: int, share: float) -> int:
    """Overwrite the beginning of ``share`` (0 to 1) of a file's blocks, spread over it; return how many."""
    blocks = path.stat().st_size // block
    chosen = random.Random(1).sample(range(blocks), max(1, round(blocks * share)))
    with path.open("r+b") as file:
        for number in chosen:
            file.seek(number * block)
            file.write(os.urandom(4096))
    # Within one tick of the file system's clock the time of the change would stay the same.
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000_000))
    return len(chosen)


def digest(path: Path) -> str:
    """Return the BLAKE3 of a file, or of everything below a folder: paths, sizes and contents."""
    if path.is_file():
        if not path.stat().st_size:
            return blake3().hexdigest()
        return blake3(max_threads=blake3.AUTO).update_mmap(path).hexdigest()
    whole = blake3()
    for found in sorted(path.rglob("*")):
        if found.is_file():
            content = found.read_bytes()
            whole.update(f"{found.relative_to(path)}\0{len(content)}\0".encode())
            whole.update(blake3(content).digest())
    return whole.hexdigest()


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _source_files() -> Iterator[Path]:
    """Yield text files in an order that does not change, no two of the same place."""
    roots = {Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "purelib", "platlib")}
    seen: set[Path] = set()
    for root in sorted(roots, key=lambda root: (not root.is_relative_to(sys.prefix), str(root))):
        for path in sorted(root.rglob("*")):
            if path.suffix in _SOURCES and path not in seen and path.is_file() and path.stat().st_size > 256:
                seen.add(path)
                yield path
