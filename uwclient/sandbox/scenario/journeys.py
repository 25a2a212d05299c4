"""Reads journeys from a scenario; each error names the file and the line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uwclient.sandbox.core.errors import FieldError, FieldPath, did_you_mean
from uwclient.sandbox.scenario.content import Known
from uwclient.sandbox.scenario.yaml_document import YamlDocument
from uwclient.sandbox.services.journeys.written import WrittenJourney, read_written
from uwclient.sandbox.services.segments.rules import segment_id


def read_journeys(document: YamlDocument, data: Mapping[str, Any], known: Known) -> tuple[WrittenJourney, ...]:
    """The journeys; the segments and environments that they name must be in the scenario."""

    def id_of(name: str) -> str:
        if name not in known.segments:
            close = did_you_mean(str(name), known.segments)
            raise FieldError("segments", f"there is no segment {name!r}{close}")
        return segment_id(name)

    journeys: dict[str, WrittenJourney] = {}
    for position, raw in enumerate(data.get("journeys", [])):
        path: FieldPath = ("journeys", position)
        with document.errors_at(path):
            journey = read_written(raw, id_of)
        for key in journey.environments:
            if key not in known.environments:
                close = did_you_mean(key, known.environments)
                document.fail((*path, "environments"), f"there is no environment {key!r}{close}")
        if journey.id in journeys:
            document.fail((*path, "id"), f"there is a journey {journey.id!r} already: give each its own id")
        journeys[journey.id] = journey
    return tuple(journeys.values())
