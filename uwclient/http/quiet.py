"""Silences the HTTP library's log while it works for this client, because its lines have ids, hashes and whole URLs.

The game's own use of that library is not affected.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator

_LOGGERS = ("connectionpool", "connection", "response", "poolmanager", "util.retry")

_here = threading.local()


def _is_not_ours(record: logging.LogRecord) -> bool:
    return not getattr(_here, "is_quiet", False)


for _name in _LOGGERS:
    logging.getLogger(f"urllib3.{_name}").addFilter(_is_not_ours)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Silence urllib3's log in this block, on this thread."""
    _here.is_quiet = True
    try:
        yield
    finally:
        _here.is_quiet = False
