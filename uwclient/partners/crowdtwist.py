"""CrowdTwist: the loyalty activities of a user (User Activities - Extended, legacy)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Unpack

from uwclient.errors import ArgumentError
from uwclient.partners.calling import PartnerClient, Way, check_header
from uwclient.partners.errors import PartnerError
from uwclient.partners.record import (
    Code,
    Record,
    anything,
    code,
    flag,
    many,
    number,
    one,
    seconds,
    text,
    told,
    whole,
)


class IdType(StrEnum):
    """What kind of id a user is named by (query parameter `id_type`).

    An e-mail address is documented as an id, too, and has no name here: as in the documents' sample, it is sent
    without a type.
    """

    FACEBOOK_USER_ID = "facebook_user_id"
    TWITTER_USER_ID = "twitter_user_id"
    ID = "id"
    THIRD_PARTY_ID = "third_party_id"
    USERNAME = "username"
    MOBILE_PHONE_NUMBER = "mobile_phone_number"


class Category(Code):
    """The table of `category_id`."""

    SHARE = 1
    SOCIALIZE = 2
    INTERACT = 3
    BUY = 4


class ActivityType(Code):
    """The table of `type_id`. The documents' sample contradicts it: 7 there is "Your Site", here "Check-In"."""

    FACEBOOK = 1
    MERCHANDISE = 2
    MUSIC = 3
    TICKETS = 4
    TWITTER = 5
    YOUR_SITE = 6
    CHECK_IN = 7
    CODE_REDEMPTION = 8


class Channel(Code):
    """The table of `activity_channel_id`."""

    AD_HOC_POINTS = 1
    CODE_REDEMPTION_CGP = 2
    CODE_REDEMPTION_OTHER = 3
    CONTENT_CREATION_AND_SHARE = 4
    CONTENT_DOWNLOAD = 5
    DONATION = 6
    EMAIL_OPEN_OR_CLICK = 7
    EMAIL_SENT_FROM_MEMBER_VIA_PROGRAM = 8
    FACEBOOK = 9
    FOURSQUARE = 10
    GAME_PLAYED = 11
    INSTAGRAM = 12
    MOBILE_CLIENT_APP = 13
    MOBILE_PARTNER_APP = 14
    PROGRAM_LOGIN = 15
    PURCHASE_MERCHANDISE = 16
    PURCHASE_SEASON_TICKET_OR_SUBSCRIPTION = 17
    PURCHASE_TICKET = 18
    REGISTRATION_AND_PROFILE = 19
    REWARD_REDEMPTION = 20
    SURVEY = 21
    SWEEPS = 22
    TWITTER = 23
    WEB_CLIENT_SITE_ACTIVITY = 24
    WEB_OTHER_SITE_ACTIVITY = 25
    WEB_PARTNER_SITE_ACTIVITY = 26


