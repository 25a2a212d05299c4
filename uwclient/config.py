"""The settings of one client: checked when they are set, frozen, and with secrets kept out of the repr."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from uwclient.errors import ArgumentError
from uwclient.urls import is_loopback, url_problem

DEFAULT_HOST = "https://api.userwise.io"
ENVIRONMENT_TYPES = ("dev", "qa", "live")
"""The platform's environment types (guide: Environments). A `dev` environment cannot open sessions."""

VARIABLES = {
    "api_key": "UW_API_KEY",
    "player_id": "UW_PLAYER_ID",
    "environment_stage": "UW_ENVIRONMENT",
    "host": "UW_HOST",
    "secret_key": "UW_SECRET_KEY",
    "data_dir": "UW_DATA_DIR",
}
"""The settings that can come from environment variables, and the names of the variables."""


class Settings(TypedDict, total=False):
    """The arguments of `UserWise`, by name. None selects the default, except for the first two."""

    api_key: str
    player_id: str
    environment_stage: str | None
    environment_group: str | None
    host: str | None
    secret_key: str | None
    data_dir: str | os.PathLike[str] | None
    language: str | None
    country: str | None
    timezone: str | None
    allow_insecure: bool | None
    threaded: bool | None


REQUIRED = {
    "api_key": "the key from the API settings page of your UserWise app",
    "player_id": "your own id for this player, such as 'hero-42'",
}
"""The settings that every client needs, with a description."""


@dataclass(frozen=True, slots=True)
class Config:
    """The checked settings of a client. Raises ArgumentError for a wrong value.

    `data_root` is no setting: it is the absolute path that `data_dir` was resolved to when the client was created.
    Later changes of the working folder or the environment do not affect it.
    """

    api_key: str = field(repr=False)
    player_id: str
    environment_stage: str = "live"
    environment_group: str = "default"
    host: str = DEFAULT_HOST
    secret_key: str | None = field(default=None, repr=False)
    data_dir: str | None = None
    language: str | None = None
    country: str | None = None
    timezone: str | None = None
    allow_insecure: bool = False
    threaded: bool = True
    data_root: str | None = None

    def __post_init__(self) -> None:
        check_text("api_key", self.api_key, REQUIRED["api_key"])
        check_player_id(self.player_id)
        check_text("environment_group", self.environment_group, "'default', or your group's name")
        if self.environment_stage not in ENVIRONMENT_TYPES:
            raise ArgumentError(
                f"environment_stage must be 'live', 'qa' or 'dev', not {self.environment_stage!r}: "
                "give the type of the environment that this build connects to."
            )
        for name, example in (
            ("secret_key", "your company's secret key"),
            ("language", "'en'"),
            ("country", "'US'"),
            ("timezone", "'Europe/Paris'"),
        ):
            value = getattr(self, name)
            if value is not None:
                check_text(name, value, f"{example}, or leave it out")
        for name, example in (("language", "ISO 639-1, such as 'en'"), ("country", "ISO 3166-1, such as 'US'")):
            value = getattr(self, name)
            if value is not None and not (len(value) == 2 and value.isascii() and value.isalpha()):
                raise ArgumentError(f"{name} must be a code of two letters ({example}), not {value!r}.")
        if self.timezone is not None:
            _check_timezone(self.timezone)
        for name in ("allow_insecure", "threaded"):
            if not isinstance(getattr(self, name), bool):
                raise ArgumentError(f"{name} must be True or False, not {getattr(self, name)!r}.")
        check_host(self.host, self.allow_insecure)
        object.__setattr__(self, "host", self.host.rstrip("/"))


def checked_config(settings: Settings) -> Config:
    """Check the settings. Raises ArgumentError for a wrong value, and for a name that is no setting."""
    for name in settings:
        if name not in Settings.__annotations__:
            raise ArgumentError(f"There is no setting {name!r}; there are {', '.join(Settings.__annotations__)}.")
    given: dict[str, Any] = {name: value for name, value in settings.items() if value is not None or name in REQUIRED}
    return Config(**given | {"data_dir": data_dir_text(given.get("data_dir"))})


