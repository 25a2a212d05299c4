"""Each activation, change and end of a record is told once, and a refresh that changes nothing tells nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from uwclient.background import loading
from uwclient.sandbox import Sandbox
from uwclient.wire.parsing import ContentParser

if TYPE_CHECKING:
    from tests.conftest import Game, MakeSandbox, Play

LISTS = ("campaign_events", "messages", "offers", "remote_configs", "get_surveys")
KINDS = ("events", "messages", "offers", "remote_configs", "surveys")


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one for every reply that is parsed."""
    replies: list[int] = []

    class NotedParser(ContentParser):
        def parse(self, *arguments: Any) -> Any:
            replies.append(1)
            return super().parse(*arguments)

    monkeypatch.setattr(loading, "ContentParser", NotedParser)
    return replies


def loaded(play: Play, **options: Any) -> Game:
    """A game that has loaded everything, and notes signals from now on."""
    game = play(**options)
    game.until_loaded()
    game.seen.forget()
    return game


@pytest.mark.parametrize("etags", [True, False], ids=["with ETags", "without ETags"])
def test_an_unchanged_refresh_sends_no_content_signal_and_parses_nothing(
    make_sandbox: MakeSandbox, play: Play, parsed: list[int], etags: bool
) -> None:
    sandbox = make_sandbox(etags=etags)
    for kind in KINDS:
        sandbox.publish(kind)
    game = loaded(play, at=sandbox)
    sandbox.forget_requests()
    parsed.clear()

    assert game.refresh()

    assert game.seen.about_content() == []
    assert parsed == []
    assert [sandbox.requests_to(path)[0].status for path in LISTS] == [304 if etags else 200] * 5


@pytest.mark.parametrize("etags", [True, False], ids=["with ETags", "without ETags"])
def test_a_second_run_recognises_the_content_of_the_first(
    make_sandbox: MakeSandbox, play: Play, parsed: list[int], etags: bool
) -> None:
    sandbox = make_sandbox(etags=etags)
    sandbox.publish("offers", id="gems")
    loaded(play, at=sandbox).uw.stop()
    parsed.clear()

    game = play(at=sandbox)
    game.until_loaded()

    assert game.live("offers") == ["gems"]
    assert len(parsed) == 5, "the cache is parsed, the platform's replies are not"


