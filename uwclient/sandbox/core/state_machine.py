"""Owns how states follow each other: of impressions, of push notifications and of survey responses (pure).

A state that was reached before is taken and changes nothing: a client that is not sure whether a request arrived
sends it again, even after the next one. Any other step back is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from uwclient.sandbox.core.errors import Refused

Steps = Mapping[str, tuple[str, ...]]
"""The states, the first one first, and where each leads."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """Owns one state: when it was reached, and in which session and request (by number).

    The session is "" where the request named none, and the request None where the platform itself acted.
    """

    state: str
    at: datetime
    session_id: str
    request: int | None


def goes_on(what: str, steps: Steps, states: Sequence[str], wanted: str, field: str = "state") -> bool:
    """Whether `wanted` is a step forward (True), or was reached before (False).

    Refused, in a sentence about `what` ("the impression"), when it is neither.
    """
    current = states[-1]
    if wanted in steps[current]:
        return True
    if wanted in states:
        return False
    leads_to = steps[current]
    raise Refused(
        (field,),
        f"{what} is {current}, and cannot become {wanted}",
        f"From {current} it can become {' or '.join(leads_to)}." if leads_to else f"It stays {current}.",
    )
