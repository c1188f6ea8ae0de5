"""Builds the lower part of the window: the queue and the activity log, and who acts for them. Connects no signal."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop.controllers.away import AwayController, Services
from desktop.controllers.log import LogController
from desktop.controllers.questions import Questions
from desktop.controllers.queue import QueueController, SessionTable
from desktop.models.log import LogModel
from desktop.models.queue import QueueModel
from desktop.runtime.task_scope import ErrorReport
from desktop.storage.settings import Settings
from desktop.transfers.engine import TransferEngine
from desktop.widgets.log_view import LogView
from desktop.widgets.queue_view import QueueView


@dataclass(frozen=True, slots=True)
class QueueWidgets:
    """What is seen."""

    queue: QueueView
    queue_model: QueueModel
    log: LogView
    log_model: LogModel


@dataclass(frozen=True, slots=True)
class QueueSide:
    """What is seen, and what acts for it."""

    view: QueueView
    log_view: LogView
    queue: QueueController
    log: LogController
    away: AwayController

    def apply(self, settings: Settings) -> None:
        """Work by these settings from now on."""
        self.queue.set_policy(settings.conflict_policy)
        self.queue.set_max_channels(settings.channels)
        self.queue.set_limits(settings.limit_bps, settings.limit_up_bps, settings.limit_down_bps)
        self.queue.set_history(settings.history)
        self.view.set_limit(settings.limit_bps)

    async def close(self) -> None:
        """Stop the transfers where a resume can go on, let the machine sleep, and listen no more."""
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(self.log.close)
            stack.push_async_callback(self.away.close)
            stack.push_async_callback(self.queue.close)


def make_queue_widgets() -> QueueWidgets:
    """Make the list of transfers, with the log as a page beside it."""
    queue_model, log_model = QueueModel(), LogModel()
    queue, log = QueueView(queue_model), LogView(log_model)
    queue_model.setParent(queue)
    log_model.setParent(log)
    queue.add_page(QCoreApplication.translate("QueueView", "Log"), "log", log)
    return QueueWidgets(queue, queue_model, log, log_model)


def make_queue_side(
    widgets: QueueWidgets,
    engine: TransferEngine,
    links: SessionTable,
    questions: Questions,
    services: Services,
    settings: Callable[[], Settings],
    failed: ErrorReport,
) -> QueueSide:
    """Make what acts for the queue and the log. ``settings`` are asked for when they matter."""
    view = widgets.queue
    return QueueSide(
        view=view,
        log_view=widgets.log,
        queue=QueueController(engine, links, widgets.queue_model, questions, failed),
        log=LogController(widgets.log_model, failed),
        away=AwayController(services, questions, settings, lambda: view.window().isActiveWindow(), failed),
    )
