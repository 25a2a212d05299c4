"""Whether what a journey and its steps refer to is there: a client is warned, a scenario is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from uwclient.sandbox.core.errors import FieldError, FieldPath
from uwclient.sandbox.core.resource import Warn
from uwclient.sandbox.services.campaigns.requirements import problems_of
from uwclient.sandbox.services.catalogue.service import Catalogue
from uwclient.sandbox.services.journeys.resources import ACTION_ENTRY, CONTENT
from uwclient.sandbox.services.journeys.step_configs import content_type_of, kind_of
from uwclient.sandbox.services.segments.service import Segments
from uwclient.sandbox.services.triggers.evaluation import as_trigger
from uwclient.sandbox.services.triggers.quotas import check_trigger

_Problems = Iterator[FieldError]


class References:
    """Looks up what is referred to.

    Args:
        segments: the segments of all environments.
        catalogue: what content refers to.
        has_journey: whether an environment has a journey of an id.

    """

    def __init__(self, segments: Segments, catalogue: Catalogue, has_journey: Callable[[str, str], bool]) -> None:
        self._segments = segments
        self._catalogue = catalogue
        self._has_journey = has_journey

    def check_journey(self, environment_id: str, journey: Mapping[str, Any], warn: Warn | None) -> None:
        """Warn of what a journey's rules refer to in vain, or (None) refuse it with a FieldError."""
        _report(self._journey_problems(environment_id, journey), warn)

    def check_step(self, environment_id: str, step: Mapping[str, Any], warn: Warn | None) -> None:
        """As `check_journey`, for a step."""
        _report(self._step_problems(environment_id, step), warn)

    def content_problems(self, step: Mapping[str, Any]) -> list[str]:
        """Sentences about what keeps the content of a step from being delivered."""
        kind = content_type_of(step["type"], step["config"])
        content = step["config"].get("content") or {}
        fields = {"type": kind, "content": content, "session_fields": step.get("session_fields")}
        return problems_of(fields, self._catalogue)

    def _journey_problems(self, environment_id: str, journey: Mapping[str, Any]) -> _Problems:
        for name, config in (("entry_rules", "entry_strategy_config"), ("exit_rules", "exit_strategy_config")):
            for place, rule in enumerate(journey[name]["rules"]):
                path = (name, "rules", place, config)
                given = rule.get(config) or {}
                yield from self._segment_problems(environment_id, given.get("segment_ids") or (), path)
                if rule.get("entry_strategy") == ACTION_ENTRY:
                    yield from _trigger_problems(given, path)
        removed = journey["entry_rules"].get("on_entry_strategy_config") or {}
        for journey_id in removed.get("journey_ids") or ():
            yield from self._journey_problem(environment_id, journey_id, ("entry_rules", "on_entry_strategy_config"))

    def _step_problems(self, environment_id: str, step: Mapping[str, Any]) -> _Problems:
        config = step["config"]
        yield from self._segment_problems(environment_id, config.get("segment_ids") or (), ("config",))
        if config.get("trigger") is not None:
            yield from _trigger_problems(config["trigger"], ("config",))
        for effect in config.get("side_effects") or ():
            yield from self._journey_problem(environment_id, effect["journey_id"], ("config", "side_effects"))
        if kind_of(step["type"]) == CONTENT:
            for problem in self.content_problems(step):
                yield FieldError(("config",), f"{problem}: players do not get it before that is mended")

    def _segment_problems(self, environment_id: str, segment_ids: Iterable[str], path: FieldPath) -> _Problems:
        for segment_id in segment_ids:
            if self._segments.find(environment_id, segment_id) is None:
                yield FieldError((*path, "segment_ids"), f"there is no segment {segment_id!r}, so nobody is in it")

    def _journey_problem(self, environment_id: str, journey_id: str, path: FieldPath) -> _Problems:
        if not self._has_journey(environment_id, journey_id):
            yield FieldError(path, f"there is no journey {journey_id!r} yet")


def segments_of_journey(snapshot: Mapping[str, Any]) -> set[str]:
    """The ids of the segments that a journey's rules and steps name; of its snapshot, as a release freezes it."""
    journey, named = snapshot["journey"], set[str]()
    for rule in (*journey["entry_rules"]["rules"], *journey["exit_rules"]["rules"]):
        config = rule.get("entry_strategy_config") or rule.get("exit_strategy_config") or {}
        named.update(config.get("segment_ids") or ())
    for step in snapshot["steps"]:
        named.update(step["config"].get("segment_ids") or ())
    return named


def _trigger_problems(given: Mapping[str, Any], path: FieldPath) -> _Problems:
    try:
        check_trigger(as_trigger(given))
    except FieldError as problem:
        yield FieldError((*path, *problem.path), f"{problem.reason}; no action meets it")


def _report(problems: _Problems, warn: Warn | None) -> None:
    for problem in problems:
        if warn is None:
            raise problem
        warn(f"{problem}.")
