"""The table of fields of releases, and how override data changes a snapshot (pure; guide: Releases)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from uwclient.sandbox.core.errors import FieldError, check_keys
from uwclient.sandbox.core.resource import NEVER, Field, Resource
from uwclient.sandbox.services.campaigns.service import FROZEN
from uwclient.sandbox.services.journeys.resources import FROZEN as FROZEN_JOURNEY

RELEASE = Resource(
    "release",
    "releases",
    (
        Field("id", "text", "The release's id.", when=NEVER),
        Field("releasable_id", "text", "What was shared.", when=NEVER),
        Field("releasable_type", "text", "campaign, journey or segment.", when=NEVER),
        Field("environment_id", "text", "Where to.", when=NEVER),
        Field("release_number", "integer", "Counts the releases of this in that environment.", when=NEVER),
        Field("created_at", "time", "When it was shared.", when=NEVER),
        Field("snapshot", "object", "What was frozen.", when=NEVER),
        Field("override", "object", "What was replaced in it for this environment.", when=NEVER),
    ),
    keys=("releasable_id",),
)


_COLUMNS = {"campaign": FROZEN, "journey": FROZEN_JOURNEY}
_SHAPES = {"campaign": ("contents", ("delivery", "content")), "journey": ("steps", ("config",))}
"""What the parts of a snapshot are called, and which of their fields can be replaced."""


def check_override(kind: str, override: Mapping[str, Any]) -> None:
    """FieldError when override data replace what a campaign, or a journey, does not have."""
    columns, parts, fields = _COLUMNS[kind], *_SHAPES[kind]
    check_keys(override, (*columns, parts), ("override",))
    for part_id, replaced in (override.get(parts) or {}).items():
        if not isinstance(replaced, Mapping):
            raise FieldError(("override", parts, part_id), f"{replaced!r} is not an object")
        check_keys(replaced, fields, ("override", parts, part_id))


def overridden(snapshot: Mapping[str, Any], override: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The snapshot of a campaign or a journey with override data in it.

    Args:
        snapshot: as `Campaigns.snapshot` or `Journeys.snapshot` gives it.
        override: columns of the campaign or journey, and `contents: {id: {delivery, content}}` or
            `steps: {id: {config}}`, whose fields are replaced one by one; what the snapshot has not is left out.

    """
    if not override:
        return snapshot
    whole = "journey" if "journey" in snapshot else "campaign"
    parts, fields = _SHAPES[whole]
    replaced = override.get(parts) or {}
    columns = {name: value for name, value in override.items() if name != parts}
    return {
        **snapshot,
        whole: {**snapshot[whole], **columns},
        parts: [_overridden_part(one, replaced.get(one["id"], {}), fields) for one in snapshot[parts]],
    }


def _overridden_part(part: Mapping[str, Any], override: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    return {**part, **{name: {**part[name], **override.get(name, {})} for name in fields}}
