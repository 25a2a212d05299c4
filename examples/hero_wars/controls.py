"""Owns keyboard and mouse: turns what pygame reports into the intent of one frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pygame
from pygame.event import Event

from .intent import Intent
from .painter import Target

LEFT = (pygame.K_LEFT, pygame.K_a)
RIGHT = (pygame.K_RIGHT, pygame.K_d)
JUMP = (pygame.K_UP, pygame.K_w, pygame.K_SPACE)
ACCEPT = (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_SPACE)
BUY = (pygame.K_b,)
LEAVE = (pygame.K_ESCAPE,)

Hit = Callable[[tuple[int, int]], Target | None]


@dataclass(frozen=True, slots=True)
class Presses:
    """What was pressed since the last frame: keys, what the mouse hit, and whether the window was closed."""

    keys: frozenset[int]
    hits: frozenset[Target]
    closed: bool

    def any_of(self, keys: Sequence[int]) -> bool:
        """Whether one of these keys went down."""
        return not self.keys.isdisjoint(keys)


def gather(events: Iterable[Event], hit: Hit) -> Presses:
    """Sorts pygame's events; `hit` tells what is under the mouse."""
    waiting = list(events)
    keys = frozenset(event.key for event in waiting if event.type == pygame.KEYDOWN)
    clicks = [event.pos for event in waiting if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1]
    hits = frozenset(target for target in map(hit, clicks) if target is not None)
    return Presses(keys, hits, any(event.type == pygame.QUIT for event in waiting))


def intent_of(presses: Presses, is_held: Callable[[int], bool], popup_open: bool) -> Intent:
    """What the player wants. Esc and Space mean the pop-up while one is open, else leaving and jumping."""
    left, right = any(map(is_held, LEFT)), any(map(is_held, RIGHT))
    escape = presses.any_of(LEAVE)
    return Intent(
        move=float(right) - float(left),
        jump=any(map(is_held, JUMP)) and not popup_open,
        accept=popup_open and (presses.any_of(ACCEPT) or Target.ACCEPT in presses.hits),
        dismiss=popup_open and (escape or Target.DISMISS in presses.hits),
        buy=presses.any_of(BUY) or Target.BUY in presses.hits,
        quit=presses.closed or (escape and not popup_open),
    )
