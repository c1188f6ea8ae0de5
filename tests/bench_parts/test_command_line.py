"""The command line of the benchmark: cases can be listed and chosen, sizes set; every case says what it is."""

from __future__ import annotations

import pytest

from tests.bench.__main__ import main, scale_from
from tests.bench.cases import CASES
from tests.bench.scale import Scale


def test_the_list_names_every_case(capsys):
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [case.name for case in CASES]
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(case.title for case in CASES)


def test_sizes_are_full_quick_or_as_given():
    assert scale_from([]) == Scale()
    quick = scale_from(["--quick"])
    assert quick.large_mib < Scale().large_mib
    assert quick.rounds == 1
    given = scale_from(["--quick", "--large-mib", "32"])
    assert given.large_mib == 32
    assert given.small_files == quick.small_files


def test_every_case_says_how_much_room_it_needs():
    for case in CASES:
        assert case().space(scale_from(["--quick"])) <= case().space(Scale())


@pytest.mark.parametrize("words", [["--case", "nonsense"], ["--large-mib", "0"], ["--large-mib", "many"]])
def test_nonsense_is_refused(words, capsys):
    with pytest.raises(SystemExit):
        main(words)
    assert "error" in capsys.readouterr().err
