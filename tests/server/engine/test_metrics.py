"""The numbers for Prometheus: their form, and who may ask for them."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Iterator

import pytest

from server.engine.metrics import CONTENT_TYPE, Load, MetricsEndpoint, exposition
from server.engine.tally import Count
from shared.errors import ConfigError

_LINE = re.compile(r'wherry_[a-z_]+(\{[a-z]+="(\\.|[^"\\\n])*"(,[a-z]+="(\\.|[^"\\\n])*")*\})? -?[0-9.e+]+')


def test_every_line_is_in_the_format_and_every_number_has_its_kind() -> None:
    load = Load(3, 1, 2, 1, 1, 4, 10**15, 5, (("talk", 1), ("bulk", 2)), (("talk", 16), ("bulk", 32)), 1.7e9)
    counts = {(Count.LOGINS, "ok"): 7, (Count.TRANSFERS, "upload ok"): 2, (Count.TRANSFERRED, "upload"): 2**40}
    page = exposition(load, counts, '1"\\\n')
    assert page.endswith("\n")
    kinds: dict[str, str] = {}
    for line in page.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            kinds[name] = kind
        elif not line.startswith("# HELP "):
            assert _LINE.fullmatch(line), line
            assert line.partition(" ")[0].partition("{")[0] in kinds
    assert all((kind == "counter") == name.endswith("_total") for name, kind in kinds.items())
    assert 'wherry_workers_busy{lane="bulk"} 2' in page
    assert 'wherry_logins_total{result="ok"} 7' in page
    # What has not happened yet is told as nothing, so that a rate over it begins somewhere.
    assert 'wherry_logins_total{result="failed"} 0' in page
    assert 'wherry_transfers_total{direction="upload",result="ok"} 2' in page
    assert f'wherry_file_bytes_total{{direction="upload"}} {2**40}' in page
    assert 'wherry_bytes_total{way="in"} 1000000000000000' in page or "1e+15" in page


@pytest.fixture
def endpoint() -> Iterator[MetricsEndpoint]:
    endpoint = MetricsEndpoint("127.0.0.1", 0, lambda: "page\n")
    yield endpoint
    endpoint.stop()


def ask(endpoint: MetricsEndpoint, path: str, host: str | None = None) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection(*endpoint.address, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": host} if host is not None else {})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Content-Type", ""), answer.read().decode()
    finally:
        connection.close()


def test_it_is_told_to_this_machine(endpoint: MetricsEndpoint) -> None:
    assert ask(endpoint, "/metrics") == (200, CONTENT_TYPE, "page\n")
    assert ask(endpoint, "/metrics", "localhost:1234")[0] == 200
    assert ask(endpoint, "/metrics", "[::1]")[0] == 200


@pytest.mark.parametrize(("path", "host"), [("/", None), ("/metrics/../x", None), ("/metrics", "evil.example")])
def test_nothing_else_is(endpoint: MetricsEndpoint, path: str, host: str | None) -> None:
    status, _, page = ask(endpoint, path, host)
    assert status == 404
    assert "page\n" not in page


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_it_listens_on_the_loopback_only(host: str) -> None:
    with pytest.raises(ConfigError, match="loopback"):
        MetricsEndpoint(host, 0, lambda: "")


def test_a_port_in_use_is_told_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigError) as refused:
        MetricsEndpoint("127.0.0.1", taken.getsockname()[1], lambda: "")
    assert "[metrics]" in refused.value.hint


def test_one_who_asks_and_then_is_silent_does_not_hold_up_the_stop() -> None:
    endpoint = MetricsEndpoint("127.0.0.1", 0, lambda: "page\n")
    with socket.create_connection(endpoint.address) as silent:
        silent.sendall(b"GET /met")
        endpoint.stop()
