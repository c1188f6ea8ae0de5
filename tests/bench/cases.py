"""All cases, in the order in which they are measured."""

from __future__ import annotations

from tests.bench.bench import Case
from tests.bench.copies import Far, Large, Small, Start, Text
from tests.bench.gui import Flow, LongFolder, LongQueue, StartOfWindow
from tests.bench.lengths import Growth, Listing
from tests.bench.repeats import Changed, Random, Resumed
from tests.bench.sessions import Sessions

CASES: tuple[type[Case], ...] = (
    Start,
    Large,
    Small,
    Far,
    Changed,
    Resumed,
    Text,
    Random,
    Sessions,
    Listing,
    Growth,
    StartOfWindow,
    Flow,
    LongFolder,
    LongQueue,
)
