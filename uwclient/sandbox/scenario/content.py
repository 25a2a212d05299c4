"""Reads content, campaigns and media from a scenario; each error names the file and the line."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count
from mimetypes import guess_type
from pathlib import Path
from typing import Any, NamedTuple

from uwclient.sandbox.core.errors import FieldPath
from uwclient.sandbox.scenario.repeats import written_out
from uwclient.sandbox.scenario.yaml_document import YamlDocument
from uwclient.sandbox.services.content.records import KINDS, Record, make_record, with_id
from uwclient.sandbox.services.media.files import Media, make_media
from uwclient.sandbox.services.publishing.audience import check_audience
from uwclient.sandbox.services.publishing.campaign import WrittenCampaign, make_campaign, with_ids
from uwclient.sandbox.services.triggers.quotas import check_trigger

MOST_WRITTEN_OUT = 100_000
"""With as much content as that, no more records may repeat."""


@dataclass(frozen=True, slots=True)
class Known:
    """What records can refer to, and the time that relative times count from."""

    segments: tuple[str, ...]
    environments: Mapping[str, str]
    started_at: datetime


class PlacedRecord(NamedTuple):
    """A record, and the path to where a scenario describes it."""

    path: FieldPath
    record: Record


def read_records(document: YamlDocument, data: Mapping[str, Any], known: Known) -> dict[str, PlacedRecord]:
    """The content that is there from the start, by id."""
    records: dict[str, PlacedRecord] = {}
    for kind in KINDS:
        for position, fields in enumerate(data.get(kind, [])):
            path = (kind, position)
            for record in records_of(document, path, kind, fields, known, records):
                records[record.id] = PlacedRecord(path, record)
    return records


def records_of(
    document: YamlDocument,
    path: FieldPath,
    kind: str,
    fields: Mapping[str, Any],
    known: Known,
    others: Collection[str],
) -> Iterator[Record]:
    """Yield the records that fields describe: one, or one for each time if it repeats.

    Args:
        document: where the scenario stands.
        path: leads to the fields.
        kind: one of KINDS.
        fields: the fields.
        known: what they can refer to.
        others: the ids that there are already; those of the records may be added meanwhile.

    """
    if fields.get("repeat") is not None and len(others) >= MOST_WRITTEN_OUT:
        document.fail((*path, "repeat"), f"there are {MOST_WRITTEN_OUT:,} pieces of content already: repeat less")
    with document.errors_at(path):
        for one in written_out(kind, fields, known.started_at):
            record = make_record(kind, with_id(one, partial(next, _new_ids(path))), known.started_at)
            check_audience(record, known.segments, known.environments)
            check_unused_id(document, path, record.id, others)
            yield record


def _new_ids(path: FieldPath) -> Iterator[str]:
    """Ids for what has none at a place of a scenario: always the same ones."""
    place = "/".join(map(str, path))
    for number in count():
        yield str(uuid.uuid5(uuid.NAMESPACE_URL, f"uwclient-sandbox/scenario/{place}/{number}"))


def read_campaigns(document: YamlDocument, data: Mapping[str, Any], known: Known) -> tuple[WrittenCampaign, ...]:
    """The triggered campaigns."""
    campaigns: dict[str, WrittenCampaign] = {}
    for position, fields in enumerate(data.get("campaigns", [])):
        path: FieldPath = ("campaigns", position)
        with document.errors_at(path):
            check_trigger(fields["trigger"])
            campaign = make_campaign(with_ids(fields, partial(next, _new_ids(path))))
            check_audience(campaign, known.segments, known.environments)
        if campaign.id in campaigns:
            document.fail((*path, "id"), f"there is a campaign {campaign.id!r} already: give each its own id")
        campaigns[campaign.id] = campaign
    return tuple(campaigns.values())


def read_media(document: YamlDocument, data: Mapping[str, Any]) -> tuple[Media, ...]:
    """The media, with the bytes of their files."""
    media: dict[str, Media] = {}
    for position, fields in enumerate(data.get("media", [])):
        path: FieldPath = ("media", position)
        if fields["id"] in media:
            document.fail((*path, "id"), f"there is media {fields['id']!r} already: give each its own id")
        content_type = fields.get("content_type") or guess_type(fields["file"])[0] or "application/octet-stream"
        variants: dict[str, tuple[Path, int, int]] = {
            name: (
                document.file((*path, "variants", name, "file"), variant["file"]),
                variant["max_width"],
                variant["max_height"],
            )
            for name, variant in fields.get("variants", {}).items()
        }
        with document.errors_at(path):
            media[fields["id"]] = make_media(
                fields["id"],
                document.file((*path, "file"), fields["file"]),
                content_type,
                fields.get("name"),
                variants,
                fields.get("declared_size"),
            )
    return tuple(media.values())


def check_unused_id(document: YamlDocument, path: FieldPath, record_id: str, records: Collection[str]) -> None:
    """ScenarioError when there is content of that id already."""
    if record_id in records:
        document.fail((*path, "id"), f"there is content {record_id!r} already: give each piece its own id")
