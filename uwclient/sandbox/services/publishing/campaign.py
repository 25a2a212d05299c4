"""A triggered campaign as it is published, and how it is made from fields (pure; section Triggered Campaigns)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.services.content.records import (
    CONTROL_FIELDS,
    KINDS,
    WrittenPiece,
    as_json,
    make_piece,
    names_in,
    percent_in,
    record_id_in,
    with_id,
)
from uwclient.sandbox.services.triggers.quotas import Quota, read_quota

CAMPAIGN_FIELDS = ("id", "name", "trigger", "quota", "segments", "environments", "percent", *KINDS)


@dataclass(frozen=True, slots=True)
class WrittenCampaign:
    """One triggered campaign.

    Attributes:
        id: the campaign.
        name: as clients are told it.
        trigger: what triggers it, as JSON.
        quota: how often it may be triggered; None for any number of times.
        segments: whose players may trigger it; empty for everybody.
        environments: where it runs; empty for everywhere.
        pieces: the content that a trigger starts.
        percent: how many of a hundred players can trigger it; None for all.

    """

    id: str
    name: str
    trigger: str
    quota: Quota | None
    segments: tuple[str, ...]
    environments: tuple[str, ...]
    pieces: tuple[WrittenPiece, ...]
    percent: int | None = None


def with_ids(fields: Mapping[str, Any], new_id: Callable[[], str]) -> Mapping[str, Any]:
    """The fields of a campaign, with new ids where it or its content has none."""
    given = dict(with_id(fields, new_id))
    for kind in KINDS:
        pieces = given.get(kind) or ()
        given[kind] = [with_id(piece, new_id) if isinstance(piece, Mapping) else piece for piece in pieces]
    return given


def make_campaign(fields: Mapping[str, Any]) -> WrittenCampaign:
    """A campaign. FieldError says what is wrong with a field.

    Args:
        fields: any of CAMPAIGN_FIELDS. Ids and the trigger are required. A trigger may be anything that JSON can
            hold; `check_trigger` tells whether it makes sense.

    """
    campaign_id = record_id_in(fields)
    name = fields.get("name") or campaign_id
    if not isinstance(name, str):
        raise FieldError("name", f"{name!r} is not a text")
    if fields.get("trigger") is None:
        raise FieldError("trigger", "it is missing: give it a type and logic")
    pieces: dict[tuple[str, str], WrittenPiece] = {}
    for kind in KINDS:
        for position, given in enumerate(fields.get(kind) or ()):
            try:
                _check_no_control_fields(given)
                piece = make_piece(kind, given)
            except FieldError as problem:
                raise FieldError((kind, position, *problem.path), problem.reason) from None
            if (kind, piece.id) in pieces:
                raise FieldError((kind, position, "id"), f"there is {piece.id!r} already: give each its own id")
            pieces[kind, piece.id] = piece
    return WrittenCampaign(
        campaign_id,
        name,
        as_json("trigger", fields["trigger"]),
        read_quota(fields.get("quota")),
        names_in("segments", fields.get("segments")),
        names_in("environments", fields.get("environments")),
        tuple(pieces.values()),
        percent_in(fields.get("percent")),
    )


def _check_no_control_fields(given: object) -> None:
    if not isinstance(given, Mapping):
        raise FieldError((), f"{given!r} is not a mapping")
    for field in given:
        if field in CONTROL_FIELDS and field != "id":
            raise FieldError(field, "content of a campaign has none of its own: the campaign says who and when")
