"""What a segment looks like (pure; guide: Segment Targeting)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.targeting import read_condition


def segment_id(name: str) -> str:
    """The id that the platform shows for a segment: always the same one for the same name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"uwclient-sandbox/segments/{name}"))


def check_segment(attributes: Sequence[Mapping[str, Any]], players: Sequence[str]) -> None:
    """FieldError when a segment with these conditions and player ids makes no sense."""
    for position, raw in enumerate(attributes):
        try:
            read_condition(raw)
        except ValueError as problem:
            raise FieldError(("attributes", position), str(problem)) from None
    if isinstance(players, str):
        raise FieldError("players", f"{players!r} is not a list of player ids: write [{players}]")
    if not attributes and not players:
        raise FieldError("attributes", "the segment matches nobody: give it attributes or players")
