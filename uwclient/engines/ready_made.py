"""Makes the cards and the overlay that `attach` of each engine is asked for."""

from __future__ import annotations

from uwclient import UserWise
from uwclient.ui.live import LiveUI
from uwclient.ui.overlay import Overlay
from uwclient.ui.theme import Theme


def ready_made(
    uw: UserWise, ui: bool | LiveUI, overlay: bool | Overlay, theme: Theme
) -> tuple[LiveUI | None, Overlay | None]:
    """Make the cards and the overlay where True asks for them; None for False."""
    live_ui = LiveUI(uw, theme=theme) if ui is True else ui or None
    if overlay is True:
        overlay = Overlay(uw, held_back=None if live_ui is None else live_ui.held_back)
    return live_ui, overlay or None
