"""The login as each side meets it: the RFC's vectors, another implementation, liars, and garbage."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scramp import ScramClient, ScramException, ScramMechanism

from shared.auth import credentials
from shared.auth.credentials import Verifier, fake_verifier, make_verifier
from shared.auth.scram import GS2_HEADER, MECHANISM, REFUSED, ClientLogin, ServerLogin, auth_message
from shared.errors import LoginError, PeerError
from shared.protocol import limits

BINDING = bytes(range(32))
VERIFIER = make_verifier("pencil", iterations=4096, salt=b"0123456789abcdef")


def find(name: str) -> Verifier:
    return VERIFIER


def run(client: ClientLogin, server: ServerLogin) -> None:
    client.verify(server.finish(client.answer(server.challenge(client.first()))))


def test_vectors_of_rfc_7677() -> None:
    salted = credentials.salted_password("pencil", b64decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096)
    nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    text = auth_message(
        "n=user,r=rOprNGfwEbeRWgbNEkqO", f"r={nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", f"c=biws,r={nonce}"
    )
    client_key = credentials.client_key(salted)
    signature = hmac.digest(credentials.stored_key(client_key), text, "sha256")
    proof = bytes(a ^ b for a, b in zip(client_key, signature, strict=True))

    assert b64encode(proof) == b"dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    assert (
        b64encode(hmac.digest(credentials.server_key(salted), text, "sha256"))
        == b"6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
    )


def test_messages_have_the_form_of_the_rfc() -> None:
    client = ClientLogin("user", "pencil", BINDING, nonce="rOprNGfwEbeRWgbNEkqO")
    server = ServerLogin(BINDING, find, nonce="%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0")
    first = client.first()
    challenge = server.challenge(first)
    final = client.answer(challenge)

    assert first == "p=tls-server-end-point,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    assert challenge == f"r={nonce},s={b64encode(VERIFIER.salt).decode()},i=4096"
    assert final.startswith(f"c={b64encode(GS2_HEADER.encode() + BINDING).decode()},r={nonce},p=")
    client.verify(server.finish(final))


@pytest.mark.parametrize(
    ("name", "password"),
    [("user", "pencil"), ("a=b,c", "p,=n"), ("zoë", "\u00bd und 1/2"), ("张三", "密码 密码"), ("x" * 64, "y" * 1024)],
)
def test_agrees_with_scramp_both_ways(name: str, password: str) -> None:
    mechanism = ScramMechanism(MECHANISM)
    binding = ("tls-server-end-point", BINDING)
    verifier = make_verifier(password, iterations=5000)

    theirs = ScramClient([MECHANISM], name, password, channel_binding=binding)
    ours = ServerLogin(BINDING, lambda found: verifier)
    theirs.set_server_first(ours.challenge(theirs.get_client_first()))
    theirs.set_server_final(ours.finish(theirs.get_client_final()))
    assert ours.name == name

    asked: list[str] = []

    def auth(user: str) -> tuple[bytes, bytes, bytes, int]:
        asked.append(user)
        result: tuple[bytes, bytes, bytes, int] = mechanism.make_auth_info(password, iteration_count=5000)
        return result

    client = ClientLogin(name, password, BINDING)
    server = mechanism.make_server(auth, channel_binding=binding)
    server.set_client_first(client.first())
    server.set_client_final(client.answer(server.get_server_first()))
    client.verify(server.get_server_final())
    assert asked == [name]


def test_scramp_is_refused_with_another_password_or_channel() -> None:
    for password, binding in (("pencil", b"other channel"), ("wrong", BINDING)):
        theirs = ScramClient([MECHANISM], "user", password, channel_binding=("tls-server-end-point", binding))
        ours = ServerLogin(BINDING, find)
        theirs.set_server_first(ours.challenge(theirs.get_client_first()))
        with pytest.raises(LoginError):
            ours.finish(theirs.get_client_final())


def test_wrong_password_and_unknown_name_are_told_the_same() -> None:
    def unknown(name: str) -> Verifier:
        return fake_verifier(b"secret of the server", name, 4096)

    told = []
    for lookup in (find, unknown):
        client = ClientLogin("user", "wrong", BINDING)
        server = ServerLogin(BINDING, lookup)
        challenge = server.challenge(client.first())
        with pytest.raises(LoginError) as refused:
            server.finish(client.answer(challenge))
        told.append((str(refused.value), refused.value.hint, len(challenge), challenge.rpartition(",")[2]))

    assert told[0] == told[1]
    assert REFUSED in told[0][0]


def test_login_through_a_man_in_the_middle_fails() -> None:
    client = ClientLogin("user", "pencil", b"the certificate of the man")
    server = ServerLogin(BINDING, find)
    with pytest.raises(LoginError, match="another connection"):
        server.finish(client.answer(server.challenge(client.first())))


def test_server_without_the_verifier_is_found_out() -> None:
    """Whoever stole StoredKey, or accepts any password, still cannot sign for the server."""
    liar = Verifier(VERIFIER.salt, VERIFIER.iterations, VERIFIER.stored_key, bytes(32))
    with pytest.raises(LoginError, match="could not prove"):
        run(ClientLogin("user", "pencil", BINDING), ServerLogin(BINDING, lambda name: liar))


@pytest.mark.parametrize("flag", ["n,,", "y,,", "p=tls-unique,,", "p=tls-exporter,,", "p=tls-server-end-point,a=x,"])
def test_unbound_or_foreign_logins_are_refused(flag: str) -> None:
    looked_up: list[str] = []

    def watch(name: str) -> Verifier:
        looked_up.append(name)
        return VERIFIER

    with pytest.raises(PeerError):
        ServerLogin(BINDING, watch).challenge(f"{flag}n=user,r=abcdefgh")
    assert looked_up == []


@pytest.mark.parametrize(
    "bare",
    [
        "",
        "n=user",
        "r=abc,n=user",
        "n=,r=abc",
        "n=user,r=",
        "n=user,r=a b",
        "n=user,r=\u00e9",
        "n=user,n=user,r=abc",
        "m=x,n=user,r=abc",
        "n=user,r=abc,m=x",
        "n=us=er,r=abc",
        "n=us=2c,r=abc",
        "n=user\0,r=abc",
        "n=\u200f\u0627a,r=abc",
        "n=user,r=" + "a" * 513,
        "n=user,r=abc," + "x=" + "y" * 2048,
        "n=\ud800,r=abc",
    ],
)
def test_malformed_first_messages_are_refused(bare: str) -> None:
    with pytest.raises(PeerError):
        ServerLogin(BINDING, find).challenge(GS2_HEADER + bare)


def test_unknown_optional_extensions_are_ignored_but_signed() -> None:
    server = ServerLogin(BINDING, find, nonce="server")
    assert server.challenge(f"{GS2_HEADER}n=user,r=abc,x=future").startswith("r=abcserver,")


def _challenge(nonce: str = "mine+yours", salt: str = "MDEyMzQ1Njc4OWFiY2RlZg==", count: str = "4096") -> str:
    return f"r={nonce},s={salt},i={count}"


@pytest.mark.parametrize(
    "challenge",
    [
        _challenge(nonce="mine"),
        _challenge(nonce="yours"),
        _challenge(nonce="Mine+yours"),
        _challenge(nonce="mine\u00e9"),
        _challenge(salt="AA=="),
        _challenge(salt="A" * 400),
        _challenge(salt="not base64!"),
        _challenge(count="0"),
        _challenge(count="1"),
        _challenge(count=str(limits.MIN_ITERATIONS - 1)),
        _challenge(count=str(limits.MAX_ITERATIONS + 1)),
        _challenge(count=str(2**31)),
        _challenge(count="9" * 2000),
        _challenge(count="-4096"),
        _challenge(count="4096.0"),
        _challenge(count="\u0664\u0660\u0669\u0666"),
        _challenge() + ",m=must",
        "m=must," + _challenge(),
        "i=4096,s=MDEyMzQ1Njc4OWFiY2RlZg==,r=mine+yours",
        "e=other-error",
        "",
    ],
)
def test_client_refuses_a_lying_challenge_before_any_work(challenge: str, monkeypatch: pytest.MonkeyPatch) -> None:
    worked: list[object] = []
    monkeypatch.setattr(credentials, "salted_password", lambda *arguments: worked.append(arguments))
    client = ClientLogin("user", "pencil", BINDING, nonce="mine")
    client.first()
    with pytest.raises(PeerError):
        client.answer(challenge)
    assert worked == []


@pytest.mark.parametrize(
    ("final", "error"),
    [
        ("v=" + b64encode(bytes(32)).decode(), LoginError),
        ("v=AAAA", LoginError),
        ("e=invalid-proof", LoginError),
        ("v=", PeerError),
        ("v=!!", PeerError),
        ("", PeerError),
        ("x=1", PeerError),
    ],
)
def test_client_never_accepts_a_missing_or_wrong_signature(final: str, error: type[Exception]) -> None:
    client = ClientLogin("user", "pencil", BINDING)
    client.answer(ServerLogin(BINDING, find).challenge(client.first()))
    with pytest.raises(error):
        client.verify(final)


def test_error_of_the_server_is_shown_harmlessly() -> None:
    client = ClientLogin("user", "pencil", BINDING)
    client.answer(ServerLogin(BINDING, find).challenge(client.first()))
    with pytest.raises(LoginError) as refused:
        client.verify("e=\x1b[31m" + "x" * 5000)
    assert "\x1b" not in str(refused.value)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "spoil",
    [
        lambda final: final.replace(",p=", ",q="),
        lambda final: final + "AAAA",
        lambda final: final.rpartition(",p=")[0] + ",p=!!!!",
        lambda final: "c=biws" + final[final.index(",r=") :] + ",p=",
        lambda final: final.replace(",r=", ",r=x"),
        lambda final: final.replace("c=", "d=", 1),
        lambda final: "",
    ],
)
def test_malformed_final_messages_are_refused(spoil: Callable[[str], str]) -> None:
    client = ClientLogin("user", "pencil", BINDING)
    server = ServerLogin(BINDING, find)
    final = client.answer(server.challenge(client.first()))
    with pytest.raises(PeerError):
        server.finish(spoil(final))


def test_downgraded_binding_in_the_final_message_is_refused() -> None:
    client = ClientLogin("user", "pencil", BINDING)
    server = ServerLogin(BINDING, find)
    final = client.answer(server.challenge(client.first()))
    with pytest.raises(LoginError):
        server.finish("c=biws" + final[final.index(",r=") :])


def test_a_recorded_login_is_worth_nothing_later() -> None:
    client = ClientLogin("user", "pencil", BINDING)
    first = client.first()
    final = client.answer(ServerLogin(BINDING, find).challenge(first))
    later = ServerLogin(BINDING, find)
    later.challenge(first)
    with pytest.raises(PeerError):
        later.finish(final)


def test_one_login_takes_one_guess() -> None:
    client = ClientLogin("user", "wrong", BINDING)
    server = ServerLogin(BINDING, find)
    final = client.answer(server.challenge(client.first()))
    with pytest.raises(LoginError):
        server.finish(final)
    with pytest.raises(RuntimeError):
        server.finish(final)
    with pytest.raises(RuntimeError):
        server.challenge("anything")
    with pytest.raises(RuntimeError):
        client.answer(_challenge())


def test_names_and_passwords_no_account_can_have_are_refused_at_home() -> None:
    for name, password in (("", "x"), ("a\n", "x"), ("user", ""), ("user", "\x00")):
        with pytest.raises(LoginError):
            ClientLogin(name, password, BINDING)


def test_no_secret_is_shown() -> None:
    client = ClientLogin("user", "tops3cret", BINDING)
    server = ServerLogin(BINDING, find)
    server.challenge(client.first())
    assert "tops3cret" not in repr(client) + repr(server) + repr(VERIFIER)
    assert repr(VERIFIER) == "Verifier(iterations=4096)"


FRAGMENTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *("n=", "r=", "s=", "i=", "c=", "p=", "v=", "e=", "m=", ",", "=", "=2C", "=3D", "n,,", "y,,"),
                *("p=tls-server-end-point,,", "biws", "mine", "user", "4096", "4095", "1", "0", "10000001"),
                *("99999999999", "AAAA", "MDEyMzQ1Njc4OWFiY2RlZg==", "\0", "\ud800"),
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=12,
).map("".join)


@given(FRAGMENTS, FRAGMENTS)
@settings(max_examples=300, deadline=None)
def test_garbage_to_the_server_raises_only_our_errors(first: str, final: str) -> None:
    for opening in (first, GS2_HEADER + first):
        with suppress(PeerError, LoginError):
            ServerLogin(BINDING, find).challenge(opening)
    server = ServerLogin(BINDING, find, nonce="yours")
    server.challenge(GS2_HEADER + "n=user,r=mine")
    with pytest.raises((PeerError, LoginError)):
        server.finish(final)


@given(FRAGMENTS, FRAGMENTS)
@settings(max_examples=300, deadline=None)
def test_garbage_to_the_client_raises_only_our_errors(challenge: str, final: str) -> None:
    client = ClientLogin("user", "pencil", BINDING, nonce="mine")
    client.first()
    with suppress(PeerError, LoginError):
        client.answer(challenge)
    client = ClientLogin("user", "pencil", BINDING, nonce="mine")
    client.first()
    client.answer(_challenge())
    with pytest.raises((PeerError, LoginError)):
        client.verify(final)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_any_changed_character_fails_the_login(data: st.DataObject) -> None:
    client = ClientLogin("user", "pencil", BINDING)
    server = ServerLogin(BINDING, find)
    messages = [client.first()]
    step = data.draw(st.integers(0, 3))

    def tampered(message: str, number: int) -> str:
        if number != step:
            return message
        at = data.draw(st.integers(0, len(message) - 1))
        char = data.draw(st.sampled_from("~,=0zA").filter(lambda new: new != message[at]))
        return message[:at] + char + message[at + 1 :]

    try:
        challenge = server.challenge(tampered(messages[0], 0))
        final = client.answer(tampered(challenge, 1))
        client.verify(tampered(server.finish(tampered(final, 2)), 3))
    except (PeerError, LoginError):
        return
    pytest.fail("a changed message passed")


@given(st.text(max_size=20), st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_any_name_and_password_works_or_is_refused_at_once(name: str, password: str) -> None:
    try:
        verifier = make_verifier(password, iterations=4096)
        client = ClientLogin(name, password, BINDING)
    except (ValueError, LoginError):
        try:
            theirs = ScramClient([MECHANISM], name, password, channel_binding=("tls-server-end-point", BINDING))
        except ScramException:
            return
        assert not bytes(theirs.password), "scramp takes this login; only its empty passwords are refused here"
        return
    run(client, ServerLogin(BINDING, lambda found: verifier))
