"""Proxies and certificates of the environment: what can be used is used, what cannot is one sentence."""

from __future__ import annotations

import base64
from pathlib import Path

import httpx
import pytest

from net.rig import Naps
from net.servers import Asked, Reply, serving
from saltoks.core.errors import ConfigError, Unavailable
from saltoks.net.rest import Rest
from saltoks.net.transport.network import Line
from saltoks.net.transport.proxies import DIRECT, Way, way_to
from saltoks.net.transport.trust import trusted

PROXY = "http://proxy.example:3128"
FAR = "https://doors.example:8443/api"

THROUGH = {
    "the usual": ({"HTTPS_PROXY": PROXY}, "HTTPS_PROXY"),
    "small letters": ({"https_proxy": PROXY}, "https_proxy"),
    "small letters win": ({"https_proxy": PROXY, "HTTPS_PROXY": "socks5://x"}, "https_proxy"),
    "for everything": ({"ALL_PROXY": PROXY}, "ALL_PROXY"),
    "its own wins": ({"HTTPS_PROXY": PROXY, "ALL_PROXY": "socks5://x"}, "HTTPS_PROXY"),
    "no scheme": ({"HTTPS_PROXY": "proxy.example:3128"}, "HTTPS_PROXY"),
    "spaces": ({"HTTPS_PROXY": f"  {PROXY} "}, "HTTPS_PROXY"),
    "another host spared": ({"HTTPS_PROXY": PROXY, "NO_PROXY": "localhost,[::1]"}, "HTTPS_PROXY"),
    "another name": ({"HTTPS_PROXY": PROXY, "NO_PROXY": "oors.example,doors.example.org"}, "HTTPS_PROXY"),
    "another port": ({"HTTPS_PROXY": PROXY, "NO_PROXY": "doors.example:443"}, "HTTPS_PROXY"),
    "networks": ({"HTTPS_PROXY": PROXY, "NO_PROXY": "10.0.0.0/8 fd00::/8,[fe80::]/10, fe80::1%eth0"}, "HTTPS_PROXY"),
}


@pytest.mark.parametrize(("environ", "variable"), THROUGH.values(), ids=THROUGH.keys())
def test_the_proxy_that_counts(environ: dict[str, str], variable: str) -> None:
    assert way_to(httpx.URL(FAR), environ) == Way(variable, httpx.URL(PROXY))


