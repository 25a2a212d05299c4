"""Owns what leaves this machine in a bug report: what surrounds a client, and that no secret is in it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from uwclient.config import Config
from uwclient.errors import ArgumentError, StorageError
from uwclient.observer import Observer
from uwclient.version import __version__

REMOVED = "[removed]"
LONGEST_TEXT = 2000
"""Characters of one text in a report."""

SHORTEST_SECRET = 6
"""A secret of fewer characters is found only where it stands as a word of its own."""

SHORTEST_LEAF = 3
"""A shorter text tells nothing of a player."""

PACKAGES = ("requests", "urllib3", "blinker", "pygame", "pygame-ce", "panda3d")
_HARMLESS = {"event_id", "name", "data_type", "state", "outcome_type", "engagement_outcome_key", "reference"}
"""Members of an action that tell what it is, and nothing of the player."""

_PATTERNS = (
    (re.compile(r"\b(enc|session_id|api_key)=[^&\s\"']+"), rf"\1={REMOVED}"),
    (re.compile(r"[^\s@\"'<>()\[\]{},;:=]+@[^\s@\"'<>()\[\]{},;:=]+"), REMOVED),
)
_OPAQUE = re.compile(r"(?<![\w-])(?=(?:[\w-]*\d){4})[\w-]{32,}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def surroundings(config: Config) -> dict[str, Any]:
    """What a client runs on, and how it was set up."""
    return {
        "versions": {
            "uwclient": __version__,
            "python": sys.version,
            "system": platform.platform(terse=True),
            "machine": platform.machine(),
            **dict(_installed(PACKAGES)),
        },
        "config": {
            "host": config.host,
            "player_id": config.player_id,
            "environment_stage": config.environment_stage,
            "environment_group": config.environment_group,
            "language": config.language,
            "country": config.country,
            "timezone": config.timezone,
            "allow_insecure": config.allow_insecure,
            "threaded": config.threaded,
            "has_secret_key": config.secret_key is not None,
            "has_data_dir": config.data_dir is not None,
        },
    }


def write_report(report: Mapping[str, Any], path: object, default: str) -> Path:
    """Write a report where the game wants it; where it is then."""
    place = _place(default if path is None else path)
    try:
        if place.suffix == ".json":
            place.write_text(json.dumps(report, indent=1), encoding="utf-8")
            return place.absolute()
        place.mkdir(parents=True, exist_ok=True)
        return _write_new(place, json.dumps(report, indent=1)).absolute()
    except OSError as error:
        raise StorageError(
            f"The report cannot be written to {place} ({error.strerror or error}): check free space and permissions."
        ) from error


class Cleaner:
    """Owns what must not be in a report of one client, and takes it out of texts."""

    def __init__(self, config: Config, observer: Observer) -> None:
        self._known: dict[str, str] = {}
        for secret in (config.api_key, config.secret_key, *_leaves(action.body for action in observer.refused)):
            self._replace(secret, REMOVED)
        for session_id in observer.sessions:
            self._replace(session_id, f"session-{_digest(session_id)}")
        for player_id in {*observer.players, config.player_id}:
            self._replace(player_id, f"player-{_digest(player_id)}")
        self._replace(os.path.expanduser("~"), "~")  # noqa: PTH111 - unlike Path.home() it never fails
        longest_first = sorted(self._known, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_anywhere_or_as_a_word, longest_first)))

    def clean(self, value: Any) -> Any:
        """The same as JSON has it, without secrets."""
        if isinstance(value, str):
            return self._clean_text(value)
        if isinstance(value, datetime):
            return value.isoformat(timespec="milliseconds")
        if isinstance(value, Mapping):
            return {name: self.clean(member) for name, member in value.items()}
        if isinstance(value, tuple) and hasattr(value, "_asdict"):
            return self.clean(value._asdict())
        if isinstance(value, (tuple, list)):
            return [self.clean(member) for member in value]
        return value

    def _replace(self, secret: str | None, by: str) -> None:
        if not secret:
            return
        encoded = base64.b64encode(secret.encode("utf-8", "replace")).decode()
        as_json = json.dumps(secret)[1:-1]
        for form in (secret, encoded, as_json, repr(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)):
            self._known.setdefault(form, by)

    def _clean_text(self, text: str) -> str:
        text = self._pattern.sub(lambda found: self._known[found[0]], text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return _OPAQUE.sub(_digested, text)[:LONGEST_TEXT]


def _anywhere_or_as_a_word(secret: str) -> str:
    if len(secret) >= SHORTEST_SECRET:
        return re.escape(secret)
    return rf"(?<![\w-]){re.escape(secret)}(?![\w-])"


def _digested(found: re.Match[str]) -> str:
    return found[0] if _UUID.fullmatch(found[0]) else f"[{_digest(found[0])}]"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _leaves(bodies: Iterable[Any]) -> Iterator[str]:
    """The texts in JSON that may tell of the player."""
    for body in bodies:
        if isinstance(body, str) and len(body) >= SHORTEST_LEAF:
            yield body
        elif isinstance(body, list):
            yield from _leaves(body)
        elif isinstance(body, dict):
            yield from _leaves(value for name, value in body.items() if name not in _HARMLESS)


def _installed(packages: Iterable[str]) -> Iterator[tuple[str, str]]:
    for package in packages:
        try:
            yield package, metadata.version(package)
        except metadata.PackageNotFoundError:
            continue


def _place(path: object) -> Path:
    text = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
    if not isinstance(text, str) or not text.strip() or "\0" in text:
        raise ArgumentError("path must be the path of a folder, or of a file that ends in .json.")
    return Path(text)


def _write_new(folder: Path, text: str) -> Path:
    """Write a file that was not there before."""
    name = f"uwclient-{datetime.now(timezone.utc):%Y%m%d-%H%M%S}"
    for number in range(2, 1000):
        path = folder / f"{name}.json"
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
            return path
        except FileExistsError:
            name = f"{name.rsplit('_', 1)[0]}_{number}"
    raise FileExistsError(f"{folder} is full of reports of this second")
