"""Owns the order of drawing, from the background to the pop-up, and tells what a click hits."""

from __future__ import annotations

import math
from enum import Enum

import pygame
from pygame import Rect, Surface

from .dialog import Dialog, lay_out
from .easing import ease_out
from .effects import FLOATER_RISE, Floater, Particle
from .hud import BUY, Hud
from .ink import Ink, TextStyle
from .palette import BLACK, GEM, GOLD, PAPER, RED, STEEL, Colour
from .scenery import Scenery, gradient
from .sprites import HERO_SIZE, SLIME_SIZE, Sprites
from .stage import Stage
from .world import GROUND_Y, HEIGHT, SLIME_SQUASH_TIME, WIDTH, Coin, Kind, Slime, World

SIZE = (WIDTH, HEIGHT)
COLOURS: dict[Kind, Colour] = {
    Kind.COIN: GOLD,
    Kind.STOMP: PAPER,
    Kind.HURT: RED,
    Kind.LAND: STEEL,
    Kind.GIFT: GEM,
}
GOLDEN_ABOVE: Colour = (24, 10, 0)
GOLDEN_BELOW: Colour = (118, 74, 8)
BANNER_TIME = 0.5
BLINKS_PER_SECOND = 8
BLINK_OPACITY = 110
FEET_BELOW = 4
BOB = 4.0


class Target(Enum):
    """What a click can hit."""

    ACCEPT = "accept"
    DISMISS = "dismiss"
    BUY = "buy"


