"""Owns the shapes of what a game asks the platform and waits for, and of the answers."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from uwclient.errors import UserWiseError


class SurveyResponseWanted(NamedTuple):
    """The id of the player's response to a survey (section Surveys Entry, Survey Response ID)."""

    survey_id: str


class SurveyInviteWanted(NamedTuple):
    """The id of an invitation to a survey."""

    response_id: str


class SurveyAccepted(NamedTuple):
    """The player wants to take the survey; the answer has no value."""

    response_id: str
    invite_id: str


class SurveyUrlWanted(NamedTuple):
    """Where the survey's page is (section Surveys Entry, Survey Entry URL Generation)."""

    response_id: str


class SurveyStateWanted(NamedTuple):
    """How far a response is. Not documented: a platform that cannot tell answers with 404."""

    response_id: str


class NotificationWanted(NamedTuple):
    """A push notification (section Push Notifications, Get Push Notification Data)."""

    notification_id: str


class PushImpressionWanted(NamedTuple):
    """An impression of one (section Push Notifications, Get Impression Data)."""

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
    """What came of it: a value, or the error that came instead."""

    value: Any = None
    error: UserWiseError | None = None
