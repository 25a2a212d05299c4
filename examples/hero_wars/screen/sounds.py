"""The sounds, made of plain waves when the game starts: no files, and silence where there is no loudspeaker."""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Iterable
from typing import NamedTuple

import pygame

from ..play.happenings import Happening, Kind

RATE = 22050
LOUDEST = 7000
ATTACK = 0.004
"""Seconds in which a note swells, so that it does not click."""


class Note(NamedTuple):
    """A note: from one pitch to another (Hz) in so many seconds, with so much noise in it (0 to 1)."""

    start: float
    end: float
    seconds: float
    noise: float = 0.0


SOUNDS: dict[Kind, tuple[Note, ...]] = {
    Kind.COIN: (Note(988, 988, 0.06), Note(1319, 1319, 0.16)),
    Kind.STOMP: (Note(320, 90, 0.14, 0.3),),
    Kind.HURT: (Note(220, 70, 0.28, 0.5),),
    Kind.BLOCK: (Note(620, 520, 0.12, 0.2),),
    Kind.JUMP: (Note(420, 700, 0.12),),
    Kind.GIFT: (Note(523, 523, 0.07), Note(659, 659, 0.07), Note(784, 784, 0.18)),
    Kind.STREAK: (Note(784, 784, 0.06), Note(988, 988, 0.06), Note(1175, 1175, 0.14)),
    Kind.LEVEL: (Note(523, 523, 0.1), Note(659, 659, 0.1), Note(784, 784, 0.1), Note(1047, 1047, 0.3)),
    Kind.BOSS: (Note(110, 98, 0.3, 0.2), Note(92, 82, 0.5, 0.2)),
    Kind.SLAM: (Note(90, 40, 0.25, 0.7),),
    Kind.BOSS_HIT: (Note(500, 120, 0.22, 0.3),),
    Kind.BOSS_DOWN: (Note(392, 392, 0.12), Note(523, 523, 0.12), Note(659, 659, 0.12), Note(784, 784, 0.45)),
}


class Sounds:
    """Plays what happens, unless `muted`."""

    def __init__(self) -> None:
        self.muted = False
        self._sounds: dict[Kind, pygame.mixer.Sound] = {}
        try:
            pygame.mixer.init(RATE, -16, 1, 512)
        except pygame.error:
            return
        for kind, notes in SOUNDS.items():
            self._sounds[kind] = pygame.mixer.Sound(buffer=wave(notes))

    def play(self, happenings: Iterable[Happening]) -> None:
        """Each kind once, however often it has happened in this frame."""
        if self.muted:
            return
        for kind in {happening.kind for happening in happenings}:
            if kind in self._sounds:
                self._sounds[kind].play()


def wave(notes: Iterable[Note]) -> array[int]:
    """Notes after one another, as samples of 16 bits; each fades to its end."""
    chance = random.Random(1)
    samples = array("h")
    for note in notes:
        count = round(note.seconds * RATE)
        phase = 0.0
        for place in range(count):
            share = place / count
            phase += (note.start + (note.end - note.start) * share) / RATE
            tone = math.sin(phase * math.tau) + 0.3 * math.sin(phase * math.tau * 2)
            mixed = tone * (1.0 - note.noise) + chance.uniform(-1.0, 1.0) * note.noise
            loudness = min(1.0, place / RATE / ATTACK) * (1.0 - share) ** 1.5
            samples.append(round(LOUDEST * mixed * loudness))
    return samples
