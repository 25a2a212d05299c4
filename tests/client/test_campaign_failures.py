"""Campaigns that are broken, files that are damaged, platforms that refuse: each costs itself and nothing else."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.client.campaigning import counted, fire, on_attribute, on_event, triggered, until_counted, wanting
from tests.client.test_broken_disk import DAMAGES
from tests.conftest import MODULES, PLAYER, Game, Play
from uwclient import PlayerEvent, RecordError, ReplyError, RequestRejected
from uwclient.background import delivery as delivery_module
from uwclient.disk.cache import Cache
from uwclient.disk.outbox import Outbox
from uwclient.sandbox import Sandbox

BROKEN: list[Any] = [
    5,
    {},
    {"type": "time_trigger", "logic": {}},
    {"type": "event_trigger"},
    {"type": "event_trigger", "logic": {"external_event_id": 7}},
    on_event("x", wanting("a", "between", 1)),
    on_event("x", wanting("a", "equal")),
    on_event("x", wanting("a", "greater_than", "ten")),
    on_event("x", wanting("a", "at_least", 1)),
    on_event("x", wanting("a", "equal", 1, data_type="money")),
    {"type": "attribute_trigger", "logic": []},
    {"type": "region_trigger", "logic": {"region_name": ""}},
]


@pytest.fixture(autouse=True)
def _no_linger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Actions wait for no neighbours: these tests are not about that."""
    monkeypatch.setattr(delivery_module, "LINGER", 0.0)


@pytest.fixture(autouse=True)
def _nothing_fails_unforeseen(caplog: pytest.LogCaptureFixture) -> Any:
    yield
    faults = [record.getMessage() for record in caplog.get_records("call")]
    assert not [
        message for message in faults if "failed in an unexpected way" in message or "could not be resumed" in message
    ]


@pytest.fixture
def files(tmp_path: Path) -> Callable[[str], list[Path]]:
    """The files of the cache that hold something, all generations."""

    def find(name: str) -> list[Path]:
        return sorted((tmp_path / "data").rglob(f"{name}*.cache"))

    return find


def loaded(play: Play, **options: Any) -> Game:
    game = play(**options)
    game.until_loaded()
    return game


def offline(play: Play, sandbox: Sandbox) -> Game:
    """A game that starts without the platform; what it has found on disk is shown."""
    sandbox.stop()
    game = play()
    game.until_sent("client", "on_session_initialization_failed")
    game.until(lambda: not game.uw.pump(float("inf")))
    return game


def failures(game: Game) -> list[str]:
    return [str(details["error"]) for details in game.seen.of("campaigns", "on_load_failed")]


def campaign(id: str, **fields: Any) -> dict[str, Any]:
    return {"id": id, "trigger": on_event("x"), "campaign_impression_id": f"impression of {id}", **fields}


def answer(sandbox: Sandbox, *campaigns: Any, times: int | None = None) -> None:
    """Have the platform tell these campaigns, whatever they are."""
    sandbox.faults.respond("*/triggerable_campaigns", status=200, body={"campaigns": list(campaigns)}, times=times)


# Broken campaigns.


@pytest.mark.parametrize("trigger", BROKEN, ids=lambda trigger: json.dumps(trigger)[:70])
def test_one_broken_campaign_among_many_is_told_and_the_others_fire(
    sandbox: Sandbox, play: Play, trigger: Any
) -> None:
    sandbox.publish_campaign(id="before", trigger=on_event("x"))
    sandbox.publish_campaign(id="broken", trigger=trigger)
    sandbox.publish_campaign(id="after", trigger=on_attribute("a", "equal", 1))
    game = loaded(play)
    (failure,) = failures(game)
    assert failure.startswith("1 of the campaigns cannot be used and were left out: campaigns[1].trigger")
    assert "'broken'" in failure
    assert isinstance(game.seen.of("campaigns", "on_load_failed")[0]["error"], RecordError)

    game.uw.assign_event(PlayerEvent("x", {"a": 1}))
    game.uw.set_attributes({"a": 1})
    game.uw.pump(float("inf"))
    assert triggered(game) == ["before", "after"]
    assert game.refresh()
    assert len(failures(game)) == 1, "nothing is new in it"


