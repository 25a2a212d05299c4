"""Warns of a scenario in which two remote configs of one external id are live at once.

A client reads the one that started last, which is rarely intended where both are scheduled. Configs for different
segments or environments are no rivals; those of campaigns are meant to win, and are no rivals either.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime

from uwclient.sandbox.core.errors import FieldPath
from uwclient.sandbox.core.times import milliseconds
from uwclient.sandbox.scenario.yaml_document import YamlDocument
from uwclient.sandbox.services.content.records import Record


@dataclass(slots=True)
class _LiveConfig:
    """A config, and from when to when (milliseconds since 1970) it is live as it is; `path` leads to it."""

    path: FieldPath
    record: Record
    start: float
    end: float

    def is_rival_of(self, other: _LiveConfig) -> bool:
        """Whether a player can have both at one moment."""
        return (
            self.record.id != other.record.id
            and max(self.start, other.start) < min(self.end, other.end)
            and _overlap(self.record.segments, other.record.segments)
            and _overlap(self.record.environments, other.record.environments)
        )


class RivalConfigs:
    """Follows which configs of a scenario are live, in the order of its timeline."""

    def __init__(self) -> None:
        self._configs: dict[str, list[_LiveConfig]] = {}  # by external id
        self._current: dict[str, _LiveConfig] = {}  # by id

    def put(self, path: FieldPath, record: Record, at: datetime | None = None) -> None:
        """Add a record from `at` on (None: from the start), in place of the one of that id."""
        self.remove(record.id, at)
        external_id = json.loads(record.text).get("external_id") if record.kind == "remote_configs" else None
        if not isinstance(external_id, str) or not external_id:
            return
        start = float(record.start.at) if at is None else max(record.start.at, milliseconds(at))
        end = math.inf if record.end is None else record.end.at
        config = self._current[record.id] = _LiveConfig(path, record, start, end)
        self._configs.setdefault(external_id, []).append(config)

    def remove(self, record_id: str, at: datetime | None) -> None:
        """End a record at `at`, if it is there."""
        config = self._current.pop(record_id, None)
        if config is not None and at is not None:
            config.end = min(config.end, milliseconds(at))

    def warn(self, document: YamlDocument) -> None:
        """Log one line for each config that has a rival before it."""
        for external_id, configs in self._configs.items():
            warned: set[str] = set()
            for position, config in enumerate(configs):
                rival = next((other for other in configs[:position] if config.is_rival_of(other)), None)
                if rival is None or config.record.id in warned:
                    continue
                warned.add(config.record.id)
                document.warn(
                    (*config.path, "external_id"),
                    f"the remote configs {rival.record.id!r} and {config.record.id!r} are live at once, and both "
                    f"have the external id {external_id!r}: clients read the one that started last; give each its "
                    "own id, or end one before the other starts",
                )


def _overlap(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether a player can belong to both audiences; an empty one is everybody."""
    return not some or not others or not set(some).isdisjoint(others)