class Painter:
    """Draws a stage on a canvas of the game's logical size. Make it after the window."""

    def __init__(self) -> None:
        self.canvas = Surface(SIZE)
        self._ink = Ink()
        self._sprites = Sprites()
        self._scenery = Scenery()
        self._golden_light = gradient(WIDTH, HEIGHT, GOLDEN_ABOVE, GOLDEN_BELOW)
        self._hud = Hud(self._ink, self._sprites)
        self._dialog = Dialog(self._ink)

    def paint(self, stage: Stage) -> None:
        """Draws one frame on `canvas`."""
        theme = stage.colours.current
        self._scenery.draw(self.canvas, theme, stage.world.hero.x, stage.age)
        self._paint_golden_light(stage)
        self._paint_figures(stage.world)
        self._paint_effects(stage)
        self._paint_boxes(stage)
        self._dialog.draw(self.canvas, stage.popups, theme.accent)

    def target_at(self, stage: Stage, spot: tuple[int, int]) -> Target | None:
        """What a click at a logical position hits."""
        popup = stage.popups.current
        if popup is None:
            return Target.BUY if stage.shelf.front and BUY.collidepoint(spot) else None
        layout = lay_out(popup, self._ink)
        if layout.accept.collidepoint(spot):
            return Target.ACCEPT
        if layout.dismiss is not None and layout.dismiss.collidepoint(spot):
            return Target.DISMISS
        return None

    def _paint_figures(self, world: World) -> None:
        for slime in world.slimes:
            self._paint_slime(slime)
        self._paint_hero(world)
        for coin in world.coins:
            self._paint_coin(coin)

    def _paint_coin(self, coin: Coin) -> None:
        draw_shadow(self.canvas, coin.x, 18, 0.5)
        picture = self._sprites.coin(coin.age)
        picture.set_alpha(round(255 * coin.fade))
        y = coin.y + math.sin(coin.age * 3.0) * BOB
        self.canvas.blit(picture, picture.get_rect(center=(round(coin.x), round(y))))

    def _paint_slime(self, slime: Slime) -> None:
        draw_shadow(self.canvas, slime.x, 44, 1.0)
        picture = self._sprites.slime(slime.age)
        if slime.vx < 0:
            picture = pygame.transform.flip(picture, True, False)
        if slime.squashed_for is not None:
            share = slime.squashed_for / SLIME_SQUASH_TIME
            width, height = SLIME_SIZE
            picture = pygame.transform.smoothscale(
                picture, (round(width * (1 + 0.5 * share)), max(2, round(height * (0.45 - 0.3 * share))))
            )
            picture.set_alpha(round(255 * (1.0 - share)))
        self.canvas.blit(picture, picture.get_rect(midbottom=(round(slime.x), round(GROUND_Y) + FEET_BELOW)))

    def _paint_hero(self, world: World) -> None:
        hero = world.hero
        draw_shadow(self.canvas, hero.x, 46, 1.0 - min(0.6, (GROUND_Y - hero.y) / 260))
        picture = self._sprites.hero(hero.stride, abs(hero.vx), not hero.on_ground)
        if hero.facing < 0:
            picture = pygame.transform.flip(picture, True, False)
        blinks = int(hero.hurt_for * BLINKS_PER_SECOND * 2) % 2
        picture.set_alpha(BLINK_OPACITY if blinks else 255)
        left = round(hero.x) - HERO_SIZE[0] // 2
        self.canvas.blit(picture, (left, round(hero.y) - HERO_SIZE[1] + FEET_BELOW))

    def _paint_effects(self, stage: Stage) -> None:
        for particle in stage.effects.particles:
            draw_particle(self.canvas, particle)
        for floater in stage.effects.floaters:
            self._paint_floater(floater)

    def _paint_floater(self, floater: Floater) -> None:
        rise = ease_out(floater.progress) * FLOATER_RISE
        layer = Surface((160, 34), pygame.SRCALPHA)
        style = TextStyle(28, COLOURS[floater.kind], align=0.5, shadow=True)
        self._ink.write(layer, floater.text, layer.get_rect(), style)
        layer.set_alpha(round(255 * min(1.0, 2.0 - 2.0 * floater.progress)))
        self.canvas.blit(layer, layer.get_rect(center=(round(floater.x), round(floater.y - rise))))

    def _paint_golden_light(self, stage: Stage) -> None:
        strength = round(255 * stage.golden_light)
        if not strength:
            return
        light = self._golden_light
        if strength < 255:
            light = light.copy()
            light.fill((strength, strength, strength), special_flags=pygame.BLEND_RGB_MULT)
        self.canvas.blit(light, (0, 0), special_flags=pygame.BLEND_RGB_ADD)

    def _paint_boxes(self, stage: Stage) -> None:
        accent = stage.colours.current.accent
        self._hud.draw_purse(self.canvas, stage.world)
        self._hud.draw_player(self.canvas, stage.live)
        banner, following, card = stage.live.banner(), stage.live.next_event(), stage.shelf.front
        if banner is not None:
            self._hud.draw_banner(self.canvas, banner, accent, min(1.0, stage.banner_age / BANNER_TIME))
        if following is not None:
            self._hud.draw_next(self.canvas, following)
        if card is not None:
            remaining = None if card.end_at is None else stage.live.seconds_until(card.end_at)
            self._hud.draw_card(self.canvas, stage.shelf, card, remaining, accent)
        if stage.toasts.text is None:
            self._hud.draw_hint(self.canvas, stage.age)
        self._hud.draw_toast(self.canvas, stage.toasts)


def draw_shadow(target: Surface, x: float, width: int, strength: float) -> None:
    """A soft shadow on the ground."""
    wide = round(width * strength)
    if wide < 2:
        return
    shadow = Surface((wide, 8), pygame.SRCALPHA)
    pygame.draw.ellipse(shadow, (*BLACK, round(90 * strength)), shadow.get_rect())
    target.blit(shadow, shadow.get_rect(center=(round(x), round(GROUND_Y) + 4)))


def draw_particle(target: Surface, particle: Particle) -> None:
    """A speck that shrinks and fades."""
    radius = max(1, round(particle.size * particle.fade))
    speck = Rect(0, 0, 2 * radius, 2 * radius)
    layer = Surface(speck.size, pygame.SRCALPHA)
    pygame.draw.circle(layer, (*COLOURS[particle.kind], round(255 * particle.fade)), speck.center, radius)
    target.blit(layer, speck.move(round(particle.x) - radius, round(particle.y) - radius))
