"""These rooms know no Qt: their coroutines run on asyncio's own loop."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

import pytest


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"asyncio": asyncio.new_event_loop}


@pytest.fixture(scope="module", autouse=True)
def _no_qt_garbage() -> None:
    """Qt objects that other tests left in cycles are destroyed here: in a worker thread that ends in a crash."""
    gc.collect()
