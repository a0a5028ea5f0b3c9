"""Proxies of the environment at the terminal: exit code 2 and one sentence that names the variable and the cure."""

from __future__ import annotations

import json

import pytest

from cli.conftest import Run
from stage import Stage

PROXY = "http://127.0.0.1:9"
CASES = {
    "SOCKS": ({"ALL_PROXY": "socks5://127.0.0.1:9"}, "ALL_PROXY names a SOCKS proxy"),
    "socks without number": ({"all_proxy": "socks://127.0.0.1:9"}, "all_proxy names a SOCKS proxy"),
    "IPv6 spared": ({"NO_PROXY": "localhost,[::1]", "HTTPS_PROXY": PROXY}, "through the proxy that HTTPS_PROXY names"),
    "IPv6 network spared": ({"NO_PROXY": "fd00::/8", "HTTPS_PROXY": PROXY}, "through the proxy that HTTPS_PROXY names"),
    "half a bracket": ({"NO_PROXY": "[::1", "HTTPS_PROXY": PROXY}, "NO_PROXY holds '[::1'"),
    "a word as port": (
        {"HTTPS_PROXY": "http://127.0.0.1:port"},
        "HTTPS_PROXY names no proxy whose address",
    ),
    "certificates": ({"SSL_CERT_FILE": "/nowhere/ca.pem"}, "SSL_CERT_FILE names a file that cannot be used"),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("variables", "sentence"), CASES.values(), ids=CASES.keys())
def test_one_sentence_names_the_variable(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], sentence: str
) -> None:
    """Nothing leaves this machine: the sentence comes before, or from a proxy that is not there."""
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    extra = {"environment": "accept", "grant": "password", "username": "p@house.example", "user_password": "x"}
    found = {"conn_type": "salto_ks", "login": "a", "password": "b", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_STAGE", json.dumps(found))
    said = run("check")
    assert said.code == 2
    assert sentence in " ".join((said.out + said.err).split())
