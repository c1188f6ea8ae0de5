"""The window as ``wherry --measure-stalls`` runs it, doing what the benchmark says: ``window PROFILE [URL]``.

Takes orders as lines of JSON on standard input and answers each with one. What is done is done through the panes'
own actions, and what is measured is measured by :mod:`desktop.runtime.stall_meter`; the program knows nothing of it.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

# Before anything imports qasync.
from PySide6.QtCore import QCoreApplication, QSocketNotifier
from PySide6.QtWidgets import QApplication

from desktop.app import run
from desktop.models.queue import QueueModel
from desktop.runtime.stall_meter import StallMeter
from desktop.widgets.main_window import MainWindow
from desktop.widgets.pane import PaneView
from desktop.widgets.queue_view import QueueView


class Hands:
    """Obeys in the GUI thread, whenever an order has come."""

    def __init__(self) -> None:
        self._rest = b""
        self._found: list[PaneView] = []
        self._notifier = QSocketNotifier(0, QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._read)

    def _read(self) -> None:
        data = os.read(0, 1 << 16)
        if not data:
            self._notifier.setEnabled(False)
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            print(json.dumps(self._obey(*json.loads(line))), flush=True)

    def _obey(self, verb: str, *words: Any) -> dict[str, Any]:
        match verb:
            case "state":
                return self._state()
            case "copy":
                side, name = words
                self._panes()[side].select_names([name])
                self._panes()[side].actions_of_pane["copy_across"].trigger()
            case "open":
                side, name = words
                self._panes()[side].select_names([name])
                self._panes()[side].actions_of_pane["open"].trigger()
            case "reset":
                self._meter().reset()
            case "reading":
                return asdict(self._meter().reading())
            case _:
                raise ValueError(verb)
        return {}

    def _state(self) -> dict[str, Any]:
        """Return how many rows each pane shows, none before there is a place in it, and how long the queue is."""
        window = self._window()
        queue = window.findChild(QueueView) if window is not None else None
        if queue is None:
            return {"panes": [], "items": 0}
        model = queue.table.model()
        assert isinstance(model, QueueModel)
        return {
            "items": model.counts.all,
            "panes": [
                {"rows": 0 if pane.shows_page else pane.table.model().rowCount(), "path": list(pane.path or ())}
                for pane in self._panes()
            ],
        }

    def _panes(self) -> list[PaneView]:
        window = self._window()
        assert window is not None
        if not self._found:
            # Looked for once: whoever asks often would be what the meter measures.
            panes = window.findChildren(PaneView)
            self._found = sorted(panes, key=lambda pane: pane.mapTo(window, pane.rect().topLeft()).x())
        return self._found

    @staticmethod
    def _window() -> MainWindow | None:
        return next((each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)), None)

    @staticmethod
    def _meter() -> StallMeter:
        app = QCoreApplication.instance()
        assert app is not None
        meter = app.findChild(StallMeter)
        assert isinstance(meter, StallMeter)
        return meter


def main() -> int:
    profile, *link = sys.argv[1:]
    app = QApplication(sys.argv[:1])
    hands = Hands()
    status = run(Path(profile), link=link[0] if link else None, measure_stalls=True)
    del hands, app
    return status


if __name__ == "__main__":
    sys.exit(main())
