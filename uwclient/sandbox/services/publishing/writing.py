"""Turns what is published, as players see it, into a campaign and content, and back (pure).

A field that players are sent goes into the field of content that holds it. What would not come out again as it was
given, or has no such field, is kept beside it, in `session_fields`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from uwclient.sandbox.services.campaigns.resources import (
    COLUMN_OF_SESSION_FIELD,
    KIND_OF_TYPE,
    SCHEDULED,
    TRIGGERED,
    TYPE_OF_KIND,
)
from uwclient.sandbox.services.content.projection import NOTHING_KNOWN, compact, moments, project
from uwclient.sandbox.services.content.questions import (
    content_of_question,
    questions_in,
    questions_of_content,
    questions_text,
)
from uwclient.sandbox.services.content.records import CONTROL_FIELDS, Record
from uwclient.sandbox.services.publishing.campaign import WrittenCampaign

Row = Mapping[str, Any]


def scheduled_campaign(record: Record, segment_ids: Sequence[str]) -> dict[str, Any]:
    """The columns of the campaign that content is published with."""
    end = record.end or record.start
    return {
        "delivery_type": SCHEDULED,
        "name": record.id,
        "start_at": record.start.at,
        "start_at_tz": record.start.tz,
        "end_at": None if record.end is None else record.end.at,
        "end_at_tz": json.loads(record.text)["end_at_tz"] if record.end is None else end.tz,
        "segment_ids": list(segment_ids),
        "everywhere": not record.environments,
    }


def triggered_campaign(campaign: WrittenCampaign, segment_ids: Sequence[str]) -> dict[str, Any]:
    """The columns of a triggered campaign."""
    return {
        "delivery_type": TRIGGERED,
        "name": campaign.name,
        "trigger": json.loads(campaign.trigger),
        "quota": None if campaign.quota is None else campaign.quota.limits(),
        "segment_ids": list(segment_ids),
        "everywhere": not campaign.environments,
    }


def shown_to(percent: int) -> list[dict[str, Any]]:
    """The variants of the A/B test that shows a campaign to so many of a hundred players."""
    return [
        {"name": "shown", "percentage": percent, "control_group": True},
        {"name": "hidden", "percentage": 100 - percent, "contents": []},
    ]


def written_content(kind: str, text: str, questions: str) -> dict[str, Any]:
    """The columns of content that comes out as this record."""
    payload = json.loads(text)
    fields = {column or name: payload[name] for name, column in COLUMN_OF_SESSION_FIELD[kind].items()}
    if kind == "surveys":
        fields["questions"] = [content_of_question(one) for one in questions_in(questions)]
    content = {"id": payload["id"], "type": TYPE_OF_KIND[kind], "delivery": {}, "content": fields}
    return {**content, "session_fields": _kept_beside(content, payload)}


def rewritten_content(content: Row, changed: Record, given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of content in which some fields that players are sent were replaced.

    Args:
        content: its row.
        changed: the record as players are to see it.
        given: the fields that were replaced.

    """
    wanted = written_content(changed.kind, changed.text, changed.questions)
    columns = COLUMN_OF_SESSION_FIELD[changed.kind]
    names = {name for name in given if name not in CONTROL_FIELDS}
    if "questions" in names:
        names |= {"questions_count"}
    fields = {columns.get(name) or name for name in names if name in columns or name == "questions"}
    kept = {name: value for name, value in (content["session_fields"] or {}).items() if name not in names}
    kept |= {name: value for name, value in wanted["session_fields"].items() if name in names}
    return {
        "content": {**content["content"], **{name: wanted["content"][name] for name in fields}},
        "session_fields": kept,
    }


def record_of(campaign: Row, content: Row, payload: Mapping[str, Any], segments: Sequence[str]) -> Record:
    """Scheduled content as it is published.

    Args:
        campaign: its campaign.
        content: its row.
        payload: what players are sent.
        segments: the names of the segments of the campaign.

    """
    start, end = moments(campaign, content["delivery"])
    questions = questions_of_content(content["content"].get("questions") or ())
    return Record(
        content["id"],
        KIND_OF_TYPE[content["type"]],
        start,
        end,
        tuple(segments),
        (),
        compact(payload),
        questions_text(questions),
    )


def _kept_beside(content: Row, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the projection of content, by what nobody knows of a catalogue, would not send as wanted."""
    campaign = {"delivery_type": TRIGGERED, "name": content["id"]}
    projected = project(campaign, {**content, "session_fields": None}, NOTHING_KNOWN)
    return {
        name: value
        for name, value in payload.items()
        if name not in CONTROL_FIELDS and (name not in projected or _differ(projected[name], value))
    }


def _differ(one: Any, other: Any) -> bool:
    """Whether two values are other JSON: 1 is another one than 1.0 or true."""
    if one is other:
        return False
    if type(one) is type(other) is str:
        return bool(one != other)
    return json.dumps(one) != json.dumps(other)
