"""Owns how actions become requests: which travel together, where they go, and what their replies tell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from uwclient.models.player import ActionKind, QueuedAction

LARGEST_BATCH = 100
"""Events, or attributes, in one request."""

LARGEST_BODY = 512 * 1024


class Batch(NamedTuple):
    """Actions that travel in one request.

    Attributes:
        size: how many of the waiting actions they are.
        method: the HTTP method.
        path: below the player's.
        query: parameters beside the session.
        body: JSON, or empty.
        defines: the reference that the reply tells about, or None.

    """

    size: int
    method: str
    path: str
    body: bytes = b""
    query: Mapping[str, str] = {}
    defines: str | None = None

    def __repr__(self) -> str:  # without the body, which may tell who the player is
        return f"Batch({self.size}, {self.method!r}, {self.path!r})"


class UnknownReference(Exception):
    """An action names something that the platform has never confirmed."""


def next_batch(waiting: Sequence[QueuedAction], references: Mapping[str, str], most: int) -> Batch:
    """The request for the first of the waiting actions, and those behind it that can travel with it.

    At most `most` actions. Raises UnknownReference when the first one cannot be sent at all.
    """
    # Never walked through: the game's thread may append at any moment.
    actions = [waiting[place] for place in range(min(most, len(waiting)))]
    first = actions[0]
    body = first.text
    match first.kind:
        case ActionKind.EVENT:
            texts = _neighbours(actions)
            return Batch(len(texts), "POST", "/events", b'{"events":[%s]}' % b",".join(texts))
        case ActionKind.ATTRIBUTES:
            texts = _attribute_neighbours(actions)
            listed = b",".join(text[1:-1] for text in texts)
            return Batch(len(texts), "POST", "/attributes", b'{"attributes":[%s]}' % listed)
        case ActionKind.REGION:
            return Batch(1, "POST", "/regions/transition", b'{"region":%s}' % body)
        case ActionKind.OUTCOME:
            return Batch(1, "POST", "/engagements/outcomes", body)
        case ActionKind.MESSAGE_SHOWN:
            return Batch(1, "POST", "/message_impressions/initialize", body)
        case ActionKind.MESSAGE_STATE:
            return Batch(1, "POST", "/message_impressions/update_state", body)
        case ActionKind.OFFER_SHOWN:
            fields = json.loads(body)
            reference = fields.pop("reference")
            return Batch(1, "POST", "/offer_impressions/initialize", _json(fields), defines=reference)
        case ActionKind.OFFER_STATE:
            return Batch(1, "POST", "/offer_impressions/update_state", _resolved(body, references))
        case ActionKind.SET_EMAIL:
            return Batch(1, "PUT", "/email_address", body)
        case ActionKind.DELETE_EMAIL:
            opt_out = "true" if json.loads(body)["opt_out"] else "false"
            return Batch(1, "DELETE", "/email_address", query={"opt_out": opt_out})
        case ActionKind.REGISTER_DEVICE:
            return Batch(1, "POST", "/push_notifications/device_tokens/register", body)
        case ActionKind.UNREGISTER_DEVICE:
            return Batch(1, "POST", "/push_notifications/device_tokens/deregister", body)
        case ActionKind.PUSH_STATE:
            fields = json.loads(body)
            impression_id = quote(fields.pop("id"), safe="")
            return Batch(1, "PUT", f"/push_notifications/impressions/{impression_id}", _json(fields))
        case _:
            raise UnknownReference(f"This version of uwclient does not know actions of the kind {first.kind!r}.")


def told_impression_id(reply: Mapping[str, Any] | None) -> str | None:
    """The id in the reply to a new offer impression, or None when there is none."""
    impression = (reply or {}).get("offer_impression")
    told = impression.get("id") if isinstance(impression, dict) else None
    return told if isinstance(told, str) and told and " " not in told else None


def _neighbours(actions: list[QueuedAction]) -> list[bytes]:
    """The texts of the first actions that are of one kind and fit in one request."""
    texts: list[bytes] = []
    size = 0
    for action in actions[:LARGEST_BATCH]:
        size += len(action.text)
        if action.kind != actions[0].kind or (texts and size > LARGEST_BODY):
            break
        texts.append(action.text)
    return texts


def _attribute_neighbours(actions: list[QueuedAction]) -> list[bytes]:
    """As many as have at most a hundred attributes, none twice: the platform is to see every value in turn."""
    texts: list[bytes] = []
    names: list[str] = []
    for text in _neighbours(actions):
        more = [attribute["name"] for attribute in json.loads(text)]
        if texts and (len(names) + len(more) > LARGEST_BATCH or not set(names).isdisjoint(more)):
            break
        names += more
        texts.append(text)
    return texts


def _resolved(body: bytes, references: Mapping[str, str]) -> bytes:
    fields = json.loads(body)
    reference = fields.pop("reference", None)
    if reference is not None:
        if reference not in references:
            raise UnknownReference("The offer's impression was never confirmed by the platform.")
        fields["offer_impression_id"] = references[reference]
    return _json(fields)


def _json(fields: object) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode()
