"""Settings that come from the environment, and settings that are changed before the start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.test_public_surface import WRONG
from uwclient import ArgumentError, LifecycleError, PlayerEvent, UserWise
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, MakeClient, MakeSandbox, Play

OPTIONAL = (
    "environment_stage",
    "environment_group",
    "host",
    "secret_key",
    "data_dir",
    "language",
    "country",
    "timezone",
    "allow_insecure",
    "threaded",
    "time_source",
)
VARIABLES = ("UW_API_KEY", "UW_PLAYER_ID", "UW_HOST", "UW_ENVIRONMENT", "UW_DATA_DIR", "UW_SECRET_KEY")


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment that names a player, and nothing else."""
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("UW_API_KEY", "key-of-the-environment")
    monkeypatch.setenv("UW_PLAYER_ID", "hero-7")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return monkeypatch


def config_of(uw: UserWise) -> dict[str, Any]:
    told: dict[str, Any] = uw.diagnostics.snapshot()["config"]
    return told


@pytest.mark.parametrize("name", OPTIONAL)
def test_none_is_the_default_of_every_optional_setting(name: str, env: pytest.MonkeyPatch) -> None:
    left_out = UserWise("key", "hero-42")
    given: Any = {name: None}

    assert config_of(UserWise("key", "hero-42", **given)) == config_of(left_out)


def test_all_settings_may_come_from_the_environment(
    env: pytest.MonkeyPatch, make_sandbox: MakeSandbox, tmp_path: Path
) -> None:
    sandbox = make_sandbox(api_key="key-of-the-environment", secret_key="hush")
    env.setenv("UW_HOST", sandbox.url)
    env.setenv("UW_ENVIRONMENT", "qa")
    env.setenv("UW_DATA_DIR", str(tmp_path / "here"))
    env.setenv("UW_SECRET_KEY", "hush\n")

    uw = UserWise.from_env(threaded=False)
    uw.start()
    while not uw.is_session_initialized:
        uw.pump()
    uw.stop()

    assert (uw.player_id, uw.environment_stage) == ("hero-7", "qa")
    assert list((tmp_path / "here").rglob("session.cache"))
    assert UserWise.instance() is uw


def test_arguments_go_before_the_environment(env: pytest.MonkeyPatch) -> None:
    env.setenv("UW_HOST", "no address")
    env.setenv("UW_ENVIRONMENT", "prod")

    uw = UserWise.from_env(player_id="hero-42", host="http://localhost:1", environment_stage="qa", country=None)

    assert (uw.player_id, uw.environment_stage) == ("hero-42", "qa")
    assert config_of(uw)["host"] == "http://localhost:1"


