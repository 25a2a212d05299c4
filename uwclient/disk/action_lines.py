"""Owns how an action is written down on disk: its number, when it was done, its kind, and its JSON."""

from __future__ import annotations

from uwclient.models.player import QueuedAction


def encode_action(action: QueuedAction) -> bytes:
    """The action as the content of a line. A plus before the time says that it may be wrong."""
    doubt = b"" if action.at_is_sure else b"+"
    return b"%d %s%d %s %s" % (action.number, doubt, action.at, action.kind.encode(), action.text)


def decode_action(content: bytes | None) -> QueuedAction | None:
    """The action of a line's content, or None when it is none. A minus is what a plus was in earlier versions."""
    try:
        number, at, kind, text = (content or b"").split(b" ", 3)
        is_sure = at[:1].isdigit() and int(at) > 0
        return QueuedAction(int(number), kind.decode(), text, abs(int(at)), at_is_sure=is_sure)
    except ValueError:
        return None
