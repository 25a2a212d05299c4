"""Owns what can be found out about the machine and its player: platform, language, country, time zone."""

from __future__ import annotations

import os
import re
import sys
from datetime import timezone, tzinfo
from pathlib import Path

from uwclient.config import Config
from uwclient.log import logger
from uwclient.models.session import Device

_LOCALE = re.compile(
    r"([a-z]{2})(?:[_-][A-Za-z]{4})?(?:[_-](?:([A-Za-z]{2})|[0-9]{3}))?(?:[_-][A-Za-z0-9]{4,})*(?:[.@].*)?$"
)


def describe_device(config: Config) -> Device:
    """What the game has set, and what the system says where it has not."""
    language, country = parse_locale(_system_locale())
    return Device(
        platform={"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux"),
        language=config.language or language,
        country=config.country or country,
        timezone=config.timezone or _system_timezone(),
    )


def parse_locale(name: str) -> tuple[str | None, str | None]:
    """Language and country of a locale name such as `de_AT.UTF-8`, `zh-Hant-TW` or `C`; None = not told."""
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
    """The time zone of that name; UTC, and a line in the log, where this machine has no data for it."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        logger().warning("There is no time zone data for %s here: UTC is used. Install the tzdata package.", name)
        return timezone.utc


def boot_id() -> str | None:
    """What tells one run of this machine from the next, or None where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None


def _system_timezone() -> str:
    import tzlocal

    try:
        name = tzlocal.get_localzone_name() or "Etc/UTC"
    except (LookupError, OSError, ValueError) as error:
        logger().warning("The time zone of this machine is not known (%s): UTC is used. Pass timezone=.", error)
        return "Etc/UTC"
    told = os.environ.get("TZ", "")
    if name.endswith("UTC") and told and not told.upper().strip(":0").endswith(("UTC", "GMT", "UCT", "ZULU")):
        logger().warning("TZ is %r, which is no IANA name: UTC is used. Pass timezone=, or set an IANA name.", told)
    return name
