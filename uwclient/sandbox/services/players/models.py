"""The values of what players did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.values import Attribute


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One event as a client sent it."""

    event_id: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class PastEvent(NewEvent):
    """An event that a player had, at a time on the sandbox's clock."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """One event of a player as the platform keeps it; one that was delivered twice is there twice.

    Attributes:
        event_id: what happened.
        attributes: its attributes by name, and `attribute_types` their data types.
        at: when it arrived, on the sandbox's clock.
        session_id: the session it belongs to.
        request: the number of the request that brought it, as `LoggedRequest.number`.
        impression_ids: the `triggered_campaign_impression_ids` of that request.

    """

    event_id: str
    attributes: Mapping[str, Any]
    attribute_types: Mapping[str, str]
    at: datetime
    session_id: str
    request: int
    impression_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegionTransition:
    """One step of a player into a region.

    Attributes:
        name: the region.
        metadata: its metadata by name, and `metadata_types` their data types.
        at: when the request arrived, on the sandbox's clock.
        session_id: the session it belongs to.
        request: the number of the request that brought it, as `LoggedRequest.number`.
        impression_ids: the `triggered_campaign_impression_ids` of that request.

    """

    name: str
    metadata: Mapping[str, Any]
    metadata_types: Mapping[str, str]
    at: datetime
    session_id: str
    request: int
    impression_ids: tuple[str, ...]
