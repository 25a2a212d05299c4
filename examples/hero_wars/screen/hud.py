"""The boxes over the field: purse, level, powers, event banner, boss, player, and what comes next."""

from __future__ import annotations

import pygame
from pygame import Rect, Surface

from ..live.events import Banner
from ..live.session import LiveSession
from ..play.boss import Boss
from ..play.field import HEIGHT, WIDTH
from ..play.powers import Power, Powers
from ..play.world import World
from .easing import ease_out_back
from .ink import Ink, PanelStyle, TextStyle
from .palette import GOLD, GREEN, INK, MUTED, PANEL, PAPER, RED, WHITE, Colour, mix, readable_on
from .sprites import Sprites
from .widgets import PILL, PILL_HEIGHT, compact, countdown, draw_bar, draw_pill

MARGIN = 16
GAP = 8

LEVEL = Rect(MARGIN, MARGIN + PILL_HEIGHT + GAP, 172, PILL_HEIGHT)
SCORE_TOP = LEVEL.bottom + GAP
POWERS_TOP = SCORE_TOP + PILL_HEIGHT + GAP
BANNER = Rect(WIDTH // 2 - 150, MARGIN, 300, 52)
BANNER_DROP = 90
BOSS = Rect(WIDTH // 2 - 170, 84, 340, 44)
WAITING = Rect(WIDTH // 2 - 150, BOSS.bottom + 6, 300, 30)
PLAYER = Rect(WIDTH - MARGIN - 210, MARGIN, 210, PILL_HEIGHT)
NEXT = Rect(MARGIN, HEIGHT - MARGIN - 32, 300, 32)
MARKET = Rect(WIDTH - MARGIN - 128, HEIGHT - MARGIN - 36, 128, PILL_HEIGHT)
STREAK_FROM = 5
"""A streak shorter than this is not worth showing."""


class Hud:
    """Draws the boxes; it holds nothing that the game decides by."""

    def __init__(self, ink: Ink, sprites: Sprites) -> None:
        self._ink = ink
        self._sprites = sprites

    def draw_purse(self, target: Surface, world: World) -> None:
        """Coins with their multiplier and gems, top left."""
        coins = draw_pill(self._ink, target, (MARGIN, MARGIN), self._sprites.coin_icon, compact(world.purse.coins))
        draw_pill(self._ink, target, (coins.right + GAP, MARGIN), self._sprites.gem, compact(world.purse.gems))
        if world.multiplier > 1:
            badge = Rect(0, 0, self._ink.width(f"×{world.multiplier}", 19) + 14, 20)
            badge.midtop = (coins.right - 14, coins.bottom - 9)
            self._ink.panel(target, badge, PanelStyle(face=GOLD, edge=INK, radius=10, opacity=255))
            self._ink.write(target, f"×{world.multiplier}", badge, TextStyle(19, INK, align=0.5))

    def draw_progress(self, target: Surface, world: World, accent: Colour) -> None:
        """The level and the way to the next, the score, and things done in a row."""
        self._ink.panel(target, LEVEL, PILL)
        label = f"Level {world.levels.level}"
        width = self._ink.width(label, 22)
        self._ink.write(target, label, Rect(LEVEL.left + 16, LEVEL.top, width, LEVEL.height), TextStyle(22))
        bar = Rect(LEVEL.left + width + 28, LEVEL.centery - 4, LEVEL.width - width - 46, 8)
        share = 1.0 if world.boss else world.levels.share
        draw_bar(target, bar, share, mix(PANEL, WHITE, 0.15), RED if world.boss else accent)
        score = draw_pill(self._ink, target, (MARGIN, SCORE_TOP), None, f"Score {world.score:,}")
        if world.streak >= STREAK_FROM:
            place = (score.right + GAP, SCORE_TOP)
            draw_pill(self._ink, target, place, self._sprites.star, f"{world.streak}")

    def draw_powers(self, target: Surface, powers: Powers) -> None:
        """What the hero can do at the moment, and for how long."""
        shown = (
            (Power.SHIELD, powers.shields, f"×{powers.shields}"),
            (Power.MAGNET, powers.magnet_for, countdown(powers.magnet_for)),
            (Power.FEATHER, powers.feather_for, countdown(powers.feather_for)),
        )
        left = MARGIN
        for power, amount, text in shown:
            if amount:
                box = draw_pill(self._ink, target, (left, POWERS_TOP), self._sprites.powers[power], text)
                left = box.right + GAP

    def draw_player(self, target: Surface, session: LiveSession) -> None:
        """Who plays, and whether the platform answers, top right."""
        self._ink.panel(target, PLAYER, PILL)
        colour, state = (GREEN, "live") if session.is_online else (RED, "offline")
        pygame.draw.circle(target, mix(colour, PANEL, 0.6), (PLAYER.left + 20, PLAYER.centery), 8)
        pygame.draw.circle(target, colour, (PLAYER.left + 20, PLAYER.centery), 5)
        state_width = self._ink.width(state, 20)
        name = Rect(PLAYER.left + 36, PLAYER.top, PLAYER.width - 36 - state_width - 26, PLAYER.height)
        self._ink.write(target, session.player_id, name, TextStyle(22))
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

    def draw_boss(self, target: Surface, boss: Boss, messages: int) -> None:
        """The boss's health, and how many pop-ups wait for the end of the fight."""
        self._ink.panel(target, BOSS, PanelStyle(edge=mix(GREEN, PANEL, 0.35), radius=16, opacity=225))
        title = Rect(BOSS.left, BOSS.top + 3, BOSS.width, 22)
        self._ink.write(target, "KING SLIME", title, TextStyle(20, PAPER, align=0.5))
        draw_bar(target, Rect(BOSS.left + 20, BOSS.bottom - 16, BOSS.width - 40, 8), boss.share, INK, GREEN)
        if messages:
            count = "A letter waits" if messages == 1 else f"{messages} letters wait"
            self._draw_waiting(target, f"{count} for the end of the fight")

    def draw_next(self, target: Surface, banner: Banner) -> None:
        """The event that comes next, bottom left."""
        text = f"Next: {banner.title} in {countdown(banner.remaining or 0.0)}"
        width = min(NEXT.width, self._ink.width(text, 20) + 32)
        box = Rect(NEXT.left, NEXT.top, width, NEXT.height)
        self._ink.panel(target, box, PanelStyle(radius=16, opacity=200))
        self._ink.write(target, text, box.inflate(-30, 0), TextStyle(20, MUTED))

    def draw_market_button(self, target: Surface, is_open: bool) -> None:
        """The way to the market, and back, bottom right."""
        self._ink.panel(target, MARKET, PILL)
        text = "Back  [E]" if is_open else "Market  [E]"
        self._ink.write(target, text, MARKET.inflate(-20, 0), TextStyle(21, GOLD, align=0.5))

    def _draw_waiting(self, target: Surface, text: str) -> None:
        icon = self._sprites.envelope
        width = self._ink.width(text, 19) + icon.get_width() + 34
        box = Rect(0, WAITING.top, width, WAITING.height)
        box.centerx = WIDTH // 2
        self._ink.panel(target, box, PanelStyle(radius=15, opacity=200))
        target.blit(icon, icon.get_rect(midleft=(box.left + 10, box.centery)))
        label = Rect(box.left + icon.get_width() + 16, box.top, width - icon.get_width() - 26, box.height)
        self._ink.write(target, text, label, TextStyle(19, MUTED))
