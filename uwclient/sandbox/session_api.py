"""The requests of the session API, with the tables of fields by which their queries and bodies are read.

They are what a document of the API can be made of: `body_schema` gives the JSON Schema of a body.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.json_schema import json_schema
from uwclient.sandbox.core.resource import CREATE, Field
from uwclient.sandbox.services.emails import routes as emails
from uwclient.sandbox.services.impressions import routes as impressions
from uwclient.sandbox.services.outcomes import routes as outcomes
from uwclient.sandbox.services.players import routes as players
from uwclient.sandbox.services.push import routes as push
from uwclient.sandbox.services.sessions import routes as sessions
from uwclient.sandbox.services.surveys import routes as surveys

SESSION_ID = Field("session_id", "word", "The player's session; in the query, or in the body of an action.")
_STARTS_BEFORE = Field("starts_before", "time", "Leaves out what starts later.")
_NOTHING: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionEndpoint:
    """One request of the session API.

    Attributes:
        operation: its name.
        method: the HTTP method.
        path: below `/api/sdk/v1/appusers/{player_id}`, ids in braces.
        text: what it does.
        body: the fields of the JSON object in the body; None when it has none.
        query: the fields of the query.
        is_documented: whether the platform's documentation has it; the SDKs use the others.

    """

    operation: str
    method: str
    path: str
    text: str
    body: tuple[Field, ...] | None = None
    query: tuple[Field, ...] = (SESSION_ID,)
    is_documented: bool = True


def body_schema(endpoint: SessionEndpoint) -> dict[str, Any]:
    """The JSON Schema of a body. Other fields than those of the schema are ignored."""
    own = endpoint.body or ()
    named = any(field.name == SESSION_ID.name for field in own)
    return json_schema(own if named else (*own, SESSION_ID), CREATE)


_LISTS = {
    "events": "campaign_events",
    "offers": "offers",
    "messages": "messages",
    "remote_configs": "remote_configs",
    "surveys": "get_surveys",
}
SESSION_ENDPOINTS: tuple[SessionEndpoint, ...] = (
    SessionEndpoint(
        "session_start", "GET", "", "Start a session, or go on with one.", sessions.START, sessions.START
    ),
    SessionEndpoint("session_get", "GET", "/sessions/{session_id}", "The data of a session.", query=_NOTHING),
    SessionEndpoint(
        "session_refresh_segments",
        "POST",
        "/sessions/{session_id}/refresh_segments",
        "Find out anew in which segments the player is.",
        query=_NOTHING,
    ),
    SessionEndpoint("session_assign_attributes", "POST", "/attributes", "Set attributes.", players.ASSIGNMENT.fields),
    SessionEndpoint("session_assign_events", "POST", "/events", "Tell what the player did.", players.EVENTS.fields),
    SessionEndpoint("session_triggerable_campaigns", "GET", "/triggerable_campaigns", "The triggered campaigns."),
    *(
        SessionEndpoint(f"session_{kind}", "GET", f"/{path}", f"The {kind}.", query=(SESSION_ID, _STARTS_BEFORE))
        for kind, path in _LISTS.items()
    ),
    SessionEndpoint(
        "session_survey_response_id", "POST", "/surveys/get_response_id", "Begin a survey.", surveys.SURVEY.fields
    ),
    SessionEndpoint(
        "session_survey_url",
        "POST",
        "/surveys/get_response_id",
        "The page of a survey response.",
        surveys.RESPONSE.fields,
    ),
    SessionEndpoint(
        "session_offer_impression_init",
        "POST",
        "/offer_impressions/initialize",
        "Begin the impression of an offer.",
        impressions.SHOWN_OFFER.fields,
    ),
    SessionEndpoint(
        "session_offer_impression_state",
        "POST",
        "/offer_impressions/update_state",
        "Tell what became of an offer.",
        impressions.OFFER_STATE.fields,
    ),
    SessionEndpoint(
        "session_message_impression_init",
        "POST",
        "/message_impressions/initialize",
        "Begin the impression of a message.",
        impressions.SHOWN_MESSAGE.fields,
    ),
    SessionEndpoint(
        "session_message_impression_state",
        "POST",
        "/message_impressions/update_state",
        "Tell what became of a message.",
        impressions.MESSAGE_STATE.fields,
    ),
    SessionEndpoint(
        "session_device_token_register",
        "POST",
        "/push_notifications/device_tokens/register",
        "Register a device for push notifications.",
        push.REGISTRATION.fields,
    ),
    SessionEndpoint(
        "session_device_token_deregister",
        "POST",
        "/push_notifications/device_tokens/deregister",
        "Send the device no more push notifications.",
        push.DEREGISTRATION.fields,
    ),
    SessionEndpoint(
        "session_push_get", "GET", "/push_notifications/{push_notification_id}", "The data of a push notification."
    ),
    SessionEndpoint(
        "session_push_impression_get",
        "GET",
        "/push_notifications/impressions/{impression_id}",
        "The impression of a push notification.",
    ),
    SessionEndpoint(
        "session_push_impression_state",
        "PUT",
        "/push_notifications/impressions/{impression_id}",
        "Tell what became of a push notification.",
        push.IMPRESSION_STATE.fields,
    ),
    SessionEndpoint(
        "session_refresh_segments_of_body",
        "POST",
        "/refresh_segments",
        "As session_refresh_segments.",
        _NOTHING,
        is_documented=False,
    ),
    SessionEndpoint(
        "session_event",
        "GET",
        "/campaign_events/{campaign_event_id}",
        "One event, scheduled or of a campaign.",
        is_documented=False,
    ),
    SessionEndpoint(
        "session_enter_region",
        "POST",
        "/regions/transition",
        "Tell where the player is now.",
        players.TRANSITION.fields,
        is_documented=False,
    ),
    SessionEndpoint(
        "session_assign_outcome",
        "POST",
        "/engagements/outcomes",
        "Tell what an engagement led to.",
        outcomes.OUTCOME.fields,
        is_documented=False,
    ),
    SessionEndpoint(
        "session_set_email",
        "PUT",
        "/email_address",
        "Set the player's email address.",
        emails.ADDRESS.fields,
        is_documented=False,
    ),
    SessionEndpoint(
        "session_delete_email",
        "DELETE",
        "/email_address",
        "Remove the player's email address.",
        emails.REMOVAL.fields,
        (SESSION_ID, emails.OPT_OUT),
        is_documented=False,
    ),
    SessionEndpoint(
        "session_survey_page",
        "POST",
        "/survey_url",
        "The page of a survey response.",
        surveys.RESPONSE.fields,
        is_documented=False,
    ),
    SessionEndpoint(
        "session_survey_invite_init",
        "POST",
        "/survey_invites/initialize",
        "Present the invite to a survey.",
        surveys.RESPONSE.fields,
        is_documented=False,
    ),
    SessionEndpoint(
        "session_survey_invite_response",
        "POST",
        "/survey_invites/appuser_response",
        "Tell what the player said to an invite.",
        surveys.INVITE_ANSWER.fields,
        is_documented=False,
    ),
    SessionEndpoint(
        "session_survey_response",
        "GET",
        "/surveys/responses/{survey_response_id}",
        "The state of a survey response.",
        is_documented=False,
    ),
)
