"""All cases, in the order in which they are measured."""

from __future__ import annotations

from tests.bench.bench import Case
from tests.bench.copies import Far, Large, Small, Start, Text
from tests.bench.repeats import Changed, Random, Resumed

CASES: tuple[type[Case], ...] = (Start, Large, Small, Far, Changed, Resumed, Text, Random)
