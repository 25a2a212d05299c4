"""Writes what happens to a player into the world's timeline, and lets a test wait for a signal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from uwclient import OfferImpression, UserWise, UserWiseError

SUBJECTS = ("record", "campaign", "offer", "message", "survey", "impression", "payload", "action")
"""The details of signals that say what a signal is about, the first that is there."""

ID_OF = ("event_id", "region_name", "name", "offer_id", "message_id", "engagement_outcome_key", "id")
"""The fields of actions that say what an action is about, the first that is there."""

Tell = Callable[[str, str, str], None]
"""Writes a line: the source, what happened, and the id of what it is about."""


class HeardSignal(NamedTuple):
    """A signal as it was sent.

    Attributes:
        source: "client", or the module: "offers", "events", …
        name: the name of the signal, such as "on_active".
        id: the id of the record that it is about; "" where it is about none.
        details: the details with which it was sent.

    """

    source: str
    name: str
    id: str
    details: Mapping[str, Any]


class PlayerWatcher:
    """Hears of all signals and actions of one client.

    Attributes:
        heard: the signals since somebody began to listen, or None while nobody does.

    """

    def __init__(self, uw: UserWise, tell: Tell) -> None:
        modules = ("events", "messages", "offers", "remote_configs", "surveys", "campaigns", "push", "media")
        self._sources = {id(getattr(uw, name)): name for name in modules}
        self._tell = tell
        self._references: dict[str, str] = {}  # by reference of an offer's impression, the offer
        self.heard: list[HeardSignal] | None = None

    def signal(self, name: str, sender: object, details: Mapping[str, Any]) -> None:
        """A signal is about to be sent."""
        heard = HeardSignal(self._sources.get(id(sender), "client"), name, _subject(details), details)
        if self.heard is not None:
            self.heard.append(heard)
        self._tell(heard.source, name.removeprefix("on_"), heard.id)

    def action(self, kind: str, text: bytes) -> None:
        """The player has done something."""
        kind = str(kind)
        body = json.loads(text)
        if kind.startswith("triggering_"):
            kind, body = kind.removeprefix("triggering_"), body["done"]
        if isinstance(body, list):  # attributes
            body = {"name": ", ".join(str(one["name"]) for one in body)}
        if "offer_id" in body and "reference" in body:
            self._references[body["reference"]] = body["offer_id"]
        about = next((str(body[field]) for field in ID_OF if field in body), "")
        about = self._references.get(body.get("reference", ""), about)
        state = body.get("state")
        self._tell("actions", kind if state is None else f"{kind} {state}", about)


def _subject(details: Mapping[str, Any]) -> str:
    """Return the id of what a signal is about; for a failure, the kind of the error."""
    subject = next((details[name] for name in SUBJECTS if name in details), None)
    if isinstance(subject, OfferImpression):
        return subject.offer_id
    for attribute in ("id", "push_notification_id", "kind"):
        if subject is not None and hasattr(subject, attribute):
            return str(getattr(subject, attribute))
    error = details.get("error")
    return type(error).__name__ if isinstance(error, UserWiseError) else str(details.get("id", ""))
