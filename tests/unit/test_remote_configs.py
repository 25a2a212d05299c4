from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import pytest

from tests.unit.told import changes, told
from uwclient.errors import ArgumentError
from uwclient.models.content import Kind, RemoteConfig
from uwclient.models.notices import Changes
from uwclient.modules import remote_configs
from uwclient.modules.remote_configs import RemoteConfigsModule
from uwclient.rules.content import ContentIndex
from uwclient.rules.timetable import Timetable

BALANCE = {
    "hero": {"speed": 4, "name": "Ragnar", "jump": 2.5, "flies": False, "pet": None},
    "waves": [{"orcs": 5}, {"orcs": 9}],
    "10": "ten",
}


class Configs(RemoteConfigsModule):
    """The module with a short way to make configs live."""

    def __init__(self) -> None:
        self.timetable = Timetable()
        super().__init__(self.timetable, lambda kind, moment: None)

    def show(self, external_id: str, value: Any, id: str | None = None, start: float | None = None) -> None:
        """Make a config live, or change it."""
        record_id = id or external_id
        record = RemoteConfig(
            id=record_id,
            external_id=external_id,
            text=json.dumps({"json": value}).encode(),
            start_at=None if start is None else datetime.fromtimestamp(start, UTC),
        )
        self._take(changes(Kind.REMOTE_CONFIGS, [record]))

    def hide(self, record_id: str) -> None:
        """Withdraw a config."""
        self._take(changes(Kind.REMOTE_CONFIGS, removed=(record_id,)))

    def _take(self, loaded: Changes) -> None:
        for _ in self._apply(loaded, now=0.0):
            pass
        self._emit_loaded(from_api=True)


@pytest.fixture
def configs() -> Configs:
    made = Configs()
    made.show("balance", BALANCE)
    return made


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [entry.getMessage() for entry in caplog.records]


