"""What the game makes of live content, on a real platform: session, events, configs, messages and offers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hero_wars.play.intent import Intent
from hero_wars.play.tuning import Prices, Tuning
from hero_wars.screen.palette import Theme
from hero_wars.stage import Stage

from tests.examples.playing import FRAME, HeroGame, advance, card, popup

IAP = {"payment_type": "iap", "iap_data": {"cost": 4.99}}
CHEAPER = {"payment_type": "iap", "iap_data": {"cost": 2.99}}


def coins(amount: float) -> dict[str, Any]:
    return {"payment_type": "currency", "currency_data": {"name": "Coins", "currency_amount": amount}}


def publish_event(game: HeroGame, external_id: str, **data: Any) -> None:
    end = (game.uw.now() + timedelta(seconds=20)).isoformat()
    game.publish("events", id=external_id, name="inside", external_id=external_id, end_at=end, data=data)


def publish_balance(game: HeroGame, **json: Any) -> None:
    game.publish("remote_configs", id="balance", external_id="balance", json=json)


def publish_offer(game: HeroGame, payment: dict[str, Any] | None = None, **fields: Any) -> None:
    said = {"title": "300 gems", "items": {"gems": 300}, "payment_data": payment or IAP, **fields}
    game.publish("offers", id="gems", **said)


def toast(stage: Stage) -> str | None:
    return stage.panels.toasts.current


def toasts(stage: Stage) -> list[str]:
    said: list[str] = []
    while stage.panels.toasts.current is not None:
        said.append(stage.panels.toasts.current)
        stage.panels.toasts.step(60.0)
    return said


def test_coins_count_double_while_the_event_is_on(hero_game: HeroGame) -> None:
    world = hero_game.stage.world
    publish_event(hero_game, "double_coins", title="Double Coins", multiplier=2)
    assert world.multiplier == 2
    hero_game.change("double_coins", data={"multiplier": 3})
    assert world.multiplier == 3
    hero_game.pass_time(25.0)
    assert world.multiplier == 1


def test_coin_rain_multiplies_the_coins_that_fall(hero_game: HeroGame) -> None:
    publish_event(hero_game, "coin_rain", rate=4)
    assert hero_game.stage.world.coin_rate == 4.0
    hero_game.withdraw("coin_rain")
    assert hero_game.stage.world.coin_rate == 1.0


def test_what_one_event_says_is_no_rule_of_another(hero_game: HeroGame) -> None:
    publish_event(hero_game, "coin_rain", rate=4, multiplier=9)
    publish_event(hero_game, "double_coins", multiplier=2, rate=9)
    assert (hero_game.stage.world.multiplier, hero_game.stage.world.coin_rate) == (2, 4.0)
    hero_game.withdraw("double_coins")
    assert (hero_game.stage.world.multiplier, hero_game.stage.world.coin_rate) == (1, 4.0)


@pytest.mark.parametrize("nonsense", ["two", None, True, [], -5, 0, 101, 2.5])
def test_event_data_that_make_no_sense_change_nothing_and_are_shown(hero_game: HeroGame, nonsense: Any) -> None:
    publish_event(hero_game, "double_coins", multiplier=nonsense)
    assert hero_game.stage.world.multiplier == 1
    assert any("multiplier" in said and said.startswith("double_coins") for said in toasts(hero_game.stage))


def test_the_banner_tells_the_event_and_the_time_that_is_left(hero_game: HeroGame) -> None:
    publish_event(hero_game, "double_coins", title="Double Coins", multiplier=2)
    hero_game.pass_time(15.0)
    banner = hero_game.stage.live.events.banner()
    assert banner is not None
    assert banner.title == "Double Coins"
    assert banner.remaining == pytest.approx(5.0, abs=1.0)
    assert banner.share == pytest.approx(0.25, abs=0.05)


def test_the_next_event_is_announced_by_its_title_or_else_its_name(hero_game: HeroGame) -> None:
    assert hero_game.stage.live.events.next_event() is None
    hero_game.publish("events", id="later", name="Later", start_at="+60s", data={"title": 5})
    following = hero_game.stage.live.events.next_event()
    assert following is not None
    assert following.title == "Later"
    assert following.remaining == pytest.approx(60.0, abs=2.0)


def test_the_config_tunes_the_game_while_it_runs(hero_game: HeroGame) -> None:
    stage = hero_game.stage
    advance(stage, FRAME)
    assert stage.world.tuning == Tuning()
    publish_balance(hero_game, hero={"speed": 330}, theme={"sky": "#102030"}, prices={"magnet": 5})
    advance(stage, 2.0)
    assert stage.world.tuning.hero.speed == 330.0
    assert stage.world.tuning.prices == Prices(magnet=5)
    assert stage.colours.current.sky == (16, 32, 48)


@pytest.mark.parametrize(
    ("json", "place"),
    [
        ({"hero": {"speed": "fast"}}, "hero.speed"),
        ({"hero": {"speed": -1}}, "speed is -1"),
        ({"spawn": {"coins_per_second": None}}, "spawn.coins_per_second"),
        ({"theme": {"sky": "blue"}}, "'blue' is no colour"),
        ({"prices": {"shield": 1.5}}, "prices.shield"),
        ({"prices": []}, "prices"),
    ],
)
def test_a_config_that_does_not_fit_is_shown_with_its_place_and_the_last_good_one_stays(
    hero_game: HeroGame, json: Any, place: str
) -> None:
    stage = hero_game.stage
    publish_balance(hero_game, hero={"speed": 300})
    hero_game.change("balance", json=json)
    assert stage.live.balance.tuning.hero.speed == 300.0
    assert stage.live.balance.theme == Theme()
    assert any(place in said for said in toasts(stage))


def test_a_config_that_is_withdrawn_leaves_the_defaults(hero_game: HeroGame) -> None:
    publish_balance(hero_game, hero={"speed": 300}, theme={"sky": "#102030"})
    hero_game.withdraw("balance")
    advance(hero_game.stage, FRAME)
    assert hero_game.stage.world.tuning.hero == Tuning().hero
    assert hero_game.stage.live.balance.theme == Theme()


def test_a_changed_config_is_announced_and_others_are_none_of_this_games_business(hero_game: HeroGame) -> None:
    publish_balance(hero_game, hero={"speed": 300})
    hero_game.publish("remote_configs", id="other", external_id="other", json={"hero": {"speed": 1}})
    toasts(hero_game.stage)
    hero_game.change("other", json={"hero": {"speed": 2}})
    assert toast(hero_game.stage) is None
    hero_game.change("balance", json={"hero": {"speed": 310}})
    assert toast(hero_game.stage) == "The designers changed the balance"
    assert hero_game.stage.live.balance.tuning.hero.speed == 310.0


def test_the_game_rests_while_a_message_is_open_and_goes_on_when_it_was_read(hero_game: HeroGame) -> None:
    stage = hero_game.stage
    hero_game.publish("messages", id="welcome", title="Welcome", body="Hello")
    advance(stage, 1.0)
    assert (popup(stage).title, popup(stage).body) == ("Welcome", "Hello")
    before = stage.world.elapsed
    advance(stage, 1.0)
    assert stage.world.elapsed == before
    advance(stage, 0.5, Intent(accept=True))
    assert stage.panels.popups.visible is None
    assert stage.world.elapsed > before


def test_the_platform_hears_when_a_message_is_shown_and_when_it_was_read(hero_game: HeroGame) -> None:
    hero_game.publish("messages", id="welcome", title="Welcome")
    advance(hero_game.stage, 1.0)
    hero_game.until(lambda: [one.state for one in hero_game.player.message_impressions] == ["received"])
    advance(hero_game.stage, FRAME, Intent(accept=True))
    hero_game.until(lambda: [one.state for one in hero_game.player.message_impressions] == ["viewed"])


def test_a_message_that_comes_during_a_boss_fight_waits_and_is_not_yet_told_as_shown(hero_game: HeroGame) -> None:
    stage = hero_game.stage
    stage.world.levels.level, stage.world.levels.points = 2, 1000
    advance(stage, FRAME)
    assert stage.world.boss is not None
    hero_game.publish("messages", id="letter", title="A letter")
    advance(stage, 3.0)
    assert (stage.panels.popups.visible, stage.panels.popups.waiting) == (None, 1)
    assert hero_game.player.message_impressions == ()
    stage.world.boss = None
    advance(stage, 0.5)
    assert popup(stage).title == "A letter"
    hero_game.until(lambda: hero_game.player.message_impressions)


def test_a_message_that_is_withdrawn_while_shown_closes_by_itself(hero_game: HeroGame) -> None:
    hero_game.publish("messages", id="oops", title="Oops")
    advance(hero_game.stage, 1.0)
    toasts(hero_game.stage)
    hero_game.withdraw("oops")
    advance(hero_game.stage, 0.5)
    assert hero_game.stage.panels.popups.visible is None
    assert toast(hero_game.stage) == "That message was withdrawn"


def test_a_message_that_changes_after_it_was_read_does_not_come_back(hero_game: HeroGame) -> None:
    stage = hero_game.stage
    hero_game.publish("messages", id="welcome", title="Welcome", body="Hello")
    advance(stage, 1.0)
    hero_game.change("welcome", body="Hello again")
    assert popup(stage).body == "Hello again"
    advance(stage, 1.0, Intent(accept=True))
    hero_game.change("welcome", body="Once more")
    advance(stage, 1.0)
    assert stage.panels.popups.visible is None


def test_an_offer_is_shown_refreshed_and_taken_away(hero_game: HeroGame) -> None:
    stage = hero_game.stage
    publish_offer(hero_game)
    assert (card(stage).price_text, card(stage).items) == ("$4.99", (("gems", 300),))
    hero_game.change("gems", payment_data=CHEAPER)
    assert (card(stage).price_text, card(stage).note) == ("$2.99", "price changed")
    hero_game.withdraw("gems")
    assert stage.panels.shelf.front is None


def test_an_offer_counts_down_by_the_platforms_clock(hero_game: HeroGame) -> None:
    publish_offer(hero_game, end_at=(hero_game.uw.now() + timedelta(seconds=30)).isoformat())
    end_at = card(hero_game.stage).end_at
    assert end_at is not None
    before = hero_game.stage.live.offers.seconds_until(end_at)
    hero_game.pass_time(10.0)
    assert before - hero_game.stage.live.offers.seconds_until(end_at) == pytest.approx(10.0, abs=0.1)


def test_an_offer_that_is_bought_grants_its_items_once_and_the_platform_hears_all_of_it(hero_game: HeroGame) -> None:
    stage = hero_game.stage
    publish_offer(hero_game)
    advance(stage, 1.0, Intent(buy=True))
    assert (stage.world.purse.gems, stage.panels.shelf.front) == (300, None)
    hero_game.until(lambda: [one.state for one in hero_game.player.offer_impressions] == ["accepted"])
    hero_game.until(lambda: [event.event_id for event in hero_game.player.events] == ["offer_bought"])


def test_an_offer_behind_another_one_is_told_as_shown_when_it_comes_to_the_front(hero_game: HeroGame) -> None:
    publish_offer(hero_game)
    hero_game.publish("offers", id="later", title="Later")
    advance(hero_game.stage, 0.5)
    hero_game.until(lambda: [one.offer_id for one in hero_game.player.offer_impressions] == ["gems"])
    hero_game.withdraw("gems")
    advance(hero_game.stage, 0.5)
    hero_game.until(lambda: [one.offer_id for one in hero_game.player.offer_impressions] == ["gems", "later"])


def test_an_offer_for_coins_is_refused_while_there_are_too_few(hero_game: HeroGame) -> None:
    stage = hero_game.stage
    publish_offer(hero_game, coins(50))
    toasts(stage)
    advance(stage, FRAME, Intent(buy=True))
    assert (stage.world.purse.gems, toast(stage)) == (0, "Not enough coins yet")
    stage.world.purse.coins = 60
    advance(stage, FRAME, Intent(buy=True))
    assert (stage.world.purse.gems, stage.world.purse.coins) == (300, 10)


def test_an_offer_that_costs_nothing_is_free(hero_game: HeroGame) -> None:
    publish_offer(hero_game, coins(0), items={"shield": 1})
    assert card(hero_game.stage).price_text == "Free"
    advance(hero_game.stage, FRAME, Intent(buy=True))
    assert hero_game.stage.world.powers.shields == 1


@pytest.mark.parametrize(
    ("items", "understood"),
    [
        ({"gems": 300}, (("gems", 300),)),
        ([{"name": "sword", "quantity": 2}, "map", {"external_id": "gem"}], (("sword", 2), ("map", 1), ("gem", 1))),
        ({"gems": "many"}, (("gems", 1),)),
        ({"gems": -5}, (("gems", 0),)),
        ({}, ()),
    ],
)
def test_items_are_understood_in_either_form(
    hero_game: HeroGame, items: Any, understood: tuple[tuple[str, int], ...]
) -> None:
    publish_offer(hero_game, items=items)
    assert card(hero_game.stage).items == understood


def test_going_offline_is_said_once(stage: Stage) -> None:
    client: Any = stage.live.session._uw
    said = []
    for _ in range(3):
        client.on_session_initialization_failed.send(client, error="refused")
        said += toasts(stage)
    assert said == ["Offline: playing with the content saved last time"]
    client.on_session_initialized.send(client, session_id="s-1")
    assert toast(stage) == "Connected as hero-42"
