"""The clients on their stand-ins: what is sent, what comes back, and what is raised."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwclient import ArgumentError, ConnectionFailed, Reply, ReplyError
from uwclient.partners import crowdtwist
from uwclient.partners.crowdtwist import CrowdTwist, IdType
from uwclient.partners.errors import (
    AccessRefused,
    NotFound,
    PageLimit,
    PartnerError,
    PartnerFailed,
    PeriodTooLong,
    TooManyRequests,
)
from uwclient.partners.pico import Pico
from uwclient.partners.shoplive import LONGEST_PERIOD, Shoplive, Window, weeks
from uwclient.partners.testing import (
    CrowdTwistStandIn,
    PicoStandIn,
    ShopliveStandIn,
    crowdtwist_activity,
    pico_participant,
)

START = datetime(2026, 1, 5, tzinfo=UTC)


def quick(seconds: float) -> None:
    """Wait for nothing."""


def test_pico_over_loopback() -> None:
    with PicoStandIn() as stand_in, Pico(stand_in.auth, host=stand_in.url) as client:
        stand_in.widgets["2448"] = [{"id": "7", "is_game": True}, {"id": 8, "is_game": False}]
        stand_in.participants["7"] = [pico_participant(str(number), correct=number) for number in range(120)]
        assert [widget.id for widget in client.widgets(2448)] == ["7"]
        assert [widget.id for widget in client.widgets("2448", game_only=False)] == ["7", "8"]
        page = client.page("7", limit=50, offset=100, order_by="name", order_dir="DESC")
        assert (len(page), page.total, page.offset) == (20, 120, 100)
        found = [participant.total_correct_answers for participant in client.participants(7)]
    assert found == list(range(120))
    assert "Game_only" not in stand_in.asked[0].query
    assert stand_in.asked[1].query == {"Game_only": "true"}
    assert stand_in.asked[2].query == {"order_by": "name", "order_dir": "DESC", "limit": "50", "offset": "100"}
    assert {one.headers["auth"] for one in stand_in.asked} == {"pico-auth"}


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (51, 0), (-1, 0), (10, -1)])
def test_a_page_that_pico_does_not_give_is_not_asked_for(limit: int, offset: int) -> None:
    stand_in = PicoStandIn()
    with pytest.raises(PageLimit, match=r"limit|offset"):
        Pico(stand_in.auth, transport=stand_in).page("7", limit=limit, offset=offset)
    assert stand_in.asked == []


def test_what_is_told_to_the_network_is_what_the_documents_say() -> None:
    stand_in = CrowdTwistStandIn("QWERTYUIOP")
    stand_in.activities["alice@crowdtwist.com"] = [crowdtwist_activity(64, locked=True)]
    client = CrowdTwist("QWERTYUIOP", transport=stand_in, client_id="7", environment="staging-")
    (activity,) = client.activities("alice@crowdtwist.com")
    assert (activity.is_locked_by_tier, activity.is_open) == (True, False)
    for id_type in IdType:
        client.activities("alice@crowdtwist.com", id_type)
    assert [one.query.get("id_type") for one in stand_in.asked] == [None, *IdType]
    assert repr(client) == "<CrowdTwist at https://staging-api7.crowdtwist.com>"
    with pytest.raises(ArgumentError, match="id_type must be one of"):
        client.activities("alice", "email")


@pytest.mark.parametrize("part", ["evil.example/", "a@b", "x:1", "é"])
def test_a_client_id_cannot_lead_to_another_host(part: str) -> None:
    with pytest.raises(ArgumentError, match="part of the host"):
        CrowdTwist("key", client_id=part)


@pytest.mark.parametrize(("code", "kind"), crowdtwist.ERRORS.items())
@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_each_documented_error_is_an_exception_of_its_own(code: str, kind: type[PartnerError], status: int) -> None:
    stand_in = CrowdTwistStandIn()
    client = CrowdTwist("crowdtwist-key", transport=stand_in, retries=0)
    body = {"error": code, "message": "User alice@crowdtwist.com with crowdtwist-key does not exist"}
    stand_in.fail(Reply.of(status, json.dumps(body).encode()))
    with pytest.raises(kind) as raised:
        client.activities("some-user-id", IdType.THIRD_PARTY_ID)
    assert (raised.value.code, raised.value.status) == (code, status)
    for private in ("alice", "crowdtwist-key", "some-user-id"):
        assert private not in str(raised.value)


def test_the_stand_in_refuses_as_documented() -> None:
    stand_in = CrowdTwistStandIn()
    stand_in.activities["empty"] = []
    client = CrowdTwist(stand_in.api_key, transport=stand_in, retries=0)
    with pytest.raises(crowdtwist.ParamError, match="User does not exist"):
        client.activities("nobody")
    with pytest.raises(crowdtwist.NoData, match="no activities"):
        client.activities("empty")
    with pytest.raises(crowdtwist.InvalidAuth, match="Invalid access credentials"):
        CrowdTwist("another", transport=stand_in).activities("empty")


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, AccessRefused), (403, AccessRefused), (404, NotFound), (429, TooManyRequests), (503, PartnerFailed)],
)
def test_each_status_is_an_exception(status: int, kind: type[PartnerError]) -> None:
    stand_in = ShopliveStandIn()
    client = Shoplive(stand_in.access_key, stand_in.token, host=stand_in.url, transport=stand_in, retries=0)
    stand_in.fail(Reply.of(status, b"{}"))
    with pytest.raises(kind) as raised:
        client.campaign_stats(START, START + timedelta(days=1))
    assert stand_in.access_key not in str(raised.value)
    assert stand_in.token not in repr(client)


def test_a_request_that_fails_is_repeated() -> None:
    stand_in = PicoStandIn()
    stand_in.participants["7"] = [pico_participant("1")]
    client = Pico(stand_in.auth, transport=stand_in, sleep=quick)
    stand_in.fail(Reply.of(503), ConnectionFailed("cut", reached=True), Reply.of(200, b"<html>"))
    assert len(client.page(7)) == 1
    assert len(stand_in.asked) == 4
    with pytest.raises(NotFound):
        client.page("another")
    assert len(stand_in.asked) == 5


def test_a_reply_that_does_not_fit_names_the_place() -> None:
    stand_in = PicoStandIn()
    stand_in.participants["7"] = [pico_participant("1"), {**pico_participant("2"), "date_added": "yesterday"}]
    with pytest.raises(ReplyError, match=r"\.data\.users\[1\]\.date_added: expected a whole number"):
        Pico(stand_in.auth, transport=stand_in, retries=0).page("7")


def row(key: str, viewers: int) -> dict[str, Any]:
    return {"campaignKey": key, "totalViewers": viewers}


def test_a_long_period_gives_a_row_for_each_campaign_and_week() -> None:
    with ShopliveStandIn() as stand_in:
        stand_in.stats = lambda start, end: [row("spring", (start - START).days), row("summer", 1)]
        client = Shoplive(stand_in.access_key, stand_in.token, host=stand_in.url)
        rows = list(client.weekly_stats(START, START + timedelta(days=17)))
        only = list(client.weekly_stats(START, START + timedelta(days=17), campaign_keys=["spring", "autumn"]))
        client.close()
    assert [(one.stats.campaign_key, one.stats.total_viewers) for one in rows] == [
        *(("spring", 0), ("summer", 1)),
        *(("spring", 7), ("summer", 1)),
        *(("spring", 14), ("summer", 1)),
    ]
    assert rows[-1].window == Window(START + timedelta(days=14), START + timedelta(days=17))
    assert [one.stats.campaign_key for one in only] == ["spring"] * 3
    assert stand_in.asked[0].query == {"from": "2026-01-05T00:00:00Z", "to": "2026-01-12T00:00:00Z"}
    assert stand_in.asked[-1].query["campaignKeys"] == "spring,autumn"


def test_one_call_is_about_one_week_at_most() -> None:
    stand_in = ShopliveStandIn()
    client = Shoplive(stand_in.access_key, stand_in.token, host=stand_in.url, transport=stand_in)
    east = timezone(timedelta(hours=9))
    assert client.campaign_stats(START.astimezone(east), START + LONGEST_PERIOD) == ()
    assert stand_in.asked[-1].query["from"] == "2026-01-05T00:00:00Z"
    with pytest.raises(PeriodTooLong, match="weekly_stats"):
        client.campaign_stats(START, START + LONGEST_PERIOD + timedelta(seconds=1))
    for start, end in ((START, START), (START, START.replace(tzinfo=None)), (START + timedelta(days=1), START)):
        with pytest.raises(ArgumentError):
            client.weekly_stats(start, end)
    for keys in (["a,b"], [""], "spring"):
        with pytest.raises(ArgumentError, match="campaign_keys"):
            client.campaign_stats(START, START + timedelta(days=1), campaign_keys=keys)


@given(seconds=st.integers(1, 10**8), start=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_the_weeks_of_a_period_have_no_gap(seconds: int, start: datetime) -> None:
    whole = Window(start.replace(tzinfo=UTC), start.replace(tzinfo=UTC) + timedelta(seconds=seconds))
    found = list(weeks(whole))
    assert (found[0].start, found[-1].end) == whole
    assert all(before.end == after.start for before, after in itertools.pairwise(found))
    assert all(one.end - one.start == LONGEST_PERIOD for one in found[:-1])
    assert timedelta(0) < found[-1].end - found[-1].start <= LONGEST_PERIOD
