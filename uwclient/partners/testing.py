"""Stand-ins of the partners, for tests: they serve the documented requests on loopback, with data that a test sets.

    with PicoStandIn() as pico:
        pico.widgets["2448"] = [{"id": "7", "is_game": True}]
        pico.participants["7"] = [pico_participant("1", correct=3)]
        client = Pico(pico.auth, host=pico.url)

Without `with` there is no socket: `Pico(auth, transport=stand_in)` asks the stand-in in this process, whatever time
it is there.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from uwclient.errors import ArgumentError, UserWiseError
from uwclient.http.connections import Connections
from uwclient.http.messages import Reply, Request
from uwclient.models.iso_time import time_in
from uwclient.partners.crowdtwist import IdType
from uwclient.partners.pico import LARGEST_PAGE
from uwclient.partners.shoplive import LONGEST_PERIOD

_WITHOUT_SOCKET = "http://127.0.0.1:9"
_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
_NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Asked(NamedTuple):
    """A request that a stand-in got: its path without the query, decoded; the query; headers by small letters."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


class Said(NamedTuple):
    """What a stand-in replies: a status and JSON."""

    status: int
    value: Any


class StandIn:
    """Owns a port on loopback in a `with` block.

    Attributes:
        asked: the requests that came, oldest first.

    """

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._faults: list[Reply | UserWiseError] = []
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it is."""
        return _WITHOUT_SOCKET if self._server is None else f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._server is not None  # noqa: S101 - it was entered
        assert self._thread is not None  # noqa: S101 - it was entered
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None

    def fail(self, *faults: Reply | UserWiseError) -> None:
        """Answer the next requests like this: `Reply.of(503)`; an exception is no reply at all."""
        self._faults.extend(faults)

    def send(self, request: Request) -> Reply | UserWiseError:
        """Answer a request in this process, as a `Transport` does."""
        parts = urlsplit(request.url)
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Asked(unquote(parts.path), dict(parse_qsl(parts.query, keep_blank_values=True)), headers)
        with self._lock:
            self.asked.append(asked)
            if self._faults:
                return self._faults.pop(0)
            said = self._answer(asked)
        return Reply.of(said.status, json.dumps(said.value).encode(), {"Content-Type": "application/json"})

    def _answer(self, asked: Asked) -> Said:
        raise NotImplementedError


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            reply = stand_in.send(Request("GET", f"{stand_in.url}{self.path}", headers=dict(self.headers.items())))
            if isinstance(reply, UserWiseError):
                self.close_connection = True
                return
            body = reply.body()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Print nothing."""

    return Handler


class PicoStandIn(StandIn):
    """Stands in for Pico.

    Attributes:
        auth: what the header Auth must hold.
        widgets: the widgets of each activation, as JSON objects.
        participants: those of each widget, as JSON objects; the order of the list is the order without `order_by`.

    """

    def __init__(self, auth: str = "pico-auth") -> None:
        super().__init__()
        self.auth = auth
        self.widgets: dict[str, list[dict[str, Any]]] = {}
        self.participants: dict[str, list[dict[str, Any]]] = {}

    def _answer(self, asked: Asked) -> Said:
        if asked.headers.get("auth") != self.auth:
            return Said(401, {"error": "unauthorized"})
        match asked.path.strip("/").split("/"):
            case ["v1", "activation", activation, "widgets"] if activation in self.widgets:
                only_games = asked.query.get("Game_only", "false") != "true"
                found = [one for one in self.widgets[activation] if one.get("is_game", True) or not only_games]
                return Said(200, {"data": found})
            case ["v1", "bot", widget, "users"] if widget in self.participants:
                return self._users(self.participants[widget], asked.query)
        return Said(404, {"error": "not found"})

    def _users(self, users: Sequence[dict[str, Any]], query: Mapping[str, str]) -> Said:
        try:
            limit, offset = int(query.get("limit", 10)), int(query.get("offset", 0))
        except ValueError:
            return Said(400, {"error": "limit and offset must be numbers"})
        if not 1 <= limit <= LARGEST_PAGE or offset < 0:
            return Said(400, {"error": "limit must be from 1 to 50"})
        if "order_by" in query:
            users = sorted(users, key=lambda one: str(one["user"].get(query["order_by"], "")))
        if query.get("order_dir", "ASC").upper() == "DESC":
            users = users[::-1]
        return Said(200, {"data": {"total": len(users), "to_send": 0, "users": list(users[offset : offset + limit])}})


class CrowdTwistStandIn(StandIn):
    """Stands in for CrowdTwist.

    Attributes:
        api_key: what must be sent.
        activities: those of each user, as JSON objects, by the id that is asked for.

    """

    def __init__(self, api_key: str = "crowdtwist-key") -> None:
        super().__init__()
        self.api_key = api_key
        self.activities: dict[str, list[dict[str, Any]]] = {}

    def _answer(self, asked: Asked) -> Said:
        if asked.query.get("api_key") != self.api_key:
            return _refusal(401, "invalid_auth", "Invalid access credentials")
        if asked.query.get("id_type", IdType.ID) not in [*IdType]:
            return _refusal(400, "input_error", "The input provided in invalid or formatted incorrectly.")
        match asked.path.strip("/").split("/"):
            case ["v2", "users", user, "activities", "extended"]:
                if user not in self.activities:
                    return _refusal(400, "param_error", "User does not exist")
                if not self.activities[user]:
                    return _refusal(404, "no data", "There are no activities available to this client.")
                return Said(200, self.activities[user])
        return _refusal(404, "input_error", "The input provided in invalid or formatted incorrectly.")


