"""The types of environments, and their ids (pure)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from types import MappingProxyType

ENVIRONMENT_TYPES = ("dev", "qa", "live")
DEFAULT_ENVIRONMENTS: Mapping[str, str] = MappingProxyType({"live": "live", "qa": "qa", "dev": "dev"})
"""The type, by key, of the environments that there are when a scenario names none."""


def environment_id(key: str) -> str:
    """The id that the platform shows for an environment: always the same one for the same key."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"uwclient-sandbox/environments/{key}"))
