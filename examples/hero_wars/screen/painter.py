"""Draws a frame, from the background to the pop-up, and tells what a click hits."""

from __future__ import annotations

from collections.abc import Iterator

import pygame
from pygame import Rect, Surface

from ..play.field import HEIGHT, WIDTH
from ..stage import Stage
from .actors import Actors
from .card import OfferCardPainter
from .controls import WARES, Target
from .dialog import Dialog
from .hud import MARKET, Hud
from .ink import Ink
from .lines import Lines
from .palette import Colour
from .photos import Photos
from .scenery import Scenery, gradient
from .sprites import Sprites
from .stall import Stall, lay_out_wares

SIZE = (WIDTH, HEIGHT)
GOLDEN_ABOVE: Colour = (24, 10, 0)
GOLDEN_BELOW: Colour = (118, 74, 8)
BANNER_TIME = 0.5


class Painter:
    """Draws a stage on a canvas of the game's logical size. Make it after the window."""

    def __init__(self) -> None:
        self.canvas = Surface(SIZE)
        ink, sprites = Ink(), Sprites()
        photos = self._photos = Photos(ink)
        self._scenery = Scenery()
        self._golden_light = gradient(WIDTH, HEIGHT, GOLDEN_ABOVE, GOLDEN_BELOW)
        self._actors = Actors(ink, sprites)
        self._hud = Hud(ink, sprites)
        self._card = OfferCardPainter(ink, sprites, photos)
        self._stall = Stall(ink, sprites)
        self._lines = Lines(ink, sprites, photos)
        self._dialog = Dialog(ink, photos)

    def paint(self, stage: Stage) -> None:
        """Draws one frame on `canvas`."""
        self._paint_field(stage)
        self._paint_boxes(stage)
        self._paint_panels(stage)

    def finish(self) -> None:
        """Waits until the next frame will have every picture that the last one was to have: for a screenshot."""
        self._photos.finish()

    def target_at(self, stage: Stage, spot: tuple[int, int]) -> Target | None:
        """What a click at a logical position hits."""
        return next((target for box, target in self._targets(stage) if box.collidepoint(spot)), None)

    def _targets(self, stage: Stage) -> Iterator[tuple[Rect, Target]]:
        panels = stage.panels
        popup = panels.popups.current
        if popup is not None:
            dialog = self._dialog.layout(popup, stage.live.pictures)
            yield dialog.accept, Target.ACCEPT
            if dialog.dismiss is not None:
                yield dialog.dismiss, Target.DISMISS
            return
        yield MARKET, Target.MARKET
        if panels.shelf.front is not None:
            yield self._card.layout(panels.shelf, stage.live.pictures).button, Target.BUY
        if panels.market.is_open:
            for ware, target in zip(lay_out_wares(len(WARES)), WARES, strict=True):
                yield ware.frame, target

    def _paint_field(self, stage: Stage) -> None:
        self._scenery.draw(self.canvas, stage.colours.current, stage.world.hero.x, stage.age)
        self._paint_golden_light(stage.golden_light)
        self._actors.draw(self.canvas, stage.world, stage.effects)
        self.canvas.scroll(*stage.effects.offset)
        self._lines.draw_herald(self.canvas, stage.panels.herald)

    def _paint_golden_light(self, share: float) -> None:
        strength = round(255 * share)
        if not strength:
            return
        light = self._golden_light
        if strength < 255:
            light = light.copy()
            light.fill((strength, strength, strength), special_flags=pygame.BLEND_RGB_MULT)
        self.canvas.blit(light, (0, 0), special_flags=pygame.BLEND_RGB_ADD)

    def _paint_boxes(self, stage: Stage) -> None:
        accent = stage.colours.current.accent
        world, popups = stage.world, stage.panels.popups
        self._hud.draw_progress(self.canvas, world, accent)
        self._hud.draw_powers(self.canvas, world.powers)
        self._hud.draw_player(self.canvas, stage.live.session)
        banner, following = stage.live.events.banner(), stage.live.events.next_event()
        if banner is not None:
            self._hud.draw_banner(self.canvas, banner, accent, min(1.0, stage.banner_age / BANNER_TIME))
        if following is not None:
            self._hud.draw_next(self.canvas, following)
        if world.boss is not None:
            self._hud.draw_boss(self.canvas, world.boss, popups.waiting)

    def _paint_panels(self, stage: Stage) -> None:
        accent = stage.colours.current.accent
        panels, pictures = stage.panels, stage.live.pictures
        self._stall.draw(self.canvas, panels.market, stage.world, accent)
        self._hud.draw_purse(self.canvas, stage.world)
        self._hud.draw_market_button(self.canvas, panels.market.is_open)
        card = panels.shelf.front
        if card is not None:
            remaining = None if card.end_at is None else stage.live.offers.seconds_until(card.end_at)
            self._card.draw(self.canvas, panels.shelf, pictures, remaining, accent)
        self._lines.draw_toast(self.canvas, panels.toasts, stage.age)
        self._dialog.draw(self.canvas, panels.popups, pictures, accent)
        self._lines.draw_notice(self.canvas, panels.notice, pictures, stage.age)
