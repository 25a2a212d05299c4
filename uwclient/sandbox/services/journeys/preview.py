"""The paths that a player can take through a journey, and what each depends on, without anything happening (pure).

It is followed as the engine would, with a player who receives all content at once and is as they are now. Where it
depends on something that the player would have to do, all ways are followed, to 250 steps in all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from uwclient.sandbox.core.times import from_milliseconds
from uwclient.sandbox.services.journeys.entry import Person, named, told
from uwclient.sandbox.services.journeys.odyssey import Leg, Odyssey
from uwclient.sandbox.services.journeys.plan import Edge, Plan, Step
from uwclient.sandbox.services.journeys.resources import BRANCH, EXIT
from uwclient.sandbox.services.journeys.step_configs import NO, YES

_MOST_STEPS = 250


@dataclass(frozen=True, slots=True)
class PreviewedStep:
    """One step of a path.

    Attributes:
        step_id: the step.
        type: what it is.
        at: when the player comes there at the earliest.
        only_if: what the player must do for that, since the step before it; None where it comes by itself.
        hangs_on: what is decided there, and how it stands now; None where nothing is.
        following: the steps after it.

    """

    step_id: str
    type: str
    at: datetime
    only_if: str | None
    hangs_on: str | None
    following: tuple[PreviewedStep, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of a player on a journey.

    Attributes:
        obstacle: why the player would not enter now, as a sentence; None for who would, or is on the journey.
        first: the steps with which it begins, or on which the player is.

    """

    obstacle: str | None
    first: tuple[PreviewedStep, ...]

    def __str__(self) -> str:
        """The paths as text, a line for each step, indented as they follow each other; what is the same only once."""
        lines = [self.obstacle] if self.obstacle else []
        shown: set[int] = set()
        lines += [line for step in self.first for line in _lines(step, 0, shown)]
        return "\n".join(lines)

    @property
    def path(self) -> tuple[str, ...]:
        """The steps that come by themselves, the first way at each parting."""
        return tuple(_by_itself(self.first))


class Previewer:
    """Follows the paths of one player through one journey.

    Args:
        plan: the journey.
        person: the player.
        until: where it ends, in milliseconds since 1970.

    """

    def __init__(self, plan: Plan, person: Person, until: int) -> None:
        self._plan = plan
        self._person = person
        self._until = until
        self._left = _MOST_STEPS
        self._known: dict[tuple[str, int, frozenset[str], frozenset[str]], tuple[PreviewedStep, ...]] = {}

    def from_entry(self, now: int) -> tuple[PreviewedStep, ...]:
        """The paths of a player who enters now."""
        return self._follow(self._plan.entry_edges, now, None, frozenset(), frozenset())

    def from_legs(self, odyssey: Odyssey, now: int) -> tuple[PreviewedStep, ...]:
        """The paths of a player who is on the journey, from the active legs on."""
        met = frozenset(odyssey.met)
        found = [self._at_leg(leg, now, met) for leg in odyssey.active_legs if leg.step_id in self._plan.steps]
        return tuple(found)

    def _at_leg(self, leg: Leg, now: int, met: frozenset[str]) -> PreviewedStep:
        step = self._plan.steps[leg.step_id]
        return self._previewed(step, leg.started_at, max(now, leg.due_at or now), None, met, frozenset())

    def _follow(
        self, edges: tuple[Edge, ...], at: int, only_if: str | None, met: frozenset[str], passed: frozenset[str]
    ) -> tuple[PreviewedStep, ...]:
        if at > self._until:
            return ()
        found = []
        for edge in edges:
            step = self._plan.steps[edge.to_id]
            if self._left > 0 and step.id not in passed:
                self._left -= 1
                leaves_at = at if step.kind in (BRANCH, EXIT) or step.content_type else _end_of(step, at)
                found.append(self._previewed(step, at, leaves_at, only_if, met, passed))
        return tuple(found)

    def _previewed(
        self, step: Step, at: int, leaves_at: int, only_if: str | None, met: frozenset[str], passed: frozenset[str]
    ) -> PreviewedStep:
        """A step and what follows; a step is not followed twice at the same moment."""
        passed = passed | {step.id} if leaves_at == at else frozenset({step.id})
        hangs_on, following = None, self._following(step, leaves_at, met, passed)
        if step.kind == BRANCH and step.trigger is None:
            is_in = self._person.is_in_any(step.segments)
            segments = named(step.segments, self._plan.segment_names)
            hangs_on = f"the player is{'' if is_in else ' not'} in one of the segments {segments} now"
        elif step.kind == BRANCH and step.trigger is not None:
            has = "has" if step.id in met else "has not"
            hangs_on = f"the player {has} done it on this journey yet: {told(step.trigger)}"
        return PreviewedStep(
            step.id, step.content_type or step.kind, from_milliseconds(at), only_if, hangs_on, following
        )

    def _following(
        self, step: Step, at: int, met: frozenset[str], passed: frozenset[str]
    ) -> tuple[PreviewedStep, ...]:
        """What follows a step that is left at a moment, found out once."""
        key = (step.id, at, met, passed)
        if key not in self._known:
            self._known[key] = tuple(
                one
                for condition, edges, still_met in self._ways(step, met)
                for one in self._follow(edges, at, condition, still_met, passed)
            )
        return self._known[key]

    def _ways(self, step: Step, met: frozenset[str]) -> Iterator[tuple[str | None, tuple[Edge, ...], frozenset[str]]]:
        """The ways from a step: what the player must do, the edges, and the branches that are decided by then."""
        leaving = self._plan.leaving
        if step.kind == BRANCH and step.trigger is None:
            yield None, leaving(step.id, YES if self._person.is_in_any(step.segments) else NO), met
        elif step.kind == BRANCH and step.id in met:
            yield None, leaving(step.id, YES), met
        elif step.kind == BRANCH and step.trigger is not None:
            yield None, leaving(step.id, NO), met
            yield told(step.trigger), leaving(step.id, YES), met | {step.id}
        elif step.waits_for_outcome:
            for key in dict.fromkeys(edge.outcome for edge in self._plan.edges_from(step.id)):
                yield f"the engagement outcome {key!r}", leaving(step.id, key), met
        elif step.trigger is not None:
            yield told(step.trigger), leaving(step.id), met
        else:
            yield None, leaving(step.id), met


def _end_of(delay: Step, at: int) -> int:
    if delay.duration is not None:
        return at + delay.duration
    return max(at, delay.ends_at or at)


def _lines(step: PreviewedStep, depth: int, shown: set[int]) -> Iterator[str]:
    """The lines of a step and of what follows; `shown` holds the ids of those that are told already."""
    condition = "" if step.only_if is None else f" if {step.only_if}"
    hangs_on = "" if step.hangs_on is None else f" ({step.hangs_on})"
    again = " …" if step.following and id(step.following) in shown else ""
    yield f"{'  ' * depth}{step.at:%Y-%m-%d %H:%M} {step.type} {step.step_id}{condition}{hangs_on}{again}"
    if not again:
        shown.add(id(step.following))
        for one in step.following:
            yield from _lines(one, depth + 1, shown)


def _by_itself(steps: tuple[PreviewedStep, ...]) -> Iterator[str]:
    first = next((one for one in steps if one.only_if is None), None)
    if first is not None:
        yield first.step_id
        yield from _by_itself(first.following)
