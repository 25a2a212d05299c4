"""The documented requests, one after the other: each is sent as the documentation has it, with ids that exist.

Ids are those of what the earlier requests have made. What contradicts itself in the documentation is put right in
`BODIES` and nowhere else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import requests

from uwclient.sandbox import Sandbox

APP_ID = "ba59bd72-3111-4cbf-83c9-72b3198fa814"
PLAYER = "hero-1"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True)
class Documented:
    """One endpoint as the documentation has it."""

    operation: str
    api: str
    method: str
    path: str
    also: tuple[str, ...]
    status: int
    query: Mapping[str, bool]
    uploads: bool
    request: Any
    response: Any

    @property
    def paths(self) -> tuple[str, ...]:
        """The documented path, then those that are meant."""
        return (self.path, *self.also)


def documented() -> Iterator[Documented]:
    """All endpoints of the documentation, the server's and those of sessions."""
    text = Path(__file__).with_name("documented_endpoints.json").read_text(encoding="utf-8")
    for one in json.loads(text):
        also = tuple(other["path"] for other in one.pop("also") if other["method"] == one["method"])
        yield Documented(also=also, **one)


_STEP = {
    "type": "delay",
    "config": {
        "delay_type": "time_delay",
        "time_delay_type": "relative",
        "duration_number": 5,
        "duration_unit": "minute",
    },
    "position.column": 1,
    "position.row": 1,
    "advancement.type": "immediate",
    "advancement.config": {},
}
BODIES: Mapping[str, Mapping[str, Any]] = {
    "create_engagement_outcome": {"type": "message"},  # the sample's "dev" is none of the documented types
    "create_journey_step": _STEP,  # the sample is empty
    "update_journey_step": {"type": "delay"},
    "set_player_email": {"email_address": "hero@example.com"},  # the address is garbled in the documentation
    "update_email_settings": {"sender_email": "hello@example.com"},
    "create_json_list": {},
}
QUERIES: Mapping[str, Mapping[str, str]] = {
    "session_start": {"environment_stage": "live", "language": "en"},
    "get_player": {"environment_stage": "live"},
    "get_player_segments": {"environment_stage": "live"},
    "delete_release": {"environment_stage": "live", "override_only": "false"},
}
STATES = {"session_offer_impression_state": "viewed", "session_message_impression_state": "viewed"}

