"""Builds the requests for the game's queries, and parses the replies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from uwclient.errors import RecordError, ReplyError
from uwclient.models.push import PushImpression, PushNotification
from uwclient.models.queries import (
    NotificationWanted,
    PushImpressionWanted,
    Query,
    SurveyAccepted,
    SurveyInviteWanted,
    SurveyResponseWanted,
    SurveyStateWanted,
    SurveyUrlWanted,
)
from uwclient.wire.actions import Batch
from uwclient.wire.parsing import Fields


def request_for(ask: Query) -> Batch:
    """Return the request for a query."""
    match ask:
        case SurveyResponseWanted(survey_id):
            return _post("/surveys/get_response_id", survey_id=survey_id)
        case SurveyInviteWanted(response_id):
            return _post("/survey_invites/initialize", survey_response_id=response_id)
        case SurveyAccepted(response_id, invite_id):
            return _post(
                "/survey_invites/appuser_response",
                survey_response_id=response_id,
                survey_invite_id=invite_id,
                appuser_survey_invite_response=True,
            )
        case SurveyUrlWanted(response_id):
            return _post("/survey_url", survey_response_id=response_id)
        case SurveyStateWanted(response_id):
            return Batch(0, "GET", f"/surveys/responses/{quote(response_id, safe='')}")
        case NotificationWanted(notification_id):
            return Batch(0, "GET", f"/push_notifications/{quote(notification_id, safe='')}")
        case PushImpressionWanted(impression_id):
            return Batch(0, "GET", f"/push_notifications/impressions/{quote(impression_id, safe='')}")


def fallback_request_for(ask: Query) -> Batch | None:
    """Return the request to try if the platform replies to the first one with 404, or None.

    The shipped SDK queries the URL of a survey's page at another path than the documentation.
    """
    if isinstance(ask, SurveyUrlWanted):
        return _post("/surveys/get_response_id", survey_response_id=ask.response_id)
    return None


def parse_answer(ask: Query, told: Mapping[str, Any]) -> Any:
    """Parse the reply to a query. Raises ReplyError if it cannot be used."""
    fields = Fields(told, "reply")
    try:
        match ask:
            case SurveyResponseWanted():
                return fields.identity("survey_response_id")
            case SurveyInviteWanted():
                return fields.identity("survey_invite_id")
            case SurveyUrlWanted():
                return fields.address("survey_url")
            case SurveyStateWanted():
                return Fields(told.get("survey_response"), "survey_response").identity("state")
            case NotificationWanted():
                return _notification(fields, told.get("framework_data"))
            case PushImpressionWanted():
                return _push_impression(fields)
            case _:
                return None
    except RecordError as error:
        raise ReplyError(f"The platform's reply cannot be used: {error}.") from None


def _notification(fields: Fields, framework_data: Any) -> PushNotification:
    return PushNotification(
        id=fields.identity("id"),
        name=fields.text("name"),
        title=fields.text("title"),
        body=fields.text("body"),
        image_id=fields.optional_identity("image_id"),
        framework_data=framework_data if isinstance(framework_data, (dict, list)) else {},
    )


def _push_impression(fields: Fields) -> PushImpression:
    return PushImpression(
        id=fields.identity("id"),
        push_notification_id=fields.optional_identity("push_notification_id"),
        state=fields.text("state"),
        start_at=fields.moment("start_at", None),
        device_token=fields.optional_text("device_token"),
    )


def _post(path: str, **fields: object) -> Batch:
    return Batch(0, "POST", path, json.dumps(fields, separators=(",", ":")).encode())
