"""Writes bug reports: describes the client's environment, and removes secrets and personal data."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from uwclient.config import Config
from uwclient.diagnostics_recorder import DiagnosticsRecorder
from uwclient.disk.paths import absolute, home_folder
from uwclient.disk.private import FILE_MODE, make_folder, open_private
from uwclient.errors import ArgumentError, StorageError
from uwclient.version import __version__

REMOVED = "[removed]"
LONGEST_TEXT = 2000
"""The maximum number of characters of a text in a report."""

SHORTEST_SECRET = 6
"""The minimum number of characters of a secret that is removed anywhere; a shorter one only as a whole word."""

SHORTEST_LEAF = 3
"""The minimum number of characters of a text in a refused action that is removed."""

MOST_LEAVES = 200
"""The maximum number of texts of refused actions that are removed."""

PACKAGES = ("requests", "urllib3", "blinker", "pygame", "pygame-ce", "panda3d")
_HARMLESS = {"event_id", "name", "data_type", "state", "outcome_type", "engagement_outcome_key", "reference"}
"""The fields of an action that hold no personal data."""

_PATTERNS = (
    (
        re.compile(r"(\w://[^\s\"'<>?#]*)[?#][^\s\"'<>]+"),
        rf"\1?{REMOVED}",
    ),  # the query of a URL, which may be a signature
    (re.compile(r"\b(enc|session_id|api_key)=[^&\s\"']+"), rf"\1={REMOVED}"),
    (re.compile(r"[^\s@\"'<>()\[\]{},;:=]{1,64}@[^\s@\"'<>()\[\]{},;:=]{1,255}"), REMOVED),
)
_OPAQUE = re.compile(r"(?<![\w-])(?=(?:[\w-]*\d){4})[\w-]{32,}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def describe_environment(config: Config) -> dict[str, Any]:
    """Describe the versions that a client runs with, and its settings."""
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
    """Write a report to a file or a folder, and return the path of the file."""
    place = _place(default if path is None else path)
    try:
        if place.suffix == ".json":
            _write(place, "wb", report)
            return place
        make_folder(place)
        return _write_new(place, report)
    except OSError as error:
        raise StorageError(
            f"The report cannot be written to {place} ({error.strerror or error}): check free space and permissions."
        ) from error


class Cleaner:
    """Removes the secrets and the personal data of one client from values."""

    def __init__(self, config: Config, recorder: DiagnosticsRecorder) -> None:
        self._known: dict[str, str] = {}
        for key in filter(None, (config.api_key, config.secret_key)):
            self._hide(key, REMOVED)
            self._hide(base64.b64encode(key.encode()).decode(), REMOVED)
        for session_id in recorder.sessions:
            self._hide(session_id, f"session-{_digest(session_id)}")
        for player_id in {*recorder.players, config.player_id}:
            self._hide(player_id, f"player-{_digest(player_id)}")
        for leaf in islice(_leaves(action.body for action in recorder.refused), MOST_LEAVES):
            self._hide(leaf, REMOVED)
        for home in (Path(os.path.expanduser("~")), home_folder()):  # noqa: PTH111 - unlike Path.home() it never fails
            if home is not None and home.is_absolute() and home != home.parent:  # the root folder identifies nobody
                self._hide(str(home), "~")
        longest_first = sorted(self._known, key=len, reverse=True)
        self._long = [secret for secret in longest_first if len(secret) >= SHORTEST_SECRET]
        short = [re.escape(secret) for secret in longest_first if len(secret) < SHORTEST_SECRET]
        self._short = re.compile(rf"(?<![\w-])(?:{'|'.join(short)})(?![\w-])") if short else None

    def clean(self, value: Any) -> Any:
        """Return a value as JSON, without secrets."""
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

    def _hide(self, secret: str, by: str) -> None:
        """Replace a secret, also in the forms that it has in JSON, in Python and in a URL."""
        for form in (
            secret,
            json.dumps(secret)[1:-1],
            repr(secret)[1:-1],
            quote(secret, safe="", errors="replace"),
            quote_plus(secret, errors="replace"),
        ):
            self._known.setdefault(form, by)

    def _clean_text(self, text: str) -> str:
        text = text[: 4 * LONGEST_TEXT]
        for secret in self._long:
            if secret in text:
                text = text.replace(secret, self._known[secret])
        if self._short is not None:
            text = self._short.sub(lambda found: self._known[found[0]], text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return _OPAQUE.sub(_digested, text)[:LONGEST_TEXT]


def _digested(found: re.Match[str]) -> str:
    return found[0] if _UUID.fullmatch(found[0]) else f"[{_digest(found[0])}]"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _leaves(bodies: Iterable[Any]) -> Iterator[str]:
    """Yield the texts in JSON that may be personal data."""
    left = list(bodies)
    while left:
        body = left.pop()
        if isinstance(body, str) and len(body) >= SHORTEST_LEAF:
            yield body
        elif isinstance(body, list):
            left.extend(body)
        elif isinstance(body, dict):
            left.extend(value for name, value in body.items() if name not in _HARMLESS)


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
    return absolute(text)


def _write(path: Path, mode: str, report: Mapping[str, Any]) -> None:
    with open_private(path, mode) as file:
        with contextlib.suppress(OSError):  # the path existed, and may be no regular file
            if path.is_file():
                path.chmod(FILE_MODE)
        file.write(json.dumps(report, indent=1).encode())


def _write_new(folder: Path, report: Mapping[str, Any]) -> Path:
    """Write a file with a new name."""
    name = f"uwclient-{datetime.fromisoformat(report['taken_at']):%Y%m%d-%H%M%S}"
    for number in range(2, 1000):
        path = folder / f"{name}.json"
        try:
            _write(path, "xb", report)
            return path
        except FileExistsError:
            name = f"{name.rsplit('_', 1)[0]}_{number}"
    raise FileExistsError(f"{folder} has a thousand reports of this second")