PAST = {
    "nothing set": ({}, FAR),
    "emptied": ({"https_proxy": "", "HTTPS_PROXY": PROXY}, FAR),
    "for http only": ({"HTTP_PROXY": PROXY}, FAR),
    "everything": ({"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, FAR),
    "the host": ({"HTTPS_PROXY": PROXY, "NO_PROXY": "a.example, DOORS.example"}, FAR),
    "its port": ({"HTTPS_PROXY": PROXY, "NO_PROXY": "doors.example:8443"}, FAR),
    "its domain": ({"HTTPS_PROXY": PROXY, "NO_PROXY": ".example"}, FAR),
    "its domain with a star": ({"HTTPS_PROXY": PROXY, "NO_PROXY": "*.example"}, FAR),
    "as an address": ({"HTTPS_PROXY": PROXY, "no_proxy": "https://doors.example"}, FAR),
    "an IPv4 network": ({"ALL_PROXY": PROXY, "NO_PROXY": "10.0.0.0/8"}, "https://10.1.2.3"),
    "a star in numbers": ({"ALL_PROXY": PROXY, "NO_PROXY": "10.1.*"}, "https://10.1.2.3"),
    "an IPv6 network": ({"ALL_PROXY": PROXY, "NO_PROXY": "fd00::/8"}, "https://[fd12::1]"),
    "an IPv6 network in brackets": ({"ALL_PROXY": PROXY, "NO_PROXY": "[fd00::]/8"}, "https://[fd12::1]"),
    "an IPv6 address": ({"ALL_PROXY": PROXY, "NO_PROXY": "fd12:0::1"}, "https://[fd12::1]"),
    "an IPv6 address in brackets": ({"ALL_PROXY": PROXY, "NO_PROXY": "[fd12::1]"}, "https://[fd12::1]"),
    "an IPv6 address with a port": ({"ALL_PROXY": PROXY, "NO_PROXY": "[fd12::1]:443"}, "https://[fd12::1]"),
    "SOCKS, and spared": ({"ALL_PROXY": "socks5://x:1", "NO_PROXY": "doors.example"}, FAR),
    "this machine": ({"ALL_PROXY": "socks5://x:1", "NO_PROXY": "[broken"}, "http://127.0.0.1:8790"),
    "this machine by IPv6": ({"ALL_PROXY": "http://x:word"}, "http://[::1]:8790"),
}


@pytest.mark.parametrize(("environ", "url"), PAST.values(), ids=PAST.keys())
def test_no_proxy(environ: dict[str, str], url: str) -> None:
    assert way_to(httpx.URL(url), environ) is DIRECT


UNUSABLE = {
    "socks": ({"ALL_PROXY": "socks://planted:1080"}, "ALL_PROXY names a SOCKS proxy"),
    "socks5": ({"ALL_PROXY": "socks5://planted:1080"}, "ALL_PROXY names a SOCKS proxy"),
    "socks5h": ({"all_proxy": "socks5h://planted:1080"}, "all_proxy names a SOCKS proxy"),
    "socks4": ({"HTTPS_PROXY": "socks4://planted:1080"}, "HTTPS_PROXY names a SOCKS proxy"),
    "a name of nothing": ({"HTTPS_PROXY": "http://xn--:1"}, "HTTPS_PROXY names no proxy whose address can be read"),
    "a word as port": ({"HTTPS_PROXY": "http://planted:port"}, "HTTPS_PROXY names no proxy whose address can be read"),
    "port out of range": ({"HTTPS_PROXY": "http://planted:99999"}, "HTTPS_PROXY names a proxy whose host or port"),
    "no port": ({"HTTPS_PROXY": "http://planted:0"}, "HTTPS_PROXY names a proxy whose host or port"),
    "no host": ({"HTTPS_PROXY": "http://:3128"}, "HTTPS_PROXY names a proxy whose host or port"),
    "a space": ({"HTTPS_PROXY": "http://plan ted:3128"}, "HTTPS_PROXY names no proxy whose address can be read"),
    "a password with #": ({"HTTPS_PROXY": "http://me:planted#1@proxy:3128"}, "HTTPS_PROXY names no proxy"),
    "another scheme": ({"HTTPS_PROXY": "ftp://planted:21"}, "HTTPS_PROXY names a proxy that is neither http nor https"),
    "half a bracket": ({"HTTPS_PROXY": PROXY, "NO_PROXY": "[::1"}, "NO_PROXY holds '[::1'"),
    "too long a prefix": (
        {"HTTPS_PROXY": PROXY, "NO_PROXY": "doors.example,10.0.0.0/99"},
        "NO_PROXY holds '10.0.0.0/99'",
    ),
    "a name in brackets": ({"HTTPS_PROXY": PROXY, "no_proxy": "[house]"}, "no_proxy holds '[house]'"),
    "a word as port to spare": ({"HTTPS_PROXY": PROXY, "NO_PROXY": "house:port"}, "NO_PROXY holds 'house:port'"),
}


@pytest.mark.parametrize(("environ", "sentence"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_what_cannot_be_used_is_named(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        way_to(httpx.URL(FAR), environ)
    assert sentence in caught.value.message
    assert "planted" not in caught.value.message


def told(reply: Reply, naps: Naps, userinfo: str = "") -> tuple[str, list[Asked]]:
    """What a client says whose proxy answers so, and what the proxy was asked."""
    asked: list[Asked] = []

    def answer(one: Asked) -> Reply:
        asked.append(one)
        return reply

    with serving(answer) as url:
        environ = {"HTTPS_PROXY": url.replace("//", f"//{userinfo}")}
        with (
            Rest("desk", FAR, auth=None, rate_per_second=1e6, sleep=naps, transport=Line(environ=environ)) as rest,
            pytest.raises(Unavailable) as caught,
        ):
            rest.get("bookings", what="read the bookings")
    return caught.value.message, asked


def test_a_proxy_is_asked_for_the_host_with_its_user_and_password(naps: Naps) -> None:
    message, asked = told(Reply(407), naps, "porter:planted%40word@")
    assert (asked[0].method, asked[0].path) == ("CONNECT", "doors.example:8443")
    login = base64.b64encode(b"porter:planted@word").decode()
    assert asked[0].headers["Proxy-Authorization"] == f"Basic {login}"
    assert "no way to doors.example through the proxy that HTTPS_PROXY names, which refused (407)" in message
    assert "give user and password in HTTPS_PROXY" in message
    assert "planted" not in message


@pytest.mark.parametrize("status", [403, 502])
def test_a_proxy_that_refuses_is_named_by_its_variable(naps: Naps, status: int) -> None:
    message, _ = told(Reply(status), naps)
    assert f"which refused ({status}); correct HTTPS_PROXY, or put the host into NO_PROXY" in message


def test_a_proxy_that_is_not_there_is_named_by_its_variable(naps: Naps) -> None:
    line = Line(environ={"ALL_PROXY": "http://127.0.0.1:9"})
    with (
        Rest("desk", FAR, auth=None, rate_per_second=1e6, sleep=naps, transport=line) as rest,
        pytest.raises(Unavailable, match=r"no way to doors\.example through the proxy that ALL_PROXY names"),
    ):
        rest.get("bookings", what="read the bookings")


@pytest.mark.parametrize(
    ("name", "value"),
    [("SSL_CERT_FILE", "/nowhere/ca.pem"), ("SSL_CERT_FILE", __file__), ("SSL_CERT_DIR", "/nowhere")],
    ids=["no file", "no certificate", "no folder"],
)
def test_certificates_that_cannot_be_read_are_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} names a"):
        trusted({name: value})


def test_certificates_of_the_environment_are_believed(tmp_path: Path) -> None:
    import certifi

    assert trusted({"SSL_CERT_FILE": certifi.where()}).get_ca_certs() != []
    assert trusted({"SSL_CERT_DIR": str(tmp_path)}).get_ca_certs() == []
    assert trusted({}).get_ca_certs() != []
