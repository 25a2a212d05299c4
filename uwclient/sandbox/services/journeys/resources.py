"""The tables of fields of journeys, their steps and their edges (pure; sections Journeys and Journey Steps).

What a step's `config` holds depends on its type; see `step_configs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from uwclient.sandbox.core.resource import NEVER, Field, Resource

CONTENT, BRANCH, EXIT, DELAY = "content", "branch", "exit", "delay"
CONTENT_TYPES = ("message", "offer", "campaign_event", "email", "push_notification")
STEP_TYPES = (CONTENT, BRANCH, EXIT, DELAY, *CONTENT_TYPES)
"""The types of steps; a type of content stands for a content step of that type."""
IMMEDIATE, BY_OUTCOME = "immediate", "engagement_outcome"
DEFAULT_EDGE, BRANCH_EDGE, OUTCOME_EDGE = "default", "branch", "engagement_outcome"

_SECOND = 1000
_DURATIONS = {
    "second": _SECOND,
    "minute": 60 * _SECOND,
    "hour": 3600 * _SECOND,
    "day": 24 * 3600 * _SECOND,
    "week": 7 * 24 * 3600 * _SECOND,
    "month": 30 * 24 * 3600 * _SECOND,
}
DURATIONS: Mapping[str, int] = MappingProxyType(
    {**_DURATIONS, **{f"{unit}s": duration for unit, duration in _DURATIONS.items()}}
)
"""The milliseconds of each unit of time, written in the singular or the plural; a month has 30 days."""

NO_STRATEGY, REMOVE_FROM_ALL, REMOVE_FROM_SOME = (
    "none",
    "remove_from_all_other_journeys",
    "remove_from_specific_journeys",
)
SEGMENT_ENTRY, ACTION_ENTRY = "player_segment_entry", "player_action"
ON_COMPLETE, ON_SEGMENT_MATCH = "on_journey_complete", "on_segment_match_or_journey_complete"


def check_positive(value: int) -> None:
    """ValueError for a duration of nothing."""
    if value < 1:
        raise ValueError(f"{value} is not a whole number of 1 or more")


def _check_count(value: int) -> None:
    if value < 0:
        raise ValueError(f"{value} is not a whole number of 0 or more")


_ENTRY_RULES = Field(
    "entry_rules",
    "object",
    "Who enters: a player for whom all rules hold. Without rules, only other journeys bring players.",
    default={"rules_predicate": "all", "on_entry_strategy": NO_STRATEGY, "on_entry_strategy_config": {}, "rules": []},
    fields=(
        Field("rules_predicate", "text", "How the rules are joined.", choices=("all",)),
        Field(
            "on_entry_strategy",
            "text",
            "Which other journeys an entry ends for the player.",
            choices=(NO_STRATEGY, REMOVE_FROM_ALL, REMOVE_FROM_SOME),
        ),
        Field(
            "on_entry_strategy_config",
            "object",
            "The journeys that it ends, where they are specific.",
            fields=(Field("journey_ids", "texts", "Their ids."),),
        ),
        Field(
            "rules",
            "list",
            "The rules.",
            fields=(
                Field(
                    "entry_strategy",
                    "text",
                    "Whether the player is in a segment, or does something.",
                    required=True,
                    choices=(SEGMENT_ENTRY, ACTION_ENTRY),
                ),
                Field(
                    "entry_strategy_config",
                    "object",
                    "segment_ids, of which the player is in one; or type and logic of a trigger.",
                    fields=(
                        Field("segment_ids", "texts", "The segments."),
                        Field("type", "text", "attribute, event or region."),
                        Field("logic", "json", "What the action must be like."),
                    ),
                ),
            ),
        ),
    ),
)
_EXIT_RULES = Field(
    "exit_rules",
    "object",
    "When players leave: at the end of the journey, and where a rule says so, once they are in a segment.",
    default={"rules_predicate": "any", "on_exit_strategy": NO_STRATEGY, "on_exit_strategy_config": {}, "rules": []},
    fields=(
        Field("rules_predicate", "text", "How the rules are joined.", choices=("any",)),
        Field("on_exit_strategy", "text", "What else an exit does.", choices=(NO_STRATEGY,)),
        Field("on_exit_strategy_config", "object", "Nothing."),
        Field(
            "rules",
            "list",
            "The rules.",
            fields=(
                Field(
                    "exit_strategy",
                    "text",
                    "What ends the journey.",
                    required=True,
                    choices=(ON_COMPLETE, ON_SEGMENT_MATCH),
                ),
                Field(
                    "exit_strategy_config",
                    "object",
                    "The segments, of which the player is in one.",
                    fields=(Field("segment_ids", "texts", "The segments."),),
                ),
            ),
        ),
    ),
)
_REENROLLMENT_RULES = Field(
    "reenrollment_rules",
    "object",
    "Whether a player can enter again.",
    default={"allowed": False, "limit": None, "cooldown_duration": None, "cooldown_duration_unit": None},
    fields=(
        Field("allowed", "boolean", "Whether at all."),
        Field("limit", "integer", "How often at most; null: without limit.", null=True, check=_check_count),
        Field("cooldown_duration", "integer", "How long after the last exit.", null=True, check=_check_count),
        Field("cooldown_duration_unit", "text", "The unit of that.", null=True, choices=tuple(DURATIONS)),
    ),
)

JOURNEY = Resource(
    "journey",
    "journeys",
    (
        Field("id", "text", "The journey's id, the same in all environments.", when=NEVER),
        Field("created_at", "time", "When it was made.", when=NEVER),
        Field("updated_at", "time", "When it was changed last.", when=NEVER),
        Field("environment_id", "text", "The environment.", when=NEVER),
        Field("name", "text", "Its name, for people.", default="New Journey"),
        Field("description", "text", "What it is for."),
        _ENTRY_RULES,
        _EXIT_RULES,
        _REENROLLMENT_RULES,
    ),
    hidden=(
        Field("everywhere", "boolean", "Whether later environments get it too.", default=False),
        Field("release_number", "integer", "The release that this is a copy of; none in dev."),
    ),
    keys=("environment_id", "id"),
    search=("name",),
)

STEP = Resource(
    "step",
    "journey_steps",
    (
        Field("id", "text", "The step's id, the same in all environments.", when=NEVER),
        Field("type", "text", "What it is.", required=True, default=CONTENT, choices=STEP_TYPES),
        Field(
            "position",
            "object",
            "Where the dashboard draws it.",
            required=True,
            default={"row": 0, "column": 0},
            fields=(
                Field("row", "integer", "The row.", required=True, default=0),
                Field("column", "integer", "The column.", required=True, default=0),
            ),
        ),
        Field("config", "object", "What it does; see the types of steps.", required=True, default={}),
        Field(
            "advancement",
            "object",
            "When players go on.",
            required=True,
            default={"type": IMMEDIATE, "config": {}},
            fields=(
                Field(
                    "type",
                    "text",
                    "At once, or (content) with an engagement outcome.",
                    required=True,
                    default=IMMEDIATE,
                    choices=(IMMEDIATE, BY_OUTCOME),
                ),
                Field("config", "object", "Nothing.", required=True, default={}),
            ),
        ),
    ),
    hidden=(
        Field("environment_id", "text", "The environment."),
        Field("journey_id", "text", "Its journey."),
        Field(
            "session_fields", "object", "What players are sent although no field stands for it; null: not published."
        ),
    ),
    keys=("journey_id", "id"),
)

EDGE = Resource(
    "edge",
    "journey_edges",
    (
        Field("id", "text", "The edge's id, the same in all environments.", when=NEVER),
        Field("from_id", "text", "The step that it leaves; null: players enter the journey by it.", null=True),
        Field("to_id", "text", "The step that it leads to.", required=True),
        Field("type", "text", "Who follows it.", choices=(DEFAULT_EDGE, BRANCH_EDGE, OUTCOME_EDGE), when=NEVER),
        Field("config", "object", "For which outcome.", default={}),
    ),
    hidden=(
        Field("environment_id", "text", "The environment."),
        Field("journey_id", "text", "Its journey."),
    ),
    keys=("journey_id", "id"),
)

RULES = ("entry_rules", "exit_rules", "reenrollment_rules")
"""The fields of a journey that hold fields; what is not given of them stays as it is."""
FROZEN = ("name", "description", *RULES)
"""The columns of a journey that a release freezes."""
FROZEN_STEP = ("id", "type", "position", "config", "advancement", "session_fields")
FROZEN_EDGE = ("id", "from_id", "to_id", "type", "config")
