from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import tzlocal

from uwclient.config import Config
from uwclient.device import DeviceWatch, parse_locale

TOKYO_FILE = "/usr/share/zoneinfo/Asia/Tokyo"


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

    device = DeviceWatch(Config(api_key="key", player_id="hero-42")).read()

    assert (device.language, device.country) == ("de", "AT")
    assert device.platform in ("linux", "windows", "macos")
    assert device.timezone


def test_what_the_game_has_set_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_AT.UTF-8")
    told = Config(api_key="key", player_id="hero-42", language="fr", country="CA", timezone="America/Toronto")

    device = DeviceWatch(told).read()

    assert (device.language, device.country, device.timezone) == ("fr", "CA", "America/Toronto")


def test_a_time_zone_that_the_system_does_not_tell_is_utc(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unknown() -> str:
        raise LookupError("no such zone")

    monkeypatch.setattr("tzlocal.get_localzone_name", unknown)

    assert DeviceWatch(Config(api_key="key", player_id="hero-42")).read().timezone == "Etc/UTC"
    assert "Pass timezone=" in caplog.text


def zone_of_the_system(monkeypatch: pytest.MonkeyPatch, name: str | None) -> None:
    """Have the system's own settings, apart from TZ, say this."""
    finder = sys.modules[tzlocal.get_localzone_name.__module__]
    monkeypatch.setattr(finder, "_get_localzone_name", lambda: name)
    monkeypatch.delenv("TZ", raising=False)


def look(watch: DeviceWatch | None = None) -> str:
    return (watch or DeviceWatch(Config(api_key="key", player_id="hero-42"))).read().timezone


def test_the_system_is_asked_anew_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Europe/London", "Asia/Tokyo", "Europe/London"):
        zone_of_the_system(monkeypatch, name)
        assert look() == name
        assert tzlocal.get_localzone_name() == name


@pytest.mark.parametrize(
    ("told", "zone"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        (":Asia/Tokyo", "Asia/Tokyo"),
        ("EST5EDT", "EST5EDT"),
        ("", "Europe/London"),
    ],
)
def test_the_variable_goes_before_the_settings_of_the_system(
    monkeypatch: pytest.MonkeyPatch, told: str, zone: str
) -> None:
    zone_of_the_system(monkeypatch, "Europe/London")
    monkeypatch.setenv("TZ", told)
    assert look() == zone


@pytest.mark.skipif(not Path(TOKYO_FILE).exists(), reason="there is no such file here")
def test_the_variable_may_name_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", TOKYO_FILE)
    assert look() == "Asia/Tokyo"


@pytest.mark.parametrize("told", ["/etc/localtime", ":/etc/localtime", "UTC0", "GMT+0", "", ":"])
def test_a_variable_that_says_what_the_system_says_is_not_warned_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, told: str
) -> None:
    zone_of_the_system(monkeypatch, "Etc/UTC")
    monkeypatch.setenv("TZ", told)
    assert look() in ("Etc/UTC", "GMT+0")
    assert caplog.text == ""


@pytest.mark.parametrize("told", ["JST-9", "UTC0", "/etc/hostname"])
def test_a_variable_that_is_not_heeded_is_told_with_what_is_used(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, told: str
) -> None:
    zone_of_the_system(monkeypatch, "Europe/London")
    monkeypatch.setenv("TZ", told)
    assert look() == "Europe/London"
    assert f"TZ is {told!r}, which is no IANA name. Europe/London is used." in caplog.text


def test_the_zone_is_looked_up_again_when_the_settings_of_the_system_change(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    link = tmp_path / "localtime"
    monkeypatch.setattr("uwclient.device.ZONE_FILES", (str(link),))
    watch = DeviceWatch(Config(api_key="key", player_id="hero-42"))
    zone_of_the_system(monkeypatch, "Asia/Tokyo")
    assert look(watch) == "Asia/Tokyo"

    changes: tuple[Callable[[], object], ...] = (
        lambda: link.symlink_to("London"),
        link.unlink,
        lambda: link.write_text("London", "ascii"),
    )
    for change, zone in zip(changes, ("Europe/London", "Asia/Tokyo", "Europe/London"), strict=True):
        zone_of_the_system(monkeypatch, zone)
        change()
        assert look(watch) == zone


def test_a_zone_that_was_known_stays_while_the_system_tells_none(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    settings = tmp_path / "timezone"
    monkeypatch.setattr("uwclient.device.ZONE_FILES", (str(settings),))
    watch = DeviceWatch(Config(api_key="key", player_id="hero-42"))
    zone_of_the_system(monkeypatch, "Asia/Tokyo")
    assert look(watch) == "Asia/Tokyo"

    def unknown() -> str:
        raise LookupError("no such zone")

    monkeypatch.setattr("tzlocal.get_localzone_name", unknown)
    settings.write_text("nonsense", "ascii")
    assert [look(watch), look(watch)] == ["Asia/Tokyo"] * 2
    assert caplog.text.count("(no such zone). Asia/Tokyo is used.") == 1


def test_what_tzlocal_warns_of_is_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def contradicted() -> str:
        logging.getLogger("tzlocal").warning("Conflicting settings.")
        return "Asia/Tokyo"

    zone_of_the_system(monkeypatch, None)
    monkeypatch.setattr("tzlocal.get_localzone_name", contradicted)
    watch = DeviceWatch(Config(api_key="key", player_id="hero-42"))

    assert [look(watch), look(watch), look(watch)] == ["Asia/Tokyo"] * 3
    assert caplog.text.count("Conflicting settings.") == 1
    assert logging.getLogger("tzlocal").level == logging.NOTSET


def test_a_variable_that_names_no_zone_is_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    watch = DeviceWatch(Config(api_key="key", player_id="hero-42"))
    zone_of_the_system(monkeypatch, None)
    monkeypatch.setenv("TZ", "JST-9")

    assert [look(watch), look(watch)] == ["Etc/UTC"] * 2
    assert caplog.text.count("TZ is 'JST-9', which is no IANA name. Etc/UTC is used.") == 1


@pytest.mark.usefixtures("_no_locale")
@pytest.mark.parametrize("name", ["C", "POSIX", "C.UTF-8", "", "garbage", "\udcff\udcfe", "../../etc", "en_\nUS"])
def test_a_locale_that_names_no_language_tells_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(variable, name)
    device = DeviceWatch(Config(api_key="key", player_id="hero-42")).read()
    assert (device.language, device.country) == (None, None)
