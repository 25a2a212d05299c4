"""An index of the entries of a bounded store, by size and by last use."""

from __future__ import annotations


class LruIndex:
    """Names and sizes, the least recently used first.

    Attributes:
        total: the sum of all sizes.

    """

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}
        self.total = 0

    def put(self, name: str, size: int) -> None:
        """Add an entry with this size, or replace it, as the most recently used one."""
        self.drop(name)
        self._sizes[name] = size
        self.total += size

    def drop(self, name: str) -> None:
        """Remove an entry, if there is one."""
        self.total -= self._sizes.pop(name, 0)

    def pop_excess(self, limit: int, most: int) -> str | None:
        """Remove and return the least recently used entry, if the total exceeds `limit` or the number `most`."""
        if not self._sizes or (self.total <= limit and len(self._sizes) <= most):
            return None
        name = next(iter(self._sizes))
        self.drop(name)
        return name
