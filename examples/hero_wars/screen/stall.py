"""Owns the look of the market: a stall with an awning, and four wares on its counter."""

from __future__ import annotations

from dataclasses import dataclass

import pygame
from pygame import Rect, Surface

from ..panels.market import Market
from ..play.purse import COINS
from ..play.wares import Ware, wares
from ..play.world import World
from .easing import ease_out, ease_out_back
from .ink import Ink, PanelStyle, TextStyle, smooth
from .palette import GOLD, INK, MUTED, PANEL, PANEL_EDGE, PAPER, RED, WHITE, Colour, mix, readable_on
from .sprites import Sprites

STALL = Rect(44, 92, 620, 352)
AWNING_HEIGHT = 64
STRIPES = 16
TITLE = Rect(STALL.left, STALL.top + AWNING_HEIGHT + 2, STALL.width, 40)
COUNTER = Rect(STALL.left + 20, TITLE.bottom + 6, STALL.width - 40, 178)
GAP = 12
HINT = Rect(STALL.left, STALL.bottom - 38, STALL.width, 24)
SHADE = 110
FLY_IN = 40


@dataclass(frozen=True, slots=True)
class WareLayout:
    """Where the parts of a ware are, in logical pixels."""

    frame: Rect
    icon: Rect
    title: Rect
    text: Rect
    price: Rect


def lay_out_wares(count: int) -> list[WareLayout]:
    """So many wares beside each other on the counter."""
    width = (COUNTER.width - GAP * (count - 1)) // count
    return [lay_out_ware(Rect(COUNTER.left + place * (width + GAP), COUNTER.top, width, COUNTER.height)) for place in range(count)]


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


class Stall:
    """Draws the market over the field, dropping in from above."""

    def __init__(self, ink: Ink, sprites: Sprites) -> None:
        self._ink = ink
        self._sprites = sprites
        self._awning = smooth((STALL.width + 24, AWNING_HEIGHT), INK, draw_awning)
        self._shade = Surface((1, 1))
        self._big = {power: pygame.transform.smoothscale_by(icon, 2.0) for power, icon in sprites.powers.items()}

    def draw(self, target: Surface, market: Market, world: World, accent: Colour) -> None:
        """Darkens the field, and draws the stall as far as it is open."""
        openness = market.openness
        if openness == 0.0:
            return
        self._darken(target, openness)
        curve = ease_out_back if market.is_open else ease_out
        lift = round((curve(openness) - 1.0) * (STALL.bottom + FLY_IN))
        self._ink.panel(target, STALL.move(0, lift), PanelStyle(edge=mix(RED, PANEL, 0.4), radius=18, opacity=250))
        target.blit(self._awning, (STALL.left - 12, STALL.top - 12 + lift))
        self._ink.write(target, "Market", TITLE.move(0, lift), TextStyle(34, PAPER, align=0.5))
        counter = wares(world.tuning.prices)
        for place, (ware, layout) in enumerate(zip(counter, lay_out_wares(len(counter)), strict=True)):
            self._draw_ware(target, place, ware, layout, lift, market, world, accent)
        hint = "1 to 4 or a click buys   ·   E goes back to the field"
        self._ink.write(target, hint, HINT.move(0, lift), TextStyle(19, MUTED, align=0.5))

    def _darken(self, target: Surface, openness: float) -> None:
        if self._shade.get_size() != target.get_size():
            self._shade = Surface(target.get_size())
            self._shade.fill(INK)
        self._shade.set_alpha(round(SHADE * openness))
        target.blit(self._shade, (0, 0))

    def _draw_ware(
        self,
        target: Surface,
        place: int,
        ware: Ware,
        layout: WareLayout,
        lift: int,
        market: Market,
        world: World,
        accent: Colour,
    ) -> None:
        flash = round(market.flash_of(ware.power) * 8) / 8
        style = PanelStyle(face=mix(INK, accent, 0.6 * flash), edge=mix(PANEL_EDGE, WHITE, flash), radius=12, opacity=255)
        self._ink.panel(target, layout.frame.move(0, lift), style)
        icon = self._big[ware.power]
        target.blit(icon, icon.get_rect(center=layout.icon.move(0, lift).center))
        self._ink.write(target, ware.title, layout.title.move(0, lift), TextStyle(23, PAPER, align=0.5))
        self._ink.write(target, ware.text, layout.text.move(0, lift), TextStyle(17, MUTED, align=0.5, lines=2))
        price = layout.price.move(0, lift)
        if world.owns(ware.power):
            self._ink.write(target, "Yours", price, TextStyle(22, GOLD, align=0.5))
            return
        self._draw_price(target, price, place, ware, world.purse.holds(ware.currency) >= ware.price, accent)

    def _draw_price(
        self, target: Surface, box: Rect, place: int, ware: Ware, affordable: bool, accent: Colour
    ) -> None:
        face = accent if affordable else mix(PANEL, PANEL_EDGE, 0.5)
        self._ink.panel(target, box, PanelStyle(face=face, edge=mix(face, WHITE, 0.3), radius=10, opacity=255))
        ink_colour = readable_on(face) if affordable else MUTED
        text = f"{ware.price:,}   [{place + 1}]"
        icon = self._sprites.coin_icon if ware.currency == COINS else self._sprites.gem
        small = pygame.transform.smoothscale(icon, (22, 22))
        width = self._ink.width(text, 20) + 28
        left = box.centerx - width // 2
        target.blit(small, small.get_rect(midleft=(left, box.centery)))
        self._ink.write(target, text, Rect(left + 28, box.top, width - 24, box.height), TextStyle(20, ink_colour))


def draw_awning(surface: Surface, scale: int) -> None:
    """Red and white stripes that end in scallops."""
    width, height = surface.get_size()
    stripe = width / STRIPES
    for place in range(STRIPES):
        colour = RED if place % 2 == 0 else PAPER
        left, right = round(place * stripe), round((place + 1) * stripe)
        straight = round(height - stripe / 2 - 2 * scale)
        for grow, face in ((2 * scale, INK), (0, colour)):
            pygame.draw.rect(surface, face, (left - grow, 0, right - left + 2 * grow, straight))
            pygame.draw.circle(surface, face, ((left + right) // 2, straight), stripe / 2 + grow)
    for place in range(STRIPES):
        colour = RED if place % 2 == 0 else PAPER
        left, right = round(place * stripe), round((place + 1) * stripe)
        straight = round(height - stripe / 2 - 2 * scale)
        pygame.draw.rect(surface, colour, (left, 2 * scale, right - left, straight - 2 * scale))
        pygame.draw.circle(surface, colour, ((left + right) // 2, straight), stripe / 2)
    shade = Surface((width, 10 * scale), pygame.SRCALPHA)
    shade.fill((*INK, 50))
    surface.blit(shade, (0, 2 * scale))