class FrequencyPeriod(Code):
    """The table of `freq_period_id`; those with a comment are documented as inactive."""

    HOURS_24 = 1  # inactive
    ONE_CALENDAR_DAY = 2
    SEVEN_CALENDAR_DAYS = 3  # inactive
    ONE_CALENDAR_WEEK = 4
    LIFETIME = 5
    ONE_CALENDAR_MONTH = 6
    ONE_CALENDAR_YEAR = 7  # inactive
    DAYS_365 = 8  # inactive
    DAYS_30 = 9  # inactive
    DAYS_90 = 10
    DAYS_180 = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class BonusCampaign(Record):
    """A bonus points campaign of an activity (Response Body: `campaigns`)."""

    title: str | None = told(text)
    """Its title (`title`)."""
    multiplier: float | None = told(number)
    """What the points are multiplied by; documented as an integer, with the sample 3.0 (`multiplier`)."""
    point_gift: int | None = told(whole)
    """The points that are given besides (`point_gift`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment(Record):
    """The segment that an activity is for (Response Body: `segment`)."""

    name: str | None = told(text)
    """Its name (`name`)."""
    subscription_id: int | None = told(whole)
    """Its id (`subscription_id`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityTag(Record):
    """A tag of an activity (Response Body: `activity_tags`)."""

    tag_name: str | None = told(text)
    """Its name (`tag_name`)."""
    tag_id: int | None = told(whole)
    """Its id (`tag_id`)."""


def _campaigns(value: Any) -> tuple[BonusCampaign, ...]:
    """Read bonus campaigns: documented as an object, and described as several."""
    read = one(BonusCampaign)
    return many(read)(value) if isinstance(value, list) else (read(value),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Record):
    """An activity that is available to a user. The source of all fields is the table Response Body."""

    id: int = told(whole, default=MISSING)
    """CrowdTwist's id of it (`id`)."""
    name: str | None = told(text)
    """Its name (`name`)."""
    title: str | None = told(text)
    """Its title (`title`)."""
    description: str | None = told(text)
    """What it is (`description`)."""
    num_points: int | None = told(whole)
    """The points that it is worth (`num_points`)."""
    image: str | None = told(text)
    """The URL of its image (`image`)."""
    category_id: Category | None = told(code(Category))
    """Its category (`category_id`)."""
    category_name: str | None = told(text)
    """The name of its category (`category_name`)."""
    type_id: ActivityType | None = told(code(ActivityType))
    """Its type (`type_id`); where it contradicts `type_name`, as in the documents' sample, both are kept."""
    type_name: str | None = told(text)
    """The name of its type (`type_name`)."""
    activity_channel_id: Channel | None = told(code(Channel))
    """Its channel (`activity_channel_id`)."""
    activity_channel_name: str | None = told(text)
    """The name of its channel (`activity_channel_name`)."""
    freq_cap: int | None = told(whole)
    """How often a member can complete it in a period (`freq_cap`)."""
    freq_period_id: FrequencyPeriod | None = told(code(FrequencyPeriod))
    """The period before points can be earned again (`freq_period_id`)."""
    freq_period_name: str | None = told(text)
    """The name of that period (`freq_period_name`)."""
    freq_num_required_attempts: int | None = told(whole)
    """How often it must be completed before there are points (`freq_num_required_attempts`)."""
    redirect_url: str | None = told(text)
    """Where a member is taken who selects its title (`redirect_url`)."""
    points_on_click: bool | None = told(flag)
    """Whether a click gives the points (`points_on_click`)."""
    action_tags: Any = told(anything)
    """The JavaScript tag that awards the points (`action_tags`)."""
    extra_data: Any = told(anything)
    """More of it; its form is not documented (`extra_data`)."""
    public_title: str | None = told(text)
    """The title that members see (`public_title`)."""
    public_description: str | None = told(text)
    """The description that members see (`public_description`)."""
    date_start: datetime | None = told(seconds)
    """When it starts; seconds since 1970 in JSON (`date_start`)."""
    date_end: datetime | None = told(seconds)
    """When it ends; seconds since 1970 in JSON (`date_end`)."""
    min_tier_id: str | None = told(text)
    """The lowest tier that may perform it; CrowdTwist hands out a list of the ids (`min_tier_id`)."""
    is_hidden_by_tier: bool | None = told(flag)
    """Whether the user's tier is not to see it (`is_hidden_by_tier`): do not show it."""
    is_locked_by_tier: bool | None = told(flag)
    """Whether the user's tier may not perform it yet (`is_locked_by_tier`): show it as a reason to rise."""
    campaigns: tuple[BonusCampaign, ...] = told(_campaigns, default=())
    """The bonus points campaigns that it belongs to (`campaigns`)."""
    segment: Segment | None = told(one(Segment))
    """The segment that it is for (`segment`)."""
    activity_tags: tuple[ActivityTag, ...] = told(many(one(ActivityTag)), default=())
    """Its tags (`activity_tags`)."""

    @property
    def is_open(self) -> bool:
        """Whether the user's tier lets them see and perform it."""
        return not self.is_hidden_by_tier and not self.is_locked_by_tier


class CrowdTwistError(PartnerError):
    """The base of the documented errors (Error Response Codes)."""


class InputError(CrowdTwistError):
    """`input_error`: the input is not valid, or in a wrong format."""

    advice = "The input is not accepted: check user_id and id_type."


class ParamError(CrowdTwistError):
    """`param_error`: a parameter does not fit, such as a user who does not exist."""

    advice = "A parameter is not accepted: check user_id and id_type."


class InternalError(CrowdTwistError):
    """`internal_error`: CrowdTwist has failed."""

    advice = "CrowdTwist has failed: try again later."


class NoData(CrowdTwistError):
    """`no data`: there are no activities for this client."""

    advice = "There are no activities for this client."


class InvalidAuth(CrowdTwistError):
    """`invalid_auth`: the API key is not accepted."""

    advice = "The API key is not accepted: check api_key, environment and client_id."


ERRORS: Mapping[str, type[CrowdTwistError]] = MappingProxyType(
    {
        "input_error": InputError,
        "param_error": ParamError,
        "internal_error": InternalError,
        "no data": NoData,
        "no_data": NoData,
        "invalid_auth": InvalidAuth,
    }
)
"""The exception of each documented code; "no data" is the only one without an underscore, so both are understood."""


class CrowdTwist(PartnerClient):
    """Asks CrowdTwist for the activities of users.

    Args:
        api_key: the key.
        environment: the part of the host before "api"; "" for production.
        client_id: the part of the host after it.
        host: a whole host in place of these two, such as a stand-in.
        way: see `uwclient.partners.calling.Way`.

    Raises:
        ArgumentError: a wrong argument.

    """

    def __init__(
        self,
        api_key: str,
        *,
        environment: str = "",
        client_id: str = "",
        host: str | None = None,
        **way: Unpack[Way],
    ) -> None:
        self._api_key = check_header("api_key", api_key, "the key of the client")
        where = host if host is not None else host_of(environment, client_id)
        super().__init__("CrowdTwist", where, secrets=(api_key,), codes=ERRORS, way=way)

    def activities(self, user_id: str, id_type: IdType | str | None = None) -> tuple[Activity, ...]:
        """List the activities of a user: GET /v2/users/[user_id]/activities/extended.

        The documents show no reply as JSON: an array is understood, and an object that holds it as `activities` or
        `data`.

        Args:
            user_id: the user.
            id_type: what kind of id that is; None for CrowdTwist's own, and for an e-mail address.

        Raises:
            CrowdTwistError: one of the documented errors.

        """
        if id_type is not None and id_type not in [*IdType]:
            raise ArgumentError(f"id_type must be one of {', '.join(IdType)}, or None; not {id_type!r}.")
        query = {"api_key": self._api_key, "id_type": None if id_type is None else str(id_type)}
        return self._get("/v2/users/{user_id}/activities/extended", {"user_id": user_id}, query, _activities)


def host_of(environment: str, client_id: str) -> str:
    """Return https://[environment]api[client_id].crowdtwist.com. Raises ArgumentError."""
    for name, part in (("environment", environment), ("client_id", client_id)):
        if not re.fullmatch("[A-Za-z0-9-]*", part):
            raise ArgumentError(f"{name} becomes a part of the host: it has letters, digits and hyphens only.")
    return f"https://{environment}api{client_id}.crowdtwist.com"


def _activities(told: Any) -> tuple[Activity, ...]:
    if isinstance(told, dict):
        told = told.get("activities", told.get("data"))
    found: tuple[Activity, ...] = many(one(Activity))(told)
    return found
