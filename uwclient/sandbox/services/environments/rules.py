"""The types of environments, their ids and their table of fields (pure)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from types import MappingProxyType

from uwclient.sandbox.core.apps import APP_FIELD
from uwclient.sandbox.core.ids import named_id
from uwclient.sandbox.core.resource import CREATE, NEVER, Field, Resource

ENVIRONMENT_TYPES = ("dev", "qa", "live")
DEFAULT_ENVIRONMENTS: Mapping[str, str] = MappingProxyType({"live": "live", "qa": "qa", "dev": "dev"})
"""The type, by key, of the environments that there are when a scenario names none."""
NAMES: Mapping[str, str] = MappingProxyType({"live": "Live", "qa": "QA", "dev": "Dev"})
"""What those are called that have such a key; others are called by their key."""

ENVIRONMENT = Resource(
    "environment",
    "environments",
    (
        Field("id", "text", "The environment's id.", when=NEVER),
        Field("created_at", "time", "When it was made.", when=NEVER),
        Field("updated_at", "time", "When it was changed last.", when=NEVER),
        Field("name", "text", "Its name, for people.", required=True, default="New Environment"),
        Field("key", "text", "What clients call it; unique in the app.", required=True),
        Field(
            "type", "text", "What it is for.", required=True, default="dev", choices=ENVIRONMENT_TYPES, when=(CREATE,)
        ),
        Field("default", "boolean", "Whether its type stands for it.", default=False, when=NEVER),
    ),
    hidden=(APP_FIELD,),
)


def environment_id(key: str) -> str:
    """The id of an environment that a scenario names: always the same one for the same key."""
    return named_id(uuid.NAMESPACE_URL, f"uwclient-sandbox/environments/{key}")
