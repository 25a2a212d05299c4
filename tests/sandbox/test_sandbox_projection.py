"""What players see follows from campaigns, releases, segments, variants, languages and times: two models say so.

The models are written from the documentation, and know nothing of the sandbox's services.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

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


# A model of releases.


@dataclass
class Shared:
    """What an environment serves of a campaign: the titles by content, and whether it runs."""

    titles: dict[str, str]
    override: dict[str, str]
    state: str = "draft"
    served: list[str] = field(default_factory=list)


class Releases(RuleBasedStateMachine):
    """Any sequence of edits in dev, of sharing, of overrides, of campaign life, and of deletions."""

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = Sandbox({"clock": NOON.isoformat()})
        self.dev: dict[str, dict[str, str]] = {}
        self.there: dict[tuple[str, str], Shared] = {}
        self.made = 0

    def pick(self, number: int) -> str:
        return list(self.dev)[number % len(self.dev)]

    @precondition(lambda self: len(self.dev) < 3)
    @rule()
    def create(self) -> None:
        self.made += 1
        self.dev[self.sandbox.campaigns.create(name=f"campaign {self.made}")] = {}

    @precondition(lambda self: self.dev)
    @rule(number=st.integers(0, 9), title=st.text("ab", max_size=3).map("t{}".format))
    def add(self, number: int, title: str) -> None:
        campaign = self.pick(number)
        content = self.sandbox.campaigns.add_content(campaign, "message", content={"title": title})
        self.dev[campaign][content] = title

    @precondition(lambda self: any(self.dev.values()))
    @rule(number=st.integers(0, 9), title=st.text("xy", max_size=3).map("t{}".format), gone=st.booleans())
    def edit(self, number: int, title: str, gone: bool) -> None:
        pieces = [(campaign, content) for campaign, held in self.dev.items() for content in held]
        campaign, content = pieces[number % len(pieces)]
        if gone:
            self.sandbox.campaigns.delete_content(campaign, content)
            del self.dev[campaign][content]
        else:
            self.sandbox.campaigns.update_content(campaign, content, content={"title": title})
            self.dev[campaign][content] = title

    @precondition(lambda self: self.dev)
    @rule(number=st.integers(0, 9), end=st.sampled_from([None, "2026-01-01", "2030-01-01"]))
    def edit_campaign(self, number: int, end: str | None) -> None:
        """An end in the past does not reach players before it is shared; it is taken back at once."""
        campaign = self.pick(number)
        self.sandbox.campaigns.update(campaign, end_at=end, name="edited")
        self.sandbox.campaigns.update(campaign, end_at=None)

    @precondition(lambda self: self.dev)
    @rule(
        number=st.integers(0, 9),
        stage=st.sampled_from(STAGES),
        run=st.booleans(),
        override=st.none() | st.booleans(),
    )
    def share(self, number: int, stage: str, run: bool, override: bool | None) -> None:
        campaign = self.pick(number)
        shared = self.there.setdefault((campaign, stage), Shared({}, {}))
        run = run and shared.state != "completed"
        data: dict[str, Any] | None = None
        if override is not None:
            chosen = list(self.dev[campaign])[:1] if override else []
            shared.override = dict.fromkeys(chosen, "overridden")
            data = {"contents": {one: {"content": {"title": "overridden"}} for one in chosen}} if chosen else {}
        self.sandbox.releases.share(campaign, stage, run=run, override=data)
        shared.titles = {one: shared.override.get(one, title) for one, title in self.dev[campaign].items()}
        shared.state = "running" if run else shared.state

    @precondition(lambda self: self.there)
    @rule(number=st.integers(0, 9), step=st.sampled_from(["run", "pause", "complete"]))
    def live(self, number: int, step: str) -> None:
        (campaign, stage), shared = list(self.there.items())[number % len(self.there)]
        allowed = {"run": ("draft", "paused", "running"), "pause": ("running", "paused")}
        act = getattr(self.sandbox.campaigns, step)
        if shared.state in allowed.get(step, ("running", "paused", "completed")):
            act(campaign, stage)
            shared.state = {"run": "running", "pause": "paused", "complete": "completed"}[step]
        else:
            with pytest.raises(ValueError, match=f"the campaign is {shared.state}"):
                act(campaign, stage)

    @precondition(lambda self: self.there)
    @rule(number=st.integers(0, 9), override_only=st.booleans())
    def delete_release(self, number: int, override_only: bool) -> None:
        (campaign, stage), shared = list(self.there.items())[number % len(self.there)]
        self.sandbox.releases.delete(campaign, stage, override_only=override_only)
        if override_only:
            shared.titles, shared.override = dict(self.dev[campaign]), {}
        else:
            del self.there[campaign, stage]

    @precondition(lambda self: self.dev)
    @rule(number=st.integers(0, 9))
    def delete(self, number: int) -> None:
        campaign = self.pick(number)
        self.sandbox.campaigns.delete(campaign)
        del self.dev[campaign]
        self.there = {key: one for key, one in self.there.items() if key[0] != campaign}

    @invariant()
    def players_see_what_was_shared(self) -> None:
        for stage in STAGES:
            expected = [
                (content, title)
                for (_, where), shared in self.there.items()
                if where == stage and shared.state == "running"
                for content, title in shared.titles.items()
            ]
            assert sorted(lists(self.sandbox, "anna", stage, "Etc/UTC", None)["active"]) == sorted(expected)


TestReleases = Releases.TestCase
TestReleases.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
