"""Journeys as people write them in files and in Python: steps say which steps they come after (pure).

    id: welcome
    entry_rules: {rules: [{entry_strategy: player_segment_entry, entry_strategy_config: {segments: [newcomers]}}]}
    steps:
      - {id: greet, type: message, config: {content: {title: Hello!}}}
      - {id: wait, type: delay, config: {delay_type: time_delay, time_delay_type: relative, …}, after: greet}
      - {id: gift, type: offer, config: {content: {…}}, after: wait, waits_for_outcome: true}
      - {id: end, type: exit, after: [{step: gift, on: bought}]}

`segments`, by names, stands for `segment_ids`. Players enter by the first step, and by others without `after`.
Messages, offers and events may say as a scenario does what players see, in place of their content: `shows: {…}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.errors import FieldError, FieldPath, check_keys, did_you_mean
from uwclient.sandbox.core.resource import CREATE, read_fields, shown
from uwclient.sandbox.services.campaigns.resources import KIND_OF_TYPE
from uwclient.sandbox.services.content.records import KINDS, make_piece
from uwclient.sandbox.services.journeys.resources import (
    BRANCH_EDGE,
    BY_OUTCOME,
    DEFAULT_EDGE,
    EXIT,
    IMMEDIATE,
    JOURNEY,
    STEP_TYPES,
)
from uwclient.sandbox.services.journeys.spelling import reply_spelling
from uwclient.sandbox.services.journeys.step_configs import edge_type_from, read_config, read_edge_config
from uwclient.sandbox.services.publishing.writing import written_content

SegmentId = Callable[[str], str]
"""Finds the id of a segment by its name."""

_OWN_KEYS = ("id", "environments", "steps")
_FIELDS = ("name", "description", "entry_rules", "exit_rules", "reenrollment_rules")
_JOURNEY_KEYS = (*_OWN_KEYS, *_FIELDS)
_STEP_KEYS = ("id", "type", "config", "shows", "after", "waits_for_outcome")


@dataclass(frozen=True, slots=True)
class WrittenJourney:
    """A journey of a scenario, as `Journeys.put_whole` takes it.

    Attributes:
        id: the journey.
        fields: those of the journey itself.
        steps: those of the steps, by id.
        edges: the edges that lead to each step, by its id.
        environments: the keys of the environments it is shared with; empty for all.

    """

    id: str
    fields: Mapping[str, Any]
    steps: Mapping[str, Mapping[str, Any]]
    edges: Mapping[str, Sequence[Mapping[str, Any]]]
    environments: tuple[str, ...]


def read_written(raw: Mapping[str, Any], segment_id: SegmentId) -> WrittenJourney:
    """The journey that a mapping describes. FieldError says what is wrong with it."""
    raw = reply_spelling(raw)
    check_keys(raw, _JOURNEY_KEYS, ())
    if not isinstance(raw.get("id"), str) or not raw["id"]:
        raise FieldError("id", f"{shown(raw.get('id'))} is not a text of at least one letter")
    given = {name: value for name, value in raw.items() if name not in _OWN_KEYS}
    fields = with_segment_ids({"name": raw["id"], **given}, segment_id)
    read_fields(JOURNEY.fields, fields, CREATE)
    written = _by_id(raw.get("steps") or ())
    steps = {step_id: _step(step, place, segment_id) for place, (step_id, step) in enumerate(written.items())}
    edges, edge_types = {}, edge_types_of(steps)
    for place, (step_id, step) in enumerate(written.items()):
        path: FieldPath = ("steps", place, "after")
        if place == 0 and step.get("after") is not None:
            raise FieldError(path, "players enter by the first step: it comes after none")
        edges[step_id] = edges_after(step.get("after"), edge_types, path)
    return WrittenJourney(raw["id"], fields, steps, edges, tuple(raw.get("environments") or ()))


def edges_after(after: Any, edge_types: Mapping[str, str], path: FieldPath = ("after",)) -> list[dict[str, Any]]:
    """The incoming edges that `after` stands for. FieldError says how to write it.

    Args:
        after: None for an entry; else the id of a step, `{step, on}`, or a list of these.
        edge_types: the type of the edges that leave each step of the journey, by its id; "" for an exit.
        path: leads to `after`.

    """
    edges = []
    for one in after if isinstance(after, (list, tuple)) else [after]:
        named = {"step": one} if isinstance(one, str) or one is None else one
        if not isinstance(named, Mapping) or "step" not in named or named.keys() - {"step", "on"}:
            raise FieldError(path, f"{shown(one)} is no step: write its id, or {{step: ID, on: OUTCOME}}")
        step_id, outcome = named["step"], named.get("on")
        if step_id is not None and step_id not in edge_types:
            raise FieldError(path, f"there is no step {shown(step_id)}{did_you_mean(str(step_id), edge_types)}")
        edge_type = DEFAULT_EDGE if step_id is None else edge_types[step_id]
        if not edge_type:
            raise FieldError(path, f"the step {step_id!r} is an exit, which leads nowhere")
        if (outcome is None) != (edge_type == DEFAULT_EDGE):
            advice = "leave out `on`" if outcome is not None else f"write {{step: {step_id}, on: OUTCOME}}"
            raise FieldError(path, f"the step {step_id!r} is left by edges of type {edge_type}: {advice}")
        key = "outcome" if edge_type == BRANCH_EDGE else "engagement_outcome_key"
        config = read_edge_config(edge_type, {} if outcome is None else {key: outcome}, None, path)
        edges.append({"from_id": step_id, "type_config": config})
    return edges


def edge_types_of(steps: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The type of the edges that leave each step, by its id; "" for an exit. Steps are as their table has them."""
    return {one: "" if step["type"] == EXIT else edge_type_from(step) for one, step in steps.items()}