def _refusal(status: int, error: str, message: str) -> Said:
    return Said(status, {"error": error, "message": message})


class ShopliveStandIn(StandIn):
    """Stands in for Shoplive.

    Attributes:
        access_key: the part of the path.
        token: the bearer token.
        stats: what is counted in a window of `from` and `to`; returns JSON objects.

    """

    def __init__(self, access_key: str = "shoplive-key", token: str = "shoplive-token") -> None:  # noqa: S107
        super().__init__()
        self.access_key = access_key
        self.token = token
        self.stats: Callable[[datetime, datetime], list[dict[str, Any]]] = lambda start, end: []

    def _answer(self, asked: Asked) -> Said:
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Said(401, {})
        if asked.path != f"/v2/{self.access_key}/campaign/stats":
            return Said(404, {})
        try:
            start, end = time_in(asked.query["from"]), time_in(asked.query["to"])
        except (KeyError, ValueError):
            return Said(400, {})
        if not start < end <= start + LONGEST_PERIOD:
            return Said(400, {})
        keys = asked.query["campaignKeys"].split(",") if "campaignKeys" in asked.query else None
        found = self.stats(start, end)
        return Said(200, {"results": [one for one in found if keys is None or one.get("campaignKey") in keys]})


class GrowSurfStandIn:
    """Sends what GrowSurf would send.

    Args:
        target: the URL of the endpoint with its secret path; or a `Receiver.receive`, with the secret path.
        now: what time it is in the events.

    """

    def __init__(self, target: str | tuple[Callable[[str, bytes], int], str], now: datetime = _NOON) -> None:
        self._target = target
        self.now = now

    def send(self, body: bytes) -> int:
        """Send a body, and return the HTTP status of the reply. Raises ConnectionFailed."""
        if isinstance(self._target, tuple):
            receive, path = self._target
            return receive(path, body)
        parts = urlsplit(self._target)
        connections = Connections(f"{parts.scheme}://{parts.netloc}")
        reply = connections.send(Request("POST", self._target, body, {"Content-Type": "application/json"}))
        connections.close()
        if isinstance(reply, UserWiseError):
            raise reply
        return reply.status

    def event(self, name: str, data: Mapping[str, Any]) -> bytes:
        """Write an event."""
        return json.dumps({"event": name, "createdAt": milliseconds_at(self.now), "data": data}).encode()

    def reach_goal(self, participant: Mapping[str, Any], reward: Mapping[str, Any]) -> int:
        """A participant unlocks a reward."""
        return self.send(self.event("PARTICIPANT_REACHED_A_GOAL", {"participant": participant, "reward": reward}))

    def join(self, participant: Mapping[str, Any]) -> int:
        """A participant joins."""
        return self.send(self.event("NEW_PARTICIPANT_ADDED", participant))

    def end(self, campaign: Mapping[str, Any]) -> int:
        """The campaign ends."""
        return self.send(self.event("CAMPAIGN_ENDED", campaign))


def milliseconds_at(moment: datetime) -> int:
    """Return the milliseconds since 1970. Raises ArgumentError for a naive datetime."""
    if moment.utcoffset() is None:
        raise ArgumentError("A time has no time zone: give an aware datetime.")
    return (moment - _SINCE) // timedelta(milliseconds=1)


def pico_participant(
    id: str, *, correct: int = 0, updated: datetime = _NOON, labels: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return a participant as Pico writes one, with labels by their ids."""
    found = [{"id": label, "value": value} for label, value in (labels or {}).items()]
    at = milliseconds_at(updated)
    user = {"id": f"user-{id}", "name": f"name-{id}", "labels": found, "user_hash_id": f"user-{id}"}
    times = {"date_added": at, "date_updated": at, "start_time": at}
    return {"id": id, "user": user, **times, "items": [], "total_correct_answers": correct}


def crowdtwist_activity(id: int, *, locked: bool = False, **fields: Any) -> dict[str, Any]:
    """Return an activity as CrowdTwist writes one, with other fields as they are given."""
    return {"id": id, "name": f"activity {id}", "title": f"Activity {id}", "is_locked_by_tier": locked, **fields}


def growsurf_participant(id: str, *, referrals: int = 0, **metadata: str) -> dict[str, Any]:
    """Return a participant as GrowSurf writes one."""
    return {"id": id, "email": f"{id}@example.com", "referralCount": referrals, "metadata": metadata}


def growsurf_reward(id: str, *, approved: bool = True, is_referrer: bool = True, **fields: Any) -> dict[str, Any]:
    """Return a reward as GrowSurf writes one, with other fields as they are given."""
    return {"id": id, "rewardId": "reward", "approved": approved, "isReferrer": is_referrer, **fields}
