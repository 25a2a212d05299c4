"""What an e-mail address is (pure)."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def check_address(value: str) -> None:
    """ValueError when a text is no e-mail address."""
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f"{value[:60]!r} is no email address: send one such as hero@example.com")
