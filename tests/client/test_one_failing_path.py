"""One path of the platform that fails costs its own content alone, and the first reply may be slow."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.conftest import Play, until
from uwclient import UserWise
from uwclient.sandbox import Sandbox

KINDS = ("events", "messages", "offers", "remote_configs", "surveys")
PATHS = {"events": "*/campaign_events", "messages": "*/messages", "offers": "*/offers"}


def publish_one_of_each(sandbox: Sandbox) -> None:
    for kind in KINDS:
        sandbox.publish(kind, id=f"one-of-{kind}")


@pytest.mark.parametrize("fault", ["unavailable", "drop", "truncate", "garbled"])
@pytest.mark.parametrize("kind", PATHS)
def test_the_other_kinds_load_while_one_path_fails(sandbox: Sandbox, play: Play, kind: str, fault: str) -> None:
    publish_one_of_each(sandbox)
    path = PATHS[kind]
    if fault == "unavailable":
        sandbox.faults.respond(path, status=503, times=None)
    elif fault == "garbled":
        garbled = {"Content-Encoding": "gzip"}
        sandbox.faults.respond(path, status=200, body=b"not gzip", headers=garbled, times=None)
    else:
        getattr(sandbox.faults, fault)(path, times=None)
    game = play()
    others = [other for other in KINDS if other != kind]

    until(lambda: all(game.live(other) for other in others), game.uw)

    assert game.live(kind) == []
    until(lambda: game.seen.of(kind, "on_load_failed"), game.uw)
    for other in others:
        assert game.seen.of(other, "on_load_failed") == []


def test_content_is_refreshed_although_the_segments_cannot_be(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("messages", id="hello", title="before")
    game = play()
    game.until_live("messages", "hello")
    sandbox.faults.respond("*/refresh_segments", status=500, times=None)
    sandbox.change("hello", title="after")

    game.uw.refresh_content()

    until(lambda: [message.title for message in game.uw.messages.active] == ["after"], game.uw)


def test_an_edit_that_is_taken_back_after_the_reload_of_an_event_is_seen(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="quake", start_at="+2s", data={"size": 1})
    game = play()
    until(lambda: game.uw.events.upcoming, game.uw)
    sandbox.change("quake", data={"size": 2})
    game.until_live("events", "quake")
    until(lambda: game.uw.events.active[0].data == {"size": 2}, game.uw)
    sandbox.change("quake", data={"size": 1})

    game.refresh()

    assert game.uw.events.active[0].data == {"size": 1}


def test_what_was_heard_of_the_time_since_the_machine_started_outlives_the_run(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.publish("events", id="later", start_at="+5h")
    first = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=tmp_path)
    first.start()
    until(lambda: first.events.upcoming, first)
    until(lambda: not first.pump(), first)
    first.stop()
    sandbox.faults.hang("*", times=None)
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + 86_400.0)

    second = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=tmp_path)
    second.start()
    until(lambda: second.events.upcoming, second)
    opened = second.events.active
    second.stop()

    assert opened == ()


@pytest.mark.parametrize("file", ["missing", "junk"])
def test_a_start_with_broken_certificate_authorities_is_a_failed_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    bundle = tmp_path / "bundle.pem"
    if file == "junk":
        bundle.write_text("junk")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    uw = UserWise("key", "hero-42", host="https://127.0.0.1:1", data_dir=tmp_path / "data")
    errors: list[str] = []
    uw.on_session_initialization_failed.connect(lambda _, error: errors.append(str(error)))

    uw.start()
    until(lambda: errors, uw)
    uw.stop()

    assert "REQUESTS_CA_BUNDLE" in errors[0]
