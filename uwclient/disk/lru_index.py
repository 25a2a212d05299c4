"""Owns the list of what a bounded store holds: how large each thing is, and which was not used for longest."""

from __future__ import annotations


class LruIndex:
    """Owns names and sizes, the least recently used first. Attributes:

    total: all sizes together.

    """

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}
        self.total = 0

    def put(self, name: str, size: int) -> None:
        """It is there with this size, and was used just now."""
        self.drop(name)
        self._sizes[name] = size
        self.total += size

    def drop(self, name: str) -> None:
        """It is gone, if it was there."""
        self.total -= self._sizes.pop(name, 0)

    def take_beyond(self, limit: int, most: int) -> str | None:
        """Take out what was not used for longest, while all together is larger than the limit or more than `most`."""
        if not self._sizes or (self.total <= limit and len(self._sizes) <= most):
            return None
        name = next(iter(self._sizes))
        self.drop(name)
        return name
