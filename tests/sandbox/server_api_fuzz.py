"""Nonsense for the server API: paths, queries and bodies that are nearly right, or not at all.

`python -m tests.sandbox.server_api_fuzz 1000000` sends a million (a second number is the first seed); the test sends
a few thousand.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from uwclient.sandbox import Sandbox
from uwclient.sandbox.server_api.endpoint import Endpoint
from uwclient.sandbox.server_api.endpoints import ENDPOINTS
from uwclient.sandbox.server_api.openapi import samples

KEY = {"X-Api-Key": "c2FuZGJveC1rZXk=", "Content-Type": "application/json"}
_SLOW = 5.0
_MOST_IDS = 200

_TEXTS = (
    "",
    " ",
    "0",
    "-1",
    "null",
    "dev",
    "live",
    "' OR 1=1 --",
    '"; DROP TABLE campaigns; --',
    "../../etc/passwd",
    "%00",
    "\x00",
    "a/b",
    "🐉",
    "\u202e",
    "\ud7ff",
    "x" * 3000,
    "2026-13-45T99:99:99Z",
    "2026-01-05T12:00:00Z",
    "9999-12-31T23:59:59+14:00",
    "{{body}}",
    "<script>",
)
_NUMBERS = (0, -1, 1, 2**31, 2**63, -(2**63), 10**400, 0.1, 1e308, -0.0)


class Nonsense:
    """Makes requests up, from what is documented and from ids that have come back."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.ids: list[str] = ["hero-1", "live", "dev"]

    def request(self) -> tuple[Endpoint, str, str, bytes]:
        """An endpoint, and a method, a target and a body that it may be asked with."""
        endpoint = self.random.choice(ENDPOINTS)
        path = self.random.choice(endpoint.paths)
        for name in endpoint.id_names:
            path = path.replace(f"{{{name}}}", quote(self._id(), safe="" if self.random.random() < 0.9 else "/"))
        method = (
            endpoint.method if self.random.random() < 0.97 else self.random.choice(("GET", "POST", "PUT", "DELETE"))
        )
        return endpoint, method, f"{path}{self._query(endpoint)}", self._body(endpoint)

    def learn(self, body: bytes) -> None:
        """Take the id out of a reply, to ask about it."""
        try:
            data = json.loads(body).get("data")
        except ValueError:
            return
        if isinstance(data, dict) and isinstance(data.get("id"), str):
            self.ids.append(data["id"])
            if len(self.ids) > _MOST_IDS:
                self.ids.pop(self.random.randrange(3, len(self.ids)))

    def _id(self) -> str:
        return self.random.choice(self.ids) if self.random.random() < 0.7 else self._text() or "x"

    def _text(self) -> str:
        return self.random.choice(_TEXTS) if self.random.random() < 0.6 else self.random.choice(self.ids)

    def _query(self, endpoint: Endpoint) -> str:
        known = ["app_id", "environment_stage", "environment_id", "page", "page_size", "sort_by", "query", "enc"]
        known += [field.name for field in endpoint.query]
        query = {"environment_stage": "dev", "app_id": "ba59bd72-3111-4cbf-83c9-72b3198fa814"}
        for _ in range(self.random.randrange(3)):
            query[self.random.choice(known)] = self._text()
        if self.random.random() < 0.1:
            query.pop(self.random.choice(list(query)))
        return f"?{urlencode(query)}" if query else ""

    def _body(self, endpoint: Endpoint) -> bytes:
        if endpoint.body is None and self.random.random() < 0.9:
            return b""
        chance = self.random.random()
        if chance < 0.05:
            return self.random.randbytes(self.random.randrange(200))
        if chance < 0.1:
            return (b"[" * 5000) if self.random.random() < 0.5 else b'{"a":' * 3000
        body = json.loads(json.dumps(samples().get(endpoint.operation, {}).get("request") or {}))
        for _ in range(self.random.randrange(4)):
            body = self._changed(body)
        return json.dumps(body).encode()

    def _changed(self, value: Any, depth: int = 0) -> Any:
        """A value with one place in it changed."""
        if isinstance(value, dict) and value and self.random.random() < 0.85:
            name = self.random.choice(list(value))
            if self.random.random() < 0.1:
                return {other: one for other, one in value.items() if other != name}
            return {**value, name: self._changed(value[name], depth + 1)}
        if isinstance(value, list) and value and self.random.random() < 0.8:
            place = self.random.randrange(len(value))
            return [*value[:place], self._changed(value[place], depth + 1), *value[place + 1 :]]
        return self._value(depth)

    def _value(self, depth: int) -> Any:
        makers: tuple[Callable[[], Any], ...] = (
            self._text,
            lambda: self.random.choice(_NUMBERS),
            lambda: self.random.choice((None, True, False)),
            lambda: [] if depth > 3 else [self._value(depth + 1) for _ in range(self.random.randrange(4))],
            lambda: (
                {} if depth > 3 else {self._text(): self._value(depth + 1) for _ in range(self.random.randrange(4))}
            ),
        )
        return self.random.choice(makers)()


def send(sandbox: Sandbox, count: int, seed: int = 0) -> Counter[int]:
    """Send so many requests; how many had each status. AssertionError for a 500 or a request that takes seconds."""
    nonsense, statuses = Nonsense(seed), Counter[int]()
    for _ in range(count):
        endpoint, method, target, body = nonsense.request()
        began = time.monotonic()
        reply = sandbox.ask(method, f"http://127.0.0.1{target}", headers=KEY, body=body)
        took = time.monotonic() - began
        assert reply is not None
        what = f"{method} {target[:500]} {body[:500]!r} ({endpoint.operation})"
        assert reply.status < 500, f"{what}: {reply.status} {reply.body[:500]!r}"
        assert took < _SLOW, f"{what}: it took {took:.1f} s"
        statuses[reply.status] += 1
        if reply.status in (200, 201):
            nonsense.learn(reply.body)
    return statuses


def _report(told: Mapping[int, int], sandbox: Sandbox) -> str:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{dict(sorted(told.items()))}, at most {memory:.0f} MB"


def main(count: int, first_seed: int = 0) -> None:
    """Send nonsense to new sandboxes, 20,000 requests each, and tell of it."""
    total: Counter[int] = Counter()
    for seed in range(first_seed, first_seed - (-count // 20_000)):
        with Sandbox() as sandbox:
            total += send(sandbox, min(20_000, count), seed)
            sandbox.check()
            print(f"{sum(total.values()):>9,}: {_report(total, sandbox)}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