def test_a_changed_record_is_updated_exactly_once(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems", title="100 gems")
    sandbox.publish("offers", id="coins")
    game = loaded(play)
    before = game.uw.offers.active[0]

    sandbox.change("gems", title="200 gems")
    assert game.refresh()

    (updated,) = game.seen.of("offers", "on_updated")
    assert updated["previous"] is before
    assert updated["previous"].title == "100 gems"
    assert updated["record"].title == "200 gems"
    assert game.uw.offers.get("gems") is updated["record"]
    assert game.seen.ids("offers", "on_active") == []
    assert game.live("offers") == ["gems", "coins"], "an update keeps the order"


def test_a_change_of_an_upcoming_record_is_no_update(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="later", start_at="+1h", title="old")
    game = loaded(play)

    sandbox.change("later", title="new")
    assert game.refresh()

    assert game.seen.of("offers", "on_updated") == []
    assert [offer.title for offer in game.uw.offers.upcoming] == ["new"]


def test_a_record_that_outlives_ten_refreshes_goes_live_once(sandbox: Sandbox, play: Play) -> None:
    game = play(virtual=True)
    game.until_loaded()
    sandbox.publish("events", id="rush", start_at="+3s", end_at="+300s")

    for number in range(10):
        sandbox.publish("events", id=f"neighbour-{number}", segments=[])
        assert game.refresh()
        game.pass_time(1)

    assert game.seen.ids("events", "on_active").count("rush") == 1
    assert game.seen.ids("events", "on_inactive") == []
    assert game.seen.of("events", "on_updated") == []


def test_a_withdrawn_record_ends_once(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("messages", id="welcome")
    game = loaded(play)

    sandbox.withdraw("welcome")
    assert game.refresh()
    assert game.refresh()

    assert game.seen.ids("messages", "on_inactive") == ["welcome"]
    assert game.live("messages") == []
    assert game.uw.messages.get("welcome") is None


def test_a_withdrawn_upcoming_record_never_starts(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="rush", start_at="+30s")
    game = loaded(play, virtual=True)

    sandbox.withdraw("rush")
    assert game.refresh()
    game.pass_time(40)

    assert game.seen.ids("events", "on_active") == []
    assert game.uw.events.upcoming == ()


@pytest.mark.parametrize("refreshed", [True, False], ids=["seen to be gone", "not asked in between"])
def test_an_end_that_is_extended_after_it_passed_makes_the_record_live_again(
    sandbox: Sandbox, play: Play, refreshed: bool
) -> None:
    sandbox.publish("events", id="rush", end_at="+10s")
    game = play(virtual=True)
    game.until_live("events", "rush")
    game.pass_time(12)
    assert game.live("events") == []
    if refreshed:
        assert game.refresh()

    sandbox.change("rush", end_at="+1h")
    assert game.refresh()

    assert game.live("events") == ["rush"]
    assert game.seen.ids("events", "on_active") == ["rush", "rush"]
    assert game.seen.ids("events", "on_inactive") == ["rush"]


def test_an_end_that_is_moved_back_before_it_passed_keeps_the_record_live(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="rush", end_at="+10s")
    game = play(virtual=True)
    game.until_live("events", "rush")

    sandbox.change("rush", end_at="+60s")
    assert game.refresh()
    game.pass_time(30)

    assert game.live("events") == ["rush"]
    assert game.seen.ids("events", "on_inactive") == []
    assert game.seen.ids("events", "on_updated") == ["rush"]


def test_a_start_moved_into_the_future_ends_a_live_record_until_then(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="rush")
    game = play(virtual=True)
    game.until_live("events", "rush")

    sandbox.change("rush", start_at="+30s")
    assert game.refresh()
    assert game.live("events") == []
    assert [event.id for event in game.uw.events.upcoming] == ["rush"]

    game.pass_time(32)
    assert game.seen.ids("events", "on_active") == ["rush", "rush"]


def test_a_record_without_an_end_never_ends(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="season", end_at=None)
    game = play(virtual=True)
    game.until_live("events", "season")
    assert game.uw.events.active[0].end_at is None

    game.pass_time(10 * 365 * 86400, step=365 * 86400)

    assert game.live("events") == ["season"]
    assert game.seen.ids("events", "on_inactive") == []


def test_what_falls_into_one_long_frame_is_told_in_the_order_of_its_times(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("messages", id="now", end_at="+30s")
    sandbox.publish("offers", id="second", start_at="+20s")
    sandbox.publish("events", id="first", start_at="+10s")
    sandbox.publish("surveys", id="fourth", start_at="+40s")
    game = loaded(play, virtual=True)

    game.pass_time(45, step=45)

    assert [(str(sent), sent.details["record"].id) for sent in game.seen.sent] == [
        ("events.on_active", "first"),
        ("offers.on_active", "second"),
        ("messages.on_inactive", "now"),
        ("surveys.on_active", "fourth"),
    ]


def test_what_started_and_ended_within_one_long_frame_is_not_shown(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="rush", start_at="+10s", end_at="+30s")
    game = loaded(play, virtual=True)

    game.pass_time(45, step=45)

    assert game.seen.about_content() == []
    assert game.uw.events.upcoming == ()


def test_upcoming_records_are_shown_the_next_one_first(sandbox: Sandbox, play: Play) -> None:
    for record_id, start in (("third", "+3h"), ("first", "+1h"), ("second", "+2h")):
        sandbox.publish("messages", id=record_id, start_at=start)
    game = loaded(play)

    assert [message.id for message in game.uw.messages.upcoming] == ["first", "second", "third"]


def test_a_record_is_found_by_its_id_or_a_predicate_whether_active_or_upcoming(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="now", external_id="double-coins")
    sandbox.publish("events", id="later", external_id="triple-coins", start_at="+1h")
    game = loaded(play)
    events = game.uw.events

    assert [found and found.id for found in (events.get("now"), events.get("later"))] == ["now", "later"]
    assert events.get_by_external_id("triple-coins") is events.get("later")
    assert events.find(lambda event: event.external_id.startswith("double")) is events.get("now")
    assert events.find(lambda event: False) is None


def test_a_segment_that_a_player_joins_shows_at_the_next_refresh(sandbox: Sandbox, play: Play) -> None:
    sandbox.define_segment("whales", attributes=[{"name": "coins", "operator": "greater_than", "values": [100]}])
    sandbox.publish("offers", id="yacht", segments=["whales"])
    game = loaded(play)
    assert game.live("offers") == []

    sandbox.player("hero-42").set_attributes(coins=500)
    assert game.refresh()

    assert game.live("offers") == ["yacht"]


def test_the_platform_is_asked_only_for_what_starts_before_the_moment_that_was_set(
    sandbox: Sandbox, play: Play
) -> None:
    sandbox.publish("events", id="soon", start_at="+1h")
    sandbox.publish("events", id="much-later", start_at="+30d")
    limit = datetime.now(UTC) + timedelta(days=7)
    game = play(start=False)
    game.uw.events.upcoming_starts_before = limit
    game.uw.start()
    game.until_loaded()

    assert [event.id for event in game.uw.events.upcoming] == ["soon"]
    assert datetime.fromisoformat(sandbox.requests_to("campaign_events")[0].query["starts_before"]) == limit
    assert sandbox.requests_to("messages")[0].query["starts_before"] == ""

    game.uw.events.upcoming_starts_before = None
    assert game.refresh()
    assert [event.id for event in game.uw.events.upcoming] == ["soon", "much-later"]


def test_the_values_of_a_remote_config_follow_its_changes(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("remote_configs", id="balance", json={"hero": {"speed": 3}, "waves": [5, 8]})
    game = loaded(play)
    configs = game.uw.remote_configs
    assert configs.value("balance.hero.speed", 1) == 3
    assert configs.value("hero.speed", 1.0) == 3.0
    assert configs.value("waves.1", 0) == 8
    assert configs.value("hero.name", "Ada") == "Ada"
    assert configs.value("hero.speed", "fast") == "fast"

    sandbox.change("balance", json={"hero": {"speed": 4}})
    assert game.refresh()

    assert configs.value("balance.hero.speed", 1) == 4
    assert configs.value("waves.1", 0) == 0
