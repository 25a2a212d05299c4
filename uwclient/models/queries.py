"""The queries that a game sends to the platform, and their answers."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from uwclient.errors import UserWiseError


class SurveyResponseWanted(NamedTuple):
    """Query the id of the player's response to a survey (section Surveys Entry, Survey Response ID)."""

    survey_id: str


class SurveyInviteWanted(NamedTuple):
    """Query the id of an invite to a survey."""

    response_id: str


class SurveyAccepted(NamedTuple):
    """Accept an invite to a survey; the answer has no value."""

    response_id: str
    invite_id: str


class SurveyUrlWanted(NamedTuple):
    """Query the URL of the survey's page (section Surveys Entry, Survey Entry URL Generation)."""

    response_id: str


class SurveyStateWanted(NamedTuple):
    """Query the state of a response. It is not documented: a platform without it replies with 404."""

    response_id: str


class NotificationWanted(NamedTuple):
    """Query a push notification (section Push Notifications, Get Push Notification Data)."""

    notification_id: str


class PushImpressionWanted(NamedTuple):
    """Query a push notification's impression (section Push Notifications, Get Impression Data)."""

    impression_id: str


Query: TypeAlias = (
    SurveyResponseWanted
    | SurveyInviteWanted
    | SurveyAccepted
    | SurveyUrlWanted
    | SurveyStateWanted
    | NotificationWanted
    | PushImpressionWanted
)


class Answer(NamedTuple):
    """The answer to a query: a value, or an error."""

    value: Any = None
    error: UserWiseError | None = None
