"""What ends comes before what starts at the same moment, so a game may set in one listener and clear in another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, Play

KINDS = ("remote_configs", "events", "offers", "messages", "surveys")
"""In the order in which they start."""


def heard(game: Game) -> list[str]:
    """The starts and ends, in the order in which they were told."""
    return [
        f"{sent.signal.removeprefix('on_')} {sent.details['record'].id}"
        for sent in game.seen.sent
        if sent.signal in ("on_active", "on_inactive", "on_updated")
    ]


After: TypeAlias = "Callable[[float], str]"


@pytest.fixture
def after(sandbox: Sandbox) -> After:
    """Tells moments: so many seconds after the test began."""
    began = sandbox.clock.now()
    return lambda seconds: (began + timedelta(seconds=seconds)).isoformat()


def loaded(play: Play) -> Game:
    game = play(virtual=True)
    game.until_loaded()
    game.seen.forget()
    return game


@pytest.mark.parametrize("ends", KINDS)
@pytest.mark.parametrize("starts", KINDS)
def test_content_back_to_back_ends_before_it_starts(
    sandbox: Sandbox, play: Play, after: After, ends: str, starts: str
) -> None:
    sandbox.publish(starts, id="b", start_at=after(10))
    sandbox.publish(ends, id="a", end_at=after(10))
    game = loaded(play)
    game.pass_time(12)

    assert heard(game) == ["inactive a", "active b"]


def test_kinds_start_in_their_order_and_records_in_the_platforms(sandbox: Sandbox, play: Play, after: After) -> None:
    for kind in reversed(KINDS):
        for number in range(3):
            sandbox.publish(kind, id=f"{kind}-{number}", start_at=after(10))
        sandbox.publish(kind, id=f"{kind}-old", end_at=after(10))
    game = loaded(play)
    game.pass_time(12)

    told = heard(game)
    assert [line.split()[0] for line in told] == ["inactive"] * 5 + ["active"] * 15
    assert told[5:] == [f"active {kind}-{number}" for kind in KINDS for number in range(3)]


def test_moments_that_have_passed_at_once_are_told_one_by_one(sandbox: Sandbox, play: Play, after: After) -> None:
    for at in (10, 20, 30):
        sandbox.publish("messages", id=f"m{at}", start_at=after(at), end_at=after(at + 100))
        sandbox.publish("remote_configs", id=f"c{at}", start_at="-1h", end_at=after(at))
    sandbox.publish("events", id="slept-over", start_at=after(12), end_at=after(18))
    game = loaded(play)
    game.pass_time(40, step=40)  # the laptop slept

    assert heard(game) == ["inactive c10", "active m10", "inactive c20", "active m20", "inactive c30", "active m30"]


def test_what_a_refresh_ends_or_withdraws_comes_before_what_it_starts(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="ends")
    sandbox.publish("events", id="withdrawn")
    sandbox.publish("events", id="changes")
    game = loaded(play)
    sandbox.change("changes", data={"factor": 2})
    for number in range(3):
        sandbox.publish("events", id=f"new-{number}")
    sandbox.change("ends", start_at="-2h", end_at="-1h")
    sandbox.withdraw("withdrawn")
    assert game.refresh()

    told = heard(game)
    assert sorted(told[:3]) == ["inactive ends", "inactive withdrawn", "updated changes"]
    assert told[3:] == ["active new-0", "active new-1", "active new-2"]


def test_what_is_due_when_a_refresh_comes_ends_before_what_the_refresh_starts(
    sandbox: Sandbox, play: Play, after: After
) -> None:
    sandbox.publish("remote_configs", id="a", end_at=after(10))
    game = loaded(play)
    sandbox.publish("events", id="b", start_at=after(10))
    sandbox.clock.advance(seconds=11)
    game.uw.refresh_content()
    game.device.moment += 11
    game.until_live("events", "b")

    assert heard(game) == ["inactive a", "active b"]


def test_a_bonus_that_one_event_clears_and_the_next_one_sets_is_there(
    sandbox: Sandbox, play: Play, after: After
) -> None:
    sandbox.publish("events", id="weekend", end_at=after(10), data={"bonus": 2})
    sandbox.publish("events", id="monday", start_at=after(10), data={"bonus": 3})
    game = play(virtual=True)
    bonus: list[Any] = [None]

    @game.uw.events.on_active.connect
    def set_bonus(events: object, record: Any) -> None:
        bonus[0] = record.data["bonus"]

    @game.uw.events.on_inactive.connect
    def clear_bonus(events: object, record: Any) -> None:
        bonus[0] = None

    game.until_loaded()
    assert bonus == [2]
    game.pass_time(12)
    assert bonus == [3]
