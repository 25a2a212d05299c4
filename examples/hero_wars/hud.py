"""Owns the boxes over the game: purse, event banner, player, what comes next, offer card and toast line."""

from __future__ import annotations

import math

import pygame
from pygame import Rect, Surface

from .easing import ease_out_back
from .ink import Ink, PanelStyle, TextStyle
from .live import Banner, LiveContent
from .palette import (
    GOLD,
    GREEN,
    INK,
    MUTED,
    PANEL,
    PANEL_EDGE,
    PAPER,
    RED,
    WHITE,
    Colour,
    mix,
    readable_on,
)
from .shelf import OfferCard, Shelf
from .sprites import Sprites
from .toasts import Toasts
from .world import HEIGHT, WIDTH, World

MARGIN = 16
PILL_HEIGHT = 36
PILL = PanelStyle(radius=18, opacity=215)
GAP = 8

BANNER = Rect(WIDTH // 2 - 150, MARGIN, 300, 52)
BANNER_DROP = 90
PLAYER = Rect(WIDTH - MARGIN - 210, MARGIN, 210, PILL_HEIGHT)
NEXT = Rect(MARGIN, HEIGHT - MARGIN - 32, 300, 32)
TOAST_BOTTOM = HEIGHT - MARGIN
TOAST_WIDEST = 480
TOAST_HEIGHT = 32
HINT = "Arrows or WASD to move and jump   ·   land on slimes   ·   Esc quits"
HINT_TIME = 7.0

CARD = Rect(WIDTH - MARGIN - 250, 66, 250, 212)
CARD_PADDING = 14
BUY = Rect(CARD.left + CARD_PADDING, CARD.bottom - 50, CARD.width - 2 * CARD_PADDING, 36)
CARD_TITLE = TextStyle(25, lines=1)
CARD_BODY = TextStyle(19, MUTED, lines=2)
HURRY = 10.0
FLASH_STRENGTH = 0.3


class Hud:
    """Draws the boxes; it holds nothing that the game decides by."""

    def __init__(self, ink: Ink, sprites: Sprites) -> None:
        self._ink = ink
        self._sprites = sprites

    def draw_purse(self, target: Surface, world: World) -> None:
        """Coins with their multiplier, gems and score, top left."""
        coins = self._counter(target, (MARGIN, MARGIN), self._sprites.coin_icon, compact(world.purse))
        gems = self._counter(target, (coins.right + GAP, MARGIN), self._sprites.gem, compact(world.gems))
        self._counter(target, (MARGIN, gems.bottom + GAP), None, f"Score {world.score:,}")
        if world.multiplier > 1:
            badge = Rect(0, 0, self._ink.width(f"×{world.multiplier}", 19) + 14, 20)
            badge.midtop = (coins.right - 14, coins.bottom - 9)
            self._ink.panel(target, badge, PanelStyle(face=GOLD, edge=INK, radius=10, opacity=255))
            self._ink.write(target, f"×{world.multiplier}", badge, TextStyle(19, INK, align=0.5))

    def draw_player(self, target: Surface, live: LiveContent) -> None:
        """Who plays, and whether the platform answers, top right."""
        self._ink.panel(target, PLAYER, PILL)
        colour, state = (GREEN, "live") if live.is_online else (RED, "offline")
        pygame.draw.circle(target, mix(colour, PANEL, 0.6), (PLAYER.left + 20, PLAYER.centery), 8)
        pygame.draw.circle(target, colour, (PLAYER.left + 20, PLAYER.centery), 5)
        state_width = self._ink.width(state, 20)
        name = Rect(PLAYER.left + 36, PLAYER.top, PLAYER.width - 36 - state_width - 26, PLAYER.height)
        self._ink.write(target, live.player_id, name, TextStyle(22))
        end = Rect(PLAYER.right - state_width - 16, PLAYER.top, state_width, PLAYER.height)
        self._ink.write(target, state, end, TextStyle(20, colour))

    def draw_banner(self, target: Surface, banner: Banner, accent: Colour, share_in: float) -> None:
        """The event that is on, with its time left, top middle; `share_in` 0..1 lets it drop in."""
        box = BANNER.move(0, round((ease_out_back(share_in) - 1.0) * BANNER_DROP))
        dark = readable_on(accent)
        self._ink.panel(target, box, PanelStyle(face=accent, edge=mix(accent, WHITE, 0.6), radius=16, opacity=255))
        clock = "" if banner.remaining is None else countdown(banner.remaining)
        clock_width = self._ink.width("0:00:00" if len(clock) > 5 else "00:00", 26) if clock else 0
        text = Rect(box.left + 18, box.top + 5, box.width - 36 - clock_width - GAP, 32)
        self._ink.write(target, banner.title, text, TextStyle(28, dark))
        end = Rect(box.right - 18 - clock_width, text.top, clock_width, text.height)
        self._ink.write(target, clock, end, TextStyle(26, dark, align=1.0))
        if banner.share is not None:
            bar = Rect(box.left + 18, box.bottom - 13, box.width - 36, 5)
            draw_bar(target, bar, banner.share, mix(accent, dark, 0.25), dark)

    def draw_next(self, target: Surface, banner: Banner) -> None:
        """The event that comes next, bottom left."""
        text = f"Next: {banner.title} in {countdown(banner.remaining or 0.0)}"
        width = min(NEXT.width, self._ink.width(text, 20) + 32)
        box = Rect(NEXT.left, NEXT.top, width, NEXT.height)
        self._ink.panel(target, box, PanelStyle(radius=16, opacity=200))
        self._ink.write(target, text, box.inflate(-30, 0), TextStyle(20, MUTED))

    def draw_card(
        self, target: Surface, shelf: Shelf, card: OfferCard, remaining: float | None, accent: Colour
    ) -> None:
        """The offer in front. It slides in from the right and flashes when it has changed."""
        layer = Surface(target.get_size(), pygame.SRCALPHA)
        edge = mix(mix(PANEL_EDGE, accent, 0.5), WHITE, shelf.flash)
        face = mix(PANEL, accent, FLASH_STRENGTH * shelf.flash * pulse(shelf.age))
        self._ink.panel(
            layer, CARD, PanelStyle(face=quantised(face), edge=quantised(edge), opacity=240, edge_width=3)
        )
        self._card_head(layer, card, remaining, shelf.waiting)
        self._card_items(layer, card, accent)
        self._card_button(layer, card, accent)
        if card.note:
            self._card_note(layer, card.note)
        target.blit(layer, (round((1.0 - ease_out_back(shelf.slide)) * (CARD.width + 2 * MARGIN)), 0))

    def draw_toast(self, target: Surface, toasts: Toasts) -> None:
        """The line of the moment, bottom middle."""
        if toasts.text is not None:
            self._line(target, toasts.text, toasts.opacity, PAPER)

    def draw_hint(self, target: Surface, age: float) -> None:
        """How to play, for the first seconds, where toasts appear later."""
        if age < HINT_TIME:
            self._line(target, HINT, min(1.0, HINT_TIME - age), MUTED)

    def _line(self, target: Surface, text: str, opacity: float, colour: Colour) -> None:
        width = min(TOAST_WIDEST, self._ink.width(text, 20) + 40)
        layer = Surface((width, TOAST_HEIGHT), pygame.SRCALPHA)
        box = layer.get_rect()
        self._ink.panel(layer, box, PanelStyle(radius=16, opacity=225))
        self._ink.write(layer, text, box.inflate(-36, 0), TextStyle(20, colour, align=0.5))
        layer.set_alpha(round(255 * opacity))
        target.blit(layer, (WIDTH // 2 - width // 2, TOAST_BOTTOM - TOAST_HEIGHT))

    def _counter(self, target: Surface, place: tuple[int, int], icon: Surface | None, text: str) -> Rect:
        icon_width = icon.get_width() if icon else 6
        box = Rect(*place, self._ink.width(text, 24) + icon_width + 28, PILL_HEIGHT)
        self._ink.panel(target, box, PILL)
        if icon:
            target.blit(icon, icon.get_rect(midleft=(box.left + 6, box.centery)))
        label = Rect(box.left + icon_width + 10, box.top, box.width - icon_width - 24, box.height)
        self._ink.write(target, text, label, TextStyle(24))
        return box

    def _card_head(self, layer: Surface, card: OfferCard, remaining: float | None, waiting: int) -> None:
        inner = CARD.inflate(-2 * CARD_PADDING, -2 * CARD_PADDING)
        line = Rect(inner.left, inner.top - 2, inner.width, 20)
        label = "SPECIAL OFFER" if not waiting else f"SPECIAL OFFER  +{waiting}"
        self._ink.write(layer, label, line, TextStyle(17, MUTED))
        if remaining is not None:
            colour = RED if remaining < HURRY else PAPER
            self._ink.write(layer, countdown(remaining), line, TextStyle(21, colour, align=1.0))
        self._ink.write(layer, card.title, Rect(inner.left, inner.top + 18, inner.width, 28), CARD_TITLE)
        self._ink.write(layer, card.body, Rect(inner.left, inner.top + 46, inner.width, 38), CARD_BODY)

    def _card_items(self, layer: Surface, card: OfferCard, accent: Colour) -> None:
        box = Rect(CARD.left + CARD_PADDING, CARD.top + 106, CARD.width - 2 * CARD_PADDING, 46)
        self._ink.panel(layer, box, PanelStyle(face=INK, edge=PANEL_EDGE, radius=10, opacity=255, edge_width=1))
        text = "  +  ".join(f"{amount:,} {name}" for name, amount in card.items) or "A surprise"
        icon = self._sprites.icon_of([name for name, _ in card.items])
        layer.blit(icon, icon.get_rect(midleft=(box.left + 10, box.centery)))
        label = Rect(box.left + 46, box.top, box.width - 56, box.height)
        self._ink.write(layer, text, label, TextStyle(21, accent, lines=2))

    def _card_button(self, layer: Surface, card: OfferCard, accent: Colour) -> None:
        draw_button(self._ink, layer, BUY, accent, "")
        dark = readable_on(accent)
        if card.old_price is None:
            self._ink.write(layer, f"{card.price_text}   [B]", BUY.inflate(-20, 0), TextStyle(23, dark, align=0.5))
            return
        half = BUY.width // 2
        old = Rect(BUY.left + 10, BUY.top, half - 22, BUY.height)
        faded = mix(dark, accent, 0.4)
        self._ink.write(layer, str(card.old_price), old, TextStyle(19, faded, align=1.0))
        width = min(old.width, self._ink.width(str(card.old_price), 19))
        pygame.draw.line(layer, faded, (old.right - width - 2, old.centery), (old.right + 2, old.centery), 2)
        new = Rect(BUY.left + half - 4, BUY.top, half, BUY.height)
        self._ink.write(layer, f"{card.price_text}   [B]", new, TextStyle(23, dark))

    def _card_note(self, layer: Surface, note: str) -> None:
        width = self._ink.width(note, 18) + 20
        box = Rect(CARD.left - 10, CARD.top - 11, width, 22)
        self._ink.panel(layer, box, PanelStyle(face=RED, edge=mix(RED, WHITE, 0.5), radius=11, opacity=255))
        self._ink.write(layer, note, box.inflate(-12, 0), TextStyle(18, WHITE, align=0.5))


def draw_button(ink: Ink, target: Surface, box: Rect, face: Colour, label: str) -> None:
    """A button with a lower lip."""
    lip = mix(face, INK, 0.45)
    flat = PanelStyle(face=lip, edge=lip, radius=11, opacity=255, edge_width=0)
    ink.panel(target, box.move(0, 3), flat)
    ink.panel(target, box, PanelStyle(face=face, edge=mix(face, WHITE, 0.35), radius=11, opacity=255))
    ink.write(target, label, box.inflate(-16, 0), TextStyle(23, readable_on(face), align=0.5))


def draw_bar(target: Surface, box: Rect, share: float, back: Colour, front: Colour) -> None:
    """A progress bar, `share` 0..1."""
    pygame.draw.rect(target, back, box, border_radius=box.height // 2)
    filled = Rect(box.left, box.top, round(box.width * share), box.height)
    if filled.width:
        pygame.draw.rect(target, front, filled, border_radius=box.height // 2)


def countdown(seconds: float) -> str:
    """Time left as `0:07`, `12:30`, `3:04:05` or `2 d 3 h`."""
    whole = math.ceil(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= 24:
        return f"{hours // 24} d {hours % 24} h"
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def compact(amount: int) -> str:
    """An amount in few characters: `9,999`, `12.3K`, `1.2M`."""
    if amount < 10_000:
        return f"{amount:,}"
    return f"{amount / 1000:.1f}K" if amount < 1_000_000 else f"{amount / 1_000_000:.1f}M"


def pulse(age: float) -> float:
    """0..1, twice a second."""
    return 0.5 + 0.5 * math.sin(age * math.tau * 2)


def quantised(colour: Colour) -> Colour:
    """The colour in coarse steps, so that a fading panel is drawn a few times and not every frame."""
    red, green, blue = (part // 8 * 8 for part in colour)
    return red, green, blue
