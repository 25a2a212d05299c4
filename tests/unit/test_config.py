from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwclient.config import (
    DEFAULT_HOST,
    VARIABLES,
    Config,
    Settings,
    check_player_id,
    checked_config,
    data_dir_text,
    settings_from,
    settings_of,
)
from uwclient.errors import ArgumentError


def config(**given: Any) -> Config:
    return Config(**{"api_key": "the-api-key", "player_id": "hero-42", **given})


NOT_TEXT: list[Any] = ["", "   ", 7, b"bytes", ["list"], "a\nb", "a\0b", "a\ud800b"]


@pytest.mark.parametrize("name", ["api_key", "player_id", "environment_group", "host"])
@pytest.mark.parametrize("value", [None, *NOT_TEXT])
def test_what_must_be_text_is_refused_by_name_when_it_is_not(name: str, value: Any) -> None:
    with pytest.raises(ArgumentError, match=rf"^{name}\b.*\.$"):
        config(**{name: value})


@pytest.mark.parametrize("name", ["secret_key", "language", "country", "timezone"])
@pytest.mark.parametrize("value", NOT_TEXT)
def test_what_may_be_text_is_refused_by_name_when_it_is_something_else(name: str, value: Any) -> None:
    with pytest.raises(ArgumentError, match=rf"^{name}\b.*\.$"):
        config(**{name: value})


@pytest.mark.parametrize("stage", ["LIVE", "production", "", None, 1])
def test_a_stage_that_there_is_not_is_refused(stage: Any) -> None:
    with pytest.raises(ArgumentError, match=r"^environment_stage must be 'live', 'qa' or 'dev'"):
        config(environment_stage=stage)


@pytest.mark.parametrize("timezone", ["Mars/Olympus", "../../etc/passwd", "/etc/passwd", "Europe", "x" * 500])
def test_a_time_zone_that_is_not_known_is_refused(timezone: str) -> None:
    with pytest.raises(ArgumentError, match=r"^timezone .* is not known"):
        config(timezone=timezone)


@pytest.mark.parametrize("player_id", [".", ".."])
def test_a_player_id_that_would_name_another_path_is_refused(player_id: str) -> None:
    with pytest.raises(ArgumentError, match=r"^player_id cannot be"):
        check_player_id(player_id)


@pytest.mark.parametrize("player_id", ["hero-42", "../../etc", "a/b?c#d", "hello world", "Пример", "...", "%2e%2e"])
def test_any_other_text_is_a_player_id(player_id: str) -> None:
    assert config(player_id=player_id).player_id == player_id


@pytest.mark.parametrize(
    "host",
    [
        "api.userwise.io",
        "ftp://api.userwise.io",
        "https://",
        "https:///path",
        "https://[::1",
        "https://api.userwise.io:port",
        "https://api.userwise.io:99999",
        "https://api.userwise.io/v1",
        "https://api.userwise.io//",
        "https://api.userwise.io?a=b",
        "https://api.userwise.io#a",
        "https://user@api.userwise.io",
        "https://user:password@api.userwise.io",
        "https://api.userwise.io\\@evil.com",
        "https://api.userwise.io?",
        "https://api.userwise.io/#",
        "https://api userwise.io",
        "https://api.userwise.io ",
        "javascript:alert(1)",
    ],
)
def test_a_host_that_is_no_plain_address_is_refused(host: str) -> None:
    with pytest.raises(ArgumentError, match=r"^host must be"):
        config(host=host)


@pytest.mark.parametrize(
    "host", ["https://\u0430pi.userwise.io", "https://api.userwise.io\u200b", "https://a\u3002b"]
)
def test_a_host_that_only_looks_like_another_one_is_refused(host: str) -> None:
    with pytest.raises(ArgumentError, match=r"^host must be .*characters that no address has"):
        config(host=host)


