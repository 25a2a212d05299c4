"""The look of a pop-up: its box sized to its text and picture, its buttons, and where they can be clicked."""

from __future__ import annotations

from dataclasses import dataclass

import pygame
from pygame import Rect, Surface

from ..live.pictures import LivePictures
from ..panels.popups import Look, Popup, PopupQueue
from ..play.field import HEIGHT, WIDTH
from .easing import ease_out, ease_out_back
from .ink import Ink, PanelStyle, TextStyle
from .palette import BLUE, INK, MUTED, PANEL, PANEL_EDGE, PAPER, Colour, mix
from .photos import Photos
from .widgets import draw_button, draw_tag

BOX_WIDTH = 460
PADDING = 30
TAG = Rect(0, 0, 150, 30)
TITLE = TextStyle(36, PAPER, align=0.5, lines=2)
BODY = TextStyle(24, MUTED, align=0.5, lines=6)
PHOTO_SIZE = (BOX_WIDTH - 24, 180)
PHOTO_TOP = 12
PHOTO_BODY_LINES = 4
"""A pop-up with a picture has less room for text."""
BUTTON_WIDTH = 180
BUTTON_HEIGHT = 42
GAP = 16
EDGE = 4
SHADE = 150
LABELS = {Look.MESSAGE: "MESSAGE", Look.SURVEY: "SURVEY"}
SMALLEST = 0.7


@dataclass(frozen=True, slots=True)
class DialogLayout:
    """Where the parts of a pop-up are, in logical pixels; `photo` and `dismiss` are None when there is none."""

    frame: Rect
    photo: Rect | None
    title: Rect
    body: Rect
    body_style: TextStyle
    accept: Rect
    dismiss: Rect | None


def lay_out(popup: Popup, ink: Ink, has_photo: bool = False) -> DialogLayout:
    """Sizes the box to the text and the picture, and centres it."""
    width = BOX_WIDTH - 2 * PADDING
    body_style = TextStyle(BODY.size, BODY.colour, BODY.align, PHOTO_BODY_LINES if has_photo else BODY.lines)
    title_height = ink.height(popup.title, width, TITLE)
    body_height = ink.height(popup.body, width, body_style)
    above = PHOTO_TOP + PHOTO_SIZE[1] + GAP if has_photo else PADDING
    height = above + title_height + GAP + body_height + GAP + BUTTON_HEIGHT + PADDING
    frame = Rect(WIDTH // 2 - BOX_WIDTH // 2, HEIGHT // 2 - height // 2, BOX_WIDTH, height)
    photo = Rect((WIDTH // 2 - PHOTO_SIZE[0] // 2, frame.top + PHOTO_TOP), PHOTO_SIZE) if has_photo else None
    title = Rect(frame.left + PADDING, frame.top + above, width, title_height)
    body = Rect(title.left, title.bottom + GAP, width, body_height)
    accept = Rect(WIDTH // 2 - BUTTON_WIDTH // 2, body.bottom + GAP, BUTTON_WIDTH, BUTTON_HEIGHT)
    if popup.dismiss_label is None:
        return DialogLayout(frame, photo, title, body, body_style, accept, None)
    shift = BUTTON_WIDTH // 2 + GAP // 2
    return DialogLayout(frame, photo, title, body, body_style, accept.move(shift, 0), accept.move(-shift, 0))


class Dialog:
    """Draws the pop-up of a queue, growing as it opens and shrinking as it closes."""

    def __init__(self, ink: Ink, photos: Photos) -> None:
        self._ink = ink
        self._photos = photos
        self._shade = Surface((WIDTH, HEIGHT))
        self._shade.fill(INK)
        self._layer = Surface((WIDTH, HEIGHT), pygame.SRCALPHA)

    def layout(self, popup: Popup, pictures: LivePictures) -> DialogLayout:
        """Where the parts of this pop-up are."""
        return lay_out(popup, self._ink, self._photos.has(pictures, popup.image, PHOTO_SIZE))

    def draw(self, target: Surface, popups: PopupQueue, pictures: LivePictures, accent: Colour) -> None:
        """Darkens the game and draws the visible pop-up, if there is one."""
        popup = popups.visible
        if popup is None:
            return
        self._shade.set_alpha(round(SHADE * popups.openness))
        target.blit(self._shade, (0, 0))
        if popups.openness >= 1.0:
            self._draw_box(target, popup, pictures, popups.age, accent)
            return
        frame = self.layout(popup, pictures).frame
        area = frame.inflate(2 * EDGE, TAG.height + 2 * EDGE).clip(self._layer.get_rect())
        self._layer.fill((0, 0, 0, 0), area)
        self._draw_box(self._layer, popup, pictures, popups.age, accent)
        blit_grown(target, self._layer.subsurface(area), area.center, popups)

    def _draw_box(self, target: Surface, popup: Popup, pictures: LivePictures, age: float, accent: Colour) -> None:
        layout = self.layout(popup, pictures)
        colour = BLUE if popup.look is Look.SURVEY else accent
        self._ink.panel(target, layout.frame, PanelStyle(edge=quiet(colour), radius=22, opacity=250, edge_width=3))
        if layout.photo is not None and popup.image is not None:
            self._photos.draw(target, pictures, popup.image, layout.photo, age)
        tag = TAG.copy()
        tag.center = layout.frame.midtop
        draw_tag(self._ink, target, tag, colour, LABELS[popup.look])
        self._ink.write(target, popup.title, layout.title, TITLE)
        self._ink.write(target, popup.body, layout.body, layout.body_style)
        draw_button(self._ink, target, layout.accept, colour, popup.accept_label)
        if layout.dismiss is not None and popup.dismiss_label is not None:
            draw_button(self._ink, target, layout.dismiss, PANEL_EDGE, popup.dismiss_label)


def blit_grown(target: Surface, layer: Surface, middle: tuple[int, int], popups: PopupQueue) -> None:
    """Puts the layer on the target, around its middle, scaled and faded by how far the pop-up is open."""
    curve = ease_out_back if popups.current is not None else ease_out
    size = SMALLEST + (1.0 - SMALLEST) * curve(popups.openness)
    scaled = pygame.transform.smoothscale_by(layer, size)
    scaled.set_alpha(round(255 * popups.openness))
    target.blit(scaled, scaled.get_rect(center=middle))


def quiet(colour: Colour) -> Colour:
    """The colour, calmed towards the panel."""
    return mix(colour, PANEL, 0.35)
