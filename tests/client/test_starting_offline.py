"""A game starts with what it knew last, whatever the network does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, MakeSandbox, Play

FROM_CACHE = {"from_api": False, "from_cache": True}
FROM_API = {"from_api": True, "from_cache": False}


def play_once(play: Play) -> None:
    """A first run with the platform, which leaves its content on disk."""
    game = play()
    game.until_loaded()
    game.uw.stop()


def publish_one_of_each(sandbox: Sandbox) -> dict[str, str]:
    return {kind: sandbox.publish(kind) for kind in ("events", "messages", "offers", "remote_configs", "surveys")}


def test_without_the_platform_all_five_kinds_are_active_from_the_cache_at_once(sandbox: Sandbox, play: Play) -> None:
    published = publish_one_of_each(sandbox)
    play_once(play)
    sandbox.stop()

    game = play(virtual=True)  # time stands still, so that nothing that waits can have a part in it
    for kind, record_id in published.items():
        game.until_live(kind, record_id)
    game.until(lambda: all(game.loads(kind) == [FROM_CACHE] for kind in published))


def test_a_start_without_the_platform_says_so(sandbox: Sandbox, play: Play) -> None:
    sandbox.stop()
    game = play()

    game.until_sent("client", "on_session_initialization_failed")

    assert not game.uw.is_session_initialized
    assert game.uw.session_id is None
    assert "refused" in str(game.seen.of("client", "on_session_initialization_failed")[0]["error"])


def test_the_session_starts_by_itself_when_the_platform_comes_back(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    play_once(play)
    first_session = sandbox.player("hero-42").sessions[0].id
    sandbox.stop()
    game = play()
    game.until_live("offers", "gems")

    sandbox.start()
    game.until_loaded()

    assert game.uw.session_id == first_session, "the session of the first run is resumed"
    assert len(sandbox.player("hero-42").sessions) == 1
    assert game.loads("offers") == [FROM_CACHE, FROM_API]
    assert game.seen.ids("offers", "on_active") == ["gems"]


def test_a_first_run_without_the_platform_loads_when_it_comes_up(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    sandbox.stop()
    game = play()
    game.until_sent("client", "on_session_initialization_failed")

    sandbox.start()
    game.until_live("offers", "gems")

    assert game.loads("offers") == [FROM_API]


def test_a_platform_that_hangs_at_the_start_does_not_hold_cached_content_back(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("messages", id="welcome")
    play_once(play)
    sandbox.faults.hang("*", times=None)
    sandbox.forget_requests()

    game = play()
    game.until_live("messages", "welcome")

    assert {request.status for request in sandbox.requests} <= {None}, "the platform still hangs"
    game.until(lambda: game.loads("messages") == [FROM_CACHE])


def test_one_kind_that_hangs_does_not_hold_the_others_back(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("messages", id="welcome")
    sandbox.publish("surveys", id="mood")
    play_once(play)
    sandbox.faults.hang("*/messages", times=None)

    game = play()
    game.until_live("surveys", "mood")
    game.until_live("messages", "welcome")


def test_a_message_withdrawn_between_two_runs_does_not_flash_up(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("messages", id="apology")
    sandbox.publish("messages", id="welcome")
    play_once(play)
    sandbox.withdraw("apology")

    game = play()
    game.until_loaded()

    assert game.live("messages") == ["welcome"]
    assert game.seen.ids("messages", "on_active") == ["welcome"]
    assert game.seen.ids("messages", "on_inactive") == []
    assert game.loads("messages") == [FROM_API]


def test_a_message_withdrawn_while_the_game_was_offline_ends_when_the_platform_answers(
    sandbox: Sandbox, play: Play
) -> None:
    sandbox.publish("messages", id="apology")
    play_once(play)
    sandbox.withdraw("apology")
    sandbox.stop()
    game = play()
    game.until_live("messages", "apology")

    sandbox.start()
    game.until_live("messages")

    assert game.seen.ids("messages", "on_inactive") == ["apology"]


def test_content_that_ended_while_the_game_was_closed_is_not_shown_offline(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="rush", end_at="+30s")
    sandbox.publish("events", id="season")
    first = play(virtual=True)
    first.until_loaded()
    first.uw.stop()
    sandbox.stop()
    sandbox.clock.advance(minutes=5)

    game = play(virtual=True)
    game.until_live("events", "season")

    assert game.seen.ids("events", "on_active") == ["season"]


def test_an_upcoming_event_starts_offline(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="rush", start_at="+30s", end_at="+60s")
    first = play(virtual=True)
    first.until_loaded()
    first.uw.stop()
    sandbox.stop()

    game = play(virtual=True)
    game.pass_time(28)
    assert game.live("events") == []
    game.pass_time(4)
    assert game.live("events") == ["rush"]
    game.pass_time(30)
    assert game.live("events") == []


def test_the_caches_of_two_platforms_are_apart(make_sandbox: MakeSandbox, sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    play_once(play)
    other = make_sandbox()
    other.stop()

    game = play(at=other)
    game.until_sent("client", "on_session_initialization_failed")
    pump_some(game)

    assert game.live("offers") == []


def test_the_caches_of_two_environments_are_apart(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    play_once(play)
    sandbox.stop()

    game = play(environment_stage="qa")
    game.until_sent("client", "on_session_initialization_failed")
    pump_some(game)

    assert game.live("offers") == []


def pump_some(game: Game) -> None:
    """Give what waits a few frames to show itself."""
    for _ in range(10):
        game.uw.pump()
