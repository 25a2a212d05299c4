"""The measures of the field. Distances are logical pixels, times are seconds, y grows downwards."""

from __future__ import annotations

WIDTH = 960
HEIGHT = 540
GROUND_Y = 452.0
