"""Parses the payloads of push notifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uwclient.errors import ArgumentError
from uwclient.models.push import PushPayload
from uwclient.rules.actions import checked_id

ORIGIN = "userwise"
"""The value of `origin` in the platform's payloads (guide: Push Notifications)."""


def read_payload(payload: object) -> PushPayload | None:
    """Parse a payload; None if it is not one of the platform's. It never raises, whatever it is given."""
    try:
        if not isinstance(payload, Mapping) or _id_in(payload, "origin") != ORIGIN:
            return None
        impression_id = _id_in(payload, "impression_id")
        if impression_id is None:
            return None
        return PushPayload(impression_id, _id_in(payload, "push_notification_id"), _id_in(payload, "image_id"))
    except Exception:  # a foreign mapping may raise anything
        return None


def _id_in(payload: Mapping[Any, Any], name: str) -> str | None:
    """Return the id in a field, or None if its value cannot be an id."""
    value = payload.get(name)
    if not isinstance(value, str):
        return None
    try:
        return checked_id(name, str.__str__(value))  # a subclass may override comparison and hash
    except ArgumentError:
        return None
