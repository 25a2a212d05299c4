"""Where chance comes from: dice for each purpose, from one seed, or from the system when there is no seed.

What is drawn for a purpose depends on the seed and the purpose's name alone. So a new draw somewhere shifts no other,
and neither do threads, `PYTHONHASHSEED` or the version of Python, as long as generators are asked for `random()` and
`getrandbits()` only: those are the same in all of them.
"""

from __future__ import annotations

import hashlib
import random


class Dice:
    """Chance by purpose; an immutable value.

    Args:
        seed: any whole number; None for numbers of the system, which nobody can foresee.

    """

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def generator(self, purpose: str) -> random.Random:
        """Return a new generator for a purpose; with a seed it begins anew each time."""
        if self.seed is None:
            return random.SystemRandom()
        return random.Random(self.bits(purpose))  # noqa: S311 - to be repeated, not to be secret

    def bits(self, name: str) -> int:
        """Return a whole number of 256 bits; with a seed, always the same one for a name."""
        if self.seed is None:
            return random.SystemRandom().getrandbits(256)
        return int.from_bytes(hashlib.sha256(f"{self.seed}/{name}".encode(errors="surrogatepass")).digest(), "big")


def between(rng: random.Random, least: float, most: float) -> float:
    """Draw a number from `least` to `most`, all equally likely."""
    return least + (most - least) * rng.random()
