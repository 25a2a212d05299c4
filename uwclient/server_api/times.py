"""Times of replies that are not written as ISO 8601."""

from __future__ import annotations

import re
from typing import Any

_MONTH_FIRST = re.compile(r"(\d{2})-(\d{2})-(\d{4})(T.*)")


def in_iso_order(told: Any) -> Any:
    """Return a time such as "02-22-2022T00:00:00Z" with the year first, and anything else as it is."""
    found = _MONTH_FIRST.fullmatch(told) if isinstance(told, str) else None
    return told if found is None else f"{found[3]}-{found[1]}-{found[2]}{found[4]}"
