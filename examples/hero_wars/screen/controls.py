"""Turns the events of keyboard and mouse into the intent of one frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

import pygame
from pygame.event import Event

from ..play.intent import Intent

LEFT = (pygame.K_LEFT, pygame.K_a)
RIGHT = (pygame.K_RIGHT, pygame.K_d)
JUMP = (pygame.K_UP, pygame.K_w, pygame.K_SPACE)
ACCEPT = (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_SPACE)
BUY = (pygame.K_b,)
MARKET = (pygame.K_e,)
WARE_KEYS = (pygame.K_1, pygame.K_2, pygame.K_3, pygame.K_4)
PUSH = (pygame.K_p,)
MUTE = (pygame.K_m,)
LEAVE = (pygame.K_ESCAPE,)


class Target(Enum):
    """What a click can hit."""

    ACCEPT = "accept"
    DISMISS = "dismiss"
    BUY = "buy"
    MARKET = "market"
    WARE_1 = "first ware"
    WARE_2 = "second ware"
    WARE_3 = "third ware"
    WARE_4 = "fourth ware"


WARES = (Target.WARE_1, Target.WARE_2, Target.WARE_3, Target.WARE_4)

Hit = Callable[[tuple[int, int]], Target | None]


class Mode(Enum):
    """What the player's keys are for."""

    PLAY = "play"
    MARKET = "market"
    POPUP = "pop-up"


@dataclass(frozen=True, slots=True)
class Presses:
    """What was pressed since the last frame: keys, what the mouse hit, and whether the window was closed."""

    keys: frozenset[int]
    hits: frozenset[Target]
    closed: bool

    def any_of(self, keys: Sequence[int], target: Target | None = None) -> bool:
        """Whether one of these keys went down, or the target was clicked."""
        return not self.keys.isdisjoint(keys) or target in self.hits


def gather(events: Iterable[Event], hit: Hit) -> Presses:
    """Sorts pygame's events; `hit` tells what is under the mouse."""
    waiting = list(events)
    keys = frozenset(event.key for event in waiting if event.type == pygame.KEYDOWN)
    clicks = [event.pos for event in waiting if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1]
    hits = frozenset(target for target in map(hit, clicks) if target is not None)
    return Presses(keys, hits, any(event.type == pygame.QUIT for event in waiting))


def intent_of(presses: Presses, is_held: Callable[[int], bool], mode: Mode) -> Intent:
    """What the player wants. Esc leads one step back: out of the pop-up, out of the market, out of the game."""
    escape = presses.any_of(LEAVE)
    if mode is Mode.POPUP:
        return Intent(
            accept=presses.any_of(ACCEPT, Target.ACCEPT),
            dismiss=escape or Target.DISMISS in presses.hits,
            push=presses.any_of(PUSH),
            mute=presses.any_of(MUTE),
        )
    left, right = any(map(is_held, LEFT)), any(map(is_held, RIGHT))
    in_market = mode is Mode.MARKET
    return Intent(
        move=float(right) - float(left),
        jump=any(map(is_held, JUMP)),
        buy=presses.any_of(BUY, Target.BUY),
        market=presses.any_of(MARKET, Target.MARKET) or (in_market and escape),
        ware=ware_of(presses) if in_market else None,
        push=presses.any_of(PUSH),
        mute=presses.any_of(MUTE),
        quit=escape and not in_market,
    )


def ware_of(presses: Presses) -> int | None:
    """Which ware was chosen, by number or by a click."""
    chosen = (
        place
        for place, (key, target) in enumerate(zip(WARE_KEYS, WARES, strict=True))
        if presses.any_of((key,), target)
    )
    return next(chosen, None)
