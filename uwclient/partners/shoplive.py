"""Shoplive: the statistics of campaigns between two moments (Retrieve campaign stats)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import MISSING, dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Unpack

from uwclient.errors import ArgumentError
from uwclient.partners.calling import PartnerClient, Way, check_header
from uwclient.partners.errors import PeriodTooLong
from uwclient.partners.record import Record, iso_time, many, number, one, text, told, whole

LONGEST_PERIOD = timedelta(weeks=1)
"""What one call may be about at most, as documented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignStats(Record):
    """What is counted of a campaign in a period. The source of all fields is the table of the reply 200.

    Viewers are people: the same ones may be in two periods, so they cannot be added up, and averages cannot either.
    """

    campaign_id: str | None = told(text, "campaignId")
    """The id of the campaign (`campaignId`)."""
    campaign_key: str | None = told(text, "campaignKey")
    """The key of the campaign (`campaignKey`)."""
    access_key: str | None = told(text, "accessKey", private=True)
    """The customer's access key (`accessKey`)."""
    title: str | None = told(text)
    """The title of the campaign (`title`)."""
    scheduled_at: datetime | None = told(iso_time, "scheduledAt")
    """When it was to start (`scheduledAt`)."""
    started_at: datetime | None = told(iso_time, "startedAt")
    """When it started (`startedAt`)."""
    ended_at: datetime | None = told(iso_time, "endedAt")
    """When it ended (`endedAt`)."""
    total_viewers: int = told(whole, "totalViewers", default=0)
    """How many people watched (`totalViewers`)."""
    total_login_viewers: int = told(whole, "totalLoginViewers", default=0)
    """How many of them had logged in (`totalLoginViewers`)."""
    peak_concurrent_viewers: int = told(whole, "peakConcurrentViewers", default=0)
    """How many watched at the same time at most (`peakConcurrentViewers`)."""
    new_login_viewers: int = told(whole, "newLoginViewers", default=0)
    """How many logged in for the first time (`newLoginViewers`)."""
    average_viewing_time: float = told(number, "averageViewingTime", default=0)
    """How long one person watched; the unit is not documented (`averageViewingTime`)."""
    total_viewing_time: int = told(whole, "totalViewingTime", default=0)
    """How long all of them watched together, in the same unit (`totalViewingTime`)."""
    likes: int = told(whole, default=0)
    """How many likes there were (`likes`)."""
    like_viewers: int = told(whole, "likeViewers", default=0)
    """How many people liked (`likeViewers`)."""
    average_likes: float = told(number, "averageLikes", default=0)
    """Likes for each of them (`averageLikes`)."""
    chats: int = told(whole, default=0)
    """How many lines were written (`chats`)."""
    chat_viewers: int = told(whole, "chatViewers", default=0)
    """How many people wrote (`chatViewers`)."""
    average_chats: float = told(number, "averageChats", default=0)
    """Lines for each of them (`averageChats`)."""
    product_clicks: int = told(whole, "productClicks", default=0)
    """How often products were clicked (`productClicks`)."""
    product_click_viewers: int = told(whole, "productClickViewers", default=0)
    """How many people clicked them (`productClickViewers`)."""
    average_product_clicks: float = told(number, "averageProductClicks", default=0)
    """Clicks for each of them (`averageProductClicks`)."""
    banner_clicks: int = told(whole, "bannerClicks", default=0)
    """How often banners were clicked (`bannerClicks`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Results(Record):
    results: tuple[CampaignStats, ...] = told(many(one(CampaignStats)), default=MISSING)


class Window(NamedTuple):
    """A period: `start` is in it, `end` is not."""

    start: datetime
    end: datetime


class CampaignWeek(NamedTuple):
    """What is counted of one campaign in one week, or in what is left of a period.

    Attributes:
        window: the period.
        stats: what is counted in it.

    """

    window: Window
    stats: CampaignStats


class Shoplive(PartnerClient):
    """Asks Shoplive for the statistics of campaigns.

    Args:
        access_key: the customer's access key, a part of the path.
        token: what follows "Bearer" in the header Authorization.
        host: where Shoplive is, which is not documented.
        way: see `uwclient.partners.calling.Way`.

    Raises:
        ArgumentError: a wrong argument.

    """

    def __init__(self, access_key: str, token: str, *, host: str, **way: Unpack[Way]) -> None:
        headers = {"Authorization": f"Bearer {check_header('token', token, 'the bearer token')}"}
        super().__init__("Shoplive", host, headers=headers, secrets=(access_key, token), way=way)
        self._access_key = check_header("access_key", access_key, "the customer's access key")

    def campaign_stats(
        self, start: datetime, end: datetime, *, campaign_keys: Sequence[str] = ()
    ) -> tuple[CampaignStats, ...]:
        """Get what is counted between two moments: GET /v2/{accessKey}/campaign/stats.

        Args:
            start: the first moment (aware); Shoplive knows whole seconds only, so the rest is cut off both.
            end: the moment after the last; at most one week later.
            campaign_keys: only these campaigns; all of them without any.

        Raises:
            PeriodTooLong: it is more than one week; `weekly_stats` takes any period.

        """
        window = _window(start, end)
        if window.end - window.start > LONGEST_PERIOD:
            raise PeriodTooLong("A call may be about one week at most: use weekly_stats for a longer period.")
        return self._stats(window, _keys(campaign_keys))

    def weekly_stats(
        self, start: datetime, end: datetime, *, campaign_keys: Sequence[str] = ()
    ) -> Iterator[CampaignWeek]:
        """Yield a row for each campaign and week of any period; the last week may be shorter.

        Weeks are counted from `start`; each begins where the one before ends. Nothing is added up: averages, peaks
        and people are those of a week. Arguments as those of `campaign_stats`.
        """
        keys, whole = _keys(campaign_keys), _window(start, end)
        return (CampaignWeek(window, stats) for window in weeks(whole) for stats in self._stats(window, keys))

    def _stats(self, window: Window, keys: str | None) -> tuple[CampaignStats, ...]:
        query = {"from": _written(window.start), "to": _written(window.end), "campaignKeys": keys}
        path = "/v2/{access_key}/campaign/stats"
        return self._get(path, {"access_key": self._access_key}, query, _Results.read).results


def weeks(whole: Window) -> Iterator[Window]:
    """Yield the weeks of a period, without a gap; the last one may be shorter."""
    start = whole.start
    while start < whole.end:
        end = whole.end if whole.end - start <= LONGEST_PERIOD else start + LONGEST_PERIOD
        yield Window(start, end)
        start = end


def _window(start: datetime, end: datetime) -> Window:
    for name, moment in (("start", start), ("end", end)):
        if moment.utcoffset() is None:
            raise ArgumentError(f"{name} has no time zone: give an aware datetime, such as one with tzinfo=UTC.")
    window = Window(*(moment.astimezone(UTC).replace(microsecond=0) for moment in (start, end)))
    if window.start >= window.end:
        raise ArgumentError("start must be before end, by one second or more.")
    return window


def _keys(campaign_keys: Sequence[str]) -> str | None:
    if isinstance(campaign_keys, str) or any(not key or "," in key for key in campaign_keys):
        raise ArgumentError("campaign_keys must be a list of keys, none of them empty or with a comma in it.")
    return ",".join(campaign_keys) or None


def _written(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
