"""The contrast of a color against its background, by WCAG 2.1."""

from __future__ import annotations

from uwclient.ui.scene import Color

_BACKGROUNDS = (Color(0, 0, 0), Color(255, 255, 255))


def contrast(above: Color, below: Color) -> float:
    """From 1 (the same) to 21 (black on white); the worst case where what is below lets the game shine through."""
    return min(_contrast(_over(above, ground), ground) for ground in (_over(below, back) for back in _BACKGROUNDS))


def _contrast(one: Color, other: Color) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _over(above: Color, below: Color) -> Color:
    share = above.alpha / 255
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(above[:3], below[:3], strict=True))
    return Color(red, green, blue)


def _luminance(color: Color) -> float:
    red, green, blue = (_linear(part / 255) for part in color[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
