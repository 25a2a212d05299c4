"""A record that this version cannot read is told in each run, and a version that can read it has it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from uwclient import version
from uwclient.background import loading
from uwclient.errors import RecordError
from uwclient.sandbox import Sandbox
from uwclient.wire import parsing
from uwclient.wire.campaigns import CampaignParser

if TYPE_CHECKING:
    from tests.conftest import Game, Play

PATHS = {
    "events": "campaign_events",
    "messages": "messages",
    "offers": "offers",
    "remote_configs": "remote_configs",
    "surveys": "get_surveys",
}
MOON = "on the moon"


def left_out(game: Game, kind: str) -> int:
    (status,) = [module for module in game.uw.diagnostics.modules if module.name == kind]
    return status.left_out


def errors(game: Game, kind: str) -> list[str]:
    """What was told of records that cannot be used."""
    failures = [failed["error"] for failed in game.seen.of(kind, "on_load_failed")]
    return [str(error) for error in failures if isinstance(error, RecordError)]


@pytest.fixture
def reads_the_moon(monkeypatch: pytest.MonkeyPatch) -> Any:
    """From the call on, the client is one that knows one frame of time more."""
    read = parsing.ContentParser.common

    def common(parser: parsing.ContentParser, fields: parsing.Fields, text: bytes) -> Any:
        return read(parser, parsing.Fields({**json.loads(text), "start_at_tz": "utc"}), text)

    return lambda: monkeypatch.setattr(parsing.ContentParser, "common", common)


def publish_on_the_moon(sandbox: Sandbox, kind: str) -> None:
    """Serve one record that can be read, and before it one that cannot be yet, with an ETag."""
    records = [{"id": "later", "start_at_tz": MOON}, {"id": "now"}]
    sandbox.faults.respond(
        f"*/{PATHS[kind]}",
        status=200,
        body={"active": records, "upcoming": []},
        headers={"ETag": '"one"'},
        times=1,
    )
    sandbox.faults.respond(f"*/{PATHS[kind]}", status=304, body="", times=None)


@pytest.mark.parametrize("kind", PATHS)
def test_a_version_that_can_read_a_record_has_it_although_nothing_has_changed(
    sandbox: Sandbox, play: Play, kind: str, reads_the_moon: Any
) -> None:
    publish_on_the_moon(sandbox, kind)
    game = play()
    game.until_loaded()
    assert game.live(kind) == ["now"]
    game.uw.stop()

    reads_the_moon()
    game = play()
    game.until_live(kind, "later", "now")
    assert errors(game, kind) == []
    assert left_out(game, kind) == 0


@pytest.mark.parametrize("kind", PATHS)
def test_each_run_tells_once_that_a_record_was_left_out(sandbox: Sandbox, play: Play, kind: str) -> None:
    publish_on_the_moon(sandbox, kind)
    for run in range(3):
        game = play()
        game.until_loaded()
        assert game.refresh()
        (error,) = errors(game, kind)
        assert f"1 of the {kind} cannot be used" in error, f"in run {run}"
        assert left_out(game, kind) == 1
        game.uw.stop()

    asked = [request.headers.get("If-None-Match") for request in sandbox.requests_to(PATHS[kind])]
    assert asked[0] is None
    assert set(asked[1:]) == {'"one"'}, "the list is loaded once"


def test_it_is_told_offline_too(sandbox: Sandbox, play: Play) -> None:
    publish_on_the_moon(sandbox, "offers")
    game = play()
    game.until_loaded()
    game.uw.stop()

    sandbox.faults.clear()
    sandbox.faults.drop("*", times=None)
    game = play()
    game.until_live("offers", "now")
    assert len(errors(game, "offers")) == 1
    assert left_out(game, "offers") == 1


def test_another_version_asks_for_the_whole_list_once(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.publish("offers", id="gems")
    for release in (version.__version__, "99.0", "99.0"):
        monkeypatch.setattr(loading, "__version__", release)
        game = play()
        game.until_loaded()
        game.uw.stop()

    statuses = [request.status for request in sandbox.requests_to("offers")]
    assert statuses == [200, 200, 304]


@pytest.mark.parametrize("stray", [None, 7, "text", [1, [2]]])
def test_what_is_no_record_at_all_is_told_in_each_run(sandbox: Sandbox, play: Play, stray: Any) -> None:
    body = {"active": [{"id": "a"}, stray, {"id": "a"}, {"id": "b"}], "upcoming": []}
    sandbox.faults.respond("*/offers", status=200, body=body, headers={"ETag": '"one"'}, times=1)
    sandbox.faults.respond("*/offers", status=304, body="", times=None)
    for _ in range(2):
        game = play()
        game.until_loaded()
        assert game.live("offers") == ["a", "b"]
        assert "2 of the offers cannot be used" in errors(game, "offers")[0]
        game.uw.stop()


def test_a_campaign_that_could_not_be_read_comes_back(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    logic = {"external_event_id": "x", "event_attributes": []}
    campaigns = [
        {"id": "c", "campaign_impression_id": "i1", "trigger": {"type": "event_trigger", "logic": logic}},
        {"id": "d", "campaign_impression_id": "i2", "trigger": {"type": "event_trigger", "logic": {**logic, "v": 2}}},
    ]
    read = CampaignParser.record

    def older(parser: Any, text: Any) -> Any:
        if b'"v"' in text.text:
            raise RecordError("trigger.logic: it is of a version that is not known")
        return read(parser, text)

    body = {"campaigns": campaigns}
    path = "*/triggerable_campaigns"
    sandbox.faults.respond(path, status=200, body=body, headers={"ETag": '"one"'}, times=1)
    sandbox.faults.respond(path, status=304, body="", times=None)
    monkeypatch.setattr(CampaignParser, "record", older)
    for _ in range(2):  # the second run keeps the campaigns once more, for its session
        game = play()
        game.until(game.has_campaigns)
        assert [campaign.id for campaign in game.uw.campaigns.loaded] == ["c"]
        assert len(errors(game, "campaigns")) == 1
        game.uw.stop()

    monkeypatch.setattr(CampaignParser, "record", read)
    game = play()
    game.until(lambda: [campaign.id for campaign in game.uw.campaigns.loaded] == ["c", "d"])
