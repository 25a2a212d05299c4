"""What the `config` of a step holds, and that of an edge (pure; guide: What are Steps?, What are Edges?).

    delay    {delay_type: time_delay, time_delay_type: relative, duration_number: 5, duration_unit: minute}
             {delay_type: time_delay, time_delay_type: absolute, at: 2026-12-24T18:00:00Z}
             {delay_type: trigger_delay, trigger: {type, logic}}
    branch   {branch_type: segment, segment_ids: […]}
             {branch_type: trigger, trigger: {type, logic}}
    content  {content_type: message, content: {…}, end_after_number: 2, end_after_unit: days}
    exit     {side_effects: [{type: enter_journey (or exit_journey), journey_id: …}]}

A step whose type is a type of content needs no `content_type`. The content is that of campaigns (section Content).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.core.errors import FieldError, FieldPath
from uwclient.sandbox.core.resource import CREATE, UPDATE, Field, Warn, read_fields
from uwclient.sandbox.core.times import parse_iso
from uwclient.sandbox.services.campaigns.resources import CONTENT_FIELDS, KIND_OF_TYPE
from uwclient.sandbox.services.journeys.resources import (
    BRANCH,
    BRANCH_EDGE,
    BY_OUTCOME,
    CONTENT,
    CONTENT_TYPES,
    DEFAULT_EDGE,
    DELAY,
    DURATIONS,
    EXIT,
    IMMEDIATE,
    OUTCOME_EDGE,
    check_positive,
)

TIME_DELAY, TRIGGER_DELAY = "time_delay", "trigger_delay"
RELATIVE, ABSOLUTE = "relative", "absolute"
BY_SEGMENT, BY_TRIGGER = "segment", "trigger"
ENTER_JOURNEY, EXIT_JOURNEY = "enter_journey", "exit_journey"
YES, NO = "yes", "no"


def _check_moment(value: str) -> None:
    if parse_iso(value) is None:
        raise ValueError(f"{value!r} is not a time: write ISO 8601, such as 2022-03-14T01:00:00Z")


_TRIGGER = Field("trigger", "object", "What the player does: type (attribute, event or region) and logic.")
_SEGMENTS = Field("segment_ids", "texts", "The segments, of which the player is in one.")

CONFIGS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        DELAY: (
            Field("delay_type", "text", "What ends it.", required=True, choices=(TIME_DELAY, TRIGGER_DELAY)),
            Field("time_delay_type", "text", "Which time.", choices=(RELATIVE, ABSOLUTE)),
            Field("duration_number", "integer", "How long it takes.", check=check_positive),
            Field("duration_unit", "text", "The unit of that.", choices=tuple(DURATIONS)),
            Field("at", "text", "When it ends, if absolute.", check=_check_moment),
            _TRIGGER,
        ),
        BRANCH: (
            Field("branch_type", "text", "What decides.", required=True, choices=(BY_SEGMENT, BY_TRIGGER)),
            _SEGMENTS,
            _TRIGGER,
        ),
        CONTENT: (
            Field("content_type", "text", "What the player gets.", choices=CONTENT_TYPES),
            Field("content", "object", "The fields of its type."),
            Field("end_after_number", "integer", "For how long the player can get it.", check=check_positive),
            Field("end_after_unit", "text", "The unit of that.", choices=tuple(DURATIONS)),
        ),
        EXIT: (
            Field(
                "side_effects",
                "list",
                "What becomes of other journeys.",
                fields=(
                    Field("type", "text", "What happens.", required=True, choices=(ENTER_JOURNEY, EXIT_JOURNEY)),
                    Field("journey_id", "text", "To which journey.", required=True),
                ),
            ),
        ),
    }
)
"""The fields of the config of each kind of step."""

_EDGE_CONFIGS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        DEFAULT_EDGE: (),
        BRANCH_EDGE: (
            Field("outcome", "text", "For which outcome of the branch.", required=True, choices=(YES, NO)),
            Field("label_background_color", "text", "In which colour the dashboard shows it."),
        ),
        OUTCOME_EDGE: (Field("engagement_outcome_key", "text", "For which engagement outcome.", required=True),),
    }
)

_NEEDED: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("time_delay_type", RELATIVE): ("duration_number", "duration_unit"),
        ("time_delay_type", ABSOLUTE): ("at",),
        ("delay_type", TIME_DELAY): ("time_delay_type",),
        ("delay_type", TRIGGER_DELAY): ("trigger",),
        ("branch_type", BY_SEGMENT): ("segment_ids",),
        ("branch_type", BY_TRIGGER): ("trigger",),
    }
)
"""The fields that a value of another one makes necessary."""


def kind_of(step_type: str) -> str:
    """content, branch, exit or delay: a type of content is a content step."""
    return CONTENT if step_type in CONTENT_TYPES else step_type


def content_type_of(step_type: str, config: Mapping[str, Any]) -> str:
    """What a content step gives to the player."""
    return step_type if step_type in CONTENT_TYPES else str(config.get("content_type") or CONTENT_TYPES[0])


def read_config(step_type: str, given: Mapping[str, Any], warn: Warn | None) -> dict[str, Any]:
    """The config of a step of that type, checked. FieldError when a field is missing or wrong."""
    kind, path = kind_of(step_type), ("config",)
    config = read_fields(CONFIGS[kind], given, CREATE, warn, path)
    for (name, value), needed in _NEEDED.items():
        for field in needed:
            if config.get(name) == value and field not in config:
                raise FieldError((*path, field), f"it is missing: a {kind} with the {name} {value!r} needs it")
    if (config.get("end_after_number") is None) != (config.get("end_after_unit") is None):
        raise FieldError((*path, "end_after_number"), "end_after_number and end_after_unit belong together")
    if kind == CONTENT:
        wanted = content_type_of(step_type, config)
        if config.get("content_type", wanted) != wanted:
            raise FieldError((*path, "content_type"), f"the step is of type {step_type!r}")
        fields = CONTENT_FIELDS[KIND_OF_TYPE[wanted]]
        config["content"] = read_fields(fields, config.get("content") or {}, UPDATE, warn, (*path, "content"))
    return config


def check_advancement(step_type: str, advancement: Mapping[str, Any]) -> None:
    """FieldError when a step that is not content is to wait for an outcome."""
    if advancement["type"] != IMMEDIATE and kind_of(step_type) != CONTENT:
        raise FieldError(
            ("advancement", "type"), f"a {kind_of(step_type)} step is always {IMMEDIATE}: only content has outcomes"
        )


def edge_type_from(step: Mapping[str, Any] | None) -> str:
    """The type of the edges that leave a step; None stands for the entry. FieldError for an exit."""
    if step is None:
        return DEFAULT_EDGE
    kind = kind_of(step["type"])
    if kind == EXIT:
        raise FieldError(("incoming_edges", "create", "from_id"), "an exit step leads nowhere")
    if kind == BRANCH:
        return BRANCH_EDGE
    return OUTCOME_EDGE if step["advancement"]["type"] == BY_OUTCOME else DEFAULT_EDGE


def read_edge_config(edge_type: str, given: Mapping[str, Any], warn: Warn | None, path: FieldPath) -> dict[str, Any]:
    """The config of an edge of that type, checked. FieldError when a field is missing or wrong."""
    return read_fields(_EDGE_CONFIGS[edge_type], given, CREATE, warn, path)
