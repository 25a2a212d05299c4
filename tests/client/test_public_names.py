"""What a game sees of the objects that it holds: these names, and no others. Everything else has an underscore."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import MakeClient

LOADED = {"on_loaded", "on_load_failed"}
CONTENT = LOADED | {"active", "upcoming", "upcoming_starts_before", "get", "find"}
CONTENT |= {"on_active", "on_inactive", "on_updated"}

CLIENT = {"from_env", "instance", "start", "stop", "pump", "reconfigure", "switch_player", "refresh_content", "now"}
CLIENT |= {"player_id", "environment_stage", "language", "session_id", "is_running", "is_session_initialized"}
CLIENT |= {"time_source"}
CLIENT |= {"assign_event", "set_attributes", "transition_to_region", "set_engagement_outcome"}
CLIENT |= {"events", "messages", "offers", "remote_configs", "surveys", "campaigns", "emails", "push", "media"}
CLIENT |= {"on_start", "on_stop", "on_session_initialized", "on_session_initialization_failed", "on_api_warning"}
CLIENT |= {"on_segments_refreshed", "on_delivery_failed", "on_actions_dropped", "on_storage_failed", "diagnostics"}

OFFERS = {"show", "accept", "dismiss", "purchased", "purchase_failed", "is_accepted", "is_answered"}
OFFERS |= {"initialize_impression", "on_impression_initialized", "on_impression_failed", "update_impression_state"}
OFFERS |= {"on_viewed", "on_accepted", "on_dismissed", "on_purchased", "on_purchase_failed"}

SURVEYS = {"view", "in_progress", "initialize_invite", "respond_to_invite", "is_answered", "close"}
SURVEYS |= {"on_invite_initialized", "on_entered", "on_enter_failed", "on_completed", "on_closed"}

MESSAGES = {"initialize", "mark_viewed", "is_answered", "on_initialized", "on_initialization_failed"}

PUSH = {"register_device_token", "unregister_device_token", "update_impression_state"}
PUSH |= {"get_notification", "get_impression", "handle_payload", "on_received"}

DIAGNOSTICS = {"session", "clock", "next_change", "refresh", "modules", "delivery", "set_aside", "signals"}
DIAGNOSTICS |= {"requests", "slowest_listeners", "frames", "slow_frames", "record_work", "snapshot", "export"}

SURFACES = {
    "events": CONTENT | {"get_by_external_id"},
    "messages": CONTENT | MESSAGES,
    "offers": CONTENT | OFFERS,
    "remote_configs": CONTENT | {"value"},
    "surveys": CONTENT | SURVEYS,
    "campaigns": LOADED | {"loaded", "on_triggered"},
    "emails": {"set_address", "delete_address"},
    "push": PUSH,
    "media": {"get_info", "get_bytes", "prefetch_images", "cache_bytes", "largest_file", "on_failed"},
    "diagnostics": DIAGNOSTICS,
}


def public_names(held: object) -> set[str]:
    return {name for name in dir(held) if not name.startswith("_")}


def test_a_client_shows_these_names(make_client: MakeClient) -> None:
    assert public_names(make_client()) == CLIENT


@pytest.mark.parametrize("module", SURFACES)
def test_a_module_shows_these_names(make_client: MakeClient, module: str) -> None:
    assert public_names(getattr(make_client(), module)) == SURFACES[module]


def test_a_client_that_has_run_shows_no_more(make_client: MakeClient) -> None:
    uw = make_client()
    uw.start()
    uw.pump()
    uw.stop()
    assert public_names(uw) == CLIENT
    for module, names in SURFACES.items():
        assert public_names(getattr(uw, module)) == names
