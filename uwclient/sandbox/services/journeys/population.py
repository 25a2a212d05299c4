"""A population of made-up players: who they are, when they play, what they do and answer (pure).

All of it follows from the behaviours, the seed and the player's number, not from what a journey does. So the same
players can be sent through a simulation, or be played by real clients.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from uwclient.dice import Dice, between
from uwclient.sandbox.core.errors import FieldError, check_keys
from uwclient.sandbox.core.resource import shown
from uwclient.sandbox.services.triggers.evaluation import ATTRIBUTE, EVENT, REGION, PlayerAction

_SECOND, _MINUTE, _DAY = 1000, 60_000, 86_400_000
BETWEEN_ACTIONS = 2 * _MINUTE
"""The time between two actions of a session, and before the first one; longer than between two polls."""
UNTIL_SEEN = 61 * _SECOND
"""How long it takes until content that becomes ready in a session is seen: until the next poll."""
_SHORTEST = 5 * _MINUTE
_ACTION_KEYS = {EVENT: "attributes", REGION: "metadata", ATTRIBUTE: None}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A kind of players.

    Attributes:
        name: what they are called.
        share: how many there are of them, compared with the shares of the others.
        sessions_a_day: how often they play, on average.
        actions: what they may do in each session, in this order: `{"event": id, "attributes": {…}}`,
            `{"region": name, "metadata": {…}}` or `{"attribute": {name: value}}`, each with a `probability`.
        answers: the probability of each engagement outcome, by its key, where a step waits for it.
        attributes: the attributes that they have from the start.
        has_email: whether they have an e-mail address.

    """

    name: str
    share: float = 1.0
    sessions_a_day: float = 1.0
    actions: Sequence[Mapping[str, Any]] = ()
    answers: Mapping[str, float] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    has_email: bool = True


DEFAULT_BEHAVIOURS = (
    Behaviour("keen", share=0.2, sessions_a_day=3),
    Behaviour("regular", share=0.5, sessions_a_day=1),
    Behaviour("lapsing", share=0.3, sessions_a_day=0.2),
)
"""Players who only come and look, for a first impression of a journey that segments open."""


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One session: its begin and end, and what the player does when; milliseconds since the simulation began."""

    begin: int
    end: int
    actions: tuple[tuple[int, PlayerAction], ...]


@dataclass(frozen=True, slots=True)
class PlannedPlayer:
    """One player: an id, how the player behaves, and all sessions."""

    id: str
    behaviour: Behaviour
    sessions: tuple[PlannedSession, ...]


def check_behaviours(behaviours: Sequence[Behaviour]) -> None:
    """FieldError when behaviours make no sense."""
    if not behaviours or not any(one.share > 0 for one in behaviours):
        raise FieldError("behaviours", "there must be one with a share of more than 0")
    for place, one in enumerate(behaviours):
        path = ("behaviours", place)
        if one.share < 0 or one.sessions_a_day < 0:
            raise FieldError(path, "share and sessions_a_day cannot be less than 0")
        for index, action in enumerate(one.actions):
            _read_action(action, (*path, "actions", index))
        if sum(one.answers.values()) > 1 + 1e-9 or any(value < 0 for value in one.answers.values()):
            raise FieldError((*path, "answers"), "the probabilities of all answers are 1 together, or less")


def planned_players(behaviours: Sequence[Behaviour], count: int, days: int, seed: int) -> Iterator[PlannedPlayer]:
    """So many players, one after the other; the first ones are the same however many there are."""
    bounds = list(accumulate(one.share for one in behaviours))
    actions = {one.name: [_read_action(action, ()) for action in one.actions] for one in behaviours}
    for number in range(count):
        player_id = f"player-{number + 1}"
        rng = Dice(seed).generator(f"population/{player_id}")
        drawn = rng.random() * bounds[-1]
        behaviour = behaviours[next(place for place, bound in enumerate(bounds) if drawn < bound)]
        sessions: list[PlannedSession] = []
        for day in range(days):
            amount = int(behaviour.sessions_a_day + rng.random())
            for part in range(amount):
                acts = [action for action, probability in actions[behaviour.name] if rng.random() < probability]
                length = max(_SHORTEST, BETWEEN_ACTIONS * (len(acts) + 1))
                room = max(0.0, _DAY / amount - length - 2 * _MINUTE)
                begin = int(day * _DAY + part * _DAY / amount + between(rng, 0, room)) // _SECOND * _SECOND
                moments = [(begin + BETWEEN_ACTIONS * (place + 1), action) for place, action in enumerate(acts)]
                sessions.append(PlannedSession(begin, begin + length, tuple(moments)))
        yield PlannedPlayer(player_id, behaviour, tuple(sessions))


def answer_of(player: PlannedPlayer, step_id: str, visit: int, keys: Sequence[str], seed: int) -> str | None:
    """The engagement outcome that a player answers content with.

    Args:
        player: the player.
        step_id: the step whose content it is.
        visit: which one of the player's stays at that step it is, from 0.
        keys: the outcomes that the step waits for.
        seed: of the population.

    Returns:
        One of the keys, or None for a player who never answers.

    """
    drawn = Dice(seed).bits(f"answer/{player.id}/{step_id}/{visit}") / 2**256
    for key in keys:
        drawn -= player.behaviour.answers.get(key, 0.0)
        if drawn < 0:
            return key
    return None


def _read_action(given: Mapping[str, Any], path: tuple[str | int, ...]) -> tuple[PlayerAction, float]:
    kind = next((one for one in _ACTION_KEYS if one in given), None)
    if kind is None:
        raise FieldError(path, f"{shown(given)} is no action: write event, region or attribute")
    values_key = _ACTION_KEYS[kind]
    check_keys(given, tuple(one for one in (kind, values_key, "probability") if one is not None), path)
    probability = given.get("probability", 1.0)
    if not isinstance(probability, (int, float)) or not 0 <= probability <= 1:
        raise FieldError((*path, "probability"), f"{shown(probability)} is not a number from 0 to 1")
    if values_key is None:
        return PlayerAction(kind, "", dict(given[kind])), float(probability)
    return PlayerAction(kind, given[kind], dict(given.get(values_key) or {})), float(probability)
