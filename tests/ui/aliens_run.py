"""Plays pygame's own example game `aliens` by a script, and prints what each of its frames looked like.

`python aliens_run.py FRAMES SEED` plays it as it is; with `HOST API-KEY FOLDER` behind that, uwclient is attached.
Nothing in the game is changed: only the functions of pygame that it calls are watched. With `--empty` no card is
waited for.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"

import pygame
from pygame.examples import aliens

from uwclient import UserWise
from uwclient.engines.pygame import PygameLoop, attach

PRESS_AT = 0.7
"""Where in the run the player closes the card, if there is one."""

ONLY_WHAT_CHANGED = "display.update" in inspect.getsource(aliens.main)
"""Whether the game redraws only what has changed, as that of pygame does, or all, as that of pygame-ce."""

KEYS = (pygame.K_LEFT, pygame.K_RIGHT, pygame.K_SPACE)
real_get, real_update = pygame.event.get, pygame.display.update


class Run:
    """Owns one game: what its frames looked like, and what the cards over it did."""

    def __init__(self, frames: int, seed: int, uw: UserWise | None) -> None:
        self.frames = frames
        self._seed = seed
        self.digests: list[str] = []
        self.opened_at = self.closed_at = -1
        self.covered = 0
        self._uw = uw
        self._loop: PygameLoop | None = None
        self._playing = False

    def get(self) -> list[Any]:
        """The events of a frame."""
        events = real_get()
        self._playing = True
        if self._loop is not None:
            events = [event for event in events if not self._loop.process(event)]
            self._loop.update()
        if len(self.digests) >= self.frames:
            return [pygame.event.Event(pygame.QUIT)]
        return events

    def pressed(self) -> dict[int, bool]:
        """The keys that are held: the script of the player."""
        frame = len(self.digests)
        held = KEYS[frame // 20 % 2], KEYS[2]
        return defaultdict(bool, {held[0]: True, held[1]: frame % 10 < 5})

    def update(self, rects: Any = None) -> None:
        """The end of a frame, as the game has drawn it."""
        screen = pygame.display.get_surface()
        if not self._playing:
            return
        if self._uw is not None and self._loop is None:
            self._loop = attach(self._uw, dirty_rects=ONLY_WHAT_CHANGED)
        before = pygame.image.tobytes(screen, "RGB")
        self.digests.append(hashlib.blake2b(before, digest_size=8).hexdigest())
        if self._loop is None:
            real_update(rects)
            return
        changed = self._loop.draw(screen)
        real_update(None if rects is None else [*rects, *changed])
        self._note(self._loop, covered=pygame.image.tobytes(screen, "RGB") != before)

    def tick(self, rate: float) -> None:
        """The pause between two frames: long enough for the network, the background and the player."""
        frame = len(self.digests)
        ends = time.monotonic() + 10
        if self._loop is None or self._uw is None:
            return
        if frame == self.frames // 10:
            while not self._uw.messages.active and time.monotonic() < ends and "--empty" not in sys.argv:
                time.sleep(0.002)
                self._loop.update()
        if frame == int(self.frames * PRESS_AT):
            time.sleep(0.5)
            pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_RETURN, mod=0, unicode="\r"))

    def _note(self, loop: PygameLoop, covered: bool) -> None:
        assert loop.ui is not None
        frame = len(self.digests)
        self.covered += covered
        if loop.ui.is_open and self.opened_at < 0:
            self.opened_at = frame
        if self.opened_at >= 0 and self.closed_at < 0 and not loop.ui.is_open:
            self.closed_at = frame

    def play(self) -> None:
        """Play the game to its end."""
        random.seed(self._seed)
        pygame.event.get = self.get  # type: ignore[assignment]
        pygame.display.update = pygame.display.flip = self.update  # type: ignore[assignment]
        pygame.key.get_pressed = self.pressed  # type: ignore[assignment]
        pygame.time.Clock = lambda: self  # type: ignore[assignment, misc, return-value]
        vars(pygame)["Clock"] = pygame.time.Clock  # its other name in pygame-ce
        pygame.time.wait = lambda milliseconds: 0
        play_aliens: Callable[[], None] = aliens.main
        play_aliens()
        if self._loop is not None:
            self._loop.detach()


def main(frames: str, seed: str, *client: str) -> None:
    uw = None
    if client:
        host, api_key, folder = client[:3]
        uw = UserWise(api_key, "hero-42", host=host, data_dir=folder)
    run = Run(int(frames), int(seed), uw)
    run.play()
    told = {"digests": run.digests, "opened_at": run.opened_at, "closed_at": run.closed_at, "covered": run.covered}
    print(json.dumps({**told, "score": aliens.SCORE}))


if __name__ == "__main__":
    main(*sys.argv[1:])
