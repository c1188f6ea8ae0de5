"""The systemd unit: what is packaged is what the program prints, systemd accepts it, and it is hard to get out of."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from server import unit
from shared.errors import ConfigError

PACKAGED = Path(__file__).resolve().parents[2] / "packaging" / unit.UNIT_NAME

systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, timeout=60, check=False)


def test_what_is_packaged_is_what_the_program_prints() -> None:
    command = "/usr/bin/wherry-server serve --data /var/lib/wherry-server"
    assert PACKAGED.read_text() == unit.unit_text(command, is_user=False)


@systemd
@pytest.mark.parametrize("is_user", [True, False])
def test_systemd_accepts_it(tmp_path: Path, is_user: bool) -> None:
    file = tmp_path / unit.UNIT_NAME
    # It looks whether the program is there.
    program = shutil.which("true")
    file.write_text(unit.unit_text(f'{program} serve --data "/a b/c%%d"', is_user=is_user))
    done = analyze("verify", *(["--user"] if is_user else []), str(file))
    complaints = [line for line in done.stderr.splitlines() if unit.UNIT_NAME in line]
    assert complaints == []


@systemd
def test_it_is_hardened() -> None:
    done = analyze("security", "--offline=true", "--no-pager", str(PACKAGED))
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze is too old to look at a file")
    exposure = re.search(r"Overall exposure level[^:]*: ([0-9.]+)", done.stdout)
    assert exposure is not None, done.stderr
    # Of 10; what serves files to a network cannot do without sockets.
    assert float(exposure[1]) <= 1.5


@pytest.mark.parametrize(
    ("word", "quoted"),
    [("plain", "plain"), ("a b", '"a b"'), ("50%", "50%%"), ("$HOME", "$$HOME"), ('a"b\\', '"a\\"b\\\\"'), ("", '""')],
)
def test_words_are_quoted_as_systemd_reads_them(word: str, quoted: str) -> None:
    assert unit._quoted(word) == quoted


def test_it_is_installed_once_and_nothing_of_others_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path, switch_on = unit.install(tmp_path / "data", is_user=True)
    assert path == tmp_path / "config" / "systemd" / "user" / unit.UNIT_NAME
    assert switch_on == "systemctl --user enable --now wherry-server"
    text = path.read_text()
    assert f"serve --data {tmp_path / 'data'}\n" in text
    assert "WantedBy=default.target" in text
    assert unit.install(tmp_path / "data", is_user=True)[0] == path
    path.write_text(text + "# mine\n")
    with pytest.raises(ConfigError, match="says something else"):
        unit.install(tmp_path / "data", is_user=True)
    assert path.read_text() == text + "# mine\n"


def test_a_folder_that_cannot_be_written_is_told_with_the_way_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(unit, "SYSTEM_FOLDER", tmp_path / "file" / "x")
    with pytest.raises(ConfigError) as refused:
        unit.install(tmp_path, is_user=False)
    assert "--user" in refused.value.hint
