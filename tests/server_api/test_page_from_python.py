"""The Python side of the page on the server API: its blocks run as they stand, and what they make reaches a game."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages import DOCS, run
from uwclient.cli import main
from uwclient.sandbox import Sandbox
from uwclient.server_api import ServerApi

if TYPE_CHECKING:
    from tests.conftest import Play

PAGE = (DOCS / "server-api.md").read_text(encoding="utf-8").partition("\n## From Python\n")[2]
ON_THE_PAGE = "http://127.0.0.1:8765"


def blocks_of(language: str, sandbox: Sandbox) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return [block.replace(ON_THE_PAGE, sandbox.url) for block in found]


@pytest.fixture
def first_campaign(sandbox: Sandbox) -> dict[str, Any]:
    """What the names of the first block stand for after it."""
    scope: dict[str, Any] = {}
    run(blocks_of("python", sandbox)[0], scope)
    return scope


def test_the_first_campaign_is_made_in_twenty_lines(sandbox: Sandbox) -> None:
    assert len(blocks_of("python", sandbox)[0].splitlines()) <= 22


def test_the_first_campaign_reaches_a_player_over_level_10_and_nobody_else(
    sandbox: Sandbox, first_campaign: dict[str, Any], play: Play
) -> None:
    sandbox.releases.share(first_campaign["campaign"].id, "live", run=True)
    with ServerApi("sandbox-key", secret_key=None, app_id=first_campaign["app_id"], host=sandbox.url) as server:
        server.players.assign_attributes("hero-42", {"level": 11})
    game = play()
    game.until(lambda: [offer.title for offer in game.uw.offers.active] == ["For new heroes"])
    [offer] = game.uw.offers.active
    assert offer.currencies == {"gems": 500}


def test_the_other_blocks_run_as_they_stand(
    sandbox: Sandbox, first_campaign: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    for block in blocks_of("python", sandbox)[1:]:
        run(block, first_campaign)
    out = capsys.readouterr().out
    assert "Starter pack draft (" in out
    assert "1 of 1" in out
    assert "/api/v1/campaigns/no-such-campaign" in out
    assert "2500 players" in out


def test_the_commands_run_as_they_stand(
    sandbox: Sandbox,
    first_campaign: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert first_campaign["campaign"]
    [block] = blocks_of("sh", sandbox)
    variables, *commands = block.splitlines()
    for one in shlex.split(variables)[1:]:
        monkeypatch.setenv(*one.split("=", 1))
    for command in commands:
        assert main(shlex.split(command)[1:]) == 0
    out = capsys.readouterr().out
    assert "Starter pack" in out
    assert '"external_event_type": "sale"' in out


def test_the_page_names_every_exception() -> None:
    from uwclient.server_api.errors import BY_STATUS

    assert [error.__name__ for error in BY_STATUS.values() if f"`{error.__name__}`" not in PAGE] == []
