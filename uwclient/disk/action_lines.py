"""The format of an action on disk: its number, its time, its kind and its JSON."""

from __future__ import annotations

import re

from uwclient.models.player import QueuedAction

_HEAD = re.compile(rb"(\d+) [+-]?\d+ [!-~]+ ")


def encode_action(action: QueuedAction) -> bytes:
    """Encode an action as the content of a line."""
    return action_content(action.number, action.kind, action.text, action.at, at_is_sure=action.at_is_sure)


def action_content(number: int, kind: str, text: bytes, at: int, *, at_is_sure: bool) -> bytes:
    """Encode the parts of an action as the content of a line. A plus before the time means that it may be wrong."""
    head = f"{number} {'' if at_is_sure else '+'}{at}".encode()  # faster than the format of bytes
    return b" ".join((head, kind.encode(), text))


def decode_action(content: bytes | None) -> QueuedAction | None:
    """Decode the content of a line; None if it is no action."""
    try:
        return parsed_action(content or b"")
    except ValueError:
        return None


def parsed_action(content: bytes) -> QueuedAction:
    """Decode the content of a line. Raises ValueError if it is no action.

    Earlier versions have written a minus for the plus.
    """
    number, at, kind, text = content.split(b" ", 3)
    is_sure = at[:1].isdigit() and int(at) > 0
    return QueuedAction(int(number), kind.decode(), text, abs(int(at)), at_is_sure=is_sure)


def number_and_length(content: bytes) -> tuple[int | None, int]:
    """The number of the action in a line, None if it is no action, and the number of bytes of its JSON."""
    match = _HEAD.match(content)
    return (None, 0) if match is None else (int(match[1]), len(content) - match.end())


def kind_of(content: bytes) -> bytes:
    """The kind of the action in a line."""
    return content.split(b" ", 3)[2]
