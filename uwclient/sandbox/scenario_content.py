"""Owns how content, campaigns and media are read from a scenario; each failure names the file and the line."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from uwclient.sandbox.campaigns import Campaign, make_campaign
from uwclient.sandbox.document import Document
from uwclient.sandbox.errors import FieldError, FieldPath
from uwclient.sandbox.media import Media, make_media
from uwclient.sandbox.payments import check_payment
from uwclient.sandbox.platform import refuse_unknown_audience
from uwclient.sandbox.records import CONTROL_FIELDS, KINDS, Record, make_record
from uwclient.sandbox.triggers import check_trigger


@dataclass(frozen=True, slots=True)
class Known:
    """Owns what records may refer to, and the time that relative times count from."""

    segments: tuple[str, ...]
    environments: Mapping[str, str]
    started_at: datetime


def read_records(document: Document, data: Mapping[str, Any], known: Known) -> dict[str, Record]:
    """The content that is there from the start, by id."""
    records: dict[str, Record] = {}
    for kind in KINDS:
        for position, fields in enumerate(data.get(kind, [])):
            path = (kind, position)
            record = made_record(document, path, kind, fields, known)
            refuse_duplicate(document, path, record.id, records)
            records[record.id] = record
    return records


def made_record(document: Document, path: FieldPath, kind: str, fields: Mapping[str, Any], known: Known) -> Record:
    """The record that fields describe; `path` leads to them."""
    refuse_misspelt(document, path, kind, fields)
    try:
        check_fields(fields)
        record = make_record(kind, fields, known.started_at)
        refuse_unknown_audience(record, known.segments, known.environments)
    except FieldError as problem:
        document.fail((*path, *problem.path), problem.reason)
    return record


def read_campaigns(document: Document, data: Mapping[str, Any], known: Known) -> tuple[Campaign, ...]:
    """The triggered campaigns."""
    campaigns: dict[str, Campaign] = {}
    for position, fields in enumerate(data.get("campaigns", [])):
        path: FieldPath = ("campaigns", position)
        for kind in KINDS:
            for place, content in enumerate(fields.get(kind, [])):
                refuse_misspelt(document, (*path, kind, place), kind, content)
                try:
                    check_fields(content)
                except FieldError as problem:
                    document.fail((*path, kind, place, *problem.path), problem.reason)
        try:
            check_trigger(fields["trigger"])
            campaign = make_campaign(fields)
            refuse_unknown_audience(campaign, known.segments, known.environments)
        except FieldError as problem:
            document.fail((*path, *problem.path), problem.reason)
        if campaign.id in campaigns:
            document.fail((*path, "id"), f"there is a campaign {campaign.id!r} already: give each its own id")
        campaigns[campaign.id] = campaign
    return tuple(campaigns.values())


def read_media(document: Document, data: Mapping[str, Any]) -> tuple[Media, ...]:
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
        try:
            media[fields["id"]] = make_media(
                fields["id"],
                document.file((*path, "file"), fields["file"]),
                content_type,
                fields.get("name"),
                variants,
                fields.get("declared_size"),
            )
        except FieldError as problem:
            document.fail((*path, *problem.path), problem.reason)
    return tuple(media.values())


def check_fields(fields: Mapping[str, Any]) -> None:
    """FieldError for fields that players would be sent in a shape that is not documented."""
    if "payment_data" in fields:
        check_payment(fields["payment_data"])


def refuse_misspelt(document: Document, path: FieldPath, kind: str, fields: Mapping[str, Any]) -> None:
    """Records may have any field; one that nearly has the name of a known field is a slip, though."""
    known = [*CONTROL_FIELDS, "name", *KINDS[kind], *(["questions"] if kind == "surveys" else [])]
    for field in fields:
        close = [] if field in known else difflib.get_close_matches(field, known, n=1, cutoff=0.8)
        if close:
            document.fail((*path, field), f"{kind} have no such field (did you mean {close[0]!r}?)")


def refuse_duplicate(document: Document, path: FieldPath, record_id: str, records: Mapping[str, Record]) -> None:
    """Content of one id is there once at a time."""
    if record_id in records:
        document.fail((*path, "id"), f"there is content {record_id!r} already: give each piece its own id")
