"""The look of the market: a stall with an awning, and four wares on its counter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pygame
from pygame import Rect, Surface

from ..panels.market import Market
from ..play.field import HEIGHT, WIDTH
from ..play.purse import COINS
from ..play.wares import Ware, wares
from ..play.world import World
from .easing import ease_out, ease_out_back
from .ink import Ink, PanelStyle, TextStyle, smooth
from .palette import GOLD, INK, MUTED, PANEL, PANEL_EDGE, PAPER, RED, WHITE, Colour, mix, readable_on
from .sprites import Sprites

STALL = Rect(44, 114, 620, 336)
AWNING_HEIGHT = 64
STRIPES = 16
OUTLINE = 2
TITLE = Rect(STALL.left, STALL.top + AWNING_HEIGHT + 2, STALL.width, 40)
COUNTER = Rect(STALL.left + 20, TITLE.bottom + 6, STALL.width - 40, 178)
GAP = 12
HINT = Rect(STALL.left, STALL.bottom - 34, STALL.width, 24)
HINT_TEXT = "1 to 4 or a click buys   ·   E goes back to the field"
SHADE = 110


@dataclass(frozen=True, slots=True)
class WareLayout:
    """Where the parts of a ware are, in logical pixels."""

    frame: Rect
    icon: Rect
    title: Rect
    text: Rect
    price: Rect


def lay_out_wares(count: int, lift: int = 0) -> list[WareLayout]:
    """So many wares beside each other on the counter, `lift` pixels below its place."""
    width = (COUNTER.width - GAP * (count - 1)) // count
    lefts = (COUNTER.left + place * (width + GAP) for place in range(count))
    return [lay_out_ware(Rect(left, COUNTER.top + lift, width, COUNTER.height)) for left in lefts]


def lay_out_ware(frame: Rect) -> WareLayout:
    """One ware in its frame."""
    inner = frame.inflate(-16, -16)
    return WareLayout(
        frame=frame,
        icon=Rect(inner.left, inner.top, inner.width, 58),
        title=Rect(inner.left, inner.top + 60, inner.width, 24),
        text=Rect(inner.left, inner.top + 84, inner.width, 38),
        price=Rect(inner.left, inner.bottom - 32, inner.width, 32),
    )


class Offered(NamedTuple):
    """A ware as the hero sees it: `key` buys it, `flash` (0 to 1) says that it was just bought."""

    ware: Ware
    key: int
    is_owned: bool
    is_affordable: bool
    flash: float


def counter(market: Market, world: World) -> list[Offered]:
    """What is on the counter, from left to right."""
    return [
        Offered(
            ware,
            place,
            is_owned=world.powers.owns(ware.power),
            is_affordable=world.purse.holds(ware.currency) >= ware.price,
            flash=market.flash_of(ware.power),
        )
        for place, ware in enumerate(wares(world.tuning.prices), start=1)
    ]


class Stall:
    """Draws the market over the field, dropping in from above."""

    def __init__(self, ink: Ink, sprites: Sprites) -> None:
        self._ink = ink
        self._sprites = sprites
        self._awning = smooth((STALL.width + 24, AWNING_HEIGHT), INK, draw_awning)
        self._shade = Surface((WIDTH, HEIGHT))
        self._shade.fill(INK)

    def draw(self, target: Surface, market: Market, world: World, accent: Colour) -> None:
        """Darkens the field, and draws the stall as far as it is open."""
        openness = market.openness
        if openness == 0.0:
            return
        self._shade.set_alpha(round(SHADE * openness))
        target.blit(self._shade, (0, 0))
        curve = ease_out_back if market.is_open else ease_out
        lift = round((curve(openness) - 1.0) * STALL.bottom)
        self._draw_stall(target, lift)
        offered = counter(market, world)
        for one, layout in zip(offered, lay_out_wares(len(offered), lift), strict=True):
            self._draw_ware(target, one, layout, accent)

    def _draw_stall(self, target: Surface, lift: int) -> None:
        self._ink.panel(target, STALL.move(0, lift), PanelStyle(edge=mix(RED, PANEL, 0.4), radius=18, opacity=250))
        target.blit(self._awning, (STALL.left - 12, STALL.top - 12 + lift))
        self._ink.write(target, "Market", TITLE.move(0, lift), TextStyle(34, PAPER, align=0.5))
        self._ink.write(target, HINT_TEXT, HINT.move(0, lift), TextStyle(19, MUTED, align=0.5))

    def _draw_ware(self, target: Surface, offered: Offered, layout: WareLayout, accent: Colour) -> None:
        ware, flash = offered.ware, round(offered.flash * 8) / 8
        face, edge = mix(INK, accent, 0.6 * flash), mix(PANEL_EDGE, WHITE, flash)
        self._ink.panel(target, layout.frame, PanelStyle(face=face, edge=edge, radius=12, opacity=255))
        icon = self._sprites.large_powers[ware.power]
        target.blit(icon, icon.get_rect(center=layout.icon.center))
        self._ink.write(target, ware.title, layout.title, TextStyle(23, PAPER, align=0.5))
        self._ink.write(target, ware.text, layout.text, TextStyle(17, MUTED, align=0.5, lines=2))
        if offered.is_owned:
            self._ink.write(target, "Yours", layout.price, TextStyle(22, GOLD, align=0.5))
        else:
            self._draw_price(target, layout.price, offered, accent)

    def _draw_price(self, target: Surface, box: Rect, offered: Offered, accent: Colour) -> None:
        face = accent if offered.is_affordable else mix(PANEL, PANEL_EDGE, 0.5)
        self._ink.panel(target, box, PanelStyle(face=face, edge=mix(face, WHITE, 0.3), radius=10, opacity=255))
        icon = self._sprites.small_coin if offered.ware.currency == COINS else self._sprites.small_gem
        text = f"{offered.ware.price:,}   [{offered.key}]"
        left = box.centerx - (self._ink.width(text, 20) + 28) // 2
        target.blit(icon, icon.get_rect(midleft=(left, box.centery)))
        label = Rect(left + 28, box.top, box.right - left - 34, box.height)
        self._ink.write(target, text, label, TextStyle(20, readable_on(face) if offered.is_affordable else MUTED))


def draw_awning(surface: Surface, scale: int) -> None:
    """Red and white stripes that end in scallops."""
    width, height = surface.get_size()
    stripe = width / STRIPES
    straight = round(height - stripe / 2 - OUTLINE * scale)
    for grow in (OUTLINE * scale, 0):
        for place in range(STRIPES):
            face = INK if grow else (RED, PAPER)[place % 2]
            left, right = round(place * stripe), round((place + 1) * stripe)
            top = 0 if grow else OUTLINE * scale
            pygame.draw.rect(surface, face, (left - grow, top, right - left + 2 * grow, straight - top))
            pygame.draw.circle(surface, face, ((left + right) // 2, straight), stripe / 2 + grow)
