"""Writes the table of the server API's endpoints from a dump of the documentation.

    python tests/server_api/write_table.py endpoints.json

The dump has an object for each endpoint. The table in the package has what a client can use of it: how a call is made
and which method of `ServerApi` makes it; nothing of the documentation's words. Each endpoint has a line.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parents[2] / "uwclient" / "server_api" / "endpoints.json"

METHODS = {
    "list_ab_tests": "ab_tests.list",
    "get_ab_test": "ab_tests.get",
    "list_regions": "regions.list",
    "list_attributes": "attributes.list",
    "list_events": "events.list",
    "get_player": "players.get",
    "delete_player_data": "players.delete_data",
    "get_player_segments": "players.segments",
    "assign_player_attributes": "players.assign_attributes",
    "bulk_assign_attributes": "players.bulk_assign_attributes",
    "assign_player_events": "players.assign_events",
    "bulk_assign_events": "players.bulk_assign_events",
    "assign_revenue_events": "players.assign_revenue_events",
    "register_player_outcome": "players.register_outcome",
    "set_player_email": "players.set_email",
    "delete_player_email": "players.delete_email",
    "register_device_token": "players.register_device_token",
    "deregister_device_token": "players.deregister_device_token",
    "get_email_settings": "emails.get_settings",
    "update_email_settings": "emails.update_settings",
    "upload_media": "media.upload",
    "replace_media_file": "media.replace",
    "delete_release": "releases.delete",
    "survey_results": "surveys.results",
    "survey_answer_statistics": "surveys.answer_statistics",
    "survey_raw_responses": "surveys.raw_responses",
}
"""The methods of operations whose names do not follow from a verb and a resource."""

RESOURCES = {
    "campaign": "campaigns",
    "campaign_content": "campaigns.contents",
    "category": "categories",
    "currency": "currencies",
    "engagement_outcome": "engagement_outcomes",
    "environment": "environments",
    "event_framework": "event_frameworks",
    "item": "items",
    "journey": "journeys",
    "journey_step": "journeys.steps",
    "json_list": "json_lists",
    "media": "media",
    "message_type": "message_types",
    "offer_framework": "offer_frameworks",
    "product": "products",
    "push_framework": "push_frameworks",
    "segment": "segments",
    "template": "templates",
}

PATHS = {
    "update_segment": "/api/v1/segments/{segment_id}",
    "delete_push_framework": "/api/v2/push_notifications/frameworks/{framework_id}",
}
"""The paths that were evidently meant where the documented one cannot be: it has no id, or lacks a slash."""


def method_of(operation: str) -> str:
    """The method of `ServerApi` that makes the call of an operation, such as "campaigns.list"."""
    if operation in METHODS:
        return METHODS[operation]
    verb, _, name = operation.partition("_")
    resource = next(RESOURCES[one] for one in RESOURCES if name in (one, f"{one}s", f"{one[:-1]}ies"))
    return f"{resource}.{verb}"


def parameters(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What parameters may be, each once; `enc` is no business of callers."""
    kept = ("name", "required", "type", "enum", "default")
    rows = [{key: one[key] for key in kept if one.get(key) not in (None, "", False)} for one in told]
    return [row for number, row in enumerate(rows) if row["name"] != "enc" and row not in rows[:number]]


def row_of(endpoint: dict[str, Any]) -> dict[str, Any]:
    """A line of the table."""
    operation, verb = endpoint["operation"], endpoint["method"]
    return {
        "index": endpoint["index"],
        "operation": operation,
        "method": method_of(operation),
        "section": endpoint["section"],
        "endpoint": f"{verb} {PATHS.get(operation, endpoint['path'])}",
        "documented": f"{verb} {endpoint['documented_path']}",
        "status": endpoint["status"],
        "query": parameters(endpoint["query"]),
        "body": parameters(endpoint["body"]),
        "files": [one["name"] for one in endpoint["files"]],
    }


def main() -> None:
    """Write the table."""
    dump = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    lines = ",\n".join(json.dumps(row_of(one)) for one in dump if one["api"] == "server")
    TABLE.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
