"""How states follow each other: of impressions, of push notifications and of survey responses (pure).

A state that was reached before is accepted and changes nothing: a client that does not know whether its request
arrived sends it again, even after the next one. Any other step back is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from uwclient.sandbox.core.deliveries import Delivery
from uwclient.sandbox.core.errors import FieldError

Transitions = Mapping[str, tuple[str, ...]]
"""The states, the first one first, and the states that each can become."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """One state: when it was reached, and in which session and request (by number).

    The session is "" where the request named none, and the request None where the platform itself acted.
    """

    state: str
    at: datetime
    session_id: str
    request: int | None


def state_change(state: str, delivery: Delivery) -> StateChange:
    """The change to a state that a delivery brought."""
    return StateChange(state, delivery.at, delivery.session_id, delivery.request)


def is_new_state(
    what: str, transitions: Transitions, reached: Sequence[str], wanted: str, field: str = "state"
) -> bool:
    """Whether a state is the next one, or was reached before.

    Args:
        what: what changes its state, for the error: "the impression".
        transitions: how states follow each other.
        reached: the states so far, oldest first.
        wanted: the state that a client asks for.
        field: the field in which it asks, for the error.

    Returns:
        True for a step forward, False for a state that was reached before.

    Raises:
        FieldError: it is neither.

    """
    current = reached[-1]
    if wanted in transitions[current]:
        return True
    if wanted in reached:
        return False
    following = transitions[current]
    raise FieldError(
        (field,),
        f"{what} is {current}, and cannot become {wanted}",
        f"From {current} it can become {' or '.join(following)}." if following else f"It stays {current}.",
    )
