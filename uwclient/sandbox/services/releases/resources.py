"""The table of fields of releases, and how override data changes a snapshot (pure; guide: Releases)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uwclient.sandbox.core.errors import FieldError, check_keys
from uwclient.sandbox.core.resource import NEVER, Field, Resource
from uwclient.sandbox.services.campaigns.service import FROZEN

RELEASE = Resource(
    "release",
    "releases",
    (
        Field("id", "text", "The release's id.", when=NEVER),
        Field("releasable_id", "text", "What was shared.", when=NEVER),
        Field("releasable_type", "text", "campaign or segment.", when=NEVER),
        Field("environment_id", "text", "Where to.", when=NEVER),
        Field("release_number", "integer", "Counts the releases of this in that environment.", when=NEVER),
        Field("created_at", "time", "When it was shared.", when=NEVER),
        Field("snapshot", "object", "What was frozen.", when=NEVER),
        Field("override", "object", "What was replaced in it for this environment.", when=NEVER),
    ),
    keys=("releasable_id",),
)


def check_override(override: Mapping[str, Any]) -> None:
    """FieldError when override data replaces what a campaign does not have."""
    check_keys(override, (*FROZEN, "contents"), ("override",))
    for content_id, fields in (override.get("contents") or {}).items():
        if not isinstance(fields, Mapping):
            raise FieldError(("override", "contents", content_id), f"{fields!r} is not an object")
        check_keys(fields, ("delivery", "content"), ("override", "contents", content_id))


def overridden(snapshot: Mapping[str, Any], override: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """A campaign's snapshot with override data in it.

    Args:
        snapshot: as `Campaigns.snapshot` gives it.
        override: columns of the campaign, and `contents: {id: {delivery, content}}`, whose fields are replaced one by
            one; content that the snapshot does not have is left out.

    """
    if not override:
        return snapshot
    contents = override.get("contents") or {}
    columns = {name: value for name, value in override.items() if name != "contents"}
    return {
        **snapshot,
        "campaign": {**snapshot["campaign"], **columns},
        "contents": [_overridden_content(one, contents.get(one["id"], {})) for one in snapshot["contents"]],
    }


def _overridden_content(content: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    return {**content, **{name: {**content[name], **override.get(name, {})} for name in ("delivery", "content")}}
