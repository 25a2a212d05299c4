"""A studio's backend: it asks the server API over plain HTTP, and knows nothing of this project's code."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import requests

APP_ID = "ba59bd72-3111-4cbf-83c9-72b3198fa814"
STAGE: Mapping[str, str] = {"app_id": APP_ID, "environment_stage": "dev"}
"""The query of requests about what is in dev."""


class Studio:
    """Sends requests to a sandbox with its API key."""

    def __init__(self, url: str, api_key: str = "sandbox-key") -> None:
        self._url = url
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers["X-Api-Key"] = base64.b64encode(api_key.encode()).decode()

    def ask(
        self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None
    ) -> requests.Response:
        """The reply to a request."""
        sent = {} if body is None else {"json": body}
        return self._http.request(method, self._url + path, params=query, timeout=10, **sent)

    def do(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        """The `data` of a request that succeeds."""
        reply = self.ask(method, path, body, query)
        assert reply.status_code < 300, reply.text
        return reply.json()["data"] if reply.content else None

    def refused(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> str:
        """The first sentence of a refusal (422)."""
        reply = self.ask(method, path, body, query)
        assert reply.status_code == 422, reply.text
        return str(reply.json()["errors"][0])

    def warnings(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> str:
        """The warnings of a request that succeeds, one a line."""
        reply = self.ask(method, path, body, query)
        assert reply.status_code < 300, reply.text
        return "\n".join(reply.json()["meta"]["warnings"])

    # What tests make again and again, in dev.

    def campaign(self, **fields: Any) -> str:
        """The id of a new campaign."""
        return str(self.do("POST", "/api/v1/campaigns", fields, STAGE)["id"])

    def content(self, campaign_id: str, kind: str, content: Any, **delivery: Any) -> str:
        """The id of new content of a campaign."""
        body = {"type": kind, "content": content, "delivery": delivery}
        return str(self.do("POST", f"/api/v1/campaigns/{campaign_id}/content", body, STAGE)["id"])

    def segment(self, name: str, **fields: Any) -> str:
        """The id of a new segment."""
        return str(self.do("POST", "/api/v1/segments", {**STAGE, "name": name, **fields})["id"])
