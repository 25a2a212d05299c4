"""A triggered campaign as it is published, and how it is made from fields (pure; section Triggered Campaigns)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.resource import Field, Reading, read
from uwclient.sandbox.services.content.record_fields import AUDIENCE, ID
from uwclient.sandbox.services.content.records import (
    CONTROL_FIELDS,
    KINDS,
    WrittenPiece,
    as_json,
    make_piece,
    record_id_in,
    with_id,
)
from uwclient.sandbox.services.triggers.quotas import QUOTA, Quota, read_quota

CAMPAIGN = (
    ID,
    Field("name", "word", "Its name, for people; the id when missing."),
    Field("trigger", "any", "What triggers it: a type and logic.", required=True),
    QUOTA,
    *AUDIENCE,
)
"""The fields of a triggered campaign, but for its content."""
_FORM = Field("", "object", "A triggered campaign.", fields=CAMPAIGN)
CAMPAIGN_FIELDS = (*(field.name for field in CAMPAIGN), *KINDS)


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
    own = {name: value for name, value in fields.items() if name not in KINDS}
    values = read(_FORM, own, Reading())
    pieces: dict[tuple[str, str], WrittenPiece] = {}
    for kind in KINDS:
        for position, given in enumerate(fields.get(kind) or ()):
            try:
                _check_no_control_fields(given)
                piece = make_piece(kind, given)
            except FieldError as problem:
                raise problem.below((kind, position)) from None
            if (kind, piece.id) in pieces:
                raise FieldError((kind, position, "id"), f"there is {piece.id!r} already: give each its own id")
            pieces[kind, piece.id] = piece
    return WrittenCampaign(
        campaign_id,
        values.get("name", campaign_id),
        as_json("trigger", values["trigger"]),
        read_quota(values.get("quota")),
        tuple(values.get("segments", ())),
        tuple(values.get("environments", ())),
        tuple(pieces.values()),
        values.get("percent"),
    )


def _check_no_control_fields(given: object) -> None:
    if not isinstance(given, Mapping):
        raise FieldError((), f"{given!r} is not a mapping")
    for field in given:
        if field in CONTROL_FIELDS and field != "id":
            raise FieldError(field, "content of a campaign has none of its own: the campaign says who and when")
