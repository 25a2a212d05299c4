from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from uwclient.urls import LONGEST_URL, is_loopback, url_problem

RIGHT = [
    "https://app.userwise.io/take_survey/18819879?lang=en&enc=00",
    "https://app.userwise.io:8443/",
    "HTTPS://APP.USERWISE.IO/",
    "https://127.0.0.1/",
    "http://127.0.0.1:5000/take_survey/1?lang=en&enc=00",
    "http://127.8.9.1",
    "http://localhost:5000/",
    "http://game.localhost/",
    "http://[::1]:5000/?a=b#c",
]
WRONG = [
    ("", "has the scheme ''"),
    ("take_survey/1", "has the scheme ''"),
    ("//evil.example/", "has the scheme ''"),
    ("file:///etc/passwd", "has the scheme 'file'"),
    ("FILE:///etc/passwd", "has the scheme 'file'"),
    ("javascript:alert(1)//https://x", "has the scheme 'javascript'"),
    ("data:text/html,<script>", "has the scheme 'data'"),
    ("ftp://127.0.0.1/", "has the scheme 'ftp'"),
    ("ms-calculator:", "has the scheme 'ms-calculator'"),
    ("view-source:https://x/", "has the scheme 'view-source'"),
    ("--new-window", "has the scheme ''"),
    ("http://evil.example/", "is plain http to 'evil.example'"),
    ("http://0.0.0.0/", "is plain http to"),
    ("http://10.0.0.1/", "is plain http to"),
    ("http://127.0.0.1.evil.example/", "is plain http to"),
    ("http://localhost.evil.example/", "is plain http to"),
    ("http://evil-localhost/", "is plain http to"),
    ("http://127.0.0.1%2eevil.example/", "is plain http to"),
    ("http://[::ffff:8.8.8.8]/", "is plain http to"),
    ("http://127.0.0.1@evil.example/", "has credentials in it"),
    ("http://127.0.0.1:80@evil.example/", "has credentials in it"),
    ("https://me:pass@app.userwise.io/", "has credentials in it"),
    ("https://me@app.userwise.io/", "has credentials in it"),
    ("https://@app.userwise.io/", "has credentials in it"),
    ("https://", "names no host"),
    ("https:///take_survey", "names no host"),
    ("https:app.userwise.io", "names no host"),
    ("https://:443/", "names no host"),
    ("https://app.userwise.io:99999/", "no URL"),
    ("https://app.userwise.io:x/", "no URL"),
    ("https://[::1/", "no URL"),
    ("http://evil.example\\@127.0.0.1/", "characters that no address has"),
    ("https://app.userwise.io/\n", "characters that no address has"),
    ("https://app.user\twise.io/", "characters that no address has"),
    (" https://app.userwise.io/", "characters that no address has"),
    ("https://app.userwise.io/\x00", "characters that no address has"),
    ("http://127\uff0e0.0.1/", "characters that no address has"),
    ("https://\u0430pp.userwise.io/", "characters that no address has"),
    ("https://cdn.example/\u00fc.png", "percent-encoded"),
    ("https://app.userwise.io/\u200btake_survey", "characters that no address has"),
    ("https://app.userwise.io/\u202egnp.exe", "characters that no address has"),
    ("https://app.userwise.io\u3002evil.example/", "characters that no address has"),
    ("https://app.userwise.io/\x7f", "characters that no address has"),
    ("https://app.userwise.io/" + "x" * LONGEST_URL, "characters long, which is too long"),
]


@pytest.mark.parametrize("url", RIGHT)
def test_these_addresses_may_be_used(url: str) -> None:
    assert url_problem(url) is None


@pytest.mark.parametrize(("url", "sentence"), WRONG, ids=lambda value: ascii(value)[:40])
def test_these_addresses_may_not_be_used(url: str, sentence: str) -> None:
    said = url_problem(url)
    assert said is not None
    assert sentence in said
    assert said.startswith("it ")
    assert len(said) < 200


pieces = st.sampled_from(
    [
        "https",
        "http",
        "file",
        ":",
        "//",
        "/",
        "@",
        "\\",
        "127.0.0.1",
        "localhost",
        "[::1]",
        "evil.example",
        "?",
        "#",
        ".",
    ]
)


@given(st.lists(pieces | st.text(max_size=3), max_size=10).map("".join))
@example("http://localhost#@evil.example")
@example("http://127.1.1.1?@evil.example/")
def test_what_may_be_used_is_encrypted_or_stays_here(url: str) -> None:
    if url_problem(url) is not None:
        return
    parts = urlsplit(url)
    assert parts.username is None
    if parts.scheme == "http":
        host = parts.hostname or ""
        here = host == "localhost" or host.endswith(".localhost")
        assert here or host.startswith("127.") or ipaddress.ip_address(host).is_loopback
    else:
        assert parts.scheme == "https"


@given(st.text(max_size=40))
def test_any_text_at_all_is_judged(text: str) -> None:
    for url in (text, f"https://{text}", f"http://127.0.0.1/{text}"):
        problem = url_problem(url)
        assert problem is None or problem.startswith("it ")


def test_plain_http_is_fine_on_a_test_network() -> None:
    assert url_problem("http://cdn.example/x", allow_insecure=True) is None
    assert url_problem("file:///etc/passwd", allow_insecure=True) is not None


@given(st.text(max_size=40))
def test_a_refusal_shows_nothing_that_is_signed(text: str) -> None:
    said = url_problem(f"http://evil.example/take_survey?enc=SIGNED{text}")
    assert said is not None
    assert "SIGNED" not in said


@pytest.mark.parametrize(
    "name",
    ["localhost", "LOCALHOST", "localhost.", "game.localhost", "127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"],
)
def test_names_and_addresses_of_this_machine(name: str) -> None:
    assert is_loopback(name)


@pytest.mark.parametrize(
    "name",
    ["", "localhost.example", "127.0.0.1.nip.io", "127.0.0.300", "128.0.0.1", "::2", "notlocalhost", "0.0.0.0"],
)
def test_names_and_addresses_of_others(name: str) -> None:
    assert not is_loopback(name)
