"""Which names an account may have."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.account import account_key, check_account_name
from shared.errors import ConfigError


@pytest.mark.parametrize(
    "name", ["anna", "li.wei", "jo@studio", "_x", "7", "zoë", "张三", "हिन्दी", "a" * 64, "A-B_c.d"]
)
def test_names_of_people_are_allowed(name: str) -> None:
    assert check_account_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", ".hidden", "-rf", "a.", "a/b", "a\\b", "../x", "/abs", "C:", "C:x", "a b", "a:b", "a*"),
        *("nul", "NUL", "con.txt", "Com1", "a\n", "a\x1b[31m", "a\u202eb", "a\0", "\ud800", "a" * 65, "😀"),
        *("<b>", "a,b", "a=b", "'", '"', "%41", "𠀀" * 64),
    ],
)
def test_names_that_could_do_harm_are_refused_with_the_rule(name: str) -> None:
    with pytest.raises(ConfigError) as refused:
        check_account_name(name)
    assert refused.value.detail
    assert refused.value.hint
    assert "\x1b" not in str(refused.value)


def test_spellings_of_one_name_share_a_key() -> None:
    assert account_key("Zoë") == account_key("zoe\u0308") == account_key("ZOË")
    assert account_key("anna") != account_key("hanna")


@given(st.text(max_size=70))
def test_what_is_allowed_is_one_folder_below_its_parent(name: str) -> None:
    with suppress(ConfigError):
        allowed = check_account_name(name)
        folder = Path("/homes") / allowed
        assert folder.parent == Path("/homes")
        assert folder.name == allowed
        assert check_account_name(allowed) == allowed
