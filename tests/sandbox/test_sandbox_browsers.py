"""Web pages that reach the sandbox through a browser on the same machine."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import requests

from uwclient.sandbox import Sandbox, ScenarioError

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer

KEY = base64.b64encode(b"sandbox-key").decode()
START = "/api/sdk/v1/appusers/hero-42?environment_stage=live&api_key=sandbox-key"


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox(allow_hosts=["Game.example", "10.0.2.2", "fd00::1"]) as running:
        yield running
    running.check()


def status(sandbox: Sandbox, path: str = START, method: str = "GET", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.request(method, f"{sandbox.url}{path}", headers=named, timeout=5).status_code


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:1", "localhost.", "127.0.0.1", "127.8.9.10:80", "[::1]:80", "[::ffff:127.0.0.1]",
     "app.localhost", "game.EXAMPLE:99", "10.0.2.2", "[fd00::1]:5"],
)  # fmt: skip
def test_names_of_this_machine_and_those_allowed_are_answered(shared: Sandbox, host: str) -> None:
    assert status(shared, Host=host) == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "notlocalhost", "192.168.0.1:80", "0.0.0.0",
     "2130706433", "127.1", "[::2]", "user@localhost", "localhost:80:80", "[::1", "", "localhost/x",
     "x.game.example"],
)  # fmt: skip
def test_a_foreign_host_is_refused_with_a_hint(shared: Sandbox, host: str) -> None:
    reply = requests.get(f"{shared.url}{START}", headers={"Host": host}, timeout=5)

    assert reply.status_code == 403
    assert reply.json()["errors"]
    assert "--allow-host" in reply.json()["meta"]["hints"][0]


@pytest.mark.parametrize(
    "origin", ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:9", "http://game.example"]
)
def test_pages_of_this_machine_may_ask(shared: Sandbox, origin: str) -> None:
    assert status(shared, Origin=origin) == 200
    assert status(shared, Origin=origin, Sec_Fetch_Site="cross-site") == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost.evil.example", "http://evil.example@localhost", "file://",
     "http://localhost/path", "localhost", "http://", "http://localhost, http://evil.example", "http://[", ""],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_foreign_page_is_refused_and_changes_nothing(shared: Sandbox, origin: str, method: str) -> None:
    shared.forget_requests()
    reply = requests.request(
        method,
        f"{shared.url}{START}",
        data=b"{}",
        headers={"Origin": origin, "Content-Type": "text/plain", "X-Api-Key": KEY},
        timeout=5,
    )

    assert reply.status_code == 403
    assert "--allow-host" in reply.json()["meta"]["hints"][0]
    assert not [name for name in reply.headers if name.lower().startswith("access-control")]
    assert [(request.status, request.body) for request in shared.requests] == [(403, b"")]


def test_a_foreign_page_that_names_no_origin_is_known_by_its_site(shared: Sandbox) -> None:
    assert status(shared, Sec_Fetch_Site="cross-site") == 403
    assert status(shared, Sec_Fetch_Site="same-origin") == 200
    assert status(shared, Sec_Fetch_Site="none") == 200


def test_the_survey_page_works_for_itself_and_for_a_window_without_an_origin(
    sandbox: Sandbox, player: HttpPlayer
) -> None:
    sandbox.publish("surveys", id="feedback", questions=[{"id": "a", "type": "open_ended", "text": "How?"}])
    page = player.survey_page("feedback")
    address, _, signature = page.partition("?")

    def sent(origin: str) -> int:
        return requests.post(
            f"{address}/answers?{signature}", json={"answers": {}}, headers={"Origin": origin}, timeout=5
        ).status_code

    assert requests.get(page, headers={"Sec-Fetch-Site": "cross-site"}, timeout=5).status_code == 200
    assert sent("https://evil.example") == 403
    assert (sent("null"), sent(sandbox.url)) == (200, 200)


def test_what_is_no_name_cannot_be_allowed() -> None:
    for wrong in ("10.0.2.2", ["http://game.example"], ["game.example:80"], [""]):
        with pytest.raises(ScenarioError, match=r"^allow_hosts: "):
            Sandbox(allow_hosts=wrong)


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "IMAGE/WEBP", "image/gif"])
def test_pictures_are_shown(sandbox: Sandbox, kind: str) -> None:
    sandbox.add_media("banner", b"picture", content_type=kind)

    assert "Content-Disposition" not in requests.get(f"{sandbox.url}/files/banner/original", timeout=5).headers


@pytest.mark.parametrize(
    "kind",
    ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/pdf", "image/png, text/html",
     "image/png;x", "application/octet-stream"],
)  # fmt: skip
def test_what_may_hold_scripts_is_saved_and_never_run(sandbox: Sandbox, kind: str) -> None:
    sandbox.add_media("banner", b"<svg onload='alert(1)'/>", content_type=kind)
    url = f"{sandbox.url}/files/banner/original"

    reply = requests.get(url, timeout=5)
    again = requests.get(url, headers={"If-None-Match": reply.headers["ETag"]}, timeout=5)

    assert reply.headers["Content-Disposition"] == "attachment"
    assert again.status_code == 304
    for one in (reply, again):
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert one.headers["Content-Security-Policy"] == "sandbox"
