"""The events of webhooks as values (guide: Webhook Event Payloads)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from uwclient.log import logger
from uwclient.models.iso_time import time_in


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("expected a text")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None or value == "" else _text(value)


def _any_text(value: Any) -> str:
    return _text_or_none(value) or ""


def _texts(value: Any) -> tuple[str, ...]:
    """A list of texts; the guide shows one text in its place, too."""
    if isinstance(value, str):
        return tuple(part for part in value.replace(",", " ").split() if part)
    if not isinstance(value, list):
        raise ValueError("expected a list of texts")
    return tuple(_text(one) for one in value)


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("expected an object")
    return MappingProxyType(value)


def _object_or_none(value: Any) -> Mapping[str, Any] | None:
    return None if value is None else _object(value)


def _id_or_none(value: Any) -> str | None:
    """An id, alone or in an object: the guide does not say which."""
    return _text_or_none(value.get("id") if isinstance(value, dict) else value)


def _objects(value: Any) -> tuple[Mapping[str, Any], ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError("expected a list of objects")
    return tuple(_object(one) for one in value)


def _at(*keys: str, read: Callable[[Any], Any] = _text) -> Any:
    """A field of an event that stands in the payload under the first of these keys that is there."""
    return dataclasses.field(metadata={"keys": keys, "read": read}, hash=False)


def _player() -> Any:
    return _at("appuser_app_external_id")


def _session() -> Any:
    return _at("appuser_app_session_id", "appuser_app_sesion_id")  # the guide spells it in both ways


@dataclass(frozen=True, kw_only=True)
class WebhookEvent:
    """What happened on the platform. An event that this version does not know has this class itself.

    Attributes:
        name: such as "player_session_creation".
        time: when it happened (aware), in whole seconds as the platform prints it.
        app_id: the app in which it happened.
        payload: all that the platform says of it, read-only.
        key: tells it from every other event: a hash of name, time and payload. A delivery that is repeated has the
            same one.

    """

    name: str
    time: datetime
    app_id: str
    payload: Mapping[str, Any] = dataclasses.field(repr=False, hash=False)
    key: str = dataclasses.field(repr=False)


@dataclass(frozen=True, kw_only=True)
class CampaignStateChange(WebhookEvent):
    """A campaign in qa or live has another state: draft, running, paused or completed."""

    campaign_id: str = _at("campaign_id")
    previous_state: str = _at("campaign_previous_state")
    current_state: str = _at("campaign_current_state")
    environment_id: str | None = _at("environment_id", read=_text_or_none)
    """Where; None if the platform does not say, as the guide does not promise it."""


@dataclass(frozen=True, kw_only=True)
class PlayerSessionCreation(WebhookEvent):
    """A player has started a session."""

    player_id: str = _player()
    session_id: str = _session()
    segment_ids: tuple[str, ...] = _at("appuser_app_session_segment_ids", read=_texts)


@dataclass(frozen=True, kw_only=True)
class PlayerCampaignTrigger(WebhookEvent):
    """A player has triggered a campaign."""

    campaign_id: str = _at("campaign_id")
    impression_id: str = _at("campaign_impression_id")
    player_id: str = _player()
    session_id: str = _session()


@dataclass(frozen=True, kw_only=True)
class PlayerMessageImpressionCreation(WebhookEvent):
    """A player has received a message."""

    message_id: str = _at("message_id")
    impression_id: str = _at("message_impression_id")
    player_id: str = _player()
    session_id: str = _session()


@dataclass(frozen=True, kw_only=True)
class PlayerMessageImpressionStateChange(WebhookEvent):
    """A player has viewed a message."""

    message_id: str = _at("message_id")
    impression_id: str = _at("message_impression_id")
    previous_state: str = _at("message_impression_previous_state")
    current_state: str = _at("message_impression_current_state")
    player_id: str = _player()
    session_id: str = _session()


@dataclass(frozen=True, kw_only=True)
class PlayerOfferImpressionCreation(WebhookEvent):
    """A player was offered something."""

    offer_id: str = _at("offer_id")
    impression_id: str = _at("offer_impression_id")
    player_id: str = _player()
    session_id: str = _session()


@dataclass(frozen=True, kw_only=True)
class PlayerOfferImpressionStateChange(WebhookEvent):
    """What a player's game says became of an offer: viewed, dismissed, accepted, purchase_failed or purchased.

    The game says so, not the store: a backend that grants something for it verifies a receipt first.
    """

    offer_id: str = _at("offer_id")
    impression_id: str = _at("offer_impression_id")
    previous_state: str = _at("offer_impression_previous_state")
    current_state: str = _at("offer_impression_current_state")
    player_id: str = _player()
    session_id: str = _session()


@dataclass(frozen=True, kw_only=True)
class PlayerSurveyResponseCreation(WebhookEvent):
    """A player may answer a survey now."""

    survey_id: str = _at("survey_id")
    response_id: str = _at("survey_response_id")
    player_id: str = _player()
    session_id: str = _session()


@dataclass(frozen=True, kw_only=True)
class PlayerSurveyResponseStateChange(WebhookEvent):
    """A player's response to a survey has another state, such as "success" when the survey was completed."""

    survey_id: str = _at("survey_id")
    response_id: str = _at("survey_response_id")
    current_state: str = _at("survey_response_current_state")
    player_id: str = _player()
    session_id: str = _session()