def test_an_empty_variable_is_not_set(env: pytest.MonkeyPatch) -> None:
    for variable in ("UW_HOST", "UW_ENVIRONMENT", "UW_DATA_DIR", "UW_SECRET_KEY"):
        env.setenv(variable, " ")

    assert config_of(UserWise.from_env()) == config_of(UserWise("key", "hero-7"))


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        (
            "UW_API_KEY",
            "",
            "Required settings are missing: set UW_API_KEY to the key from the API settings page",
        ),
        ("UW_PLAYER_ID", " ", "Required settings are missing: set UW_PLAYER_ID to .*, or pass player_id="),
        ("UW_PLAYER_ID", "..", "^UW_PLAYER_ID cannot be '..'"),
        ("UW_API_KEY", "a\x07b", "^UW_API_KEY must not hold control characters"),
        ("UW_HOST", "api.userwise.io", "^UW_HOST must be an address such as"),
        ("UW_HOST", "http://api.userwise.io", "^UW_HOST 'api.userwise.io' is plain http"),
        ("UW_ENVIRONMENT", "prod", "^UW_ENVIRONMENT must be 'live', 'qa' or 'dev', not 'prod'"),
        ("UW_DATA_DIR", "a\x07b", "^UW_DATA_DIR must not hold control characters"),
        ("UW_SECRET_KEY", "a\x07b", "^UW_SECRET_KEY must not hold control characters"),
    ],
)
def test_what_the_environment_lacks_or_says_wrongly_is_told_by_its_name(
    env: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    env.setenv(variable, value)
    with pytest.raises(ArgumentError, match=sentence) as refused:
        UserWise.from_env()
    assert str(refused.value).endswith(".")
    assert "key-of-the-environment" not in str(refused.value)


def test_all_that_is_missing_is_told_at_once(env: pytest.MonkeyPatch) -> None:
    env.delenv("UW_API_KEY")
    env.delenv("UW_PLAYER_ID")
    with pytest.raises(ArgumentError, match=r"set UW_API_KEY to .*; set UW_PLAYER_ID to "):
        UserWise.from_env()


@pytest.mark.parametrize("make", [UserWise.from_env, lambda **given: UserWise("key", "hero").reconfigure(**given)])
def test_a_setting_that_there_is_not_is_refused_by_name(env: pytest.MonkeyPatch, make: Any) -> None:
    with pytest.raises(ArgumentError, match=r"There is no setting 'hots'; there are api_key, .*host"):
        make(hots="http://localhost")


# Changing settings.


def test_listeners_and_what_was_done_go_along_to_where_the_settings_say(
    sandbox: Sandbox, play: Play, tmp_path: Path
) -> None:
    sandbox.publish("offers", id="gems")
    delivered: list[bool] = []
    game = play(start=False, host="http://localhost:9", api_key="of-nobody", data_dir=tmp_path / "first")
    game.uw.assign_event(PlayerEvent("met"), delivered.append)
    assert game.uw.diagnostics.delivery.waiting == 1

    game.uw.reconfigure(host=sandbox.url, api_key=sandbox.api_key, data_dir=tmp_path / "second")
    assert game.uw.diagnostics.delivery.waiting == 1
    game.uw.start()
    game.until_live("offers", "gems")
    game.until(lambda: delivered)

    assert delivered == [True]
    assert [event.event_id for event in sandbox.player("hero-42").events] == ["met"]
    assert not [path for path in (tmp_path / "first").rglob("*") if path.is_file()]
    assert list((tmp_path / "second").rglob("session.cache"))


def test_what_another_player_did_stays_theirs(sandbox: Sandbox, play: Play) -> None:
    first = play(start=False)
    first.uw.assign_event(PlayerEvent("by-the-first"))
    first.uw.reconfigure(player_id="hero-43")
    first.uw.assign_event(PlayerEvent("by-the-second"))
    first.uw.start()
    first.until(lambda: sandbox.player("hero-43").events)
    first.uw.stop()
    assert [event.event_id for event in sandbox.player("hero-43").events] == ["by-the-second"]

    first.uw.reconfigure(player_id="hero-42")
    first.uw.start()
    first.until(lambda: sandbox.player("hero-42").events)
    assert [event.event_id for event in sandbox.player("hero-42").events] == ["by-the-first"]


def test_what_was_live_elsewhere_ends(sandbox: Sandbox, play: Play, make_sandbox: MakeSandbox) -> None:
    sandbox.publish("offers", id="gems")
    elsewhere = make_sandbox()
    elsewhere.publish("offers", id="coins")
    game = play()
    game.until_live("offers", "gems")
    game.uw.stop()

    game.uw.reconfigure(host=elsewhere.url)
    game.uw.start()
    game.until_live("offers", "coins")

    assert game.seen.ids("offers", "on_inactive") == ["gems"]


def test_every_part_of_a_client_follows(play: Play, tmp_path: Path, sandbox: Sandbox) -> None:
    game = play(start=False)
    uw = game.uw
    with pytest.raises(ArgumentError, match="plain http"):
        uw.media.get_bytes("http://pictures.example/a.png", print)

    uw.reconfigure(
        environment_stage="qa",
        environment_group="friends",
        language="de",
        country="AT",
        timezone="Europe/Vienna",
        allow_insecure=True,
        threaded=False,
        data_dir=tmp_path / "other",
    )

    uw.media.get_bytes("http://pictures.example/a.png", lambda _: None)
    assert (uw.environment_stage, uw.language) == ("qa", "de")
    told = config_of(uw)
    assert (told["environment_group"], told["country"], told["timezone"]) == ("friends", "AT", "Europe/Vienna")
    assert uw.diagnostics.export().parent == tmp_path / "other"
    assert told["threaded"] is False
    uw.reconfigure(allow_insecure=None, language=None, environment_group=None)
    assert config_of(uw)["environment_group"] == "default"
    with pytest.raises(ArgumentError, match="plain http"):
        uw.media.get_bytes("http://pictures.example/a.png", print)


@pytest.mark.parametrize(("wrong", "sentence"), WRONG, ids=lambda value: ascii(value)[:60])
def test_a_wrong_value_changes_nothing(make_client: MakeClient, wrong: dict[str, Any], sentence: str) -> None:
    uw = make_client()
    before = config_of(uw)

    with pytest.raises(ArgumentError, match=sentence):
        uw.reconfigure(**{"environment_stage": "qa", "country": "FR", **wrong})

    assert config_of(uw) == before


def test_a_client_that_runs_is_not_changed(play: Play) -> None:
    game: Game = play()
    with pytest.raises(LifecycleError, match=r"call it before start\(\)"):
        game.uw.reconfigure(country="FR")
    game.uw.stop()
    game.uw.reconfigure(country="FR")
    assert config_of(game.uw)["country"] == "FR"


def test_a_relative_data_folder_stays_where_it_was_whatever_else_is_changed_later(
    make_client: MakeClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    uw = make_client(data_dir="build/uw")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    uw.reconfigure(country="FR", player_id="hero-43")
    uw.assign_event(PlayerEvent("met"))
    uw.switch_player("hero-44")
    uw.assign_event(PlayerEvent("met"))

    assert len(list((tmp_path / "build" / "uw").iterdir())) == 2
    assert uw.diagnostics.export().parent == tmp_path / "build" / "uw"
    assert list((tmp_path / "elsewhere").iterdir()) == []
    uw.reconfigure(data_dir="here")
    assert uw.diagnostics.export().parent == tmp_path / "elsewhere" / "here"
