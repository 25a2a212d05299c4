"""The format of an action on disk: its number, its time, its kind and its JSON."""

from __future__ import annotations

from uwclient.models.player import QueuedAction


def encode_action(action: QueuedAction) -> bytes:
    """Encode an action as the content of a line. A plus before the time means that the time may be wrong."""
    doubt = b"" if action.at_is_sure else b"+"
    return b"%d %s%d %s %s" % (action.number, doubt, action.at, action.kind.encode(), action.text)


def decode_action(content: bytes | None) -> QueuedAction | None:
    """Decode the content of a line; None if it is no action. Earlier versions have written a minus for the plus."""
    try:
        number, at, kind, text = (content or b"").split(b" ", 3)
        is_sure = at[:1].isdigit() and int(at) > 0
        return QueuedAction(int(number), kind.decode(), text, abs(int(at)), at_is_sure=is_sure)
    except ValueError:
        return None
