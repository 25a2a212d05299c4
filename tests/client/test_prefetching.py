"""Images that are fetched before they are needed: in which order, how many, and what happens when they cannot be."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.test_media import PICTURE, SMALL, bytes_of, downloads, kept_files, online
from uwclient import prefetching
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, Play

VARIANTS: dict[str, Any] = {"small": (SMALL, 320, 180)}


def publish(sandbox: Sandbox) -> None:
    """A live message, an offer that comes soon and one that comes later, with pictures; and a picture of nobody."""
    for media_id in ("now", "soon-p", "soon-l", "later", "nobody's"):
        sandbox.add_media(media_id, PICTURE + media_id.encode(), variants=VARIANTS)
    sandbox.publish("offers", id="later", start_at="+2h", portrait_image_id="later", landscape_image_id=None)
    sandbox.publish("offers", id="soon", start_at="+1h", portrait_image_id="soon-p", landscape_image_id="soon-l")
    sandbox.publish("messages", id="now", start_at="-1h", landscape_image_id="now")
    sandbox.publish("events", id="none")


def fetched(sandbox: Sandbox) -> list[str]:
    """The pictures that were fetched, in order."""
    return [request.path.split("/")[2] for request in sandbox.requests if request.path.startswith("/files/")]


def until_kept(game: Game, tmp_path: Path, count: int) -> None:
    """Pump until so many pictures are on disk, each beside what is told of it."""
    game.until(lambda: len([path for path in kept_files(tmp_path) if path.suffix == ".media"]) == 2 * count)


def prefetching_game(play: Play, **options: Any) -> Game:
    game = play(start=False, **options)
    game.uw.media.prefetch_images()
    game.uw.start()
    return game


def test_nothing_is_fetched_in_advance_unless_the_game_wants_it(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox)
    game = play()
    game.until_loaded()
    assert bytes_of(game, "now") is not None
    assert game.refresh()
    assert fetched(sandbox) == ["now"]


def test_the_images_of_messages_and_offers_are_fetched_those_that_start_first_first(
    sandbox: Sandbox, play: Play, tmp_path: Path
) -> None:
    publish(sandbox)
    game = prefetching_game(play)
    until_kept(game, tmp_path, 4)
    game.until_loaded()

    order = fetched(sandbox)
    assert sorted(order) == ["later", "now", "soon-l", "soon-p"]
    assert order.index("soon-l") < order.index("later")
    assert order.index("soon-p") < order.index("later")
    game.uw.stop()
    sandbox.forget_requests()
    sandbox.stop()
    offline = play()
    assert bytes_of(offline, "later") == PICTURE + b"later"


def test_it_can_be_switched_on_while_playing_and_off_again(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox)
    game = play()
    game.until_loaded()
    assert fetched(sandbox) == []

    game.uw.media.prefetch_images(size=(320, 180))
    game.until(lambda: len(fetched(sandbox)) == 4)
    assert {request.path.split("/")[3] for request in sandbox.requests if "/files/" in request.path} == {"small"}
    game.uw.media.prefetch_images(False)
    sandbox.publish("messages", id="new", landscape_image_id="nobody's")
    assert game.refresh()
    assert bytes_of(game, "now") is not None
    assert "nobody's" not in fetched(sandbox)


def test_what_comes_later_is_fetched_later_and_nothing_twice(sandbox: Sandbox, play: Play, tmp_path: Path) -> None:
    publish(sandbox)
    game = prefetching_game(play)
    until_kept(game, tmp_path, 4)
    sandbox.publish("messages", id="new", landscape_image_id="nobody's", portrait_image_id="now")
    assert game.refresh()
    until_kept(game, tmp_path, 5)
    assert len(fetched(sandbox)) == 5

    game.uw.stop()
    game.uw.start()
    game.until_loaded()
    assert game.refresh()
    assert len(fetched(sandbox)) == 5, "what is on disk is asked about when it is wanted"


def test_what_the_game_asks_for_goes_before_what_nobody_waits_for(sandbox: Sandbox, play: Play) -> None:
    sandbox.add_media("huge", bytes(10_000_000))
    sandbox.add_media("banner", PICTURE)
    sandbox.publish("messages", id="a", landscape_image_id="huge")
    game = play()
    game.until_loaded()
    sandbox.faults.hang("/files/huge/*")
    game.uw.media.prefetch_images()
    game.until(lambda: fetched(sandbox) == ["huge"])
    got: list[bytes | None] = []
    game.uw.media.get_bytes("banner", got.append)
    sandbox.faults.clear()
    game.until(lambda: got)

    assert got == [PICTURE]
    game.until(lambda: fetched(sandbox) == ["huge", "banner", "huge"])
    assert bytes_of(game, "huge") == bytes(10_000_000)
    assert downloads(sandbox)[2:] == [200, 304]


def test_what_waits_for_the_session_goes_on_waiting_when_prefetching_is_switched_on(
    sandbox: Sandbox, play: Play
) -> None:
    publish(sandbox)
    sandbox.faults.hang("*/appusers/hero-42")
    game = play()
    got: list[bytes | None] = []
    game.uw.media.get_bytes("nobody's", got.append)
    game.uw.media.prefetch_images()
    game.until(lambda: sandbox.requests)
    for _ in range(20):
        game.uw.pump()
        time.sleep(0.005)
    assert got == []
    sandbox.faults.clear()
    game.until(lambda: len(fetched(sandbox)) == 5)
    assert got == [PICTURE + b"nobody's"]


def test_without_a_thread_images_are_fetched_too(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox)
    game = prefetching_game(play, virtual=True)
    game.until(lambda: len(fetched(sandbox)) == 4)


@pytest.mark.parametrize("trouble", ["refused", "wrong"])
def test_what_is_refused_is_not_tried_again_and_does_not_hold_up_the_others(
    sandbox: Sandbox, play: Play, trouble: str
) -> None:
    publish(sandbox)
    if trouble == "refused":
        sandbox.faults.respond("*/media/soon-p", status=404, times=None)
    else:
        sandbox.faults.respond("/files/soon-p/*", status=200, body=b"", times=None)
    game = prefetching_game(play, virtual=True)
    game.until(lambda: len(downloads(sandbox)) == (3 if trouble == "refused" else 4))
    game.pass_time(3600, step=30)
    assert game.refresh()

    assert len(sandbox.requests_to("media/soon-p")) == 1
    assert len(sandbox.requests_to("media/later")) == 1
    assert game.seen.of("media", "on_failed") == [], "nobody has asked for it"


def test_a_host_that_is_down_is_tried_seldom_and_then_all_images_come(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox)
    sandbox.faults.respond("/files/*", status=503, times=None)
    game = prefetching_game(play, virtual=True)
    game.until_loaded()
    game.pass_time(3600, step=10)
    assert 8 < len(downloads(sandbox)) < 60, "at first soon, then about every few minutes"

    sandbox.faults.clear()
    sandbox.forget_requests()
    game.pass_time(600, step=10)
    assert sorted(fetched(sandbox)) == ["later", "now", "soon-l", "soon-p"]


def test_there_is_a_bound_to_how_many_wait(sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uwclient.media_run.MOST_WAITING", 3)
    monkeypatch.setattr(prefetching, "MOST_WAITING", 3)
    for number in range(8):
        sandbox.add_media(f"p{number}", PICTURE)
        sandbox.publish("offers", id=f"o{number}", start_at=f"+{10 - number}h", landscape_image_id=f"p{number}")
    game = prefetching_game(play, virtual=True)
    game.until_loaded()
    game.pass_time(10)
    assert fetched(sandbox) == ["p7", "p6", "p5"]


def test_images_of_one_load_do_not_drive_everything_else_out_of_the_cache(
    sandbox: Sandbox, play: Play, tmp_path: Path
) -> None:
    for number in range(8):
        sandbox.add_media(f"p{number}", bytes(10_000))
        sandbox.publish("offers", id=f"o{number}", start_at=f"+{10 + number}h", landscape_image_id=f"p{number}")
    sandbox.add_media("banner", PICTURE)
    game = play(virtual=True)
    game.uw.media.cache_bytes = 60_000
    online(game)
    assert bytes_of(game, "banner") == PICTURE
    game.uw.media.prefetch_images()
    game.until_loaded()
    game.pass_time(10)

    assert fetched(sandbox) == ["banner", "p0", "p1", "p2"]
    assert sum(path.stat().st_size for path in kept_files(tmp_path)) <= 60_000


def test_nothing_is_fetched_for_a_cache_that_keeps_nothing(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox)
    game = play(start=False, virtual=True)
    game.uw.media.cache_bytes = 0
    game.uw.media.prefetch_images()
    game.uw.start()
    game.until_loaded()
    game.pass_time(10)
    assert fetched(sandbox) == []


def test_what_cannot_be_kept_is_fetched_once(sandbox: Sandbox, play: Play, tmp_path: Path) -> None:
    publish(sandbox)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "media").write_text("not a folder")
    game = prefetching_game(play, virtual=True)
    game.until_loaded()
    game.pass_time(10)
    for number in range(3):
        sandbox.publish("messages", id=f"new-{number}", landscape_image_id="now")
        assert game.refresh()
        game.pass_time(10)
    assert sorted(fetched(sandbox)) == ["later", "now", "soon-l", "soon-p"]


@pytest.mark.parametrize("late", [False, True])
def test_what_a_campaign_may_bring_is_fetched_too(sandbox: Sandbox, play: Play, late: bool) -> None:
    sandbox.add_media("dragon", b"dragon")
    trigger = {"type": "event_trigger", "logic": {"external_event_id": "level_up"}}
    sandbox.publish_campaign(trigger=trigger, offers=[{"landscape_image_id": "dragon"}])
    game = play() if late else prefetching_game(play)
    game.until_loaded()
    if late:
        assert fetched(sandbox) == []
        game.uw.media.prefetch_images()

    game.until(lambda: fetched(sandbox) == ["dragon"])
