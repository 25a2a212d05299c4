from __future__ import annotations

import pytest

from uwclient.config import Config
from uwclient.device import describe_device, parse_locale


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("en_US.UTF-8", ("en", "US")),
        ("de_AT", ("de", "AT")),
        ("de-at", ("de", "AT")),
        ("de", ("de", None)),
        ("fr_FR@euro", ("fr", "FR")),
        ("fr_FR.ISO8859-15@euro", ("fr", "FR")),
        ("sr@latin", ("sr", None)),
        ("zh-Hant-TW", ("zh", "TW")),
        ("zh_Hans", ("zh", None)),
        ("fil_PH", (None, None)),
        ("es-419", ("es", None)),
        ("ca-ES-valencia", ("ca", "ES")),
        ("de-DE_phoneb", ("de", "DE")),
        ("C", (None, None)),
        ("C.UTF-8", (None, None)),
        ("POSIX", (None, None)),
        ("", (None, None)),
        ("english", (None, None)),
        ("_US", (None, None)),
        ("../../etc", (None, None)),
    ],
)
def test_a_locale_tells_language_and_country(name: str, expected: tuple[str | None, str | None]) -> None:
    assert parse_locale(name) == expected


@pytest.fixture
def _no_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.usefixtures("_no_locale")
def test_the_first_locale_variable_that_names_a_language_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("LC_MESSAGES", "de_AT.UTF-8")
    monkeypatch.setenv("LANG", "en_US.UTF-8")

    device = describe_device(Config(api_key="key", player_id="hero-42"))

    assert (device.language, device.country) == ("de", "AT")
    assert device.platform in ("linux", "windows", "macos")
    assert device.timezone


def test_what_the_game_has_set_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_AT.UTF-8")
    told = Config(api_key="key", player_id="hero-42", language="fr", country="CA", timezone="America/Toronto")

    device = describe_device(told)

    assert (device.language, device.country, device.timezone) == ("fr", "CA", "America/Toronto")


def test_a_time_zone_that_the_system_does_not_tell_is_utc(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unknown() -> str:
        raise LookupError("no such zone")

    monkeypatch.setattr("tzlocal.get_localzone_name", unknown)

    assert describe_device(Config(api_key="key", player_id="hero-42")).timezone == "Etc/UTC"
    assert "Pass timezone=" in caplog.text
