"""Owns the triggered campaigns, the impressions of them, and their quotas (section Triggered Campaigns).

A session is given an impression id for each campaign it may trigger: the same one until that id comes back with
something the player did, which triggers the campaign, and then the next. An id counts once, however often it
arrives; it counts for the session that it was given to, also when it arrives in a later one.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.deliveries import Delivery
from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.services.campaigns.triggers import Quota, read_quota
from uwclient.sandbox.services.content.records import (
    CONTROL_FIELDS,
    KINDS,
    Piece,
    as_json,
    make_piece,
    names_in,
    record_id_in,
)
from uwclient.sandbox.services.content.tables import Viewer, may_see

CAMPAIGN_FIELDS = ("id", "name", "trigger", "quota", "segments", "environments", *KINDS)
_TABLES = (
    """CREATE TABLE IF NOT EXISTS campaigns (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, trigger_text TEXT NOT NULL, quota TEXT, segments TEXT NOT NULL,
    environments TEXT NOT NULL, pieces TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS campaign_impressions (
    id TEXT PRIMARY KEY, campaign_id TEXT NOT NULL, player_id TEXT NOT NULL, session_id TEXT NOT NULL,
    triggered_at TEXT, over_quota INTEGER)""",
    "CREATE INDEX IF NOT EXISTS campaign_impressions_of_player ON campaign_impressions (player_id, campaign_id)",
    """CREATE TABLE IF NOT EXISTS campaign_triggers (
    id INTEGER PRIMARY KEY, impression TEXT NOT NULL, delivery INTEGER NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS triggers_of_impression ON campaign_triggers (impression)",
)


@dataclass(frozen=True, slots=True)
class Campaign:
    """Owns one campaign: who may trigger it, how (as JSON), how often, and the content that this activates."""

    id: str
    name: str
    trigger: str
    quota: Quota | None
    segments: tuple[str, ...]
    environments: tuple[str, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class TriggeredCampaign:
    """Owns one campaign that a player triggered.

    Attributes:
        campaign_id: the campaign.
        impression_id: the `campaign_impression_id` that came back.
        at: when it came back first, on the sandbox's clock.
        session_id: the session that the impression was given to, whose quota it counts for.
        requests: the numbers of the requests that brought it; all but the first were repetitions.
        over_quota: whether the quota was used up by then: the client should not have triggered it.

    """

    campaign_id: str
    impression_id: str
    at: datetime
    session_id: str
    requests: tuple[int, ...]
    over_quota: bool


def make_campaign(fields: Mapping[str, Any]) -> Campaign:
    """A campaign of these fields (CAMPAIGN_FIELDS); FieldError says what is wrong with one.

    The trigger may be anything that JSON can hold; `check_trigger` tells whether it makes sense.
    """
    campaign_id = record_id_in(fields)
    name = fields.get("name") or campaign_id
    if not isinstance(name, str):
        raise FieldError("name", f"{name!r} is not a text")
    if fields.get("trigger") is None:
        raise FieldError("trigger", "it is missing: give it a type and logic")
    pieces: dict[tuple[str, str], Piece] = {}
    for kind in KINDS:
        for position, given in enumerate(fields.get(kind) or ()):
            try:
                _refuse_control_fields(given)
                piece = make_piece(kind, given)
            except FieldError as problem:
                raise FieldError((kind, position, *problem.path), problem.reason) from None
            if (kind, piece.id) in pieces:
                raise FieldError((kind, position, "id"), f"there is {piece.id!r} already: give each its own id")
            pieces[kind, piece.id] = piece
    return Campaign(
        campaign_id,
        name,
        as_json("trigger", fields["trigger"]),
        read_quota(fields.get("quota")),
        names_in("segments", fields.get("segments")),
        names_in("environments", fields.get("environments")),
        tuple(pieces.values()),
    )


class Campaigns:
    """Owns the tables of campaigns and of their impressions, and a copy of the campaigns in memory."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        for statement in _TABLES:
            storage.run(statement)
        rows = storage.rows("SELECT * FROM campaigns ORDER BY rowid")
        self._campaigns = {campaign.id: campaign for campaign in map(_campaign, rows)}

    def ids(self) -> list[str]:
        """The ids of all campaigns, in the order they were published."""
        return list(self._campaigns)

    def put(self, campaign: Campaign) -> None:
        """Publish a campaign, or replace the one of that id."""
        self._storage.run("INSERT OR REPLACE INTO campaigns VALUES (?, ?, ?, ?, ?, ?, ?)", _row(campaign))
        self._campaigns[campaign.id] = campaign

    def remove(self, campaign_id: str) -> None:
        """Withdraw a campaign; what players triggered stays known, and its impressions can still arrive."""
        self._storage.run("DELETE FROM campaigns WHERE id = ?", (campaign_id,))
        self._campaigns.pop(campaign_id, None)

    def find_piece(self, kind: str, content_id: str, viewer: Viewer) -> Piece | None:
        """Content of a campaign that a viewer may trigger."""
        for campaign in self._campaigns.values():
            for piece in campaign.pieces:
                if piece.id == content_id and piece.kind == kind and may_see(campaign, viewer):
                    return piece
        return None

    def list_for(self, player_id: str, session_id: str, viewer: Viewer) -> str:
        """What a session is told, as JSON: `{"campaigns": [...]}`."""
        used = self._used(player_id)
        told: list[str] = []
        fresh: list[tuple[str, str, str, str]] = []
        for campaign in self._campaigns.values():
            if not may_see(campaign, viewer):
                continue
            impression_id = used[campaign.id].waiting.get(session_id)
            if impression_id is None:
                impression_id = str(uuid.uuid4())
                fresh.append((impression_id, campaign.id, player_id, session_id))
            told.append(_told(campaign, used[campaign.id], session_id, impression_id))
        self._storage.run_many(
            "INSERT INTO campaign_impressions (id, campaign_id, player_id, session_id) VALUES (?, ?, ?, ?)", fresh
        )
        return f'{{"campaigns":[{",".join(told)}]}}'

    def strangers(self, player_id: str, impression_ids: Iterable[str]) -> list[str]:
        """Those of the ids that were never given to this player."""
        return [one for one in impression_ids if self._campaign_of(player_id, one) is None]

    def trigger(self, player_id: str, impression_ids: Sequence[str], delivery: int, now: datetime) -> None:
        """Count the impressions that came with a delivery; those of others are left alone."""
        for impression_id in dict.fromkeys(impression_ids):
            found = self._campaign_of(player_id, impression_id)
            if found is None:
                continue
            campaign_id, session_id, triggered_at = found
            if triggered_at is None:
                campaign = self._campaigns.get(campaign_id)
                quota = None if campaign is None else campaign.quota
                used = self._used(player_id)[campaign_id]
                over = quota is not None and quota.is_used_up(used.total, used.in_session[session_id])
                self._storage.run(
                    "UPDATE campaign_impressions SET triggered_at = ?, over_quota = ? WHERE id = ?",
                    (now.isoformat(), over, impression_id),
                )
            self._storage.run(
                "INSERT INTO campaign_triggers (impression, delivery) VALUES (?, ?)", (impression_id, delivery)
            )

    def triggered(self, player_id: str, deliveries: Mapping[int, Delivery]) -> tuple[TriggeredCampaign, ...]:
        """What a player triggered, oldest first."""
        rows = self._storage.rows(
            "SELECT impression, campaign_id, triggered_at, session_id, over_quota, delivery FROM campaign_triggers "
            "JOIN campaign_impressions ON campaign_impressions.id = impression WHERE player_id = ? "
            "ORDER BY campaign_triggers.id",
            (player_id,),
        )
        requests: dict[tuple[str, str, str, str, int], list[int]] = {}
        for *about, delivery in rows:
            requests.setdefault((about[0], about[1], about[2], about[3], about[4]), []).append(
                deliveries[delivery].request
            )
        return tuple(
            TriggeredCampaign(
                campaign_id, impression_id, datetime.fromisoformat(at), session_id, tuple(numbers), bool(over_quota)
            )
            for (impression_id, campaign_id, at, session_id, over_quota), numbers in requests.items()
        )

    def _campaign_of(self, player_id: str, impression_id: str) -> tuple[Any, ...] | None:
        return self._storage.row(
            "SELECT campaign_id, session_id, triggered_at FROM campaign_impressions WHERE id = ? AND player_id = ?",
            (impression_id, player_id),
        )

    def _used(self, player_id: str) -> defaultdict[str, _Used]:
        used: defaultdict[str, _Used] = defaultdict(_Used)
        for impression_id, campaign_id, session_id, triggered_at in self._storage.rows(
            "SELECT id, campaign_id, session_id, triggered_at FROM campaign_impressions WHERE player_id = ? "
            "ORDER BY rowid",
            (player_id,),
        ):
            used[campaign_id].add(impression_id, session_id, triggered_at)
        return used


class _Used:
    """Owns how often a player triggered one campaign, and the impressions that wait to be."""

    def __init__(self) -> None:
        self.total = 0
        self.in_session: defaultdict[str, int] = defaultdict(int)
        self.latest: datetime | None = None
        self.waiting: dict[str, str] = {}

    def add(self, impression_id: str, session_id: str, triggered_at: str | None) -> None:
        if triggered_at is None:
            self.waiting[session_id] = impression_id
            return
        self.total += 1
        self.in_session[session_id] += 1
        at = datetime.fromisoformat(triggered_at)
        self.latest = at if self.latest is None else max(self.latest, at)


def _told(campaign: Campaign, used: _Used, session_id: str, impression_id: str) -> str:
    """One campaign as a session is told of it."""
    trigger = json.loads(campaign.trigger)
    if campaign.quota is not None and isinstance(trigger, dict):
        trigger["quota"] = campaign.quota.remaining(used.total, used.in_session[session_id], used.latest)
    parts = [f'"id":{as_json("id", campaign.id)}', f'"name":{as_json("name", campaign.name)}']
    for kind in KINDS:
        texts = ",".join(piece.text for piece in campaign.pieces if piece.kind == kind)
        parts.append(f'"{kind}":[{texts}]')
    parts.append(f'"trigger":{as_json("trigger", trigger)}')
    parts.append(f'"campaign_impression_id":"{impression_id}"')
    return "{" + ",".join(parts) + "}"


def _refuse_control_fields(given: object) -> None:
    if not isinstance(given, Mapping):
        raise FieldError((), f"{given!r} is not a mapping")
    for field in given:
        if field in CONTROL_FIELDS and field != "id":
            raise FieldError(field, "content of a campaign has none of its own: the campaign says who and when")


def _row(campaign: Campaign) -> tuple[Any, ...]:
    return (
        campaign.id,
        campaign.name,
        campaign.trigger,
        None if campaign.quota is None else json.dumps(asdict(campaign.quota)),
        json.dumps(campaign.segments),
        json.dumps(campaign.environments),
        json.dumps([asdict(piece) for piece in campaign.pieces], ensure_ascii=False),
    )


def _campaign(row: tuple[Any, ...]) -> Campaign:
    campaign_id, name, trigger, quota, segments, environments, pieces = row
    return Campaign(
        campaign_id,
        name,
        trigger,
        None if quota is None else Quota(**json.loads(quota)),
        tuple(json.loads(segments)),
        tuple(json.loads(environments)),
        tuple(Piece(**piece) for piece in json.loads(pieces)),
    )
