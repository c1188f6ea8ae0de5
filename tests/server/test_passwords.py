"""Where ``wherry-server`` takes a password from."""

from __future__ import annotations

import io

import pytest

from server import passwords
from server.passwords import read_password
from shared.auth.credentials import MAX_PASSWORD
from shared.errors import ConfigError


class Terminal(io.StringIO):
    """A standard input that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def answers(monkeypatch: pytest.MonkeyPatch, *typed: str) -> list[str]:
    """Let a person at a terminal type these; return the list that collects the prompts."""
    left, prompts = list(typed), list[str]()

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        if not left:
            raise EOFError
        return left.pop(0)

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(passwords, "getpass", ask)
    return prompts


@pytest.mark.parametrize(
    ("text", "password"),
    [("pw\n", "pw"), ("pw\r\n", "pw"), ("pw", "pw"), (" p w \nmore\n", " p w "), ("密码\n", "密码")],
)
def test_one_line_of_standard_input(monkeypatch: pytest.MonkeyPatch, text: str, password: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text, newline=""))
    assert read_password("anna", from_stdin=True) == password


@pytest.mark.parametrize("text", ["", "\n", "\r\n"])
def test_no_line_is_an_error(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text, newline=""))
    with pytest.raises(ConfigError, match="had none"):
        read_password("anna", from_stdin=True)


def test_input_that_is_no_text_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n"), encoding="utf-8"))
    with pytest.raises(ConfigError, match="not text"):
        read_password("anna", from_stdin=True)


def test_an_endless_line_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO("x" * 10_000_000)
    monkeypatch.setattr("sys.stdin", stream)
    assert len(read_password("anna", from_stdin=True)) > MAX_PASSWORD
    assert stream.tell() < 10_000


def test_a_person_is_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    prompts = answers(monkeypatch, "pw", "pw")
    assert read_password("anna", from_stdin=False) == "pw"
    assert len(prompts) == 2
    assert "anna" in prompts[0]


@pytest.mark.parametrize("typed", [("pw", "pv"), ("",), ("pw",), ()])
def test_a_slip_at_the_terminal_changes_nothing(monkeypatch: pytest.MonkeyPatch, typed: tuple[str, ...]) -> None:
    answers(monkeypatch, *typed)
    with pytest.raises(ConfigError):
        read_password("anna", from_stdin=False)


def test_without_a_terminal_nothing_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("not asked for\n"))
    with pytest.raises(ConfigError) as refused:
        read_password("anna", from_stdin=False)
    assert "--password-stdin" in refused.value.hint


@pytest.mark.parametrize(
    ("password", "said"),
    [("password", "first that anybody"), ("anna1234", "weak"), ("correct horse battery staple", "")],
)
def test_a_person_is_told_of_a_password_that_is_easily_guessed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], password: str, said: str
) -> None:
    answers(monkeypatch, password, password)
    assert read_password("anna", from_stdin=False) == password
    told = capsys.readouterr().err
    assert said in told
    assert bool(said) == bool(told)
    assert password not in told.replace("This password", "")
