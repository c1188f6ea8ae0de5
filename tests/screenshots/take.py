"""``take PROGRAM LOOK PICTURES WORK``: the pictures of one program in one look. Started by :mod:`tests.screenshots`."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.screenshots import client, tray
from tests.screenshots.looks import look


def main() -> None:
    program, name, pictures, work = sys.argv[1:]
    # Here, because the stage's timer needs it before the program makes it.
    QApplication(sys.argv[:1])
    take = {"client": client.take, "tray": tray.take}[program]
    take(look(name), Path(pictures), Path(work))


if __name__ == "__main__":
    main()
