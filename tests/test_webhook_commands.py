"""`uwclient webhooks`, as somebody uses it who writes a backend."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.webhook_receivers import ERROR, OK, Backend, reply
from uwclient.cli import main
from uwclient.control_files import ControlAccess, published
from uwclient.sandbox import Sandbox
from uwclient.sandbox.control.port import ControlPort


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(secret_key="s3cret") as sandbox:
        yield sandbox
    sandbox.check()


@pytest.fixture
def control_file(sandbox: Sandbox, tmp_path: Path) -> Iterator[str]:
    with (
        ControlPort(sandbox) as port,
        published(ControlAccess(port.url, port.token, sandbox.url), tmp_path / "control.json") as path,
    ):
        yield str(path)


def webhooks(capsys: pytest.CaptureFixture[str], control_file: str, *words: str, code: int = 0) -> str:
    """What a command prints."""
    assert main(["webhooks", "--control-file", control_file, *words]) == code
    printed = capsys.readouterr()
    return printed.out if code == 0 else printed.err


def test_an_event_is_triggered_and_sent_again(
    sandbox: Sandbox, control_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    event = "player_offer_impression_state_change"
    with Backend() as backend:
        sandbox.webhooks.add(backend.url, events=[event])
        said = webhooks(capsys, control_file, "trigger", event, "--player", "hero-7", "--state", "purchased")
        backend.wait_for(1)
        (delivery,) = sandbox.webhooks.deliveries
        webhooks(capsys, control_file, "resend", delivery.id)
        backend.wait_for(2)

    assert said == f"{event}  {delivery.id}  to {backend.url}\n"
    assert [one.body for one in backend.received] == [delivery.body] * 2
    assert delivery.payload["appuser_app_external_id"] == "hero-7"
    assert delivery.payload["offer_impression_current_state"] == "purchased"


def test_an_event_that_nobody_wants_to_know_is_triggered_all_the_same(
    sandbox: Sandbox, control_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = webhooks(capsys, control_file, "trigger", "player_session_creation")
    assert "no endpoint wants to know" in said
    assert len(sandbox.player("hero-42").sessions) == 1


def test_the_secret_is_printed_for_the_backend(control_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert webhooks(capsys, control_file, "listen", "--print-secret") == "s3cret\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("trigger", "player_ofer"), "there is no webhook event 'player_ofer'"),
        (("resend", "nothing"), "There is no webhook delivery 'nothing'"),
        (("listen", "--forward-to", "http://example.com/"), "is not this machine"),
        (("listen", "--forward-to", "http://127.0.0.1:9/", "--events", "x"), "there is no webhook event 'x'"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(
    control_file: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    assert message in webhooks(capsys, control_file, *words, code=2)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C cannot be sent to one process there")
def test_a_listener_forwards_in_order_prints_what_comes_of_it_and_leaves_nothing(
    sandbox: Sandbox, control_file: str
) -> None:
    with Backend(reply(OK), reply(ERROR), reply(OK)) as backend:
        arguments = ["webhooks", "--control-file", control_file, "listen", "--forward-to", backend.url]
        listener = subprocess.Popen(
            [sys.executable, "-m", "uwclient", *arguments, "--events", "push_notification_delivery_override"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert listener.stdout is not None
        first = listener.stdout.readline()
        for number in range(3):
            sandbox.send_push("hero-42", title=str(number))
        lines = [listener.stdout.readline() for _ in range(4)]
        listener.send_signal(signal.SIGINT)
        listener.communicate(timeout=10)

    assert backend.url in first
    assert [one.payload["push_notification_title"] for one in backend.received] == ["0", "1", "2"]
    assert [line.split()[2] for line in lines if not line.startswith(" ")] == ["200", "500", "200"]
    assert "The reply was 500: oops. It is tried again at 20" in "".join(lines)
    assert sandbox.webhooks.endpoints == ()
