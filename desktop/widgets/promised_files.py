"""A drag whose files are on a server: other programs say where they want them, and get them there after the drop.

Nothing is fetched while the pointer is on its way. A file manager that takes part in X Direct Save names the folder
when the button is let go; the files then come through the queue like any others, with progress, resume and proof.
Programs that do not are offered nothing they could not get.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from PySide6.QtCore import QByteArray, QMetaType, QMimeData, QTimer

from desktop.runtime import direct_save

Deliver = Callable[[PurePath], None]
"""Called with the path that the target has chosen: its folder, and the name for what is dragged if that is one."""


class PromisedFiles(QMimeData):
    """``name`` is what a target is offered; with more than one thing dragged it only takes its folder from it."""

    def __init__(self, name: str, deliver: Deliver) -> None:
        super().__init__()
        self._name = name
        self._deliver = deliver
        self._is_offered = False
        self._is_delivered = False
        # The window that the drag comes from is known once it has begun.
        QTimer.singleShot(0, self, self._offer)

    def _offer(self) -> None:
        self._is_offered = direct_save.write_name(self._name)

    # --- Qt's side -----------------------------------------------------------------------------------------------

    def formats(self) -> list[str]:
        return [*super().formats(), direct_save.TARGET]

    def hasFormat(self, mimetype: str) -> bool:
        return mimetype == direct_save.TARGET or super().hasFormat(mimetype)

    def retrieveData(self, mimetype: str, kind: QMetaType | QMetaType.Type) -> object:
        if mimetype != direct_save.TARGET:
            return super().retrieveData(mimetype, kind)
        return QByteArray(self._answer())

    def _answer(self) -> bytes:
        """Somebody asks for the data. As long as no folder was named, they only look what is coming."""
        path = direct_save.read_path() if self._is_offered else None
        if path is None or not path.name:
            return direct_save.REFUSED
        if not self._is_delivered:
            self._is_delivered = True
            # After the drop: the file manager waits for this answer.
            QTimer.singleShot(0, lambda: self._deliver(path))
        return direct_save.SAVED
