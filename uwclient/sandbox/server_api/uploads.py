"""Which requests may bring a file, and how large it may be."""

from __future__ import annotations

import re
from collections.abc import Sequence

from uwclient.sandbox.server_api.endpoint import Endpoint

MULTIPART = "multipart/form-data"
LARGEST_FILE = 50 * 1024 * 1024
"""The bytes of a file."""
LARGEST_UPLOAD = LARGEST_FILE + 64 * 1024
"""The bytes of a body with a file in it."""


class Uploads:
    """Knows by method and path the requests that take a file."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self._rules = [
            (one.method, re.compile(re.sub(r"{\w+}", "[^/]+", path)))
            for one in endpoints
            if one.uploads
            for path in one.paths
        ]

    def include(self, method: str, path: str, content_type: str) -> bool:
        """Whether a request may bring a file; its path has no slashes too many."""
        if not content_type.lower().startswith(MULTIPART):
            return False
        return any(method == known and rule.fullmatch(path) for known, rule in self._rules)
