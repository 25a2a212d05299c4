"""Checks of whom something is published for (pure)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from uwclient.sandbox.core.errors import FieldError, did_you_mean


class Targeted(Protocol):
    """Anything that is published for players in some segments and environments; an empty tuple means all."""

    @property
    def segments(self) -> tuple[str, ...]:
        """The names of the segments it is for."""
        ...

    @property
    def environments(self) -> tuple[str, ...]:
        """The keys of the environments it is in."""
        ...


def check_audience(targeted: Targeted, segments: Collection[str], environments: Collection[str]) -> None:
    """FieldError when something is for a segment or an environment that does not exist."""
    for name in targeted.segments:
        if name not in segments:
            close = did_you_mean(name, segments)
            raise FieldError("segments", f"there is no segment {name!r}{close}: define it first")
    for key in targeted.environments:
        if key not in environments:
            raise FieldError("environments", f"there is no environment {key!r}{did_you_mean(key, environments)}")
