"""The engine's changes as the rows that the queue's model shows. Pure."""

from __future__ import annotations

from pathlib import PurePath

from desktop.models.queue_row import QueueRow
from desktop.transfers.items import Direction, Item
from desktop.transfers.progress import Change
from shared.entries import Kind
from shared.names import display, format_path


def row_of(change: Change) -> QueueRow:
    """Return a change as a row; a folder with contents shows the sums of what is below it."""
    item, parts = change.item, change.group
    here, there = display(item.local), f"{display(item.site)}{format_path(item.remote)}"
    is_upload = item.direction is Direction.UPLOAD
    return QueueRow(
        id=item.id,
        position=item.position,
        title=_title(item),
        direction=item.direction,
        state=item.state,
        size=item.size if parts is None else parts.size,
        moved=change.moved if parts is None else parts.moved,
        source=here if is_upload else there,
        target=there if is_upload else here,
        group=item.group,
        rate_bps=change.rate_bps,
        eta_s=change.eta_s,
        failure=item.failure,
        parts=parts,
        is_folder=item.kind is Kind.FOLDER,
    )


def _title(item: Item) -> str:
    """Name what is moved as its source is called; a server's home has no name of its own."""
    name = PurePath(item.local).name if item.direction is Direction.UPLOAD else item.name
    return display(name) if name else display(item.site)
