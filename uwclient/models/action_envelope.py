"""The stored form of an action that has triggered campaigns: its own JSON, wrapped together with the firings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from uwclient.models.campaign import Firing
from uwclient.models.player import ActionKind, QueuedAction

TRIGGERING = {
    ActionKind.EVENT: ActionKind.TRIGGERING_EVENT,
    ActionKind.ATTRIBUTES: ActionKind.TRIGGERING_ATTRIBUTES,
    ActionKind.REGION: ActionKind.TRIGGERING_REGION,
}
"""For each kind of action that can trigger campaigns, the kind under which it is stored with its firings."""

_PLAIN = {triggering.value: plain.value for plain, triggering in TRIGGERING.items()}
_HEAD, _MIDDLE = b'{"firings":', b',"done":'


class OpenedAction(NamedTuple):
    """An action taken out of its envelope: its own kind, its own JSON, and the firings."""

    kind: str
    text: bytes
    firings: tuple[Firing, ...] = ()


def size_of(firing: Firing) -> int:
    """Return the number of bytes that a firing adds to its action."""
    return len(_text_of(firing)) + 1


def with_firings(text: bytes, firings: Sequence[Firing]) -> bytes:
    """Wrap an action's JSON together with the firings that the action has caused."""
    return b"%s%s%s%s}" % (_HEAD, _text_of(firings), _MIDDLE, text)


def opened(action: QueuedAction) -> OpenedAction:
    """Take an action out of its envelope. Raises ValueError for an envelope that is malformed."""
    plain = _PLAIN.get(action.kind)
    if plain is None:
        return OpenedAction(action.kind, action.text)
    end = action.text.index(_MIDDLE)  # cannot occur inside the firings: their strings escape quotes
    told = json.loads(action.text[len(_HEAD) : end])
    if not isinstance(told, list) or not all(map(_is_firing, told)):
        raise ValueError("its list of triggered campaigns is malformed")
    return OpenedAction(plain, action.text[end + len(_MIDDLE) : -1], tuple(Firing(*one) for one in told))


def _text_of(told: object) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode()


def _is_firing(told: object) -> bool:
    return isinstance(told, list) and len(told) == len(Firing._fields) and all(isinstance(one, str) for one in told)
