"""Checks the player's actions, and encodes them as the JSON that is sent. Wrong values raise ArgumentError."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from json import JSONEncoder
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, TypeAlias, TypeVar

from uwclient.errors import ArgumentError
from uwclient.models.content import LONGEST_ID, Message, Offer, Record
from uwclient.models.iso_time import printed_time
from uwclient.models.player import (
    Attributes,
    OfferImpression,
    OfferState,
    OutcomeType,
    PlayerAttribute,
    PlayerEvent,
    Region,
)
from uwclient.models.push import PushPlatform, PushState

LARGEST_ACTION = 64 * 1024
"""The maximum number of bytes of an action's JSON."""

MOST_ATTRIBUTES = 100
"""The maximum number of attributes of one action, which is what one request can carry."""

_LEAST, _MOST = -(2**63), 2**63 - 1
_encode = JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False).encode

R = TypeVar("R", bound=Record)

_Attribute: TypeAlias = "tuple[str, Any, str]"
"""A checked attribute: its name, its value as it is sent, and its data_type."""


def event_text(event: object) -> bytes:
    """Check an event, and encode it as an element of `events` (section Session Player Events)."""
    name, attributes = _checked_event(event)
    if not attributes:
        return _checked_length(f'{{"event_id":{quoted(name)}}}')
    return _checked_length(f'{{"event_id":{quoted(name)},"attributes":{_listed_text(attributes)}}}')


def event_body(event: object) -> dict[str, Any]:
    """Check an event, and return what `event_text` encodes, for the triggers of campaigns."""
    name, attributes = _checked_event(event)
    return {"event_id": name, "attributes": _listed(attributes)} if attributes else {"event_id": name}


def attributes_text(attributes: Attributes) -> bytes:
    """Check attributes, and encode them as elements of `attributes` (section Session Player Attributes)."""
    return _checked_length(_listed_text(_some_attributes(attributes)))


def attributes_body(attributes: Attributes) -> list[dict[str, Any]]:
    """Check attributes, and return what `attributes_text` encodes, for the triggers of campaigns."""
    return _listed(_some_attributes(attributes))


def region_text(region: object) -> bytes:
    """Check a region, and encode it as the `region` of a request."""
    name, metadata = _checked_region(region)
    return _checked_length(f'{{"name":{quoted(name)},"metadata":{_listed_text(metadata)}}}')


def region_body(region: object) -> dict[str, Any]:
    """Check a region, and return what `region_text` encodes, for the triggers of campaigns."""
    name, metadata = _checked_region(region)
    return {"name": name, "metadata": _listed(metadata)}


def outcome_text(key: object, outcome_type: object) -> bytes:
    """Encode an engagement outcome."""
    return _text(
        {
            "engagement_outcome_key": _name("key", key),
            "outcome_type": _one_of("outcome_type", outcome_type, OutcomeType),
        }
    )


def email_text(address: object) -> bytes:
    """Encode an e-mail address."""
    text = _name("address", address)
    local, at, domain = text.partition("@")
    if not (local and at and domain) or any(character.isspace() for character in text):
        raise ArgumentError("address must be an e-mail address, such as 'hero@example.com'.")
    return _text({"email_address": text})


def opt_out_text(opt_out: object) -> bytes:
    """Encode the deletion of the e-mail address."""
    if not isinstance(opt_out, bool):
        raise ArgumentError("opt_out must be True or False.")
    return _text({"opt_out": opt_out})


def device_text(token: object) -> bytes:
    """Encode the removal of a device token."""
    return _text({"device_token": _token(token)})


def registered_device_text(platform: object, token: object) -> bytes:
    """Encode the registration of a device token with its push service."""
    told = _one_of("platform", platform, PushPlatform)
    return _text({"notification_platform": told, "device_token": _token(token)})


def push_state_text(impression_id: object, state: object) -> bytes:
    """Encode the new state of a push impression; the id becomes part of the path."""
    return _text({"id": checked_id("id", impression_id), "state": _one_of("state", state, PushState)})


def checked_id(path: str, value: object) -> str:
    """Return an id of the platform. Raises ArgumentError if it cannot be part of a request's path."""
    text = _name(path, value)
    if len(text) > LONGEST_ID or text in (".", ".."):
        raise ArgumentError(f"{path} is {text[:40]!r}, which cannot be an id: use one that the platform has sent.")
    return text


