"""The certificate authorities that the client trusts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl


class Authorities:
    """The trusted certificate authorities; read once for all transports, because that takes some milliseconds."""

    def __init__(self) -> None:
        self._context: ssl.SSLContext | None = None

    def context(self) -> ssl.SSLContext:
        """Return the TLS context, with the authorities that the environment may name. Raises OSError."""
        if self._context is None:
            import ssl  # imported here, for `start()` needs none of the network stack

            import requests.utils

            named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
            place = named or requests.utils.DEFAULT_CA_BUNDLE_PATH
            is_folder = Path(place).is_dir()
            self._context = ssl.create_default_context(
                cafile=None if is_folder else place, capath=place if is_folder else None
            )
        return self._context
