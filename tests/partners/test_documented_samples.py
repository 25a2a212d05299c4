"""Each sample of the documents is read value by value, and each field says where it comes from."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any

import pytest

from tests.partners.conftest import sample
from uwclient import DataError, Reply
from uwclient.partners import crowdtwist, growsurf, pico, record, shoplive
from uwclient.partners.crowdtwist import (
    ActivityTag,
    ActivityType,
    BonusCampaign,
    Category,
    CrowdTwist,
    FrequencyPeriod,
    Segment,
)
from uwclient.partners.growsurf import CampaignEnded, NewParticipantAdded, ParticipantReachedAGoal, read_event
from uwclient.partners.pico import Pico
from uwclient.partners.record import Record
from uwclient.partners.shoplive import Shoplive

HERE = "http://127.0.0.1:9"
SINCE = datetime(1970, 1, 1, tzinfo=UTC)


class Says:
    """A partner that always says the same."""

    def __init__(self, body: bytes, status: int = 200) -> None:
        self.body = body
        self.status = status

    def send(self, request: object) -> Reply:
        return Reply.of(self.status, self.body)


def records(value: Any) -> Iterator[Record]:
    """A record and those within it."""
    if isinstance(value, Record):
        yield value
        for one in fields(value):
            yield from records(getattr(value, one.name))
    elif isinstance(value, tuple):
        for inner in value:
            yield from records(inner)


def plain(value: Any) -> Any:
    """A value of a record as JSON would have it; a time as an aware datetime."""
    if isinstance(value, Record):
        return dict(value.raw)
    if isinstance(value, IntEnum):
        return int(value)
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return dict(value) if hasattr(value, "keys") else value


def fits(value: Any, told: Any) -> bool:
    """Whether a value of a record is what the document says."""
    if isinstance(value, datetime):
        assert value.utcoffset() == timedelta(0)
        if isinstance(told, str):
            return value == datetime.fromisoformat(told)
        return (value - SINCE) / timedelta(seconds=1) in (told, told / 1000)
    return plain(value) == told or str(value) == str(told)


def check_every_value(value: Any) -> None:
    """Check that each value that a record came with is in one of its fields, and the same."""
    for one in records(value):
        by_key = {(each.metadata["key"] or each.name): each.name for each in fields(one) if "read" in each.metadata}
        assert set(one.raw) <= set(by_key), f"{type(one).__name__} has no field for all of {set(one.raw)}"
        for key, told in one.raw.items():
            if told is not None:
                assert fits(getattr(one, by_key[key]), told), f"{key}: {getattr(one, by_key[key])!r} is not {told!r}"


def test_the_widgets_of_pico() -> None:
    (widget,) = Pico("auth", host=HERE, transport=Says(sample("pico_widgets"))).widgets(2448)
    check_every_value(widget)
    assert dict(widget.raw) == json.loads(sample("pico_widgets"))["data"][0]
    assert (widget.id, widget.type, widget.is_game) == ("1635320259340", "TriviaGame", True)
    assert widget.valid_platforms == ("Facebook", "PicoMessenger", "Twitter")
    assert widget.created_time == datetime(2021, 10, 27, 7, 36, 21, tzinfo=UTC)
    assert widget.position == {"top": 25, "left": 25}


def test_the_participants_of_pico() -> None:
    page = Pico("auth", host=HERE, transport=Says(sample("pico_participants"))).page(1635320259340)
    (participant,) = page
    check_every_value(participant)
    assert (page.total, page.to_send, len(page)) == (1, 0, 1)
    assert participant.total_correct_answers == 1
    assert [label.id for label in participant.user.labels] == ["809", "751", "736"]
    assert participant.user.labels[0].value == "2021-11-17 20:37:45"
    assert participant.user.timezone == -2
    (question,) = participant.items
    assert (question.question_id, question.is_correct) == ("1635320236872", True)
    assert [(answer.id, answer.is_correct) for answer in question.answers] == [
        ("1635320193152", None),
        ("1635842379074", None),
    ]
    assert question.start_time == datetime(2021, 11, 17, 20, 38, 15, 465000, tzinfo=UTC)
    assert participant.date_updated == datetime(2021, 11, 17, 20, 38, 31, tzinfo=UTC)


def test_the_statistics_of_shoplive() -> None:
    client = Shoplive("a1b2c3d4", "token", host=HERE, transport=Says(sample("shoplive_stats")))
    start = datetime(2022, 7, 8, tzinfo=UTC)
    (stats,) = client.campaign_stats(start, start + timedelta(days=7))
    check_every_value(stats)
    assert stats.started_at == datetime(2022, 7, 8, 6, 21, 6, tzinfo=UTC)
    assert (stats.average_viewing_time, stats.total_viewing_time) == (15, 1_851_840)
    assert "a1b2c3d4" not in repr(stats)


def test_a_goal_that_was_reached_comes_through_with_the_missing_comma() -> None:
    body = sample("growsurf_participant_reached_a_goal")
    with pytest.raises(DataError, match="not JSON"):
        read_event(body)
    event = read_event(body.replace(b'"bar""amount"', b'"bar","amount"'))
    check_every_value(event)
    assert isinstance(event, ParticipantReachedAGoal)
    assert event.created_at == datetime(2019, 5, 20, 9, 40, 2, 613000, tzinfo=UTC)
    assert event.reward.metadata == {"foo": "bar", "amount": "$25", "points": "1000"}
    assert (event.reward.approved, event.reward.is_referrer, event.reward.limit) == (True, True, 3)
    assert event.participant.metadata["piedPiperUserId"] == "12a39-8aajd-1dwiq"


def test_a_participant_who_joins_comes_through_with_the_rank_that_is_text() -> None:
    event = read_event(sample("growsurf_new_participant_added"))
    check_every_value(event)
    assert isinstance(event, NewParticipantAdded)
    assert event.participant.referrer is not None
    assert (event.participant.rank, event.participant.referrer.rank) == (762, 9)
    assert event.participant.referrer.raw["rank"] == "9"
    assert "gavin" not in repr(event)


def test_a_campaign_that_ends_says_that_its_winners_are_cut() -> None:
    event = read_event(sample("growsurf_campaign_ended"))
    check_every_value(event)
    assert isinstance(event, CampaignEnded)
    assert (event.campaign.winner_count, len(event.campaign.winners)) == (1673, 1)
    assert event.campaign.winners_are_cut
    assert event.campaign.status == "COMPLETE"


ACTIVITY: dict[str, Any] = {
    "id": 64,
    "name": "watched a video",
    "title": "Watched A Video",
    "description": "Watched A Video",
    "num_points": 25,
    "image": "https://crowdtwist.com/img/v2/image.jpg",
    "category_id": 3,
    "category_name": "Interact",
    "type_id": 7,
    "type_name": "Your Site",
    "activity_channel_id": None,
    "activity_channel_name": None,
    "freq_cap": 1,
    "freq_period_id": 2,
    "freq_period_name": "One Calendar Day",
    "freq_num_required_attempts": None,
    "redirect_url": "www.crowdtwist.com",
    "points_on_click": True,
    "action_tags": None,
    "extra_data": None,
    "public_title": "Watch A Video",
    "public_description": "Daily Points for every video!",
    "date_start": 1508167798,
    "date_end": 1510846197,
    "min_tier_id": None,
    "is_hidden_by_tier": False,
    "is_locked_by_tier": False,
    "campaigns": {"title": "Winter bonus points campaign", "multiplier": 3.0, "point_gift": 50},
    "segment": {"name": "New York Members", "subscription_id": 2},
    "activity_tags": [{"tag_name": "Retail", "tag_id": 2}],
}
"""The table of the document, which has no JSON, with its sample values."""


@pytest.mark.parametrize("as_text", [False, True])
@pytest.mark.parametrize("wrapped", [lambda one: [one], lambda one: {"activities": [one]}])
def test_an_activity_of_crowdtwist(as_text: bool, wrapped: Any) -> None:
    told = {
        key: str(value).lower() if as_text and isinstance(value, (int, bool)) else value
        for key, value in ACTIVITY.items()
    }
    client = CrowdTwist("QWERTYUIOP", host=HERE, transport=Says(json.dumps(wrapped(told)).encode()))
    (activity,) = client.activities("alice@crowdtwist.com")
    assert activity.id == 64
    assert activity.category_id is Category.INTERACT
    assert (activity.type_id, activity.type_name) == (ActivityType.CHECK_IN, "Your Site")
    assert activity.freq_period_id is FrequencyPeriod.ONE_CALENDAR_DAY
    assert activity.activity_channel_id is None
    assert activity.date_start == datetime(2017, 10, 16, 15, 29, 58, tzinfo=UTC)
    assert activity.campaigns == (BonusCampaign(title="Winter bonus points campaign", multiplier=3.0, point_gift=50),)
    assert activity.segment == Segment(name="New York Members", subscription_id=2)
    assert activity.activity_tags == (ActivityTag(tag_name="Retail", tag_id=2),)
    assert activity.is_open
    if not as_text:
        for one in fields(activity):
            if "read" in one.metadata and one.name != "campaigns" and ACTIVITY[one.name] is not None:
                assert fits(getattr(activity, one.name), ACTIVITY[one.name])
        assert set(ACTIVITY) == {one.name for one in fields(activity)} - {"raw"}


@pytest.mark.parametrize("table", [Category, ActivityType, FrequencyPeriod, crowdtwist.Channel])
def test_a_code_that_no_table_has_is_kept(table: type[record.Code]) -> None:
    unknown = table(99)
    assert (unknown, unknown.name, unknown.is_known) == (99, "UNKNOWN", False)
    assert unknown == table(99)
    assert all(one.is_known for one in table)
    assert len(table) == max(table)
    with pytest.raises(ValueError, match=r"99\.5"):
        table(99.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("module", [pico, crowdtwist, shoplive, growsurf], ids=lambda module: str(module.__name__))
def test_each_field_has_a_type_and_a_sentence_with_its_source(module: Any) -> None:
    described = 0
    for node in ast.parse(inspect.getsource(module)).body:
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        for field, after in zip(node.body, [*node.body[1:], None], strict=True):
            if isinstance(field, ast.AnnAssign) and isinstance(field.value, ast.Call):
                assert isinstance(field.target, ast.Name)
                place = f"{node.name}.{field.target.id}"
                assert isinstance(after, ast.Expr), f"{place} has no docstring"
                assert isinstance(after.value, ast.Constant), f"{place} has no docstring"
                keys = [one.value for one in field.value.args if isinstance(one, ast.Constant)]
                key = str(keys[0]) if keys else field.target.id
                assert f"(`{key}`)" in str(after.value.value), f"{place} does not name its source"
                described += 1
    assert described >= 20