_OPEN = ("appuser_attributes[].value", "appuser_events[].attributes")
"""Values of any type; and what the sample writes as one object although it is a list."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ORDER = ("create", "upload", "get", "list", "assign", "bulk", "register", "set", "replace", "update", "duplicate")


@dataclass
class Replay:
    """Sends documented requests to a sandbox and remembers the ids that come back."""

    sandbox: Sandbox
    secret: str | None = None
    ids: dict[str, str] = field(default_factory=dict)
    by_other_paths: bool = False

    def send(self, one: Documented) -> requests.Response:
        """Send one request, by the documented path or by the last of those that are meant."""
        path = one.paths[-1] if self.by_other_paths and one.api == "server" else one.path
        url = f"{self.sandbox.url}{self._filled(one, path)}"
        query = self._query(one)
        if query:
            url = f"{url}?{urlencode(query)}"
        request = requests.Request(one.method, url)
        if one.uploads:
            request.files = {"media": ("new_logo.png", PICTURE, "image/png")}
        elif one.request is not None or one.operation in BODIES:
            request.json = self._body(one)
        reply = self.deliver(request)
        self._remember(one, reply)
        return reply

    def deliver(self, request: requests.Request) -> requests.Response:
        """Send any request, with the key and, where there is a secret, signed."""
        request.headers = {"X-Api-Key": base64.b64encode(b"sandbox-key").decode()}
        prepared = request.prepare()
        if self.secret is not None:
            body = prepared.body if isinstance(prepared.body, bytes) else (prepared.body or "").encode()
            signed = hashlib.sha3_256(str(prepared.url).encode() + body + self.secret.encode()).hexdigest()
            prepared.url = f"{prepared.url}{'&' if '?' in str(prepared.url) else '?'}enc={signed}"
        with requests.Session() as session:
            return session.send(prepared, timeout=20)

    def _filled(self, one: Documented, path: str) -> str:
        for name in [part.split("}")[0] for part in path.split("{")[1:]]:
            path = path.replace(f"{{{name}}}", quote(self._id(one, name), safe=""))
        return path

    def _id(self, one: Documented, name: str) -> str:
        kind = {"framework_id": "push" if "push" in one.path else "offer" if "offer" in one.path else "event"}
        return self.ids[f"{kind[name]}_{name}" if name in kind else name]

    def _query(self, one: Documented) -> dict[str, str]:
        dev = {"environment_stage": "dev", "environment_id": self.ids["environment_id_of_dev"]}
        known = {"app_id": APP_ID, **self.ids, **dev, **QUERIES.get(one.operation, {})}
        query = {name: known[name] for name, required in one.query.items() if required}
        return {**query, **QUERIES.get(one.operation, {})}

    def _body(self, one: Documented) -> Any:
        body = {**(one.request or {}), **BODIES.get(one.operation, {})}
        for name, value in body.items():
            if name == "environment_id":
                body[name] = self.ids["environment_id_of_dev"]
            elif name == "app_id":
                body[name] = APP_ID
            elif (value == "" and name in self.ids) or name == "session_id":
                body[name] = self.ids.get(name, "")
        if one.operation in STATES:
            body["state"] = STATES[one.operation]
        if one.operation == "session_push_impression_state":
            body["state"] = "viewed"
        return body

    def _remember(self, one: Documented, reply: requests.Response) -> None:
        made = reply.json() if reply.content and reply.ok else {}
        for name in ("session_id", "survey_response_id"):
            if name in made:
                self.ids[name] = made[name]
        for name in ("offer_impression", "message_impression"):
            if name in made:
                self.ids[f"{name}_id"] = made[name]["id"]
        data = made.get("data")
        if one.operation.startswith(("create_", "upload_")) and isinstance(data, dict) and "id" in data:
            self.ids[_name_of_id(one)] = data["id"]


def _name_of_id(one: Documented) -> str:
    """The placeholder that the id of what was made stands for."""
    special = {
        "create_campaign_content": "content_id",
        "create_event_framework": "event_framework_id",
        "create_offer_framework": "offer_framework_id",
        "create_push_framework": "push_framework_id",
        "create_journey_step": "step_id",
        "upload_media": "media_record_id",
    }
    return special.get(one.operation, f"{one.operation.removeprefix('create_')}_id")


def shape_problems(sample: Any, value: Any, where: str = "data") -> Iterator[str]:
    """What of a documented reply is missing in a real one, or is of another type."""
    if where.endswith(_OPEN):
        return
    if isinstance(sample, dict) and isinstance(value, dict):
        for name, one in sample.items():
            if name.startswith("{{") or _UUID.fullmatch(name) or name == "journey_ids":
                continue  # ids of apps, and what belongs to a strategy that the sample does not send
            if name not in value:
                yield f"{where}.{name} is missing"
            else:
                yield from shape_problems(one, value[name], f"{where}.{name}")
    elif isinstance(sample, list) and isinstance(value, list):
        for place, one in enumerate(value if sample else ()):
            expected = sample[place] if len(sample) == len(value) else sample[0]
            yield from shape_problems(expected, one, f"{where}[]")
    elif _type(sample) != _type(value) and value is not None and sample is not None:
        yield f"{where} is {value!r}, and {sample!r} in the documentation"


def _type(value: Any) -> str:
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


def in_order(endpoints: Iterator[Documented]) -> list[Documented]:
    """Creates first, deletes last; parents are made before what stands in them and deleted after it."""

    def place(one: Documented) -> tuple[int, int]:
        verb = one.operation.split("_")[0]
        depth = one.path.count("/")
        if verb == "delete":
            return (len(_ORDER) + 1, -depth)
        return (_ORDER.index(verb) if verb in _ORDER else len(_ORDER), depth)

    return sorted(endpoints, key=place)
