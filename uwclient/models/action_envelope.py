"""Owns how an action that has set campaigns off is written down: its own JSON, and the firings that go with it."""

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
"""How the kinds of actions are called when they have set campaigns off."""

_PLAIN = {triggering.value: plain.value for plain, triggering in TRIGGERING.items()}
_HEAD, _MIDDLE = b'{"firings":', b',"done":'


class OpenedAction(NamedTuple):
    """An action as it was before firings were written down with it: its kind, its JSON, and the firings."""

    kind: str
    text: bytes
    firings: tuple[Firing, ...] = ()


def size_of(firing: Firing) -> int:
    """The bytes that a firing adds to its action."""
    return len(_text_of(firing)) + 1


def with_firings(text: bytes, firings: Sequence[Firing]) -> bytes:
    """An action's JSON, written down with the firings that it has caused."""
    return b"%s%s%s%s}" % (_HEAD, _text_of(firings), _MIDDLE, text)


def opened(action: QueuedAction) -> OpenedAction:
    """The action, and the firings that were written down with it. Raises ValueError for what was not."""
    plain = _PLAIN.get(action.kind)
    if plain is None:
        return OpenedAction(action.kind, action.text)
    end = action.text.index(_MIDDLE)  # not inside of the firings: they are arrays, and their texts escape quotes
    told = json.loads(action.text[len(_HEAD) : end])
    if not isinstance(told, list) or not all(map(_is_firing, told)):
        raise ValueError("the campaigns that it has set off are not told as they should be")
    return OpenedAction(plain, action.text[end + len(_MIDDLE) : -1], tuple(Firing(*one) for one in told))


def _text_of(told: object) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode()


def _is_firing(told: object) -> bool:
    return isinstance(told, list) and len(told) == len(Firing._fields) and all(isinstance(one, str) for one in told)
