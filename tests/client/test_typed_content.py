"""Live content as the game's own classes: what live operations type reaches the game typed, or is named as wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pytest

from uwclient import DataError
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Play


class Rarity(StrEnum):
    COMMON = "common"
    EPIC = "epic"


@dataclass(frozen=True)
class Reward:
    amount: int
    item_ids: list[int]
    rarity: Rarity = Rarity.COMMON


@dataclass(frozen=True)
class Weekend:
    multiplier: float
    rewards: list[Reward] = field(default_factory=list)


@dataclass(frozen=True)
class Hero:
    name: str
    speed: float
    skills: dict[str, int] = field(default_factory=dict)


REWARDS = [{"amount": 5, "item_ids": [1, 2]}, {"amount": 1, "item_ids": [], "rarity": "epic"}]
WEEKEND = Weekend(2.0, [Reward(5, [1, 2]), Reward(1, [], Rarity.EPIC)])
SPELLED_WRONG = [REWARDS[0], {"amount": 1, "item_ids": ["7"]}]


def test_an_events_data_is_the_games_own_class(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="weekend", data={"multiplier": 2, "rewards": REWARDS, "from_the_future": True})
    game = play()
    game.until_live("events", "weekend")

    [event] = game.uw.events.active
    assert event.data_as(Weekend) == WEEKEND
    assert event.data["from_the_future"] is True
    assert event.data_raw is not None
    assert '"from_the_future"' in event.data_raw


def test_a_configs_json_is_a_list_of_the_games_own_class(sandbox: Sandbox, play: Play) -> None:
    heroes = [{"name": "knight", "speed": 3, "skills": {"jump": 1}}, {"name": "mage", "speed": 2.5}]
    sandbox.publish("remote_configs", id="heroes", external_id="heroes", json=heroes)
    game = play()
    game.until_live("remote_configs", "heroes")

    config = game.uw.remote_configs.get("heroes")
    assert config is not None
    assert config.json_as(list[Hero]) == [Hero("knight", 3.0, {"jump": 1}), Hero("mage", 2.5)]


def test_an_offers_framework_data_is_the_games_own_class(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems", framework_data=REWARDS[0])
    game = play()
    game.until_live("offers", "gems")

    [offer] = game.uw.offers.active
    assert offer.framework_data_as(Reward) == Reward(5, [1, 2])


def test_a_messages_additional_fields_are_the_games_own_class(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("messages", id="welcome", additional_fields=REWARDS)
    sandbox.publish("messages", id="plain")
    game = play()
    game.until_live("messages", "welcome", "plain")

    fields = {message.id: message.additional_fields_as(list[Reward]) for message in game.uw.messages.active}
    assert fields == {"welcome": WEEKEND.rewards, "plain": []}


def test_content_of_an_earlier_run_is_the_games_own_class_when_offline(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="weekend", data={"multiplier": 2, "rewards": REWARDS})
    first = play()
    first.until_loaded()
    first.uw.stop()
    sandbox.faults.respond("*", status=503, times=None)

    game = play()
    game.until_live("events", "weekend")

    assert game.uw.events.active[0].data_as(Weekend) == WEEKEND


def test_a_game_goes_on_with_what_it_has_when_live_operations_mistype(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="weekend", data={"multiplier": 2, "rewards": REWARDS})
    game = play(start=False)
    weekends: list[Weekend] = []
    wrong: list[str] = []

    def take(sender: object, record: Any, **details: Any) -> None:
        try:
            weekends.append(record.data_as(Weekend))
        except DataError as error:
            wrong.append(str(error))

    game.uw.events.on_active.connect(take)
    game.uw.events.on_updated.connect(take)
    game.uw.start()
    game.until_loaded()
    sandbox.change("weekend", data={"multiplier": 2, "rewards": SPELLED_WRONG})
    game.refresh()
    sandbox.change("weekend", data={"multiplier": 3})
    game.refresh()

    assert weekends == [WEEKEND, Weekend(3.0)]
    assert wrong == ["rewards[1].item_ids[0]: expected int, got str"]


def test_a_listener_that_does_not_expect_wrong_data_is_logged_and_disturbs_nobody(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.publish("events", id="a-wrong", data={"multiplier": "2"})
    sandbox.publish("events", id="b-right", data={"multiplier": 2})
    game = play(start=False)
    weekends: list[Weekend] = []
    game.uw.events.on_active.connect(lambda sender, record: weekends.append(record.data_as(Weekend)))
    game.uw.start()
    game.until_live("events", "a-wrong", "b-right")

    assert weekends == [Weekend(2.0)]
    [logged] = [entry for entry in caplog.records if entry.exc_info and entry.name == "uwclient"]
    assert logged.exc_info is not None
    assert str(logged.exc_info[1]) == "multiplier: expected float, got str"
