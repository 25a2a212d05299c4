"""The table of fields of releases, and how override data changes a snapshot (pure; guide: Releases)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uwclient.sandbox.core.errors import FieldError, check_keys
from uwclient.sandbox.core.resource import NEVER, Field, Resource
from uwclient.sandbox.services.campaigns.editing import read_override as read_campaign_override
from uwclient.sandbox.services.campaigns.editing import with_override
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


_PARTS = {"campaign": "contents", "journey": "steps"}
"""What the parts of a snapshot are called."""


def read_override(kind: str, snapshot: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Override data as they are kept. FieldError when they do not fit what is shared."""
    try:
        if kind == "segment":
            raise FieldError((), "a segment is the same in all environments: share it without")
        if kind == "campaign":
            return read_campaign_override(snapshot, given)
        _check_journey_override(given)
    except FieldError as problem:
        raise FieldError(("override", *problem.path), problem.reason) from None
    return given


def _check_journey_override(given: Mapping[str, Any]) -> None:
    check_keys(given, (*FROZEN_JOURNEY, "steps"), ())
    for step_id, replaced in (given.get("steps") or {}).items():
        if not isinstance(replaced, Mapping):
            raise FieldError(("steps", step_id), f"{replaced!r} is not an object")
        check_keys(replaced, ("config",), ("steps", step_id))


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
    parts, place = _PARTS[whole], with_override if whole == "campaign" else _with_config
    replaced = override.get(parts) or {}
    columns = {name: value for name, value in override.items() if name != parts}
    return {
        **snapshot,
        whole: {**snapshot[whole], **columns},
        parts: [place(one, replaced.get(one["id"], {})) for one in snapshot[parts]],
    }


def _with_config(step: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    return {**step, "config": {**step["config"], **override.get("config", {})}}
