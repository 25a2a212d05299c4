"""An action that gets no answer for an hour, while others get theirs, is set aside, and everybody can see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.actions.playing import action_requests, assign, heard, named, pass_until, queue_files
from tests.conftest import Game, Play
from uwclient import Region
from uwclient.cli import main
from uwclient.sandbox import Sandbox


def regions(sandbox: Sandbox) -> list[str]:
    """The regions whose transitions have reached the platform."""
    return [
        request.json["region"]["name"]
        for request in action_requests(sandbox)
        if request.path.endswith("/regions/transition") and request.status is not None and request.status < 300
    ]


@pytest.fixture
def game(sandbox: Sandbox, play: Play) -> Game:
    """A game whose walk into the shop gets no answer for more than an hour."""
    made = play(virtual=True)
    made.until_loaded()
    sandbox.faults.respond("*/regions/transition", status=500, times=None)
    assign(made, named(0, 3))
    made.uw.transition_to_region(Region("shop", {"power": 115}))
    assign(made, named(3, 6))
    made.pass_time(3000, step=5)
    assert heard(sandbox) == named(0, 3)
    made.pass_time(1500, step=5)
    return made


def test_what_comes_after_it_arrives_and_it_arrives_within_an_hour_of_the_mending(
    sandbox: Sandbox, game: Game, data: Path
) -> None:
    assert heard(sandbox) == named(0, 6)
    sandbox.faults.clear()
    pass_until(game, lambda: regions(sandbox), within=3700, step=5)
    assert regions(sandbox) == ["shop"]
    game.uw.stop()
    assert queue_files(data) == []


def test_the_next_run_tries_it_at_once(sandbox: Sandbox, game: Game, play: Play) -> None:
    game.uw.stop()
    sandbox.faults.clear()
    following = play(virtual=True)
    pass_until(following, lambda: regions(sandbox), within=5)
    assert heard(sandbox) == named(0, 6)


def test_the_doctor_and_the_diagnostics_tell_of_it(
    game: Game, play: Play, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert game.uw.diagnostics.set_aside == 1
    assert game.uw.diagnostics.delivery.waiting == 1
    game.uw.stop()

    main(["doctor", "--data-dir", str(data)])
    told = capsys.readouterr().out
    assert "set aside, because the platform does not reply to them; retried every hour: 1" in told
    assert 'region {"name":"shop"' in told
    following = play(virtual=True, start=False)
    assert following.uw.diagnostics.set_aside == 0


def test_nothing_is_set_aside_when_the_whole_platform_is_away(sandbox: Sandbox, play: Play) -> None:
    game = play(virtual=True)
    game.until_loaded()
    sandbox.stop()
    assign(game, named(0, 3))
    game.uw.transition_to_region(Region("shop"))
    assign(game, named(3, 6))
    game.pass_time(3 * 3600, step=30)
    assert game.uw.diagnostics.set_aside == 0
    sandbox.start()
    pass_until(game, lambda: len(heard(sandbox)) == 6, within=700, step=5)
    assert heard(sandbox) == named(0, 6)
