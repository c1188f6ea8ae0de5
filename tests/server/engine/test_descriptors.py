"""The limit on open files: raised as far as is needed and allowed."""

from __future__ import annotations

import resource
from collections.abc import Iterator

import pytest

from server.engine.descriptors import allow_connections


@pytest.fixture
def hard() -> Iterator[int]:
    """Begin with a soft limit of 64, and put the true one back."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    yield hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def soft_limit() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


@pytest.mark.usefixtures("hard")
def test_the_soft_limit_grows_to_what_is_needed() -> None:
    allow_connections(10)
    assert 64 < soft_limit() < 1000


def test_the_hard_limit_is_the_end(hard: int) -> None:
    allow_connections(1 << 30)
    assert soft_limit() == hard or hard == resource.RLIM_INFINITY


@pytest.mark.usefixtures("hard")
def test_a_limit_that_suffices_is_left_alone() -> None:
    allow_connections(10)
    before = soft_limit()
    allow_connections(1)
    assert soft_limit() == before
