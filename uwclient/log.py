"""Owns the way to the `uwclient` logger, and the last lines that went there.

The logging package is loaded with the first line that is logged, not with `import uwclient`, which is to be cheap.
"""

from __future__ import annotations

from collections import deque
from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logging import Logger, LogRecord

LINES = 100
LONGEST_LINE = 4000

_lines: deque[str] = deque(maxlen=LINES)


def logger() -> Logger:
    """The logger of everything that uwclient has to say."""
    import logging

    found = logging.getLogger("uwclient")
    found.addFilter(_remember)  # a handler would keep warnings from stderr where the game has set up no logging
    return found


def recent_lines() -> list[str]:
    """The last lines of this process, oldest first, as far as the level of the logger lets them through."""
    return list(_lines)


def _remember(record: LogRecord) -> bool:
    """Keep a line as text: its arguments, and the frames of an exception, would keep objects of the game alive."""
    from datetime import datetime

    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    line = f"{at} {record.levelname} {record.getMessage()}"
    if record.exc_info and record.exc_info[1] is not None:
        line += f" {_in_a_line(record.exc_info[1])}"
    _lines.append(line[:LONGEST_LINE])
    return True


def _in_a_line(error: BaseException) -> str:
    """An exception, and the place that raised it."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "" if place is None else f" in {place.tb_frame.f_code.co_filename}, line {place.tb_lineno}"
    return f"[{type(error).__name__}: {error}{where}]"
