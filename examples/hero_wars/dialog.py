"""Owns the look of a pop-up: its box sized to its text, its buttons, and where they can be clicked."""

from __future__ import annotations

from dataclasses import dataclass

import pygame
from pygame import Rect, Surface

from .easing import ease_out, ease_out_back
from .hud import draw_button
from .ink import Ink, PanelStyle, TextStyle
from .palette import BLUE, INK, MUTED, PANEL, PANEL_EDGE, PAPER, WHITE, Colour, mix, readable_on
from .popups import Look, Popup, PopupQueue
from .world import HEIGHT, WIDTH

BOX_WIDTH = 460
PADDING = 30
RIBBON = Rect(0, 0, 150, 30)
TITLE = TextStyle(36, PAPER, align=0.5, lines=2)
BODY = TextStyle(24, MUTED, align=0.5, lines=6)
BUTTON_WIDTH = 180
BUTTON_HEIGHT = 42
GAP = 16
SHADE = 150
LABELS = {Look.MESSAGE: "MESSAGE", Look.SURVEY: "SURVEY"}
SMALLEST = 0.7


@dataclass(frozen=True, slots=True)
class DialogLayout:
    """Where the parts of a pop-up are, in logical pixels. `dismiss` is None when there is only one button."""

    frame: Rect
    title: Rect
    body: Rect
    accept: Rect
    dismiss: Rect | None


def lay_out(popup: Popup, ink: Ink) -> DialogLayout:
    """Sizes the box to the text and centres it."""
    width = BOX_WIDTH - 2 * PADDING
    title_height = ink.height(popup.title, width, TITLE)
    body_height = ink.height(popup.body, width, BODY)
    height = PADDING + title_height + GAP + body_height + GAP + BUTTON_HEIGHT + PADDING
    frame = Rect(WIDTH // 2 - BOX_WIDTH // 2, HEIGHT // 2 - height // 2, BOX_WIDTH, height)
    title = Rect(frame.left + PADDING, frame.top + PADDING, width, title_height)
    body = Rect(title.left, title.bottom + GAP, width, body_height)
    accept = Rect(0, body.bottom + GAP, BUTTON_WIDTH, BUTTON_HEIGHT)
    accept.centerx = WIDTH // 2
    if popup.dismiss_label is None:
        return DialogLayout(frame, title, body, accept, None)
    shift = BUTTON_WIDTH // 2 + GAP // 2
    return DialogLayout(frame, title, body, accept.move(shift, 0), accept.move(-shift, 0))


class Dialog:
    """Draws the pop-up of a queue, growing as it opens and shrinking as it closes."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink

    def draw(self, target: Surface, popups: PopupQueue, accent: Colour) -> None:
        """Darkens the game and draws the visible pop-up, if there is one."""
        popup = popups.visible
        if popup is None:
            return
        shade = Surface(target.get_size(), pygame.SRCALPHA)
        shade.fill((*INK, round(SHADE * popups.openness)))
        target.blit(shade, (0, 0))
        layer = Surface(target.get_size(), pygame.SRCALPHA)
        self._draw_box(layer, popup, accent)
        blit_grown(target, layer, popups)

    def _draw_box(self, layer: Surface, popup: Popup, accent: Colour) -> None:
        layout = lay_out(popup, self._ink)
        colour = BLUE if popup.look is Look.SURVEY else accent
        self._ink.panel(layer, layout.frame, PanelStyle(edge=quiet(colour), radius=22, opacity=250, edge_width=3))
        ribbon = RIBBON.copy()
        ribbon.center = layout.frame.midtop
        self._ink.panel(layer, ribbon, PanelStyle(face=colour, edge=mix(colour, WHITE, 0.5), radius=15, opacity=255))
        self._ink.write(layer, LABELS[popup.look], ribbon, TextStyle(20, readable_on(colour), align=0.5))
        self._ink.write(layer, popup.title, layout.title, TITLE)
        self._ink.write(layer, popup.body, layout.body, BODY)
        draw_button(self._ink, layer, layout.accept, colour, popup.accept_label)
        if layout.dismiss is not None and popup.dismiss_label is not None:
            draw_button(self._ink, layer, layout.dismiss, PANEL_EDGE, popup.dismiss_label)


def blit_grown(target: Surface, layer: Surface, popups: PopupQueue) -> None:
    """Puts the layer on the target, scaled and faded by how far the pop-up is open."""
    openness = popups.openness
    if openness >= 1.0:
        target.blit(layer, (0, 0))
        return
    curve = ease_out_back if popups.current is not None else ease_out
    size = SMALLEST + (1.0 - SMALLEST) * curve(openness)
    scaled = pygame.transform.smoothscale_by(layer, size)
    scaled.set_alpha(round(255 * openness))
    target.blit(scaled, scaled.get_rect(center=target.get_rect().center))


def quiet(colour: Colour) -> Colour:
    """The colour, calmed towards the panel."""
    return mix(colour, PANEL, 0.35)