def message_text(message: Message, state: str | None = None) -> bytes:
    """Encode a message's impression, or its new state (section Message Impressions)."""
    return _text({"message_id": message.id} if state is None else {"message_id": message.id, "state": state})


def offer_text(offer: Offer, reference: str) -> bytes:
    """Encode a new impression of an offer; later actions refer to it by `reference` until its id is known."""
    return _text({"offer_id": offer.id, "reference": reference})


def offer_state_text(impression: OfferImpression | str, state: object) -> bytes:
    """Encode the new state of an offer's impression, which is given by itself or by its reference."""
    told = _one_of("state", state, OfferState)
    if isinstance(impression, OfferImpression):
        return _text({"offer_impression_id": impression.id, "state": told})
    return _text({"reference": impression, "state": told})


def decline_text(response_id: object, invite_id: object) -> bytes:
    """Encode that the player has declined an invite to a survey."""
    return _text(
        {
            "survey_response_id": checked_id("response_id", response_id),
            "survey_invite_id": checked_id("invite_id", invite_id),
            "appuser_survey_invite_response": False,
        }
    )


def checked_record(name: str, value: object, wanted: type[R]) -> R:
    """Return a record. Raises ArgumentError if it is not of the wanted type."""
    if not isinstance(value, wanted):
        raise ArgumentError(f"{name} must be a record of the type {wanted.__name__}, not {_type(value)}.")
    return value


def checked_impression(value: object) -> OfferImpression:
    """Return an impression. Raises ArgumentError if it is none."""
    if not isinstance(value, OfferImpression):
        raise ArgumentError(
            "impression must be the OfferImpression that on_impression_initialized was sent with; "
            "for an offer itself use show(), accept() and dismiss()."
        )
    return value


def _checked_event(event: object) -> tuple[str, list[_Attribute]]:
    if not isinstance(event, PlayerEvent):
        raise ArgumentError(f"event must be a PlayerEvent, such as PlayerEvent('level_up'), not {_type(event)}.")
    return _name("event.id", event.id), _attributes("event.attributes", event.attributes)


def _checked_region(region: object) -> tuple[str, list[_Attribute]]:
    if not isinstance(region, Region):
        raise ArgumentError(f"region must be a Region, such as Region('shop'), not {_type(region)}.")
    return _name("region.name", region.name), _attributes("region.metadata", region.metadata)


def _some_attributes(attributes: object) -> list[_Attribute]:
    checked = _attributes("attributes", attributes)
    if not checked:
        raise ArgumentError("attributes must not be empty: give at least one name and value.")
    return checked


def _attributes(path: str, attributes: object) -> list[_Attribute]:
    if isinstance(attributes, (dict, Mapping)):  # asking whether it is a dict is much faster
        listed = [_attribute(path, name, value, None) for name, value in attributes.items()]
    elif isinstance(attributes, (list, tuple)) and all(type(entry) is PlayerAttribute for entry in attributes):
        listed = [_attribute(path, *entry) for entry in attributes]
    else:
        raise ArgumentError(f"{path} must be a mapping of names to values, or a list of PlayerAttribute.")
    if len(listed) > MOST_ATTRIBUTES:
        raise ArgumentError(f"{path} has {len(listed)} entries, and at most {MOST_ATTRIBUTES} can be sent at a time.")
    return listed


def _attribute(path: str, name: object, value: object, data_type: object) -> _Attribute:
    if type(name) is not str or not name:
        raise ArgumentError(f"{path} has the name {name!r}: a name must be text that is not empty.")
    if not name.isascii():
        _check_sendable(path, name)
    inferred = _DATA_TYPES.get(type(value))
    if inferred is None:
        raise ArgumentError(
            f"{path}[{name!r}] is {_type(value)}: a value must be a bool, int, float, str, or datetime."
        )
    if inferred == "string":
        if not value.isascii():  # type: ignore[attr-defined]
            _check_sendable(path, value)
    elif inferred == "integer":
        if not _LEAST <= value <= _MOST:  # type: ignore[operator]
            raise ArgumentError(f"{path}[{name!r}] is too large: an integer must fit in 64 bits.")
    elif inferred == "float":
        if not math.isfinite(value):  # type: ignore[arg-type]
            raise ArgumentError(f"{path}[{name!r}] is {value!r}: a float must be finite.")
    elif inferred == "datetime":
        value = _instant(f"{path}[{name!r}]", value)  # type: ignore[arg-type]
    if data_type is not None and data_type != inferred:
        value = _converted(f"{path}[{name!r}]", value, inferred, data_type)
        return name, value, str(data_type)
    return name, value, inferred


