"""The words of the command line: options anywhere, nonsense refused with status 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.commands.options import VERBS, UsageError, parse
from desktop.transfers.items import Policy

FINGERPRINT = "SHA256:" + "a" * 43


def test_options_stand_anywhere() -> None:
    found = parse("get", ["--jobs", "2", "wherry://a@h/x", "--json", "wherry://a@h/y", "--limit", "10M", "local"])
    assert found.words == ("wherry://a@h/x", "wherry://a@h/y", "local")
    assert (found.jobs, found.json, found.quiet) == (2, True, False)
    assert found.limit in {10_000_000, 10 * 1024 * 1024}


def test_defaults() -> None:
    found = parse("ls", ["wherry://a@h/"])
    assert (found.on_conflict, found.limit, found.profile, found.fingerprint) == (Policy.ASK, None, None, None)
    assert (found.jobs, found.limit_up, found.limit_down) == (None, None, None)
    found = parse("rm", ["-r", "wherry://a@h/x", "--profile", "p", "--fingerprint", FINGERPRINT])
    assert (found.recursive, found.profile, found.fingerprint) == (True, Path("p"), FINGERPRINT)


@pytest.mark.parametrize("policy", list(Policy))
def test_every_policy_can_be_said(policy: Policy) -> None:
    assert parse("put", ["a", "wherry://a@h/", "--on-conflict", policy.value]).on_conflict is policy


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--jobs", "0", "wherry://a@h/"],
        ["--jobs", "many", "wherry://a@h/"],
        ["--limit", "0", "wherry://a@h/"],
        ["--limit", "fast", "wherry://a@h/"],
        ["--fingerprint", "SHA256:short", "wherry://a@h/"],
        ["--on-conflict", "guess", "wherry://a@h/"],
        ["--js", "wherry://a@h/"],
        ["-r", "wherry://a@h/"],
        ["wherry://a@h/", "another"],
    ],
)
def test_nonsense_ends_with_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse("ls", words)
    assert end.value.code == 2
    assert "wherry ls" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["local/path", "wherry://host/x", "http://a@h/"])
def test_what_is_no_link_to_an_account_is_wrong_usage(word: str) -> None:
    with pytest.raises(UsageError) as error:
        parse("ls", ["wherry://a@h/"]).link(word)
    assert "wherry://USER@HOST" in error.value.hint


def test_each_way_can_have_its_own_limit() -> None:
    found = parse("put", ["a", "wherry://a@h/", "--limit", "3M", "--limit-up", "1M", "--limit-down", "2M"])
    assert (found.limit, found.limit_up, found.limit_down) == (3 << 20, 1 << 20, 2 << 20)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_reads_its_words(verb: str) -> None:
    words = ["wherry://a@h/x"] if verb in {"ls", "rm", "mkdir", "sum", "df", "passwd"} else ["wherry://a@h/x", "y"]
    assert parse(verb, words).words == tuple(words)


def test_content_is_compressed_where_it_pays_unless_that_is_switched_off() -> None:
    assert parse("put", ["a", "wherry://a@h/"]).compress
    assert parse("put", ["a", "wherry://a@h/", "--compress", "auto"]).compress
    assert not parse("get", ["wherry://a@h/x", "a", "--compress", "never"]).compress
    with pytest.raises(SystemExit):
        parse("get", ["wherry://a@h/x", "a", "--compress", "always"])


def test_a_fingerprint_in_a_link_counts_only_beside_the_same_option() -> None:
    link = f"wherry://a@h/?fp={FINGERPRINT}"
    with pytest.raises(UsageError, match="fingerprint") as refused:
        parse("ls", [link]).link(link)
    assert FINGERPRINT in refused.value.hint
    assert parse("ls", [link, "--fingerprint", FINGERPRINT]).link(link).address.host == "h"
