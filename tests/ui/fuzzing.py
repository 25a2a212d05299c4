"""A stream of engine events and mishaps, as games, players and machines bring them about, from one seed."""

from __future__ import annotations

import random
from typing import Any

import pygame
from pygame.event import Event

from tests.ui.window import GROUND
from uwclient.engines.pygame import PygameLoop

KINDS = [
    pygame.KEYDOWN, pygame.KEYUP, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION, pygame.MOUSEWHEEL,
    pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP, pygame.JOYHATMOTION, pygame.JOYAXISMOTION, pygame.JOYDEVICEADDED,
    pygame.JOYDEVICEREMOVED, pygame.CONTROLLERBUTTONDOWN, pygame.CONTROLLERBUTTONUP, pygame.CONTROLLERAXISMOTION,
    pygame.CONTROLLERDEVICEREMOVED, pygame.FINGERDOWN, pygame.FINGERUP, pygame.FINGERMOTION, pygame.TEXTINPUT,
    pygame.WINDOWFOCUSLOST, pygame.WINDOWFOCUSGAINED, pygame.WINDOWMINIMIZED, pygame.WINDOWRESTORED,
    pygame.VIDEORESIZE, pygame.USEREVENT,
]  # fmt: skip
KEYS = [
    pygame.K_RETURN, pygame.K_SPACE, pygame.K_TAB, pygame.K_LEFT, pygame.K_RIGHT, pygame.K_UP, pygame.K_DOWN,
    pygame.K_ESCAPE, pygame.K_F10, pygame.K_w, pygame.K_n, pygame.K_LALT,
]  # fmt: skip
MODS = [0, 0, 0, pygame.KMOD_LSHIFT, pygame.KMOD_LALT, pygame.KMOD_RCTRL, pygame.KMOD_LMETA, pygame.KMOD_NUM]
JUNK = [
    None,
    "",
    "x",
    -1,
    10**30,
    -(10**400),
    float("nan"),
    float("inf"),
    (),
    (1,),
    ("a", "b"),
    [],
    {},
    object(),
    True,
]
SIZES = [(1280, 720), (320, 240), (640, 400), (100, 80), (1, 1)]


class Chaos:
    """Owns the stream: what happens next to a game, by chance."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.surface = pygame.display.set_mode((640, 400))

    def event(self) -> Event:
        """An event as it should be, as it should not be, or with parts of it missing."""
        chance = self._chance
        place = (chance.randrange(-5, 700), chance.randrange(-5, 500))
        details: dict[str, Any] = {
            "key": chance.choice(KEYS),
            "mod": chance.choice(MODS),
            "button": chance.choice([0, 1, 1, 2, 3, 11, 12, 13, 14]),
            "pos": place,
            "x": chance.uniform(-1, 1),
            "y": chance.choice([-1, 0, 1, 0.5]),
            "value": chance.choice([0.9, -0.9, 0.1, 32000, -32000, (1, 0), (0, -1), (0, 0)]),
            "axis": chance.choice([0, 1, 4]),
            "instance_id": chance.choice([0, 1]),
            "finger_id": chance.choice([0, 1]),
        }
        if chance.random() < 0.3:
            for name in chance.sample(list(details), 4):
                if chance.random() < 0.5:
                    del details[name]
                else:
                    details[name] = chance.choice(JUNK)
        return Event(chance.choice(KINDS), details)

    def mishap(self, loop: PygameLoop) -> None:
        """Something that happens to the window, the fonts or the sound now and then."""
        chance = self._chance
        match chance.randrange(11):
            case 0:
                self.surface = pygame.display.set_mode(chance.choice(SIZES))
            case 1:
                pygame.display.quit()
                pygame.display.init()
                self.surface = pygame.display.set_mode(chance.choice(SIZES))
            case 2:
                pygame.font.quit()
                if chance.random() < 0.7:
                    pygame.font.init()
            case 3:
                pygame.mixer.quit()
            case 4:
                self.surface.set_clip((0, 0, 3, 3))
            case 5:
                pygame.display.quit()
                loop.draw(self.surface)
                loop.update()
                loop.process(self.event())
                pygame.display.init()
                self.surface = pygame.display.set_mode((640, 400))
            case 6:
                self.surface.lock()
                loop.draw(self.surface)
                self.surface.unlock()
            case 7:
                pygame.key.set_repeat(*chance.choice([(0, 0), (200, 50)]))
            case 8:
                pygame.mouse.set_visible(chance.random() < 0.5)
            case 9:
                loop.draw(pygame.Surface((640, 400), pygame.SRCALPHA))
            case 10:
                pygame.joystick.quit()
                pygame.joystick.init()

    def draw(self, loop: PygameLoop) -> None:
        """A frame of the game, which may draw nothing, or not have the screens drawn."""
        if self._chance.random() < 0.5:
            self.surface.fill(GROUND)
        if self._chance.random() < 0.9:
            loop.draw(self.surface)