def with_segment_ids(value: Mapping[str, Any], segment_id: SegmentId, path: FieldPath = ()) -> dict[str, Any]:
    """Fields of a journey, or the config of a step, with the ids of segments in place of their names.

    FieldError, with `path` before it, when `segment_id` raises one.
    """
    found = dict(value)
    for rules, config in (("entry_rules", "entry_strategy_config"), ("exit_rules", "exit_strategy_config")):
        if isinstance(found.get(rules), Mapping) and isinstance(found[rules].get("rules"), (list, tuple)):
            listed = [
                _rule_with_ids(rule, config, segment_id, (*path, rules, "rules", place, config))
                for place, rule in enumerate(found[rules]["rules"])
            ]
            found[rules] = {**found[rules], "rules": listed}
    names = found.pop("segments", None)
    if names is not None:
        if not isinstance(names, (list, tuple)):
            raise FieldError((*path, "segments"), f"{shown(names)} is not a list of names")
        try:
            found["segment_ids"] = [segment_id(name) for name in names]
        except FieldError as problem:
            raise FieldError((*path, *problem.path), problem.reason) from None
    return found


def _rule_with_ids(rule: Any, config: str, segment_id: SegmentId, path: FieldPath) -> Any:
    if not isinstance(rule, Mapping) or not isinstance(rule.get(config), Mapping):
        return rule
    return {**rule, config: with_segment_ids(rule[config], segment_id, path)}


def _by_id(steps: Any) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for place, step in enumerate(steps if isinstance(steps, (list, tuple)) else [steps]):
        path: FieldPath = ("steps", place)
        if not isinstance(step, Mapping) or not isinstance(step.get("id"), str):
            raise FieldError(path, f"{shown(step)} is no step with an id and a type")
        check_keys(step, _STEP_KEYS, path)
        if step["id"] in found:
            raise FieldError((*path, "id"), f"there is a step {step['id']!r} already")
        if step.get("type") not in STEP_TYPES:
            close = did_you_mean(str(step.get("type")), STEP_TYPES) or f"; use {', '.join(STEP_TYPES)}"
            raise FieldError((*path, "type"), f"there is no step of type {shown(step.get('type'))}{close}")
        found[step["id"]] = step
    return found


def _step(step: Mapping[str, Any], place: int, segment_id: SegmentId) -> dict[str, Any]:
    try:
        config = read_config(step["type"], with_segment_ids(step.get("config") or {}, segment_id, ("config",)), None)
        shown_content = _shown(step) if step.get("shows") is not None else None
    except FieldError as problem:
        raise FieldError(("steps", place, *problem.path), problem.reason) from None
    if shown_content is not None:
        config["content"] = shown_content["content"]
    return {
        "session_fields": None if shown_content is None else shown_content["session_fields"],
        "type": step["type"],
        "config": config,
        "position": {"row": place, "column": 0},
        "advancement": {"type": BY_OUTCOME if step.get("waits_for_outcome") else IMMEDIATE, "config": {}},
    }


def _shown(step: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of content that players see as `shows` says."""
    kind = KIND_OF_TYPE.get(step["type"], "")
    if kind not in KINDS:
        raise FieldError("shows", f"a step of type {step['type']!r} shows nothing: leave it out")
    if not isinstance(step["shows"], Mapping):
        raise FieldError("shows", f"{shown(step['shows'])} is not a mapping")
    piece = make_piece(kind, {"name": step["id"], **step["shows"], "id": step["id"]})
    return written_content(piece.kind, piece.text, piece.questions)
