"""Any sequence of edits, releases, campaign life and time: players see what was shared, as it was then.

The model is written from the documentation, and knows nothing of the sandbox's services.
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
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from uwclient.sandbox import Sandbox
from uwclient.sandbox.services.sessions.models import SessionDetails

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
ENVIRONMENTS = {"production": "live", "soft": "live", "check": "qa", "work": "dev"}
STAGES = ("production", "soft", "check")
PLAYERS = {"anna": "Pacific/Kiritimati", "bert": "America/New_York", "carl": "Etc/GMT+12"}
SEGMENTS = ("red", "blue")
LAST_ZONE = timedelta(hours=12)

numbers = st.integers(0, 9)
titles = st.text("ab", min_size=1, max_size=3)
hours = st.none() | st.integers(-30, 30)
segment_lists = st.lists(st.sampled_from(SEGMENTS), unique=True, max_size=2)
members = st.sets(st.sampled_from(sorted(PLAYERS)))


@dataclass
class Piece:
    """A message, or (without a title) a remote config that lacks what it must have."""

    title: str | None
    segments: list[str]


@dataclass
class Variant:
    """An A/B test of one piece: so many of a hundred players see another title."""

    id: str
    percentage: int
    title: str


@dataclass
class Campaign:
    """What a release freezes of a campaign; times in hours around noon."""

    segments: list[str] = field(default_factory=list)
    start: int | None = None
    end: int | None = None
    is_local: bool = False
    pieces: dict[str, Piece] = field(default_factory=dict)
    tests: dict[str, Variant] = field(default_factory=dict)

    @property
    def named(self) -> set[str]:
        """The segments that it and its content name."""
        return {*self.segments, *(name for piece in self.pieces.values() for name in piece.segments)}

    def end_everywhere(self) -> datetime | None:
        if self.end is None:
            return None
        return NOON + timedelta(hours=self.end) + (LAST_ZONE if self.is_local else timedelta())

    def has_passed(self, hour: int, player: str, now: datetime) -> bool:
        moment = NOON + timedelta(hours=hour)
        return (moment.replace(tzinfo=ZoneInfo(PLAYERS[player])) if self.is_local else moment) <= now


@dataclass
class Served:
    """What an environment serves of something: the campaign (None: a segment alone), and its segments."""

    number: int
    campaign: Campaign | None
    segments: dict[str, set[str]]
    override: dict[str, Any] = field(default_factory=dict)
    wanted: str = "draft"

    def shown_campaign(self) -> Campaign:
        assert self.campaign is not None
        shown = copy.deepcopy(self.campaign)
        for content, title in self.override.get("titles", {}).items():
            if content in shown.pieces:
                shown.pieces[content].title = title
        if "segments" in self.override:
            shown.segments = self.override["segments"]
        return shown

    def state(self, now: datetime) -> str:
        shown = self.shown_campaign()
        end = shown.end_everywhere()
        if self.wanted != "running":
            return self.wanted
        if end is not None and end <= now:
            return "completed"
        return "attention_required" if any(one.title is None for one in shown.pieces.values()) else "running"


def place_of(test_id: str, player: str) -> int:
    return int(hashlib.sha256((test_id + player).encode()).hexdigest(), 16) % 100


class Platform(RuleBasedStateMachine):
    """A studio at work: everything below `dev` is edited, everything in `served` was shared."""

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = Sandbox({"clock": NOON.isoformat(), "environments": ENVIRONMENTS})
        platform = self.sandbox._platform
        self.work = platform.environments.dev.id
        self.members: dict[str, set[str]] = {name: {"anna"} for name in SEGMENTS}
        self.ids = {
            name: platform.segments.create(self.work, {"name": name, "player_ids_to_include": ["anna"]})["id"]
            for name in SEGMENTS
        }
        self.dev: dict[str, Campaign] = {}
        self.served: dict[tuple[str, str], Served] = {}
        self.assigned: dict[tuple[str, str, str], bool] = {}
        self.now = NOON
        self.count = 0

    def pick(self, number: int) -> str:
        return list(self.dev)[number % len(self.dev)]

    def pick_piece(self, number: int) -> tuple[str, str]:
        pieces = [(campaign, content) for campaign, held in self.dev.items() for content in held.pieces]
        return pieces[number % len(pieces)]

    def has_pieces(self) -> bool:
        return any(one.pieces for one in self.dev.values())

    @initialize(
        segments=st.just([SEGMENTS[0]]) | segment_lists,
        title=titles,
        run=st.lists(st.booleans(), min_size=3, max_size=3),
    )
    def begin(self, segments: list[str], title: str, run: list[bool]) -> None:
        """Without this, most sequences would share nothing."""
        self.create(segments, title)
        self.create([], title)
        for number, stage in enumerate(STAGES):
            self.share(0, stage, True, None)
            self.share(1, stage, run[number], None)

    # Edits in dev.

    @precondition(lambda self: len(self.dev) < 3)
    @rule(segments=segment_lists, title=titles)
    def create(self, segments: list[str], title: str) -> None:
        campaign = self.sandbox.campaigns.create(segment_ids=[self.ids[name] for name in segments])
        content = self.sandbox.campaigns.add_content(campaign, "message", content={"title": title})
        self.dev[campaign] = Campaign(segments, pieces={content: Piece(title, [])})

    @precondition(lambda self: self.dev)
    @rule(number=numbers, title=st.none() | titles, segments=segment_lists)
    def add(self, number: int, title: str | None, segments: list[str]) -> None:
        campaign, delivery = self.pick(number), {"segment_ids": [self.ids[name] for name in segments]}
        kind, held = ("remote_config", {}) if title is None else ("message", {"title": title})
        content = self.sandbox.campaigns.add_content(campaign, kind, content=held, delivery=delivery)
        self.dev[campaign].pieces[content] = Piece(title, segments)

    @precondition(has_pieces)
    @rule(number=numbers, title=titles)
    def edit(self, number: int, title: str) -> None:
        campaign, content = self.pick_piece(number)
        if self.dev[campaign].pieces[content].title is not None:
            self.sandbox.campaigns.update_content(campaign, content, content={"title": title})
            self.dev[campaign].pieces[content].title = title

    @precondition(has_pieces)
    @rule(number=numbers)
    def remove(self, number: int) -> None:
        campaign, content = self.pick_piece(number)
        self.sandbox.campaigns.delete_content(campaign, content)
        del self.dev[campaign].pieces[content]
        self.dev[campaign].tests.pop(content, None)

    @precondition(lambda self: self.dev)
    @rule(number=numbers, start=hours, end=hours, is_local=st.booleans(), segments=segment_lists)
    def edit_campaign(
        self, number: int, start: int | None, end: int | None, is_local: bool, segments: list[str]
    ) -> None:
        if start is not None and end is not None and end < start:
            start, end = end, start
        campaign = self.pick(number)
        times = [None if hour is None else (NOON + timedelta(hours=hour)).isoformat() for hour in (start, end)]
        zone, chosen = "player_local" if is_local else "utc", [self.ids[name] for name in segments]
        held = self.dev[campaign]
        self.sandbox.campaigns.update(
            campaign, start_at=times[0], end_at=times[1], start_at_tz=zone, segment_ids=chosen
        )
        held.start, held.end, held.is_local, held.segments = start, end, is_local, segments

    @precondition(has_pieces)
    @rule(number=numbers, percentage=st.sampled_from([0, 50, 100]), title=titles)
    def define_test(self, number: int, percentage: int, title: str) -> None:
        campaign, content = self.pick_piece(number)
        if self.dev[campaign].pieces[content].title is None:
            return
        variants = [
            {"name": "other", "percentage": percentage, "fields": {"title": title}},
            {"name": "same", "percentage": 100 - percentage, "control_group": True},
        ]
        test_id = self.sandbox.ab_tests.define(campaign, variants, content)
        self.dev[campaign].tests[content] = Variant(test_id, percentage, title)

    @rule(name=st.sampled_from(SEGMENTS), players=members, stage=st.none() | st.sampled_from(STAGES))
    def edit_segment(self, name: str, players: set[str], stage: str | None) -> None:
        """Change who is in a segment, and perhaps share it by itself."""
        fields = {"player_ids_to_include": sorted(players) or ["nobody"]}
        self.sandbox._platform.segments.update(self.work, self.ids[name], fields)
        self.members[name] = players
        if stage is not None:
            self.share_segment(name, stage)

    @precondition(lambda self: self.dev)
    @rule(number=numbers)
    def delete(self, number: int) -> None:
        campaign = self.pick(number)
        self.sandbox.campaigns.delete(campaign)
        del self.dev[campaign]
        self.served = {key: one for key, one in self.served.items() if key[0] != campaign}

    # Releases.

    @precondition(lambda self: self.dev)
    @rule(
        number=numbers,
        stage=st.sampled_from(STAGES),
        run=st.booleans(),
        override=st.none() | st.fixed_dictionaries({}, optional={"title": titles, "segments": segment_lists}),
    )
    def share(self, number: int, stage: str, run: bool, override: dict[str, Any] | None) -> None:
        campaign = self.pick(number)
        before = self.served.get((campaign, stage))
        run = run and (before is None or before.state(self.now) != "completed")
        wanted = "running" if run else "draft" if before is None else before.wanted
        data, kept = None, {} if before is None else before.override
        if override is not None:
            data, kept = self.override(campaign, override)
        self.sandbox.releases.share(campaign, stage, run=run, override=data)
        self.count += 1
        made = Served(self.count, copy.deepcopy(self.dev[campaign]), {}, kept, wanted)
        made.segments = {name: set(self.members[name]) for name in made.shown_campaign().named}
        self.served[campaign, stage] = made

    def override(self, campaign: str, wanted: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Override data as the sandbox takes them, and as the model keeps them."""
        data: dict[str, Any] = {}
        kept: dict[str, Any] = {}
        messages = [one for one, piece in self.dev[campaign].pieces.items() if piece.title is not None][:1]
        if "title" in wanted and messages:
            data["contents"] = {messages[0]: {"content": {"title": wanted["title"]}}}
            kept["titles"] = {messages[0]: wanted["title"]}
        if wanted.get("segments"):
            data["segment_ids"] = [self.ids[name] for name in wanted["segments"]]
            kept["segments"] = wanted["segments"]
        return data, kept

    def share_segment(self, name: str, stage: str) -> None:
        self.sandbox.releases.share(self.ids[name], stage)
        self.count += 1
        self.served[self.ids[name], stage] = Served(self.count, None, {name: set(self.members[name])})

    @precondition(lambda self: self.served)
    @rule(number=numbers, override_only=st.booleans())
    def delete_release(self, number: int, override_only: bool) -> None:
        (releasable, stage), one = list(self.served.items())[number % len(self.served)]
        self.sandbox.releases.delete(releasable, stage, override_only=override_only)
        if not override_only:
            del self.served[releasable, stage]
            return
        self.count += 1
        if one.campaign is not None:
            one.campaign, one.override = copy.deepcopy(self.dev[releasable]), {}
        names = one.segments if one.campaign is None else one.campaign.named
        one.number, one.segments = self.count, {name: set(self.members[name]) for name in names}

    # Ways that seldom come about by chance.

    @precondition(lambda self: self.dev)
    @rule(number=numbers, stage=st.sampled_from(STAGES), title=titles)
    def override_and_take_back(self, number: int, stage: str, title: str) -> None:
        """What was replaced for an environment shows there as in dev once that is deleted."""
        campaign = self.pick(number)
        self.share(number, stage, True, {"title": title})
        self.players_see_what_was_shared()
        self.delete_release(list(self.served).index((campaign, stage)), True)

    @precondition(has_pieces)
    @rule(number=numbers, stage=st.sampled_from(STAGES), title=titles)
    def turn_a_test_round(self, number: int, stage: str, title: str) -> None:
        """Whoever was shown a variant keeps it, though others get the other one from now on."""
        campaign, _ = self.pick_piece(number)
        for percentage in (100, 0):
            self.define_test(number, percentage, title)
            self.share(list(self.dev).index(campaign), stage, True, None)
            for _ in PLAYERS:
                self.players_see_what_was_shared()
                self.share_segment(SEGMENTS[0], stage)  # the next player looks

    @precondition(lambda self: len(self.dev) > 1)
    @rule(stage=st.sampled_from(STAGES), name=st.sampled_from(SEGMENTS), players=members)
    def name_a_segment_for_a_while(self, stage: str, name: str, players: set[str]) -> None:
        """A segment that one campaign brought anew is what the other one froze, when the first names it no more."""
        for number, named in ((0, [name]), (1, [name]), (1, [])):
            self.edit_campaign(number, None, None, False, named)
            self.share(number, stage, True, {})
            self.edit_segment(name, players, None)

    # Life.

    @precondition(lambda self: any(one.campaign for one in self.served.values()))
    @rule(number=numbers, step=st.sampled_from(["run", "pause", "complete"]))
    def live(self, number: int, step: str) -> None:
        campaigns = [(key, one) for key, one in self.served.items() if one.campaign is not None]
        (campaign, stage), one = campaigns[number % len(campaigns)]
        allowed = {
            "run": ("draft", "paused", "running", "attention_required"),
            "pause": ("running", "paused", "attention_required"),
            "complete": ("running", "paused", "attention_required", "completed"),
        }
        act, state = getattr(self.sandbox.campaigns, step), one.state(self.now)
        if state in allowed[step]:
            act(campaign, stage)
            one.wanted = {"run": "running", "pause": "paused", "complete": "completed"}[step]
        else:
            with pytest.raises(ValueError, match=f"the campaign is {state}"):
                act(campaign, stage)

    @rule(passed=st.integers(1, 20))
    def wait(self, passed: int) -> None:
        self.now += timedelta(hours=passed)
        self.sandbox.clock.set(self.now)

    # What players see.

    def is_in(self, player: str, name: str, stage: str) -> bool:
        """Whether a player is in a segment: as the newest release that an environment serves of it has it."""
        copies = [one for (_, where), one in self.served.items() if where == stage and name in one.segments]
        return bool(copies) and player in max(copies, key=lambda one: one.number).segments[name]

    def expected(self, player: str, stage: str) -> Iterator[tuple[str, str, str]]:
        """(state, content, title) of what a player is to see."""
        for (_, where), one in self.served.items():
            if where == stage and one.campaign is not None and one.wanted == "running":
                shown = one.shown_campaign()
                if shown.end is not None and shown.has_passed(shown.end, player, self.now):
                    continue
                begun = shown.start is None or shown.has_passed(shown.start, player, self.now)
                for content, piece in shown.pieces.items():
                    audiences = [names for names in (shown.segments, piece.segments) if names]
                    if piece.title is not None and all(
                        any(self.is_in(player, name, stage) for name in names) for names in audiences
                    ):
                        title = self.variant(player, stage, shown.tests.get(content)) or piece.title
                        yield "active" if begun else "upcoming", content, title

    def variant(self, player: str, stage: str, test: Variant | None) -> str | None:
        """The other title, if the player has that variant: the first that was seen stays."""
        if test is None:
            return None
        drawn = place_of(test.id, player) < test.percentage
        return test.title if self.assigned.setdefault((player, stage, test.id), drawn) else None

    @invariant()
    def players_see_what_was_shared(self) -> None:
        platform = self.sandbox._platform
        for number, stage in enumerate(STAGES):
            environment = platform.environments.of_stage(stage)
            assert environment is not None
            player = sorted(PLAYERS)[(self.count + number) % len(PLAYERS)]
            session = platform.sessions.start(player, environment, SessionDetails(timezone=PLAYERS[player]))
            found = json.loads(platform.content.list_for(session, "messages", None).body)
            seen = [(state, one["id"], one["title"]) for state in found for one in found[state]]
            assert sorted(seen) == sorted(self.expected(player, stage))

    @invariant()
    def campaigns_are_in_the_states_that_the_model_says(self) -> None:
        for (campaign, stage), one in self.served.items():
            if one.campaign is not None:
                assert self.sandbox.campaigns.state(campaign, stage) == one.state(self.now)


TestPlatform = Platform.TestCase
TestPlatform.settings = settings(max_examples=500, stateful_step_count=20, deadline=None)
