"""How a client shows who it is: the API key in a header, and a signature on each request (guide: Security)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from uwclient.http.messages import Limits, Request
from uwclient.http.signing import api_key_header, signed_url

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Access:
    """The keys of a client, and the host that they are for. No repr shows them.

    Attributes:
        host: scheme, name and port, such as "https://api.userwise.io".
        api_key: the key of the app.
        secret_key: the key of the company; None leaves requests unsigned.

    """

    host: str
    api_key: str = field(repr=False)
    secret_key: str | None = field(default=None, repr=False)

    def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: bytes,
        *,
        content_type: str = JSON,
        limits: Limits,
        label: str,
    ) -> Request:
        """Return a request that is complete: with the key, and signed as the last step."""
        url = f"{self.host}{path}"
        if query:
            url = f"{url}?{urlencode(query)}"
        if self.secret_key is not None:
            url = signed_url(url, body, self.secret_key)
        headers = {"X-Api-Key": api_key_header(self.api_key)}
        if body:
            headers["Content-Type"] = content_type
        return Request(method, url, body, headers, limits, label)
