"""The ids that a platform gives out."""

from __future__ import annotations

import uuid


class Ids:
    """Draws ids."""

    def uuid(self, *purpose: str) -> str:
        """Return a new UUID."""
        return str(uuid.uuid4())
