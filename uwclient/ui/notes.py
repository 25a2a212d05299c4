"""Owns the short notes on the screen: which is shown, and how it was laid out last."""

from __future__ import annotations

from uwclient.ui.layout import lay_out_note
from uwclient.ui.scene import EMPTY, Scene
from uwclient.ui.text_metrics import KnownRuler
from uwclient.ui.theme import Theme
from uwclient.ui.toasts import Toasts


class Notes(Toasts):
    """Owns the notes, and the scene of the one that was drawn last."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: tuple[object, Scene] = (None, EMPTY)

    def draw(self, now: float, window: tuple[float, float], theme: Theme, ruler: KnownRuler) -> Scene:
        """What to draw at a monotonic moment in a window of this size; the same object while nothing changed."""
        text = self.shown(now)
        if text is None:
            return EMPTY
        wanted = (text, window, ruler)
        if wanted != self._drawn[0]:
            self._drawn = (wanted, lay_out_note(text, *window, theme, ruler))
        return self._drawn[1]
