"""Owns the way to the `uwclient` logger.

The logging package is loaded with the first line that is logged, not with `import uwclient`, which is to be cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logging import Logger


def logger() -> Logger:
    """The logger of everything that uwclient has to say."""
    import logging

    return logging.getLogger("uwclient")