def settings_of(config: Config) -> dict[str, Any]:
    """Return the settings that this config was created from."""
    return {name: getattr(config, name) for name in Settings.__annotations__}


def settings_from(environ: Mapping[str, str], settings: Settings) -> Settings:
    """Complete the settings from environment variables; an empty variable counts as not set.

    Raises ArgumentError, which names the variable, for a setting that is missing or wrong.
    """
    said = {name: environ.get(variable, "").strip() for name, variable in VARIABLES.items()}
    given = {name: value for name, value in settings.items() if value is not None}
    found = {name: value for name, value in said.items() if value and name not in given}
    missing = [name for name in REQUIRED if name not in given and name not in found]
    if missing:
        advice = (f"set {VARIABLES[name]} to {REQUIRED[name]}, or pass {name}=" for name in missing)
        raise ArgumentError(f"Required settings are missing: {'; '.join(advice)}.")
    merged: Any = found | given
    try:
        checked_config(merged)
    except ArgumentError as error:
        name, _, rest = str(error).partition(" ")
        if name in found:
            raise ArgumentError(f"{VARIABLES[name]} {rest}") from None
        raise
    return merged  # type: ignore[no-any-return]


def check_player_id(player_id: object) -> None:
    """Raise ArgumentError unless this is an id that can be part of a request's path."""
    check_text("player_id", player_id, REQUIRED["player_id"])
    if player_id in (".", ".."):
        raise ArgumentError(f"player_id cannot be {player_id!r}, because it becomes part of a URL: use another id.")


def data_dir_text(data_dir: str | os.PathLike[str] | None) -> str | None:
    """Return the data folder as text. Raises ArgumentError when it is neither a path nor None."""
    if data_dir is None:
        return None
    if not isinstance(data_dir, (str, os.PathLike)):
        raise ArgumentError(f"data_dir must be a path, not {type(data_dir).__name__}.")
    text = os.fspath(data_dir)
    if not isinstance(text, str):
        raise ArgumentError("data_dir must be a path as text, not as bytes.")
    return check_text("data_dir", text, "a folder, or leave it out for the user's own")


def check_text(name: str, value: object, meaning: str) -> str:
    """Return a setting that is text. Raises ArgumentError for anything else, and for text that cannot be sent."""
    if not isinstance(value, str):
        raise ArgumentError(f"{name} must be text ({meaning}), not {type(value).__name__}.")
    if not value.strip():
        raise ArgumentError(f"{name} must not be empty: give {meaning}.")
    if any(ord(character) < 32 or 0xD800 <= ord(character) <= 0xDFFF for character in value):
        raise ArgumentError(f"{name} must not hold control characters or lone surrogates: give {meaning}.")
    return value


def _check_timezone(name: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ArgumentError(
            f"timezone {name!r} is not known here: use an IANA name such as 'Europe/Paris', "
            "and install the tzdata package where the system has no time zone data."
        ) from None


def check_host(host: object, allow_insecure: bool) -> None:
    """Raise ArgumentError unless this is an address of a platform; plain http only to this machine, or if allowed."""
    from urllib.parse import urlsplit  # imported here, because it takes a millisecond

    address = check_text("host", host, f"the platform's address, such as {DEFAULT_HOST!r}")
    authority = address.partition("://")[2].removesuffix("/")
    if any(mark in authority for mark in "/?#@"):
        raise ArgumentError(
            f"host must be scheme, name and port alone, such as {DEFAULT_HOST!r}: "
            "leave out path, query and credentials."
        )
    problem = url_problem(address, allow_insecure=True)
    if problem is not None:
        raise ArgumentError(f"host must be an address such as {DEFAULT_HOST!r}; {problem}.")
    parts = urlsplit(address)
    name = parts.hostname or ""
    if parts.scheme == "http" and not is_loopback(name) and not allow_insecure:
        raise ArgumentError(
            f"host {name!r} is plain http, which anybody on the network can read and change: use https, "
            "or pass allow_insecure=True for a test network."
        )
