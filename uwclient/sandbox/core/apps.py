"""The app that everything in a sandbox belongs to (pure): that of the documentation's samples, so that they run."""

from __future__ import annotations

import uuid

from uwclient.sandbox.core.ids import named_id
from uwclient.sandbox.core.resource import CREATE, Field

APP_ID = "ba59bd72-3111-4cbf-83c9-72b3198fa814"


def id_named(name: str) -> str:
    """The id of something of the app that has a name of its own: always the same one for the same name."""
    return named_id(uuid.UUID(APP_ID), name)


def _check_app(value: str) -> None:
    if value != APP_ID:
        raise ValueError(f"there is no app {value!r}: use {APP_ID}")


APP_FIELD = Field(
    "app_id", "text", "The app; without it, that of the key.", default=APP_ID, check=_check_app, when=(CREATE,)
)
"""The field of every resource that says which app it belongs to."""
