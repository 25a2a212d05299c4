"""Caches the measurements of text, which engines take long for."""

from __future__ import annotations

from uwclient.ui.scene import TextMetrics

MOST_KEPT = 8000


class CachedTextMetrics:
    """Measures each text only once, by `ruler`, which is the engine's."""

    def __init__(self, ruler: TextMetrics) -> None:
        self.ruler = ruler
        self._widths: dict[tuple[str, float, bool], float] = {}
        self._heights: dict[tuple[float, bool], float] = {}

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """How wide one line is, in pixels."""
        key = (text, size, bold)
        width = self._widths.get(key)
        if width is None:
            if len(self._widths) >= MOST_KEPT:
                self._widths.clear()
            width = self._widths[key] = self.ruler.width(text, size, bold)
        return width

    def line_height(self, size: float, bold: bool = False) -> float:
        """How high one line is, in pixels."""
        key = (size, bold)
        height = self._heights.get(key)
        if height is None:
            height = self._heights[key] = self.ruler.line_height(size, bold)
        return height
