"""The look of an offer: a card with its picture, countdown, items and price, at the right of the field."""

from __future__ import annotations

from dataclasses import dataclass

import pygame
from pygame import Rect, Surface

from ..live.pictures import LivePictures
from ..panels.shelf import OfferCard, Shelf
from ..play.field import WIDTH
from .easing import ease_out_back
from .hud import MARGIN
from .ink import Ink, PanelStyle, TextStyle
from .palette import INK, MUTED, PANEL, PANEL_EDGE, PAPER, RED, WHITE, Colour, mix, readable_on
from .photos import Photos
from .sprites import Sprites
from .widgets import countdown, draw_button, draw_tag, pulse, quantised

CARD = Rect(WIDTH - MARGIN - 250, 64, 250, 212)
PADDING = 14
EDGE = 8
PHOTO_SIZE = (CARD.width - 2 * EDGE, 104)
CARD_TITLE = TextStyle(25, lines=1)
CARD_BODY = TextStyle(19, MUTED, lines=2)
HURRY = 10.0
FLASH_STRENGTH = 0.3


@dataclass(frozen=True, slots=True)
class CardLayout:
    """Where the parts of a card are, in logical pixels; `photo` is None when it has none."""

    frame: Rect
    photo: Rect | None
    clock: Rect
    title: Rect
    body: Rect
    items: Rect
    button: Rect


def lay_out_card(has_photo: bool, left: int = CARD.left) -> CardLayout:
    """A card grows downwards by its picture."""
    below = PHOTO_SIZE[1] if has_photo else 0
    frame = Rect(left, CARD.top, CARD.width, CARD.height + below)
    inner = Rect(left + PADDING, CARD.top + below + PADDING, CARD.width - 2 * PADDING, CARD.height - 2 * PADDING)
    return CardLayout(
        frame=frame,
        photo=Rect((left + EDGE, CARD.top + EDGE), PHOTO_SIZE) if has_photo else None,
        clock=Rect(inner.left, inner.top - 2, inner.width, 20),
        title=Rect(inner.left, inner.top + 18, inner.width, 28),
        body=Rect(inner.left, inner.top + 46, inner.width, 38),
        items=Rect(inner.left, inner.top + 92, inner.width, 46),
        button=Rect(inner.left, inner.top + 148, inner.width, 36),
    )


class OfferCardPainter:
    """Draws the offer in front. It slides in from the right and flashes when it has changed."""

    def __init__(self, ink: Ink, sprites: Sprites, photos: Photos) -> None:
        self._ink = ink
        self._sprites = sprites
        self._photos = photos

    def layout(self, shelf: Shelf, pictures: LivePictures, away: int = 0) -> CardLayout:
        """Where the parts of the front card are, `away` pixels from its place."""
        image = shelf.front.image if shelf.front and not shelf.is_small else None
        return lay_out_card(self._photos.has(pictures, image, PHOTO_SIZE), CARD.left + away)

    def draw(
        self, target: Surface, shelf: Shelf, pictures: LivePictures, remaining: float | None, accent: Colour
    ) -> None:
        """Draws the front card; `remaining` seconds are None when it does not end."""
        card = shelf.front
        if card is None:
            return
        away = round((1.0 - ease_out_back(shelf.slide)) * (CARD.width + 2 * MARGIN))
        layout = self.layout(shelf, pictures, away)
        edge = mix(mix(PANEL_EDGE, accent, 0.5), WHITE, shelf.flash)
        face = mix(PANEL, accent, FLASH_STRENGTH * shelf.flash * pulse(shelf.age))
        style = PanelStyle(face=quantised(face), edge=quantised(edge), opacity=240, edge_width=3)
        self._ink.panel(target, layout.frame, style)
        if layout.photo is not None and card.image is not None:
            self._photos.draw(target, pictures, card.image, layout.photo, shelf.age)
        self._draw_head(target, layout, card, remaining, shelf.waiting)
        self._draw_items(target, layout, card, accent)
        self._draw_button(target, layout.button, card, accent)
        if card.note:
            width = self._ink.width(card.note, 18) + 20
            box = Rect(layout.frame.left - 10, layout.frame.top - 11, width, 22)
            draw_tag(self._ink, target, box, RED, card.note)

    def _draw_head(
        self, target: Surface, layout: CardLayout, card: OfferCard, remaining: float | None, waiting: int
    ) -> None:
        label = "SPECIAL OFFER" if not waiting else f"SPECIAL OFFER  +{waiting}"
        self._ink.write(target, label, layout.clock, TextStyle(17, MUTED))
        if remaining is not None:
            colour = RED if remaining < HURRY else PAPER
            self._ink.write(target, countdown(remaining), layout.clock, TextStyle(21, colour, align=1.0))
        self._ink.write(target, card.title, layout.title, CARD_TITLE)
        self._ink.write(target, card.body, layout.body, CARD_BODY)

    def _draw_items(self, target: Surface, layout: CardLayout, card: OfferCard, accent: Colour) -> None:
        box = layout.items
        self._ink.panel(target, box, PanelStyle(face=INK, edge=PANEL_EDGE, radius=10, opacity=255, edge_width=1))
        text = "  +  ".join(f"{amount:,} {name}" for name, amount in card.items) or "A surprise"
        icon = self._sprites.icon_of([name for name, _ in card.items])
        target.blit(icon, icon.get_rect(midleft=(box.left + 10, box.centery)))
        label = Rect(box.left + 46, box.top, box.width - 56, box.height)
        self._ink.write(target, text, label, TextStyle(21, accent, lines=2))

    def _draw_button(self, target: Surface, box: Rect, card: OfferCard, accent: Colour) -> None:
        draw_button(self._ink, target, box, accent, "")
        dark = readable_on(accent)
        if card.old_price is None:
            self._ink.write(target, f"{card.price_text}   [B]", box.inflate(-20, 0), TextStyle(23, dark, align=0.5))
            return
        half = box.width // 2
        old = Rect(box.left + 10, box.top, half - 22, box.height)
        faded = mix(dark, accent, 0.4)
        self._ink.write(target, str(card.old_price), old, TextStyle(19, faded, align=1.0))
        width = min(old.width, self._ink.width(str(card.old_price), 19))
        pygame.draw.line(target, faded, (old.right - width - 2, old.centery), (old.right + 2, old.centery), 2)
        new = Rect(box.left + half - 4, box.top, half, box.height)
        self._ink.write(target, f"{card.price_text}   [B]", new, TextStyle(23, dark))
