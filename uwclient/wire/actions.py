"""Builds the requests for actions: groups them into batches, and reads the replies."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from uwclient.models.action_envelope import OpenedAction, opened
from uwclient.models.player import ActionKind, QueuedAction

LARGEST_BATCH = 100
"""The maximum number of events, or attributes, in one request."""

LARGEST_BODY = 512 * 1024
"""The maximum number of bytes of a request with several actions."""


class Batch(NamedTuple):
    """A request for one or more actions.

    Attributes:
        size: the number of waiting actions that it delivers.
        method: the HTTP method.
        path: the path below the player's.
        query: the parameters besides the session.
        body: JSON, or empty.
        defines: the reference that the reply has the id for, or None.
        impression_ids: the impressions of the triggered campaigns that it reports.

    """

    size: int
    method: str
    path: str
    body: bytes = b""
    query: Mapping[str, str] = {}
    defines: str | None = None
    impression_ids: tuple[str, ...] = ()

    def __repr__(self) -> str:  # without the body, which may be personal data
        return f"Batch({self.size}, {self.method!r}, {self.path!r})"


class UnknownReference(Exception):
    """Raised for an action that refers to something that the platform has never confirmed."""


UNSENDABLE = (UnknownReference, ValueError, KeyError, TypeError, AttributeError)
"""The exceptions that `next_batch` raises if the first action can never be sent."""


def next_batch(
    waiting: Sequence[QueuedAction], references: Mapping[str, str], most: int, *, with_triggers: bool = True
) -> Batch:
    """Build the request for the first waiting action and those after it that fit into the same request.

    It has at most `most` actions; with `with_triggers`, it reports the campaigns that they have triggered. Raises one
    of UNSENDABLE if the first action can never be sent.
    """
    # By index instead of an iterator, because the game's thread may append at any time.
    actions = [waiting[place] for place in range(min(most, len(waiting)))]
    first = opened(actions[0])
    body = first.text
    match first.kind:
        case ActionKind.EVENT:
            together = _neighbours(first, actions)
            return _reporting(together, "/events", b'"events":[%s]', with_triggers)
        case ActionKind.ATTRIBUTES:
            together = _attribute_neighbours(first, actions)
            bare = [one._replace(text=one.text[1:-1]) for one in together]
            return _reporting(bare, "/attributes", b'"attributes":[%s]', with_triggers)
        case ActionKind.REGION:
            return _reporting([first], "/regions/transition", b'"region":%s', with_triggers)
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
        case ActionKind.SURVEY_DECLINED:
            return Batch(1, "POST", "/survey_invites/appuser_response", body)
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


def subjects(action: QueuedAction, references: Mapping[str, str]) -> frozenset[str]:
    """Return what an action changes: of two actions with a common subject, the later must not arrive first.

    Events, regions and outcomes have no subject, because they do not overwrite each other.
    """
    try:
        kind, text, _ = opened(action)
        fields = json.loads(text)
        match kind:
            case ActionKind.ATTRIBUTES:
                return frozenset(f"attribute {attribute['name']}" for attribute in fields)
            case ActionKind.MESSAGE_SHOWN | ActionKind.MESSAGE_STATE:
                return frozenset([f"message {fields['message_id']}"])
            case ActionKind.OFFER_SHOWN | ActionKind.OFFER_STATE:
                reference = fields.get("reference")
                return frozenset([f"offer {references.get(reference, reference) or fields['offer_impression_id']}"])
            case ActionKind.SET_EMAIL | ActionKind.DELETE_EMAIL:
                return frozenset(["e-mail address"])
            case ActionKind.REGISTER_DEVICE | ActionKind.UNREGISTER_DEVICE:
                return frozenset([f"device {fields['device_token']}"])
            case ActionKind.PUSH_STATE:
                return frozenset([f"push {fields['id']}"])
    except (ValueError, KeyError, TypeError, AttributeError):  # reported when it is to be sent
        pass
    return frozenset()


def impression_id_in(reply: Mapping[str, Any] | None) -> str | None:
    """Return the id in the reply to a new offer impression, or None if there is none."""
    impression = (reply or {}).get("offer_impression")
    told = impression.get("id") if isinstance(impression, dict) else None
    return told if isinstance(told, str) and told and " " not in told else None


def _reporting(together: list[OpenedAction], path: str, member: bytes, with_triggers: bool) -> Batch:
    """Build a request that reports actions, and the campaigns that they have triggered."""
    members = member % b",".join(action.text for action in together)
    firings = [firing for action in together for firing in action.firings] if with_triggers else []
    ids = tuple(dict.fromkeys(firing.impression_id for firing in firings))
    if ids:
        members += b',"triggered_campaign_impression_ids":' + _json(ids)
    return Batch(len(together), "POST", path, b"{%s}" % members, impression_ids=ids)


def _neighbours(first: OpenedAction, actions: list[QueuedAction]) -> list[OpenedAction]:
    """Return the first actions that are of the same kind and fit into one request."""
    together: list[OpenedAction] = []
    size = 0
    for action in actions[:LARGEST_BATCH]:
        size += len(action.text)
        if together and size > LARGEST_BODY:
            break
        try:
            one = opened(action)
        except ValueError:  # reported when it is the first one
            break
        if one.kind != first.kind:
            break
        together.append(one)
    return together


def _attribute_neighbours(first: OpenedAction, actions: list[QueuedAction]) -> list[OpenedAction]:
    """Return the first attribute actions with at most a hundred attributes, none twice, so that no value is lost."""
    together: list[OpenedAction] = []
    names: list[str] = []
    for action in _neighbours(first, actions):
        more = [attribute["name"] for attribute in json.loads(action.text)]
        if together and (len(names) + len(more) > LARGEST_BATCH or not set(names).isdisjoint(more)):
            break
        names += more
        together.append(action)
    return together


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