_DATA_TYPES: dict[type, str] = {bool: "boolean", int: "integer", float: "float", str: "string", datetime: "datetime"}


def _converted(path: str, value: Any, inferred: str, data_type: object) -> Any:
    """Convert a value to a data type. Raises ArgumentError if that would change its meaning."""
    if data_type not in _DATA_TYPES.values():
        raise ArgumentError(f"{path} has data_type {data_type!r}: use {', '.join(_DATA_TYPES.values())}.")
    if data_type == "float" and inferred == "integer":
        return float(value)
    if data_type == "datetime" and inferred == "string":
        try:
            return _instant(path, printed_time(value))
        except ValueError:
            raise ArgumentError(f"{path} is {value!r}: a datetime must be ISO 8601 with a time zone.") from None
    raise ArgumentError(
        f"{path} is {inferred}, and its data_type says {data_type}: give a value of that type, or no data_type."
    )


def _instant(path: str, value: datetime) -> str:
    if value.utcoffset() is None:
        raise ArgumentError(
            f"{path} is a datetime without a time zone: give one with a time zone, "
            "as datetime.now(timezone.utc) does."
        )
    try:
        whole_minutes = not value.utcoffset() % timedelta(minutes=1)  # type: ignore[operator]
        return value.isoformat() if whole_minutes else value.astimezone(UTC).isoformat()
    except OverflowError:
        raise ArgumentError(
            f"{path} is {value}, which cannot be converted to UTC: use a date between the years 1 and 9999."
        ) from None


def _check_sendable(path: str, text: Any) -> None:
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise ArgumentError(f"{path} holds half of a character (a lone surrogate), which cannot be sent: remove it.")


def _one_of(path: str, value: object, choices: type[Enum]) -> str:
    allowed = [str(choice.value) for choice in choices]
    text = value.value if isinstance(value, choices) else value
    if text not in allowed:
        raise ArgumentError(f"{path} is {value!r}: use one of {', '.join(allowed)}.")
    return str(text)


def _name(path: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ArgumentError(f"{path} must be text that is not empty, not {value!r}.")
    if not value.isascii():
        _check_sendable(path, value)
    return value


def _listed(attributes: list[_Attribute]) -> list[dict[str, Any]]:
    return [{"name": name, "value": value, "data_type": data_type} for name, value, data_type in attributes]


def _listed_text(attributes: list[_Attribute]) -> str:
    """Encode attributes; their form is known, so that this takes a third of what an encoder for everything takes."""
    texts = [
        f'{{"name":{quoted(name)},"value":{_ENCODERS[data_type](value)},"data_type":"{data_type}"}}'
        for name, value, data_type in attributes
    ]
    return f"[{','.join(texts)}]"


_ENCODERS: dict[str, Callable[[Any], str]] = {
    "boolean": {True: "true", False: "false"}.__getitem__,
    "integer": repr,  # of exactly these types, and twice as fast as int.__repr__
    "float": repr,
    "string": quoted,
    "datetime": quoted,
}


def _text(body: object) -> bytes:
    return _checked_length(_encode(body))


def _checked_length(encoded: str) -> bytes:
    text = encoded.encode("ascii")
    if len(text) > LARGEST_ACTION:
        raise ArgumentError(f"The action is {len(text)} bytes of JSON; at most {LARGEST_ACTION} can be sent.")
    return text


def _token(value: object) -> str:
    """Return a device token. It is personal data, never put in messages."""
    if not isinstance(value, str) or not value.strip():
        raise ArgumentError("token must be the text that the push service has issued, and not empty.")
    _check_sendable("token", value)
    return value


def _type(value: object) -> str:
    return type(value).__name__
