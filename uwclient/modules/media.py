"""Interim."""

from collections.abc import Callable


class MediaModule:
    """Interim."""

    def get_bytes(
        self,
        id_or_url: str,
        callback: Callable[[bytes | None], object],
        ignore_cache: bool = False,
        size: tuple[int, int] | None = None,
    ) -> None:
        """Interim."""
