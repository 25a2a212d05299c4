"""Short ways to write journeys, for tests."""

from __future__ import annotations

from typing import Any

from uwclient.sandbox import Sandbox


def on_event(event_id: str) -> dict[str, Any]:
    """Entry rules by an event."""
    config = {"type": "event", "logic": {"external_event_id": event_id}}
    return {"rules": [{"entry_strategy": "player_action", "entry_strategy_config": config}]}


def on_segments(*names: str) -> dict[str, Any]:
    """Entry rules by segments."""
    config = {"segments": list(names)}
    return {"rules": [{"entry_strategy": "player_segment_entry", "entry_strategy_config": config}]}


def leaving_by(*names: str) -> dict[str, Any]:
    """Exit rules by segments."""
    config = {"segments": list(names)}
    rule = {"exit_strategy": "on_segment_match_or_journey_complete", "exit_strategy_config": config}
    return {"rules": [rule]}


def message(id: str, after: Any = None, **fields: Any) -> dict[str, Any]:
    return {"id": id, "type": "message", "config": {"content": {"title": id}, **fields}, "after": after}


def offer(id: str, after: Any = None, **fields: Any) -> dict[str, Any]:
    """An offer that waits for an outcome; `sell_gems` defines what it costs."""
    payment = {"payment_type": "currency", "currency_id": "gems", "current_amount": 5}
    config = {"content": {"title": id, "payment": payment}, **fields}
    return {"id": id, "type": "offer", "config": config, "after": after, "waits_for_outcome": True}


def delay(id: str, after: Any = None, *, hours: int = 24) -> dict[str, Any]:
    config: dict[str, Any] = {"delay_type": "time_delay", "time_delay_type": "relative"}
    return {
        "id": id,
        "type": "delay",
        "config": {**config, "duration_number": hours, "duration_unit": "hours"},
        "after": after,
    }


def until_event(id: str, event_id: str, after: Any = None) -> dict[str, Any]:
    trigger = {"type": "event", "logic": {"external_event_id": event_id}}
    return {"id": id, "type": "delay", "config": {"delay_type": "trigger_delay", "trigger": trigger}, "after": after}


def branch(id: str, after: Any = None, *, segments: tuple[str, ...] = (), event: str = "") -> dict[str, Any]:
    """A branch by segments, or by an event."""
    config: dict[str, Any] = {"branch_type": "segment", "segments": list(segments)}
    if event:
        trigger = {"type": "event", "logic": {"external_event_id": event}}
        config = {"branch_type": "trigger", "trigger": trigger}
    return {"id": id, "type": "branch", "config": config, "after": after}


def push(id: str, after: Any = None, **more: Any) -> dict[str, Any]:
    return {"id": id, "type": "push_notification", "config": {"content": {"title": id}}, "after": after, **more}


def email(id: str, after: Any = None) -> dict[str, Any]:
    content = {"subject": id, "body": "Dear player", "framework_id": "any"}
    return {"id": id, "type": "email", "config": {"content": content}, "after": after}


def leave(id: str, after: Any = None, *effects: tuple[str, str]) -> dict[str, Any]:
    listed = [{"type": effect, "journey_id": journey} for effect, journey in effects]
    return {"id": id, "type": "exit", "config": {"side_effects": listed} if listed else {}, "after": after}


def on(step: str, outcome: str) -> dict[str, str]:
    """After a step, by an outcome."""
    return {"step": step, "on": outcome}


def publish(sandbox: Sandbox, *steps: dict[str, Any], id: str = "welcome", entry: Any = None, **fields: Any) -> str:
    """Publish a journey that players enter with the event `joined`, unless `entry` says otherwise."""
    return sandbox.journeys.publish(
        {"id": id, "entry_rules": on_event("joined") if entry is None else entry, "steps": list(steps), **fields}
    )


def sell_gems(sandbox: Sandbox) -> None:
    """Define the currency that offers cost."""
    sandbox._platform.catalogue.currencies.put("gems", {"name_plural": "Gems", "external_currency_id": "gems"})
