"""The names of the engine events that repeat the signals of a client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from uwclient import UserWise

MARK = "on_"


def signals_of(uw: UserWise) -> Iterator[tuple[str, Any]]:
    """Every signal of a client and of its modules, with its name: "session-initialized", "remote-configs-active"."""
    parts = [("", uw), *((f"{name}-", part) for name, part in vars(uw).items() if not name.startswith("_"))]
    for prefix, part in parts:
        for name, signal in getattr(part, "__dict__", {}).items():
            if name.startswith(MARK):
                yield (prefix + name.removeprefix(MARK)).replace("_", "-"), signal