def test_the_credentials_of_a_refused_host_are_not_told() -> None:
    for host in ("https://user:hunter2@api.userwise.io", "ftp://user:hunter2@api.userwise.io"):
        with pytest.raises(ArgumentError) as refused:
            config(host=host)
        assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "host",
    [
        "http://localhost",
        "http://localhost:8080",
        "http://LOCALHOST:8080",
        "http://127.0.0.1:5000",
        "http://127.255.0.9",
        "http://[::1]:8080",
        "https://api.userwise.io",
        "https://192.168.0.5:8443",
    ],
)
def test_a_host_on_this_machine_or_with_tls_is_taken(host: str) -> None:
    assert config(host=host).host == host


@pytest.mark.parametrize(
    "host",
    [
        "http://api.userwise.io",
        "http://127.0.0.1.evil.com",
        "http://127.evil.com",
        "http://127.0.0.0.1",
        "http://127.0.0.evil",
        "http://localhost.evil.com",
        "http://notlocalhost",
        "http://192.168.0.5",
        "http://0.0.0.0",
        "http://[::2]",
        "HTTP://api.userwise.io",
    ],
)
def test_plain_http_to_another_machine_needs_permission(host: str) -> None:
    with pytest.raises(ArgumentError, match=r"^host .*allow_insecure=True"):
        config(host=host)

    assert config(host=host, allow_insecure=True).host == host


def test_a_slash_at_the_end_of_the_host_is_dropped() -> None:
    assert config(host="https://api.userwise.io/") == config(host="https://api.userwise.io")


def test_what_is_left_out_has_sensible_values() -> None:
    plain = config()

    assert (plain.host, plain.environment_stage, plain.environment_group) == (DEFAULT_HOST, "live", "default")
    assert DEFAULT_HOST.startswith("https://")
    assert not plain.allow_insecure


@pytest.mark.parametrize("stage", ["dev", "qa", "live"])
def test_the_platforms_stages_are_taken(stage: str) -> None:
    assert config(environment_stage=stage, timezone="Europe/Paris", language="en", country="US")


def test_the_repr_shows_no_secret() -> None:
    shown = repr(config(secret_key="the-secret-key"))

    assert "hero-42" in shown
    assert "the-api-key" not in shown
    assert "the-secret-key" not in shown


def test_a_config_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        config().player_id = "other"  # type: ignore[misc]


def test_a_data_folder_is_text_or_a_path_or_nothing() -> None:
    assert data_dir_text(None) is None
    assert data_dir_text("saves") == "saves"
    assert data_dir_text(Path("saves")) == "saves"


@pytest.mark.parametrize("data_dir", [7, b"saves", "", "  ", ["saves"], "a\0b"])
def test_any_other_data_folder_is_refused(data_dir: Any) -> None:
    with pytest.raises(ArgumentError, match=r"^data_dir must"):
        data_dir_text(data_dir)


def test_a_wrong_argument_is_a_value_error_and_a_type_error_too() -> None:
    for caught in (ValueError, TypeError):
        with pytest.raises(caught, match=r"^api_key"):
            config(api_key=None)


VALUES = st.sampled_from(["", " ", "live", "hero-42", "..", "https://api.userwise.io", "http://x", "a\x07b", "saves"])


@given(environ=st.dictionaries(st.sampled_from(sorted(VARIABLES.values())), VALUES))
def test_any_environment_gives_settings_that_are_right_or_is_told_which_variable_is_wrong(
    environ: dict[str, str],
) -> None:
    try:
        settings = settings_from(environ, {})
    except ArgumentError as error:
        told = str(error)
    else:
        said = settings_of(checked_config(settings))
        given = {name: environ.get(variable, "").strip() for name, variable in VARIABLES.items()}
        assert {name: value for name, value in given.items() if value} == {n: said[n] for n in given if given[n]}
        return
    assert any(variable in told for variable in VARIABLES.values())


@given(settings=st.fixed_dictionaries({}, optional={name: st.none() for name in Settings.__annotations__}))
def test_none_is_the_same_as_nothing_where_something_may_be_left_out(settings: Any) -> None:
    settings |= {"api_key": "key", "player_id": "hero-42"}
    assert checked_config(settings) == Config("key", "hero-42")