def test_a_broken_campaign_fires_once_it_is_mended(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x", wanting("a", "between", 1)))
    game = loaded(play)
    sandbox.withdraw_campaign("c")
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    assert game.refresh()
    assert fire(game) == 1
    sandbox.withdraw_campaign("c")
    sandbox.publish_campaign(id="c", trigger=5)
    assert game.refresh()
    assert fire(game) == 0
    assert len(failures(game)) == 2


def test_a_broken_record_in_a_campaign_is_told_and_the_rest_goes_live(sandbox: Sandbox, play: Play) -> None:
    answer(
        sandbox,
        campaign(
            "c", offers=[{"id": "o", "title": 5}, {"id": "fine"}, 7], messages={"id": "m"}, events=[{"id": "e"}]
        ),
    )
    game = loaded(play)
    fire(game)
    assert (game.live("offers"), game.live("events"), game.live("messages")) == (["fine"], ["e"], [])
    (failure,) = failures(game)
    for fault in (
        "campaigns['c'].offers: title",
        "campaigns['c'].offers[2]",
        "campaigns['c'].messages: expected an array",
    ):
        assert fault in failure


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"campaigns":', b'{"campaigns": 5}', b"<html>busy</html>", b"\x00\xff"]
)
def test_a_reply_that_is_no_reply_leaves_the_campaigns_as_they_were(
    sandbox: Sandbox, play: Play, body: bytes
) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    game = loaded(play)
    sandbox.faults.respond("*/triggerable_campaigns", status=200, body=body)
    sandbox.publish("messages", id="hello")
    assert not game.refresh()
    assert game.live("messages") == ["hello"]
    assert isinstance(game.seen.of("campaigns", "on_load_failed")[-1]["error"], ReplyError)
    assert fire(game) == 1


