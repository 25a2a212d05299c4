"""The text of a countdown, such as "2d 05h" or "12:34"."""

from __future__ import annotations

import math

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MOST_DAYS = 999


def countdown(seconds: float) -> str:
    """The time left: "2d 05h", "5h 09m", "12:34" or "0:07"; "0:00" when there is none.

    A second that has begun counts as whole, so that "0:01" stands for a second and nothing is left at "0:00".
    """
    left = math.ceil(min(seconds, (MOST_DAYS + 1) * DAY - 1)) if seconds > 0 else 0
    if left >= DAY:
        return f"{left // DAY}d {left % DAY // HOUR:02}h"
    if left >= HOUR:
        return f"{left // HOUR}h {left % HOUR // MINUTE:02}m"
    return f"{left // MINUTE}:{left % MINUTE:02}"
