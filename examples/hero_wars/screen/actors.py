"""Draws what moves: the hero, coins, slimes, the boss, and the particles around them."""

from __future__ import annotations

import math

import pygame
from pygame import Rect, Surface

from ..play.boss import Boss
from ..play.coins import Coin
from ..play.field import GROUND_Y
from ..play.happenings import Kind
from ..play.hero import Hero
from ..play.slimes import SQUASH_TIME, Slime
from ..play.world import World
from .easing import ease_out
from .effects import FLOATER_RISE, Effects, Floater, Particle
from .figures import HERO_SIZE, SLIME_SIZE
from .ink import Ink, TextStyle
from .palette import BLACK, BLUE, GEM, GOLD, GREEN, PAPER, RED, STEEL, WHITE, Colour
from .sprites import Sprites

COLOURS: dict[Kind, Colour] = {
    Kind.COIN: GOLD,
    Kind.STOMP: PAPER,
    Kind.HURT: RED,
    Kind.BLOCK: BLUE,
    Kind.JUMP: WHITE,
    Kind.LAND: STEEL,
    Kind.GIFT: GEM,
    Kind.STREAK: GOLD,
    Kind.LEVEL: GOLD,
    Kind.SLAM: STEEL,
    Kind.BOSS_HIT: GREEN,
    Kind.BOSS_DOWN: GREEN,
}
BLINKS_PER_SECOND = 8
BLINK_OPACITY = 110
FEET_BELOW = 4
BOB = 4.0
BUBBLE_RADIUS = 46
FIELD_RADIUS = 70
FLOATER_BOX = (220, 34)


class Actors:
    """Draws a world, and what sparkles in it."""

    def __init__(self, ink: Ink, sprites: Sprites) -> None:
        self._ink = ink
        self._sprites = sprites
        self._bubble = glow(BUBBLE_RADIUS, BLUE)
        self._field = glow(FIELD_RADIUS, RED)

    def draw(self, target: Surface, world: World, effects: Effects) -> None:
        """Everything that moves, from back to front."""
        if world.boss is not None:
            self._draw_boss(target, world.boss, world.hero)
        for slime in world.slimes:
            self._draw_slime(target, slime)
        self._draw_hero(target, world)
        for coin in world.coins:
            self._draw_coin(target, coin)
        for particle in effects.particles:
            draw_particle(target, particle)
        for floater in effects.floaters:
            self._draw_floater(target, floater)

    def _draw_boss(self, target: Surface, boss: Boss, hero: Hero) -> None:
        draw_shadow(target, boss.x, 130, 1.0 - min(0.6, (GROUND_Y - boss.y) / 400))
        picture = self._sprites.boss(boss.age, boss.stunned_for > 0.0)
        if hero.x < boss.x:
            picture = pygame.transform.flip(picture, True, False)
        target.blit(picture, picture.get_rect(midbottom=(round(boss.x), round(boss.y) + FEET_BELOW)))

    def _draw_slime(self, target: Surface, slime: Slime) -> None:
        draw_shadow(target, slime.x, 44, 1.0)
        picture = self._sprites.slime(slime.age)
        if slime.vx < 0:
            picture = pygame.transform.flip(picture, True, False)
        if slime.squashed_for is not None:
            share = slime.squashed_for / SQUASH_TIME
            width, height = SLIME_SIZE
            picture = pygame.transform.smoothscale(
                picture, (round(width * (1 + 0.5 * share)), max(2, round(height * (0.45 - 0.3 * share))))
            )
            picture.set_alpha(round(255 * (1.0 - share)))
        target.blit(picture, picture.get_rect(midbottom=(round(slime.x), round(GROUND_Y) + FEET_BELOW)))

    def _draw_hero(self, target: Surface, world: World) -> None:
        hero, powers = world.hero, world.powers
        draw_shadow(target, hero.x, 46, 1.0 - min(0.6, (GROUND_Y - hero.y) / 260))
        middle = (round(hero.x), round(hero.y) - HERO_SIZE[1] // 2)
        if powers.magnet_for > 0.0:
            self._draw_field(target, middle, world.elapsed)
        picture = self._sprites.hero(hero.stride, abs(hero.vx), not hero.on_ground, powers.golden_cape)
        if hero.facing < 0:
            picture = pygame.transform.flip(picture, True, False)
        blinks = int(hero.hurt_for * BLINKS_PER_SECOND * 2) % 2
        picture.set_alpha(BLINK_OPACITY if blinks else 255)
        target.blit(picture, (round(hero.x) - HERO_SIZE[0] // 2, round(hero.y) - HERO_SIZE[1] + FEET_BELOW))
        if powers.shields:
            target.blit(self._bubble, self._bubble.get_rect(center=middle))

    def _draw_field(self, target: Surface, middle: tuple[int, int], age: float) -> None:
        """Rings that run into the magnet."""
        for ring in range(2):
            share = 1.0 - (age * 0.8 + ring / 2) % 1.0
            picture = pygame.transform.smoothscale_by(self._field, 0.4 + 0.6 * share)
            picture.set_alpha(round(160 * (1.0 - share)))
            target.blit(picture, picture.get_rect(center=middle))

    def _draw_coin(self, target: Surface, coin: Coin) -> None:
        draw_shadow(target, coin.x, 18, 0.5)
        picture = self._sprites.coin(coin.age)
        picture.set_alpha(round(255 * coin.fade))
        y = coin.y + math.sin(coin.age * 3.0) * BOB
        target.blit(picture, picture.get_rect(center=(round(coin.x), round(y))))

    def _draw_floater(self, target: Surface, floater: Floater) -> None:
        rise = ease_out(floater.progress) * FLOATER_RISE
        layer = Surface(FLOATER_BOX, pygame.SRCALPHA)
        style = TextStyle(28, COLOURS[floater.kind], align=0.5, shadow=True)
        self._ink.write(layer, floater.text, layer.get_rect(), style)
        layer.set_alpha(round(255 * min(1.0, 2.0 - 2.0 * floater.progress)))
        target.blit(layer, layer.get_rect(center=(round(floater.x), round(floater.y - rise))))


def glow(radius: int, colour: Colour) -> Surface:
    """A bubble: a faint disc with a brighter rim."""
    large = Surface((radius * 4, radius * 4), pygame.SRCALPHA)
    large.fill((*colour, 0))
    middle = large.get_rect().center
    pygame.draw.circle(large, (*colour, 36), middle, radius * 2 - 2)
    pygame.draw.circle(large, (*colour, 190), middle, radius * 2 - 2, 5)
    return pygame.transform.smoothscale(large, (radius * 2, radius * 2))


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