@pytest.mark.parametrize(
    ("path", "default", "value"),
    [
        ("balance.hero.speed", 1, 4),
        ("balance.hero.name", "", "Ragnar"),
        ("balance.hero.jump", 1.0, 2.5),
        ("balance.hero.flies", True, False),
        ("balance.hero", {}, BALANCE["hero"]),
        ("balance.waves", [], BALANCE["waves"]),
        ("balance.waves.1.orcs", 0, 9),
        ("balance.10", "", "ten"),
        ("balance", {}, BALANCE),
        ("hero.speed", 1, 4),
        ("waves.0.orcs", 0, 5),
        ("balance.hero.speed", None, 4),
        ("balance.hero.pet", None, None),
    ],
)
def test_a_path_leads_to_its_value(
    configs: Configs, path: str, default: Any, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert configs.value(path, default) == value
    assert type(configs.value(path, default)) is type(value)
    assert warnings(caplog) == []


def test_an_int_is_taken_for_a_float_and_becomes_one(configs: Configs) -> None:
    speed = configs.value("balance.hero.speed", 1.5)

    assert speed == 4.0
    assert type(speed) is float


@pytest.mark.parametrize(
    ("path", "default"),
    [
        ("balance.hero.jump", 1),
        ("balance.hero.flies", 1),
        ("balance.hero.flies", 1.0),
        ("balance.hero.speed", True),
        ("balance.hero.speed", "4"),
        ("balance.hero.pet", 7),
        ("balance.hero", []),
        ("balance.waves", {}),
    ],
)
def test_a_value_of_another_type_is_not_taken_and_told_once(
    configs: Configs, path: str, default: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        assert configs.value(path, default) is default

    (warning,) = warnings(caplog)
    assert path in warning
    assert f"not {type(default).__name__}" in warning


@pytest.mark.parametrize(
    "path",
    ["balance.hero.mana", "balance.waves.2", "balance.waves.-1", "balance.waves.one", "balance.hero.speed.x", "shop"],
)
@pytest.mark.parametrize("default", [7, 1.5, "none", True, [], None])
def test_a_missing_value_is_the_default_and_told_once(
    configs: Configs, path: str, default: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        assert configs.value(path, default) is default

    (warning,) = warnings(caplog)
    assert f"{path!r}" in warning
    assert repr(default) in warning


def test_any_object_may_be_the_default(configs: Configs) -> None:
    missing = object()

    assert configs.value("balance.hero.mana", missing) is missing


@pytest.mark.parametrize(
    ("text", "value"),
    [("5.0", 5), ("-0.0", 0), ("1e3", 1000), ("-4.50e1", -45), ("9007199254740991.0", 2**53 - 1), ("7", 7)],
)
def test_a_whole_number_is_an_int_however_it_is_written(configs: Configs, text: str, value: int) -> None:
    configs.show("coins", json.loads(f'{{"i": {text}}}'))

    found = configs.value("coins.i", 1)
    assert (type(found), found) == (int, value)
    assert configs.value("coins.i", 1.5) == value
    assert type(configs.value("coins.i", 1.5)) is float


@pytest.mark.parametrize("text", ["5.5", "1e308", "9007199254740992.0", "1e999", "-1e999", "NaN", "true"])
def test_what_is_no_exact_whole_number_is_no_int(configs: Configs, text: str) -> None:
    configs.show("coins", json.loads(f'{{"i": {text}}}'))

    assert configs.value("coins.i", 7) == 7


@pytest.mark.parametrize("text", ["true", '"5"', "null", "[]"])
def test_what_is_no_number_is_no_float(configs: Configs, text: str) -> None:
    configs.show("coins", json.loads(f'{{"i": {text}}}'))

    assert configs.value("coins.i", 1.5) == 1.5


def test_an_int_that_no_float_can_hold_is_not_taken(configs: Configs) -> None:
    configs.show("balance", {"damage": 10**400})

    assert configs.value("balance.damage", 1.5) == 1.5


def test_before_the_first_load_a_missing_value_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    configs = Configs()

    assert configs.value("balance.hero.speed", 3) == 3
    assert warnings(caplog) == []

    configs._emit_loaded(from_api=False)
    assert configs.value("balance.hero.speed", 3) == 3
    assert len(warnings(caplog)) == 1


def test_a_value_changes_with_its_config(configs: Configs) -> None:
    configs.show("balance", {"hero": {"speed": 9}})
    assert configs.value("balance.hero.speed", 1) == 9

    configs.hide("balance")
    assert configs.value("balance.hero.speed", 1) == 1


def test_an_external_id_may_hold_dots(configs: Configs) -> None:
    configs.show("balance.v2", {"hero": {"speed": 40}})

    assert configs.value("balance.v2.hero.speed", 1) == 40
    assert configs.value("balance.hero.speed", 1) == 4


def test_an_external_id_is_no_prefix_of_another_word(configs: Configs) -> None:
    configs.show("bal", {"ance": 7, "nce": {"hero": {"speed": 7}}})

    assert configs.value("balance.hero.speed", 1) == 4
    assert configs.value("balance", 1) == 1


def test_of_two_configs_with_a_key_the_one_that_went_live_last_counts(configs: Configs) -> None:
    configs.show("weekend", {"hero": {"speed": 8}})
    assert configs.value("hero.speed", 1) == 8
    assert configs.value("hero.name", "") == "Ragnar"

    configs.hide("weekend")
    assert configs.value("hero.speed", 1) == 4


def test_of_two_configs_with_one_external_id_the_one_that_went_live_last_counts(configs: Configs) -> None:
    configs.show("balance", {"hero": {"speed": 8}}, id="other")

    assert configs.value("balance.hero.speed", 1) == 8
    assert configs.value("balance.hero.name", "") == "Ragnar"


@pytest.mark.parametrize(
    "order", [("early", "late", "always"), ("late", "always", "early"), ("always", "late", "early")]
)
def test_of_configs_with_one_external_id_the_one_that_started_last_counts_for_every_call(
    order: tuple[str, ...],
) -> None:
    configs = Configs()
    starts = {"early": -100.0, "late": -50.0, "always": None}
    for name in order:
        configs.show("theme", {"x": name}, id=name, start=starts[name])

    for left in ("late", "early", "always"):
        winner = configs.get("theme")
        assert winner is not None
        assert winner.id == configs.value("theme.x", "") == configs.value("x", "") == left
        configs.hide(left)


def test_of_configs_that_started_together_the_first_in_the_platforms_list_counts() -> None:
    index = ContentIndex(Kind.REMOTE_CONFIGS)
    configs = Configs()
    for listed in ("b", "ab", "abc"):
        records = [
            RemoteConfig(id=id, external_id="theme", text=json.dumps({"id": id, "json": {"x": id}}).encode())
            for id in listed
        ]
        for _ in configs._apply(index.replace(told(index, records), lambda: None), 0.0):
            pass
        winner = configs.get("theme")
        assert winner is not None
        assert winner.id == configs.value("theme.x", "") == listed[0]


def test_a_firing_is_a_start_also_of_what_is_live_already() -> None:
    configs = Configs()
    configs.show("theme", {"x": "listed"}, id="listed", start=-1.0)
    configs.show("theme", {"x": "other"}, id="other", start=-2.0)
    assert configs.value("theme.x", "") == "listed"

    brought = RemoteConfig(id="brought", external_id="theme", text=b'{"json": {"x": "brought"}}')
    configs._activate(brought, 5.0, (5.0, 1, -1))
    assert configs.value("theme.x", "") == "brought"
    configs._activate(configs.active[1], 6.0, (6.0, 2, -2))

    winner = configs.get("theme")
    assert winner is not None
    assert winner.id == configs.value("theme.x", "") == "other"


def test_a_config_that_its_path_names_goes_before_one_that_happens_to_have_the_keys(configs: Configs) -> None:
    configs.show("other", {"balance": {"hero": {"speed": 99}}})

    assert configs.value("balance.hero.speed", 1) == 4


def test_reading_again_looks_nothing_up(configs: Configs) -> None:
    with mock.patch.object(remote_configs, "_walk", wraps=remote_configs._walk) as walk:
        for _ in range(100):
            configs.value("balance.hero.speed", 1)
            configs.value("balance.hero.mana", 1)

    assert walk.call_count <= 4


@pytest.mark.parametrize("path", ["", None, 7, ["hero"]])
def test_a_path_that_is_no_text_is_refused(configs: Configs, path: Any) -> None:
    with pytest.raises(ArgumentError, match=r"^path must be text"):
        configs.value(path, 1)


def test_a_config_is_found_by_either_id(configs: Configs) -> None:
    configs.show("weekend", {}, id="7f3")
    weekend = configs.active[-1]

    assert configs.get("weekend") is weekend
    assert configs.get("7f3") is weekend
    assert configs.get("christmas") is None


def test_a_config_is_found_by_its_external_id_as_it_is_now(configs: Configs) -> None:
    def found(external_id: str) -> str | None:
        config = configs.get(external_id)
        return None if config is None else config.id

    configs.show("balance", BALANCE, id="later", start=100.0)
    configs.show("season", BALANCE, id="next", start=200.0)
    assert [found("balance"), found("season"), found("next")] == ["balance", "next", "next"]

    configs.hide("balance")
    assert found("balance") == "later"
    configs.show("season", BALANCE, id="sooner", start=150.0)
    assert found("season") == "sooner"
    configs.show("winter", BALANCE, id="next", start=200.0)
    assert [found("winter"), found("season")] == ["next", "sooner"]
    configs.show("season", BALANCE, id="live")
    assert found("season") == "live"
    configs.hide("live")
    configs.hide("sooner")
    assert found("season") is None
