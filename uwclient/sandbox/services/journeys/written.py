"""Journeys as people write them in files and in Python: steps say which steps they come after (pure).

    id: welcome
    entry_rules: {rules: [{entry_strategy: player_segment_entry, entry_strategy_config: {segments: [newcomers]}}]}
    steps:
      - {id: greet, type: message, config: {content: {title: Hello!}}}
      - {id: wait, type: delay, config: {delay_type: time_delay, time_delay_type: relative, …}, after: greet}
      - {id: gift, type: offer, config: {content: {…}}, after: wait, waits_for_outcome: true}
      - {id: end, type: exit, after: [{step: gift, on: bought}]}

`segments`, by names, stands for `segment_ids`. Players enter by the first step, and by others without `after`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.errors import FieldError, FieldPath, check_keys, did_you_mean
from uwclient.sandbox.core.resource import CREATE, read_fields, shown
from uwclient.sandbox.services.journeys.resources import BRANCH, BY_OUTCOME, IMMEDIATE, JOURNEY, STEP_TYPES
from uwclient.sandbox.services.journeys.spelling import reply_spelling
from uwclient.sandbox.services.journeys.step_configs import read_config

SegmentId = Callable[[str], str]
"""Finds the id of a segment by its name."""

_OWN_KEYS = ("id", "environments", "steps")
_FIELDS = ("name", "description", "entry_rules", "exit_rules", "reenrollment_rules")
_JOURNEY_KEYS = (*_OWN_KEYS, *_FIELDS)
_STEP_KEYS = ("id", "type", "config", "after", "waits_for_outcome")


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
    types = {step_id: str(step.get("type")) for step_id, step in written.items()}
    steps, edges = {}, {}
    for place, (step_id, step) in enumerate(written.items()):
        path: FieldPath = ("steps", place)
        if place == 0 and step.get("after") is not None:
            raise FieldError((*path, "after"), "players enter by the first step: it comes after none")
        steps[step_id] = _step(step, place, segment_id)
        edges[step_id] = edges_after(step.get("after"), types, (*path, "after"))
    return WrittenJourney(raw["id"], fields, steps, edges, tuple(raw.get("environments") or ()))


def edges_after(after: Any, types: Mapping[str, str], path: FieldPath = ("after",)) -> list[dict[str, Any]]:
    """The incoming edges that `after` stands for. FieldError says how to write it.

    Args:
        after: None for an entry; else the id of a step, `{step, on}`, or a list of these.
        types: the type of each step of the journey, by its id.
        path: leads to `after`.

    """
    edges = []
    for one in after if isinstance(after, (list, tuple)) else [after]:
        named = {"step": one} if isinstance(one, str) or one is None else one
        if not isinstance(named, Mapping) or "step" not in named or named.keys() - {"step", "on"}:
            raise FieldError(path, f"{shown(one)} is no step: write its id, or {{step: ID, on: OUTCOME}}")
        step_id = named["step"]
        if step_id is not None and step_id not in types:
            raise FieldError(path, f"there is no step {shown(step_id)}{did_you_mean(str(step_id), types)}")
        key = "outcome" if step_id is not None and types[step_id] == BRANCH else "engagement_outcome_key"
        edges.append({"from_id": step_id, "type_config": {key: named["on"]} if "on" in named else {}})
    return edges


def with_segment_ids(value: Mapping[str, Any], segment_id: SegmentId) -> dict[str, Any]:
    """Fields of a journey, or the config of a step, with the ids of segments in place of their names."""
    found = dict(value)
    for rules, config in (("entry_rules", "entry_strategy_config"), ("exit_rules", "exit_strategy_config")):
        if isinstance(found.get(rules), Mapping) and isinstance(found[rules].get("rules"), (list, tuple)):
            listed = [_rule_with_ids(rule, config, segment_id) for rule in found[rules]["rules"]]
            found[rules] = {**found[rules], "rules": listed}
    names = found.pop("segments", None)
    if names is not None:
        if not isinstance(names, (list, tuple)):
            raise FieldError("segments", f"{shown(names)} is not a list of names")
        found["segment_ids"] = [segment_id(name) for name in names]
    return found


def _rule_with_ids(rule: Any, config: str, segment_id: SegmentId) -> Any:
    if not isinstance(rule, Mapping) or not isinstance(rule.get(config), Mapping):
        return rule
    return {**rule, config: with_segment_ids(rule[config], segment_id)}


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
        config = read_config(step["type"], with_segment_ids(step.get("config") or {}, segment_id), None)
    except FieldError as problem:
        raise FieldError(("steps", place, *problem.path), problem.reason) from None
    return {
        "type": step["type"],
        "config": config,
        "position": {"row": place, "column": 0},
        "advancement": {"type": BY_OUTCOME if step.get("waits_for_outcome") else IMMEDIATE, "config": {}},
    }
