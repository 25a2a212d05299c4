"""Owns how the payloads of push notifications are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uwclient.errors import ArgumentError
from uwclient.models.push import PushPayload
from uwclient.rules.actions import checked_id

ORIGIN = "userwise"
"""What stands in the `origin` of the platform's own payloads (guide: Push Notifications)."""


def read_payload(payload: object) -> PushPayload | None:
    """What a payload says, or None when it is not one of the platform's. Never raises, whatever it is given."""
    try:
        if not isinstance(payload, Mapping) or _id_in(payload, "origin") != ORIGIN:
            return None
        impression_id = _id_in(payload, "impression_id")
        if impression_id is None:
            return None
        return PushPayload(impression_id, _id_in(payload, "push_notification_id"), _id_in(payload, "image_id"))
    except Exception:  # a mapping of somebody else's making may do anything
        return None


def _id_in(payload: Mapping[Any, Any], name: str) -> str | None:
    """What stands in a field, or None when it cannot be an id."""
    value = payload.get(name)
    if not isinstance(value, str):
        return None
    try:
        return checked_id(name, str.__str__(value))  # a subclass may compare and hash as it likes
    except ArgumentError:
        return None
