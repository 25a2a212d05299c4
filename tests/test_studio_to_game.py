"""What a studio makes with plain HTTP requests and one `uwclient ctl share` reaches the games that run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.studio import APP_ID, STAGE, Studio
from uwclient import PlayerEvent
from uwclient.cli import main
from uwclient.control_files import ControlAccess, published
from uwclient.qa import World
from uwclient.sandbox.control.port import ControlPort

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Game, Play
    from uwclient.sandbox import Sandbox

CAMPAIGNS = "/api/v1/campaigns"
QUESTION = {"text": "Is it fun?", "type": "single_select", "question_options": [{"value": "Yes"}, {"value": "No"}]}
CONTENT: dict[str, tuple[str, dict[str, Any]]] = {
    "events": (
        "campaign_event",
        {"name": "Feast", "template_json": {}, "json": {"coins": 2}},
    ),
    "messages": ("message", {"name": "Greeting", "title": "Hello", "body": "Hero"}),
    "remote_configs": ("remote_config", {"external_id": "shop", "json": {"open": True}}),
    "surveys": ("survey", {"name": "Fun", "questions": [QUESTION]}),
}


class Ctl:
    """`uwclient ctl`, as somebody types it."""

    def __init__(self, control_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._file = control_file
        self._capsys = capsys

    def __call__(self, *words: str) -> Any:
        code = main(["ctl", "--control-file", str(self._file), *words])
        printed = self._capsys.readouterr()
        assert (code, printed.err) == (0, "")
        return json.loads(printed.out)


@pytest.fixture
def studio(sandbox: Sandbox) -> Studio:
    return Studio(sandbox.url, sandbox.api_key)


@pytest.fixture
def ctl(sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Ctl]:
    with ExitStack() as stack:
        port = stack.enter_context(ControlPort(sandbox))
        access = ControlAccess(port.url, port.token, sandbox.url)
        yield Ctl(stack.enter_context(published(access, tmp_path / "control.json")), capsys)


def seasoned_who_never_bought(studio: Studio) -> str:
    """The segment of players who are above level 10 and never bought anything."""
    return studio.segment(
        "Seasoned, never bought",
        attributes=[{"name": "level", "operator": "greater_than", "values": [10]}],
        events=[{"logical_operator": "not", "event_sets": [{"event_id": "iap_purchased"}]}],
    )


def sword_offer(studio: Studio, **fields: Any) -> tuple[str, str]:
    """The ids of a campaign, with a currency, an item and a product made for it, and of its offer."""
    icon = {"app_id": APP_ID, "icon_attachment_id": "icon"}
    gems = {"name_singular": "Gem", "name_plural": "Gems", "external_currency_id": "gem", **icon}
    sword = {"name": "Sword", "external_item_id": "sword", **icon}
    pack = {"app_id": APP_ID, "name": "Pack", "cost": 4.99, "android_id": "pack.a", "ios_id": "pack.i"}
    currency = studio.do("POST", "/api/v1/app_currencies", gems)["id"]
    item = studio.do("POST", "/api/v1/app_items", sword)["id"]
    product = studio.do("POST", "/api/v1/app_products", pack)["id"]
    campaign = studio.campaign(name="Sword sale", **fields)
    content = {
        "name": "Sword",
        "title": "A sword",
        "payment": {"payment_type": "product", "product_id": product},
        "bundle_units": [
            {"unit_type": "item", "unit_id": item, "default_amount": 1},
            {"unit_type": "currency", "unit_id": currency, "default_amount": 50},
        ],
    }
    return campaign, studio.content(campaign, "offer", content)


def reach(game: Game, level: int) -> None:
    """Have a player reach a level, and refresh."""
    done: list[Any] = []
    game.uw.set_attributes({"level": level}, done.append)
    game.until(lambda: done)
    assert game.refresh()


def test_an_offer_for_those_above_level_10_who_never_bought(studio: Studio, ctl: Ctl, play: Play) -> None:
    buyer, hero = play("buyer", threaded=False), play("hero", threaded=False)
    buyer.until_loaded()
    hero.until_loaded()
    buyer.uw.assign_event(PlayerEvent("iap_purchased"))
    campaign, offer = sword_offer(studio, segment_ids=[seasoned_who_never_bought(studio)])
    ctl("share", campaign, "live", "--run", "yes")

    reach(hero, 10)
    assert hero.live("offers") == []
    reach(hero, 11)
    reach(buyer, 11)

    assert hero.live("offers") == [offer]
    assert buyer.live("offers") == []
    shown = hero.uw.offers.active[0]
    assert (shown.name, shown.title, shown.items, shown.currencies) == (
        "Sword",
        "A sword",
        {"sword": 1},
        {"gem": 50},
    )
    ctl("complete", campaign)
    assert hero.refresh()
    assert hero.live("offers") == []
    assert studio.do("GET", f"{CAMPAIGNS}/{campaign}", query={**STAGE, "environment_stage": "live"})["state"] == (
        "completed"
    )


@pytest.mark.parametrize("kind", CONTENT)
def test_each_kind_of_content_reaches_those_it_is_for(studio: Studio, ctl: Ctl, play: Play, kind: str) -> None:
    name, content = CONTENT[kind]
    if kind == "events":
        schema = {"name": "Feast", "external_event_type": "feast", "json": {"type": "object"}}
        framework = studio.do("POST", "/api/v1/campaign_event_templates", schema)["id"]
        content = {**content, "campaign_event_framework_id": framework}
    game = play(threaded=False)
    game.until_loaded()
    campaign = studio.campaign(name="One", segment_ids=[seasoned_who_never_bought(studio)])
    made = studio.content(campaign, name, content)
    ctl("share", campaign, "live", "--run", "yes")

    reach(game, 10)
    assert game.live(kind) == []
    reach(game, 11)
    assert game.live(kind) == [made]
    ctl("complete", campaign)
    assert game.refresh()
    assert game.live(kind) == []


def test_what_a_player_does_triggers_a_campaign(studio: Studio, ctl: Ctl, play: Play) -> None:
    game = play(threaded=False)
    game.until_loaded()
    logic = {"external_event_id": "boss_beaten", "event_attributes": []}
    campaign, offer = sword_offer(
        studio,
        delivery_type="triggered",
        segment_ids=[seasoned_who_never_bought(studio)],
        trigger={"type": "event_trigger", "logic": logic, "settings": {"total_triggers": 1}},
    )
    ctl("share", campaign, "live", "--run", "yes")

    reach(game, 10)
    game.uw.assign_event(PlayerEvent("boss_beaten"))
    reach(game, 11)
    assert game.live("offers") == []
    game.uw.assign_event(PlayerEvent("boss_beaten"))
    game.until_live("offers", offer)
    ctl("complete", campaign)
    assert game.refresh()
    assert game.uw.campaigns.loaded == ()


def test_what_is_changed_shows_when_it_is_shared_again(studio: Studio, ctl: Ctl, play: Play) -> None:
    game = play(threaded=False)
    game.until_loaded()
    campaign = studio.campaign()
    made = studio.content(campaign, "message", {"title": "one"})
    ctl("share", campaign, "live", "--run", "yes")
    assert game.refresh()

    item = f"{CAMPAIGNS}/{campaign}/content/{made}"
    studio.do("PUT", item, {"type": "message", "content": {"title": "two"}}, STAGE)
    assert game.refresh()
    assert game.uw.messages.active[0].title == "one"
    ctl("share", campaign, "live")
    assert game.refresh()
    assert game.uw.messages.active[0].title == "two"
    query = {"environment_stage": "live", "override_only": "false"}
    studio.do("DELETE", f"/api/v2/releases/{campaign}", query=query)
    assert game.refresh()
    assert game.live("messages") == []


class TestInAWorld:
    """Two weeks in a moment: polls that cannot change anything pass, and those after a studio's request do not."""

    def test_a_request_counts_as_a_change_for_everybody(self) -> None:
        with World({}) as world:
            world.sandbox.start()
            studio = Studio(world.sandbox.url)
            players = [world.player(f"p{number}") for number in range(2)]
            world.skip(days=1)
            campaign, offer = sword_offer(studio, segment_ids=[seasoned_who_never_bought(studio)])
            world.sandbox.releases.share(campaign, "live", run=True)
            players[0].uw.set_attributes({"level": 11})
            world.skip(days=1)

            assert [one.id for one in players[0].uw.offers.active] == [offer]
            assert list(players[1].uw.offers.active) == []
            passed = world.polls_elided
            assert passed > 500
            studio.do("DELETE", f"{CAMPAIGNS}/{campaign}", query=STAGE)
            world.wait(lambda: not players[0].uw.offers.active, within=timedelta(minutes=10))

    def test_reading_lets_polls_pass_as_before(self) -> None:
        def polls_of_a_day(asks: bool) -> int:
            with World({"messages": [{"id": "hello"}]}) as world:
                world.sandbox.start()
                studio = Studio(world.sandbox.url)
                world.player()
                for _ in range(24):
                    world.skip(hours=1)
                    if asks:
                        studio.do("GET", CAMPAIGNS, query={**STAGE, "environment_stage": "live"})
                        studio.do("GET", "/api/v1/segments", query=STAGE)
                return world.polls_elided

        assert polls_of_a_day(asks=True) == polls_of_a_day(asks=False) > 100
