"""The "uwclient" logger, and its last lines for bug reports.

The logging package is imported with the first line that is logged, so that `import uwclient` stays fast.
"""

from __future__ import annotations

from collections import deque
from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logging import Logger, LogRecord

LINES = 100
"""The number of lines that are kept."""

LONGEST_LINE = 4000
"""The maximum number of characters of a line that is kept."""

_lines: deque[str] = deque(maxlen=LINES)


def logger() -> Logger:
    """Return the logger of uwclient."""
    import logging

    found = logging.getLogger("uwclient")
    found.addFilter(_remember)  # not a handler: with one, warnings of a game without logging would not reach stderr
    return found


def recent_lines() -> list[str]:
    """Return the last lines of this process at or above the logger's level, oldest first."""
    return list(_lines)


def _remember(record: LogRecord) -> bool:
    """Keep a line as text, because its arguments and its exception would keep objects of the game alive."""
    from datetime import datetime

    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    line = f"{at} {record.levelname} {record.getMessage()}"
    if record.exc_info and record.exc_info[1] is not None:
        line += f" {_in_a_line(record.exc_info[1])}"
    _lines.append(line[:LONGEST_LINE])
    return True


def _in_a_line(error: BaseException) -> str:
    """Format an exception with the place that raised it."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "" if place is None else f" in {place.tb_frame.f_code.co_filename}, line {place.tb_lineno}"
    return f"[{type(error).__name__}: {error}{where}]"
