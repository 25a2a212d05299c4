"""The curves that make movement feel alive. Each maps 0..1 to about 0..1."""

from __future__ import annotations

OVERSHOOT = 1.6


def ease_out(share: float) -> float:
    """Fast, then gentle."""
    return 1.0 - (1.0 - share) ** 3


def ease_out_back(share: float) -> float:
    """Fast, a little too far, and back."""
    rest = share - 1.0
    return 1.0 + (OVERSHOOT + 1.0) * rest**3 + OVERSHOOT * rest**2
