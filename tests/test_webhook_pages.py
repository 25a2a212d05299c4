"""docs/webhooks.md runs as it stands, and its tables are those of the code."""

from __future__ import annotations

import dataclasses
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.pages import DOCS, blocks, run
from uwclient.cli import _parser, main
from uwclient.control_files import ControlAccess, published
from uwclient.sandbox import Sandbox, WebhookRequest
from uwclient.sandbox.control.port import ControlPort
from uwclient.sandbox.services.webhooks.rules import HIGHEST_DRAW, MOST_ATTEMPTS, wait_before
from uwclient.webhooks import EVENTS, WebhookEvent

PAGE = (DOCS / "webhooks.md").read_text(encoding="utf-8")


class ToFlask:
    """Hands a sandbox's requests to an application, as a server would."""

    def __init__(self, app: Any, path: str) -> None:
        self.url = f"http://127.0.0.1:5000{path}"
        self._path = path
        self._client = app.test_client()

    def __call__(self, request: WebhookRequest) -> int:
        reply = self._client.post(self._path, data=request.body, headers=dict(request.headers))
        return int(reply.status_code)


def test_the_backend_of_the_page_hears_what_happens_on_both_ways(capsys: pytest.CaptureFixture[str]) -> None:
    mounted, own_route, _ = blocks("webhooks.md")
    scope: dict[str, Any] = {"__name__": "backend"}
    run(mounted, scope)
    run(own_route, scope)
    sandbox = Sandbox()
    for path in ("/webhooks", "/my-own-route"):
        sandbox.webhooks.add(ToFlask(scope["app"], path))
    sandbox.send_push("hero-42", title="Hello")
    sandbox.webhooks.send_due()
    said = capsys.readouterr().out
    stranger = scope["app"].test_client().post("/my-own-route", data=b"{}")

    assert [one.status for one in sandbox.webhooks.deliveries] == ["acknowledged"] * 2
    assert "push_notification_delivery_override {'push_notification_id'" in said
    assert said.endswith("push_notification_delivery_override\n")
    assert (stranger.status_code, stranger.data) == (400, b"")


def test_the_test_of_the_page_passes() -> None:
    scope: dict[str, Any] = {}
    run(blocks("webhooks.md")[2], scope)
    scope["test_heroes_are_welcomed_even_when_the_database_was_away"]()


def test_the_commands_of_the_page_are_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("uwclient.control_files.control_folder", lambda: tmp_path / "control")
    [lasting, commands] = blocks("webhooks.md", "console")
    for line in lasting.splitlines():
        _parser().parse_args(shlex.split(line)[1:])
    with Sandbox() as sandbox, ControlPort(sandbox) as port:
        sandbox.webhooks.add(lambda request: None)
        with published(ControlAccess(port.url, port.token, sandbox.url), None):
            for line in commands.splitlines():
                newest = sandbox.webhooks.deliveries[-1:]
                words = shlex.split(line.replace("$DELIVERY", newest[0].id if newest else ""))
                assert main(words[1:]) == 0, capsys.readouterr().err
    assert capsys.readouterr().out.endswith("sandbox-secret\n")


def test_the_table_of_events_has_all_of_them_with_their_fields() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE)
    common = {one.name for one in dataclasses.fields(WebhookEvent)}
    said: dict[str, set[str]] = {}
    for name, text in rows:
        before = said[[*said][-1]] if text.startswith("the same") else set()
        said[name] = before | set(re.findall(r"`(\w+)`", text))
    assert said == {name: {one.name for one in dataclasses.fields(kind)} - common for name, kind in EVENTS.items()}


def test_the_table_of_waits_is_what_is_waited() -> None:
    rows = re.findall(r"^\| (\d) \| (\d+) to (\d+) \|$", PAGE, re.MULTILINE)
    waits = [(wait_before(number, 1), wait_before(number, HIGHEST_DRAW)) for number in range(2, MOST_ATTEMPTS + 1)]
    assert [(int(least), int(most)) for _, least, most in rows] == waits