@dataclass(frozen=True, kw_only=True)
class PlayerJourneyEntered(WebhookEvent):
    """A player has entered a journey; an odyssey is one player's way through it."""

    journey_id: str = _at("journey_id")
    odyssey_id: str = _at("odyssey_id")
    player_id: str = _player()


@dataclass(frozen=True, kw_only=True)
class PlayerJourneyStepAdvanced(WebhookEvent):
    """A player has gone on to other steps of a journey.

    The guide promises the steps, but shows none: what the platform does not say is None or empty.
    """

    journey_id: str = _at("journey_id")
    odyssey_id: str = _at("odyssey_id")
    player_id: str = _player()
    previous_leg_id: str | None = _at("previous_leg", read=_id_or_none)
    previous_step_id: str | None = _at("previous_step", read=_id_or_none)
    ready_legs: tuple[Mapping[str, Any], ...] = _at("ready_legs", read=_objects)


@dataclass(frozen=True, kw_only=True)
class PlayerJourneyExited(WebhookEvent):
    """A player has left a journey; the state says why, such as "completed_due_to_exit_node"."""

    journey_id: str = _at("journey_id")
    odyssey_id: str = _at("odyssey_id")
    exit_state: str = _at("odyssey_exit_state")
    player_id: str = _player()


@dataclass(frozen=True, kw_only=True)
class PushNotificationDeliveryOverride(WebhookEvent):
    """The backend is to send a push notification to these players, in the platform's place."""

    push_notification_id: str = _at("push_notification_id")
    environment_id: str = _at("environment_id")
    player_ids: tuple[str, ...] = _at("appuser_app_external_ids", read=_texts)
    title: str = _at("push_notification_title", read=_any_text)
    body: str = _at("push_notification_body", read=_any_text)
    image_id: str | None = _at("push_notification_image_id", read=_text_or_none)
    framework_data: Mapping[str, Any] | None = _at("push_notification_framework_data", read=_object_or_none)


EVENTS: Mapping[str, type[WebhookEvent]] = MappingProxyType(
    {
        "campaign_state_change": CampaignStateChange,
        "player_session_creation": PlayerSessionCreation,
        "player_campaign_trigger": PlayerCampaignTrigger,
        "player_message_impression_creation": PlayerMessageImpressionCreation,
        "player_message_impression_state_change": PlayerMessageImpressionStateChange,
        "player_offer_impression_creation": PlayerOfferImpressionCreation,
        "player_offer_impression_state_change": PlayerOfferImpressionStateChange,
        "player_survey_response_creation": PlayerSurveyResponseCreation,
        "player_survey_response_state_change": PlayerSurveyResponseStateChange,
        "player_journey_entered": PlayerJourneyEntered,
        "player_journey_step_advanced": PlayerJourneyStepAdvanced,
        "player_journey_exited": PlayerJourneyExited,
        "push_notification_delivery_override": PushNotificationDeliveryOverride,
    }
)
"""The class of each event, by its name."""


def event_in(body: bytes) -> WebhookEvent:
    """Read the body of a webhook. Raises ValueError or RecursionError when it does not tell of an event.

    An event whose payload is not as documented is a plain `WebhookEvent`, so that what it says is not lost.
    """
    data = json.loads(body.decode())
    if not isinstance(data, dict):
        raise ValueError("it is no JSON object")
    fields = {name: data.get(f"webhook_event_{name}") for name in ("name", "time", "app_id", "payload")}
    name, time, app_id, payload = fields.values()
    if not isinstance(name, str) or not isinstance(time, str) or not isinstance(app_id, str):
        raise ValueError("its webhook_event_name, webhook_event_time or webhook_event_app_id is no text")
    if not isinstance(payload, dict):
        raise ValueError("its webhook_event_payload is no object")
    whole = WebhookEvent(
        name=name, time=time_in(time), app_id=app_id, payload=MappingProxyType(payload), key=_key(name, time, payload)
    )
    return _typed(whole)


def _typed(event: WebhookEvent) -> WebhookEvent:
    """The event as a value of its own class, if it is known and its payload is as documented."""
    kind = EVENTS.get(event.name)
    if kind is None:
        return event
    values = {one.name: getattr(event, one.name) for one in dataclasses.fields(event)}
    for one in dataclasses.fields(kind):
        if one.name in values:
            continue
        found = [event.payload[key] for key in one.metadata["keys"] if key in event.payload]
        try:
            values[one.name] = one.metadata["read"](found[0] if found else None)
        except ValueError as problem:
            logger().warning("The webhook %s has no %s (%s).", event.name, one.metadata["keys"][0], problem)
            return event
    return kind(**values)


def _key(name: str, time: str, payload: dict[str, Any]) -> str:
    text = json.dumps([name, time, payload], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
