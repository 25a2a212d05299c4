"""Detects the platform, language, country and time zone of this device."""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, tzinfo
from pathlib import Path

from uwclient.config import Config
from uwclient.log import logger
from uwclient.models.session import Device

UTC_NAME = "Etc/UTC"
ZONE_OF_SYSTEM = "/etc/localtime"
"""A TZ that says this says nothing else than the system."""

ZONE_FILES = ("/etc/localtime", "/etc/timezone", "/var/db/zoneinfo", "/etc/sysconfig/clock", "/etc/conf.d/clock")
"""Where a Unix system says its time zone. Looking whether they are the same takes a hundredth of reading them."""

_LOCALE = re.compile(
    r"([a-z]{2})(?:[_-][A-Za-z]{4})?(?:[_-](?:([A-Za-z]{2})|[0-9]{3}))?(?:[_-][A-Za-z0-9]{4,})*(?:[.@].*)?$"
)


class DeviceWatch:
    """Describes this device, whose settings may change while a game runs.

    Attributes:
        config: the client's settings; it may be replaced at any time.

    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self._zone: str | None = None
        self._problem = ""
        self._settings: tuple[object, ...] | None = None

    def read(self) -> Device:
        """Return the current description: the game's settings, and the system's where the game has none."""
        config = self.config
        _, country = parse_locale(_system_locale())
        return Device(
            platform={"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux"),
            language=language_for(config),
            country=config.country or country,
            timezone=config.timezone or self._system_timezone(),
        )

    def _system_timezone(self) -> str:
        """Return the system's time zone; if it is not known, the last known one, else UTC."""
        settings = _zone_settings()
        if self._zone is not None and settings is not None and settings == self._settings:
            return self._zone
        self._settings = settings
        name, problem = _look_up_timezone(again=self._zone is not None)
        if problem and problem != self._problem:
            logger().warning(
                "%s %s is used. Pass timezone= to the client, or set TZ to an IANA name.", problem, name or self._last
            )
        self._problem = problem
        self._zone = name or self._last
        return self._zone

    @property
    def _last(self) -> str:
        return self._zone or UTC_NAME


def language_for(config: Config) -> str | None:
    """Return the language of content: the one that the game has set, else the system's, or None."""
    return config.language or parse_locale(_system_locale())[0]


def parse_locale(name: str) -> tuple[str | None, str | None]:
    """Parse a locale name such as `de_AT.UTF-8`, `zh-Hant-TW` or `C` into language and country; None if missing."""
    match = _LOCALE.match(name)
    if match is None:
        return None, None
    country = match.group(2)
    return match.group(1), country.upper() if country else None


def _system_locale() -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        name = os.environ.get(variable, "")
        if parse_locale(name)[0]:
            return name
    if sys.platform == "win32":
        import ctypes

        buffer = ctypes.create_unicode_buffer(85)
        if ctypes.windll.kernel32.GetUserDefaultLocaleName(buffer, len(buffer)):
            return buffer.value
    return ""


def zone_named(name: str) -> tzinfo:
    """Return the time zone of that name; UTC, and a line in the log, if this machine has no data for it."""
    from zoneinfo import ZoneInfo

    if _is_zone(name):
        return ZoneInfo(name)
    logger().warning("There is no time zone data for %s here: UTC is used. Install the tzdata package.", name)
    return UTC


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        return bool(name) and ZoneInfo(name) is not None
    except (KeyError, ValueError, OSError):
        return False


def boot_id() -> str | None:
    """Return the id of this machine's current boot, or None if the system has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None


def _zone_settings() -> tuple[object, ...] | None:
    """Return what changes when somebody changes the system's time zone; None where nothing tells."""
    if not sys.platform.startswith("linux"):
        return None
    return (os.environ.get("TZ"), *map(_version_of, ZONE_FILES))


def _version_of(file: str) -> tuple[int, ...] | None:
    """Return what tells one version of a file, or of a link, from the next; None if there is none."""
    try:
        found = os.lstat(file)
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size)


def _look_up_timezone(again: bool) -> tuple[str | None, str]:
    """Return the name of the system's time zone, or None, and what is wrong with the system's settings, or "".

    With `again`, warnings of tzlocal are suppressed, because it has given them before.
    """
    import logging  # these two take some milliseconds

    import tzlocal

    told = os.environ.get("TZ", "").removeprefix(":")
    if _is_zone(told):  # tzlocal knows fewer than there are
        return told, ""
    _reset_cached_zone()
    log = logging.getLogger("tzlocal")
    level = log.level
    try:
        log.setLevel(logging.ERROR if again else level)
        name = tzlocal.get_localzone_name()
    except (LookupError, OSError, ValueError) as error:
        return None, f"The time zone of this machine is not known ({str(error).strip()})."
    finally:
        log.setLevel(level)
    if told in ("", ZONE_OF_SYSTEM) or _means(told, name):
        return name, ""
    return name, f"TZ is {told!r}, which is no IANA name."


def _means(told: str, name: str | None) -> bool:
    """Whether that is what TZ says, which may be the file of a zone."""
    if os.path.isabs(told):  # noqa: PTH117 - it never raises
        return name is not None and os.path.realpath(told).endswith(name)
    is_utc = name is None or name.endswith("UTC")
    return is_utc and told.upper().rstrip("0") in ("UTC", "GMT", "UCT", "ZULU")


def _reset_cached_zone() -> None:
    """Reset tzlocal's cache. Its own `reload_localzone` would also compare with the C library, and warn."""
    if sys.platform == "win32":
        import tzlocal.win32 as finder
    else:
        import tzlocal.unix as finder
    finder._cache_tz_name = None
