"""The small parts that panels are made of: buttons, bars, pills, and numbers in few characters."""

from __future__ import annotations

import math

import pygame
from pygame import Rect, Surface

from .ink import Ink, PanelStyle, TextStyle
from .palette import INK, WHITE, Colour, mix, readable_on

PILL_HEIGHT = 36
PILL = PanelStyle(radius=18, opacity=215)


def draw_button(ink: Ink, target: Surface, box: Rect, face: Colour, label: str) -> None:
    """A button with a lower lip."""
    lip = mix(face, INK, 0.45)
    flat = PanelStyle(face=lip, edge=lip, radius=11, opacity=255, edge_width=0)
    ink.panel(target, box.move(0, 3), flat)
    ink.panel(target, box, PanelStyle(face=face, edge=mix(face, WHITE, 0.35), radius=11, opacity=255))
    ink.write(target, label, box.inflate(-16, 0), TextStyle(23, readable_on(face), align=0.5))


def draw_tag(ink: Ink, target: Surface, box: Rect, face: Colour, label: str) -> None:
    """A small round tag with a bright edge."""
    ink.panel(target, box, PanelStyle(face=face, edge=mix(face, WHITE, 0.5), radius=box.height // 2, opacity=255))
    ink.write(target, label, box.inflate(-12, 0), TextStyle(box.height - 4, readable_on(face), align=0.5))


def draw_bar(target: Surface, box: Rect, share: float, back: Colour, front: Colour) -> None:
    """A progress bar, `share` 0..1."""
    pygame.draw.rect(target, back, box, border_radius=box.height // 2)
    filled = Rect(box.left, box.top, round(box.width * share), box.height)
    if filled.width:
        pygame.draw.rect(target, front, filled, border_radius=box.height // 2)


def draw_pill(ink: Ink, target: Surface, place: tuple[int, int], icon: Surface | None, text: str) -> Rect:
    """An icon and a text in a round box. Returns the box."""
    icon_width = icon.get_width() if icon else 6
    box = Rect(*place, ink.width(text, 24) + icon_width + 28, PILL_HEIGHT)
    ink.panel(target, box, PILL)
    if icon:
        target.blit(icon, icon.get_rect(midleft=(box.left + 6, box.centery)))
    label = Rect(box.left + icon_width + 10, box.top, box.width - icon_width - 24, box.height)
    ink.write(target, text, label, TextStyle(24))
    return box


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
