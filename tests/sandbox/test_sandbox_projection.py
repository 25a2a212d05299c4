"""What players see follows from campaigns, releases, segments, variants, languages and times: a model says so.

The model is written from the documentation, and knows nothing of the sandbox's services.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uwclient.sandbox import Sandbox
from uwclient.sandbox.services.sessions.models import SessionDetails

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
ZONES = ("Etc/UTC", "Europe/Berlin", "Pacific/Apia", "America/New_York")
TEXTS = {"greeting": {"en": "Hello", "de": "Hallo"}, "only": {"fr": "Seul"}}
STAGES = ("qa", "live")


def lists(sandbox: Sandbox, player_id: str, stage: str, zone: str, language: str | None) -> dict[str, list[Any]]:
    """The messages that a new session of a player sees, as (id, title) by state."""
    platform = sandbox._platform
    environment = platform.environments.of_stage(stage)
    assert environment is not None
    session = platform.sessions.start(player_id, environment, SessionDetails(language=language, timezone=zone))
    found = json.loads(platform.content.list_for(session, "messages", None).body)
    return {state: [(one["id"], one["title"]) for one in found[state]] for state in ("active", "upcoming")}


# A model of one moment.

hours = st.integers(-30, 30)
titles = st.sampled_from(["plain", "greeting", "only"])


@dataclass
class Content:
    """One message: its title, its own times in hours around noon (None: its campaign's), and its segments."""

    title: str
    start: int | None
    end: int | None
    segments: list[str]
    tested: str | None
    id: str = ""
    test_id: str = ""


@dataclass
class Campaign:
    """A campaign, the environments that it is shared with, and the state that it has in each."""

    start: int | None
    end: int | None
    local: bool
    segments: list[str]
    contents: list[Content]
    states: dict[str, str]
    variant: list[str] | None
    id: str = ""
    test_id: str = ""


segment_lists = st.lists(st.sampled_from(["rich", "named"]), unique=True, max_size=2)
contents = st.builds(Content, titles, st.none() | hours, st.none() | hours, segment_lists, st.none() | titles)
campaigns = st.builds(
    Campaign,
    st.none() | hours,
    st.none() | hours,
    st.booleans(),
    segment_lists,
    st.lists(contents, min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(STAGES), st.sampled_from(["draft", "running", "paused", "completed"])),
    st.none() | st.lists(titles, max_size=2),
)


def at(hour: int | None) -> str | None:
    return None if hour is None else (NOON + timedelta(hours=hour)).isoformat()


def clipped(campaign: Campaign) -> None:
    """Make the times of a campaign possible: no end before a start, and those of content within it."""
    if campaign.start is not None and campaign.end is not None and campaign.end < campaign.start:
        campaign.start, campaign.end = campaign.end, campaign.start
    for one in campaign.contents:
        for edge in ("start", "end"):
            value = getattr(one, edge)
            if value is not None:
                value = value if campaign.start is None else max(value, campaign.start)
                value = value if campaign.end is None else min(value, campaign.end)
                setattr(one, edge, value)


def build(sandbox: Sandbox, campaign: Campaign, ids: dict[str, str]) -> None:
    """Make the campaign in dev, share it, and bring it into its states."""
    operations = sandbox.campaigns
    campaign.id = operations.create(
        start_at=at(campaign.start),
        end_at=at(campaign.end),
        start_at_tz="player_local" if campaign.local else "utc",
        segment_ids=[ids[name] for name in campaign.segments],
    )
    for one in campaign.contents:
        delivery: dict[str, Any] = {"segment_ids": [ids[name] for name in one.segments]}
        for edge in ("start", "end"):
            if getattr(one, edge) is not None:
                delivery |= {f"{edge}_at_type": "concrete", f"{edge}_at_time": at(getattr(one, edge))}
        one.id = operations.add_content(campaign.id, "message", content={"title": one.title}, delivery=delivery)
        if one.tested is not None:
            variants = [
                {"name": "a", "percentage": 50, "control_group": True},
                {"name": "b", "percentage": 50, "fields": {"title": one.tested}},
            ]
            one.test_id = sandbox.ab_tests.define(campaign.id, variants, one.id)
    if campaign.variant is not None:
        other = [{"type": "message", "content": {"title": title}} for title in campaign.variant]
        variants = [
            {"name": "x", "percentage": 30, "contents": other},
            {"name": "y", "percentage": 70, "control_group": True},
        ]
        campaign.test_id = sandbox.ab_tests.define(campaign.id, variants)
    for stage, state in campaign.states.items():
        sandbox.releases.share(campaign.id, stage, run=state != "draft")
        if state in ("paused", "completed"):
            (operations.pause if state == "paused" else operations.complete)(campaign.id, stage)


def place_of(test_id: str, player_id: str) -> int:
    return int(hashlib.sha256((test_id + player_id).encode()).hexdigest(), 16) % 100


def translated(title: str, language: str | None) -> str:
    texts = TEXTS.get(title)
    return title if texts is None else texts.get(language or "en", texts.get("en", next(iter(texts.values()))))


def instant(hour: int, campaign: Campaign, zone: str) -> datetime:
    moment = NOON + timedelta(hours=hour)
    return moment.replace(tzinfo=ZoneInfo(zone)) if campaign.local else moment


def shown(
    campaign: Campaign,
    stage: str,
    player_id: str,
    member_of: set[str],
    zone: str,
    language: str | None,
    now: datetime,
) -> Iterator[tuple[str, str, str]]:
    """(state, id, title) of everything that a player sees of one campaign; the id of a variant's content is ""."""
    if campaign.states.get(stage) != "running" or (campaign.segments and not member_of & {*campaign.segments}):
        return
    listed = campaign.contents
    if campaign.variant is not None and place_of(campaign.test_id, player_id) < 30:
        listed = [Content(title, None, None, [], None) for title in campaign.variant]
    for one in listed:
        if one.segments and not member_of & {*one.segments}:
            continue
        start = one.start if one.start is not None else campaign.start
        end = one.end if one.end is not None else campaign.end
        if end is not None and instant(end, campaign, zone) <= now:
            continue
        begun = start is None or instant(start, campaign, zone) <= now
        title = one.tested if one.tested is not None and place_of(one.test_id, player_id) >= 50 else one.title
        yield "active" if begun else "upcoming", one.id, translated(title, language)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    made=st.lists(campaigns, min_size=1, max_size=4),
    players=st.lists(
        st.tuples(st.sampled_from(["anna", "bert", "carl"]), st.integers(0, 10), st.sampled_from(STAGES)),
        min_size=1,
        max_size=4,
    ),
    zone=st.sampled_from(ZONES),
    language=st.sampled_from([None, "de", "en", "fr"]),
    moments=st.lists(st.integers(-40, 60), min_size=1, max_size=4),
)
def test_what_a_player_sees_is_what_the_model_says(
    made: list[Campaign], players: list[tuple[str, int, str]], zone: str, language: str | None, moments: list[int]
) -> None:
    made = copy.deepcopy(made)
    sandbox = Sandbox({"clock": (NOON - timedelta(days=3)).isoformat(), "localizations": TEXTS})
    sandbox.define_segment("rich", attributes=[{"name": "coins", "operator": "greater_than", "values": [5]}])
    sandbox.define_segment("named", players=["anna"], exclude=["bert"])
    platform = sandbox._platform
    ids = {row["name"]: row["id"] for row in platform.segments.all(platform.environments.dev.id)}
    for campaign in made:
        clipped(campaign)
        build(sandbox, campaign, ids)
    for moment in moments:
        now = NOON + timedelta(hours=moment, minutes=1)
        sandbox.clock.set(now)
        for player_id, coins, stage in players:
            sandbox.player(player_id).set_attributes(coins=coins)
            member_of = ({"rich"} if coins > 5 else set()) | ({"named"} if player_id == "anna" else set())
            expected: dict[str, list[Any]] = {"active": [], "upcoming": []}
            for campaign in made:
                for state, content_id, title in shown(campaign, stage, player_id, member_of, zone, language, now):
                    expected[state].append((content_id, title))
            own = {one.id for campaign in made for one in campaign.contents}
            seen = lists(sandbox, player_id, stage, zone, language)
            for state, rows in seen.items():
                assert sorted((one if one in own else "", title) for one, title in rows) == sorted(expected[state])
