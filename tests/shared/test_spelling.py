"""Names that a disk takes for one: found before anything is lost, and never where they are kept apart."""

from __future__ import annotations

import pytest

from shared.names import collision_key
from shared.spelling import Identity, other_spelling

COMPOSED, DECOMPOSED = "caf\u00e9", "cafe\u0301"


class Folder:
    """A folder of a disk that folds names, or of one that does not."""

    def __init__(self, *names: str, folds: bool) -> None:
        self.names = names
        self.folds = folds
        self.listed = 0

    def identify(self, name: str) -> Identity | None:
        for number, each in enumerate(self.names):
            if each == name or (self.folds and collision_key(each) == collision_key(name)):
                return 1, number
        return None

    def list(self) -> tuple[str, ...]:
        self.listed += 1
        return self.names

    def other(self, name: str) -> str | None:
        identity = self.identify(name)
        assert identity is not None
        return other_spelling(name, identity, self.identify, self.list)


@pytest.mark.parametrize(("there", "asked"), [("README", "readme"), (COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])
def test_another_name_is_found_where_the_disk_folds(there: str, asked: str) -> None:
    assert Folder("x", there, folds=True).other(asked) == there


@pytest.mark.parametrize("name", ["README", "readme", COMPOSED, DECOMPOSED, "123"])
def test_the_very_name_is_no_other(name: str) -> None:
    assert Folder("x", name, folds=True).other(name) is None


def test_both_names_stand_side_by_side_where_they_are_kept_apart() -> None:
    folder = Folder("README", "readme", folds=False)
    assert folder.other("README") is folder.other("readme") is None
    assert folder.listed == 0


def test_a_name_without_another_spelling_costs_nothing() -> None:
    folder = Folder("123", folds=True)
    assert folder.other("123") is None
    assert folder.listed == 0


def test_two_names_of_one_file_are_both_its_own() -> None:
    """Hard links: one identity, and each name is listed."""
    assert other_spelling("a", (1, 1), lambda name: (1, 1), lambda: ("a", "A")) is None