def test_an_impression_that_is_too_long_to_be_told_is_left_out(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    answer(sandbox, campaign("huge", campaign_impression_id="i" * 200_000), campaign("other"))
    game = loaded(play)
    game.uw.assign_event(PlayerEvent("x"))
    game.uw.pump(float("inf"))
    assert triggered(game) == ["other"]
    assert "campaigns[0].campaign_impression_id: expected an id" in caplog.text
    (request,) = sandbox.wait_for_requests("events")
    assert request.json["triggered_campaign_impression_ids"] == ["impression of other"]


def test_what_one_action_sets_off_is_never_too_long_for_the_queue(sandbox: Sandbox, play: Play) -> None:
    """A line of the queue that is longer than 256 KB would be taken for a damaged one by the next run."""
    answer(sandbox, *(campaign(f"{number}{'é' * 200}") for number in range(400)))
    game = loaded(play)
    sandbox.stop()
    game.uw.assign_event(PlayerEvent("x", {"text": "y" * 60_000}))
    game.until(lambda: len(triggered(game)) > 40)
    game.uw.stop()
    sandbox.faults.clear()
    sandbox.start()
    game = loaded(play)
    game.until(lambda: sandbox.player(PLAYER).event_count == 1)
    assert game.seen.of("client", "on_storage_failed") == []


def test_ids_of_any_characters_come_back_as_they_were(sandbox: Sandbox, play: Play) -> None:
    ids = ['"],"done":', "\u2028 \n\\", "ünïcödé 😀", ",", "0"]
    answer(sandbox, *(campaign(one, campaign_impression_id=one) for one in ids))
    game = loaded(play)
    sandbox.stop()
    assert fire(game) == len(ids)
    game.uw.stop()
    sandbox.start()
    play()
    (request,) = sandbox.wait_for_requests("events")
    assert request.json == {"events": [{"event_id": "x"}], "triggered_campaign_impression_ids": ids}


# A platform that refuses.


def test_a_platform_without_campaigns_costs_nothing_else(sandbox: Sandbox, play: Play) -> None:
    for kind in MODULES:
        sandbox.publish(kind, id=f"one of {kind}")
    sandbox.faults.respond("*/triggerable_campaigns", status=404, times=None)
    game = play(virtual=True)
    game.until(lambda: failures(game))
    assert [game.live(kind) for kind in MODULES] == [[f"one of {kind}"] for kind in MODULES]
    assert game.refresh(), "all that the platform has was loaded"
    assert isinstance(game.seen.of("campaigns", "on_load_failed")[0]["error"], RequestRejected)
    fire(game)
    game.pass_time(600, step=1)
    assert sandbox.player(PLAYER).event_count == 1
    assert len(sandbox.player(PLAYER).sessions) == 1
    assert len(sandbox.requests_to("offers")) <= 2 + 10, "and is not asked more often than any other"


def test_a_platform_without_campaigns_and_segments_keeps_its_session(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.respond("*/triggerable_campaigns", status=404, times=None)
    sandbox.faults.respond("*/refresh_segments", status=404, times=None)
    sandbox.faults.respond("*/get_surveys", status=429)  # then the campaigns are asked for first
    game = play(virtual=True)
    game.until(lambda: failures(game))
    game.pass_time(300, step=1)
    assert len(sandbox.requests_to("refresh_segments")) > 3
    assert len(sandbox.player(PLAYER).sessions) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_campaigns_that_cannot_be_loaded_now_are_loaded_soon(sandbox: Sandbox, play: Play, status: int) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    sandbox.faults.respond("*/triggerable_campaigns", status=status, times=2)
    game = play(virtual=True)
    game.until(lambda: failures(game))
    game.pass_time(30)
    assert game.has_campaigns()
    assert fire(game) == 1


def test_campaigns_that_hang_hold_nothing_else_back(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("messages", id="hello")
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    sandbox.faults.hang("*/triggerable_campaigns")
    game = play()
    game.until_live("messages", "hello")
    sandbox.faults.clear()
    game.until(game.has_campaigns)
    assert fire(game) == 1


def test_a_platform_that_refuses_impressions_gets_the_action_without_them(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), quota={"total_triggers": 1}, messages=[{"id": "m"}])
    game = loaded(play)
    sandbox.faults.respond("*/events", status=422)
    heard: list[bool] = []
    game.uw.assign_event(PlayerEvent("x"), heard.append)
    game.until(lambda: heard)
    refused, taken = sandbox.requests_to("events")
    assert (refused.status, "triggered_campaign_impression_ids" in refused.json) == (422, True)
    assert (taken.status, taken.json) == (204, {"events": [{"event_id": "x"}]})
    assert (heard, game.live("messages")) == ([True], ["m"])
    assert game.seen.of("client", "on_delivery_failed") == []
    assert game.refresh()
    assert fire(game) == 0, "the player has seen it"


def test_an_action_that_is_refused_altogether_is_told_as_the_game_did_it(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    game = loaded(play)
    sandbox.faults.respond("*/events", status=422, times=2)
    fire(game)
    game.until_sent("client", "on_delivery_failed")
    (failed,) = game.seen.of("client", "on_delivery_failed")
    assert (failed["action"].kind, failed["action"].body) == ("event", {"event_id": "x"})


def test_an_edge_of_the_network_that_loses_loads_after_firings_costs_no_action(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    game = loaded(play)
    sandbox.faults.drop("*/triggerable_campaigns", times=3)
    assert fire(game, times=10) == 10
    game.until(lambda: sandbox.player(PLAYER).event_count == 10)
    assert len(counted(sandbox)) == 1


# Files.


def test_a_start_without_the_platform_fires_from_the_cache(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(
        id="c",
        trigger=on_event("x", wanting("a", "equal", 1)),
        quota={"total_triggers": 2},
        messages=[{"id": "m", "title": "Hello"}],
        remote_configs=[{"id": "r", "json": {"speed": 9}}],
    )
    loaded(play).uw.stop()
    game = offline(play, sandbox)
    assert game.loads("campaigns") == [{"from_cache": True}]
    for value in (0, 1, 1, 1):
        game.uw.assign_event(PlayerEvent("x", {"a": value}))
        game.uw.pump()
    assert triggered(game) == ["c", "c"]
    assert [message.title for message in game.uw.messages.active] == ["Hello"]
    assert game.uw.remote_configs.value("speed", 1) == 9
    sandbox.start()
    game.until(lambda: len(counted(sandbox)) == 1)


def test_a_start_without_the_platform_says_when_there_are_no_campaigns(sandbox: Sandbox, play: Play) -> None:
    loaded(play).uw.stop()
    game = offline(play, sandbox)
    assert game.loads("campaigns") == [{"from_cache": True}]


def test_a_first_start_without_the_platform_has_none_to_speak_of(sandbox: Sandbox, play: Play) -> None:
    game = offline(play, sandbox)
    assert game.loads("campaigns") == []
    assert failures(game) == []


def test_campaigns_of_the_cache_that_are_withdrawn_meanwhile_fire_no_more(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    sandbox.publish_campaign(id="d", trigger=on_event("x"))
    loaded(play).uw.stop()
    sandbox.withdraw_campaign("c")
    game = loaded(play)
    assert game.loads("campaigns") == [{"from_cache": True}, {"from_cache": False}]
    fire(game)
    assert triggered(game) == ["d"]


def test_a_client_that_starts_again_without_its_files_forgets_what_is_withdrawn(
    sandbox: Sandbox, play: Play, files: Callable[[str], list[Path]]
) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    sandbox.publish_campaign(id="d", trigger=on_event("x"))
    game = loaded(play)
    game.uw.stop()
    for path in files("campaigns"):
        path.unlink()
    sandbox.withdraw_campaign("c")
    game.seen.forget()
    game.uw.start()
    game.until(game.has_campaigns)
    fire(game)
    assert triggered(game) == ["d"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_of_campaigns_is_reported_and_the_one_before_serves(
    sandbox: Sandbox, play: Play, files: Callable[[str], list[Path]], damage: Callable[[bytes], bytes]
) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    game = loaded(play)
    sandbox.publish_campaign(id="d", trigger=on_event("x"))
    assert game.refresh()
    game.uw.stop()
    before, newest = files("campaigns")
    assert before.name == "campaigns.before.cache"
    newest.write_bytes(damage(newest.read_bytes()))

    game = offline(play, sandbox)
    fire(game)
    assert triggered(game) == ["c"]
    assert len(failures(game)) == 1
    game.uw.stop()
    before.write_bytes(damage(before.read_bytes()))

    sandbox.start()
    game = loaded(play)
    game.seen.forget()
    fire(game)
    assert triggered(game) == ["c", "d"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_counts_are_reported_and_cost_no_campaign(
    sandbox: Sandbox, play: Play, files: Callable[[str], list[Path]], damage: Callable[[bytes], bytes]
) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), quota={"total_triggers": 3})
    game = loaded(play)
    assert fire(game) == 1
    until_counted(game, sandbox, 1)
    game.uw.stop()
    for path in files("campaign_counts"):
        path.write_bytes(damage(path.read_bytes()))

    game = loaded(play)
    assert game.seen.of("client", "on_storage_failed")
    assert fire(game, times=3) == 2, "as the platform says"
    game.until(lambda: len(counted(sandbox)) == 2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"5",
        b"null",
        b"[]",
        b"{}",
        b"not json",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"c": 5}',
        b'{"c": [1e300, [], 0]}',
        b'{"c": [NaN, [], NaN]}',
        b'{"c": [0, [["", "", 1000000]], 0], "c": [0, [["i", "s", -1]], 0]}',
        b'{"c": [0, [[[], {}, null]], 0]}',
        b'{"' + b"c" * 100_000 + b'": [0, [], 0]}',
    ],
    ids=lambda content: repr(content)[:40],
)
def test_counts_that_nobody_here_has_written_cost_no_campaign(
    sandbox: Sandbox, play: Play, files: Callable[[str], list[Path]], content: bytes
) -> None:
    """The checksum is right; a checksum is no proof."""
    sandbox.publish_campaign(
        id="c", trigger=on_event("x"), quota={"total_triggers": 2, "trigger_cooldown_seconds": 0}
    )
    game = loaded(play)
    game.uw.stop()
    (campaigns,) = files("campaigns")
    Cache(campaigns.parent, lambda: None).save("campaign_counts", {}, [content])

    game = loaded(play)
    assert fire(game, times=3) == 2
    until_counted(game, sandbox, 1)


def test_counts_that_cannot_be_kept_are_told_and_hold_in_this_run(
    sandbox: Sandbox, play: Play, files: Callable[[str], list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), quota={"total_triggers": 2})
    game = loaded(play)
    (campaigns,) = files("campaigns")
    (campaigns.parent / "campaign_counts.cache").mkdir()
    (campaigns.parent / "campaign_counts.before.cache").mkdir()
    (campaigns.parent / "campaign_counts.before.cache" / "in the way").touch()
    assert fire(game, times=5) == 2
    game.until_sent("client", "on_storage_failed")
    game.until(lambda: sandbox.player(PLAYER).event_count == 5)
    assert len(game.seen.of("client", "on_storage_failed")) == 1


def test_an_old_queue_whose_campaigns_cannot_be_read_is_delivered_as_far_as_it_can_be(
    sandbox: Sandbox, play: Play, files: Callable[[str], list[Path]]
) -> None:
    game = loaded(play)
    game.uw.stop()
    (campaigns,) = files("campaigns")
    outbox = Outbox(campaigns.parent / "outbox")
    for kind, text in (
        ("event", b'{"event_id":"a"}'),
        ("triggering_event", b'{"firings":[[1]],"done":{"event_id":"b"}}'),
        ("triggering_event", b'{"firings":[["c","i","s"]],"done":{"event_id":"c"}}'),
        ("triggering_hologram", b"{}"),
        ("event", b'{"event_id":"d"}'),
    ):
        outbox.append(kind, text, int(time.time()), 0)
    outbox.close()
    game.uw.start()
    game.until(lambda: sandbox.player(PLAYER).event_count == 3)
    assert [event.event_id for event in sandbox.player(PLAYER).events] == ["a", "c", "d"]
    game.until(lambda: len(game.seen.of("client", "on_delivery_failed")) == 2)


# Many.


def test_a_thousand_campaigns_load_and_fire(sandbox: Sandbox, play: Play) -> None:
    for number in range(1000):
        trigger = on_event("score", wanting("points", "between", number * 10, number * 10 + 9))
        sandbox.publish_campaign(id=f"c{number}", trigger=trigger, messages=[{"id": f"m{number}"}])
    game = loaded(play)
    assert len(game.uw.campaigns.loaded) == 1000
    for points in (-1, 0, 5009, 9990, 9999, 10_000):
        game.uw.assign_event(PlayerEvent("score", {"points": points}))
        game.uw.pump()
    assert triggered(game) == ["c0", "c500", "c999", "c999"]
    game.uw.stop()
    game = offline(play, sandbox)
    game.uw.assign_event(PlayerEvent("score", {"points": 77}))
    game.uw.pump()
    assert triggered(game) == ["c7"]


def test_all_campaigns_of_one_event_fire_with_it(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for number in range(300):
        sandbox.publish_campaign(id=f"c{number}", trigger=on_event("x"), quota={"total_triggers": 1})
    game = loaded(play)
    game.uw.assign_event(PlayerEvent("x"))
    game.until(lambda: len(triggered(game)) == 300)
    assert triggered(game) == [f"c{number}" for number in range(300)]
    game.until(lambda: len(counted(sandbox)) == 300)
    assert len(sandbox.requests_to("events")) == 1
    assert caplog.records == []
