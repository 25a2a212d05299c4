"""Owns a platform for a game, in a process of its own: content of all kinds, and pictures that look like photographs.

It prints address and key, and does what the lines of its input say, answering when that is done. "change" changes
all of the content (about 4 MB), and publishes messages and offers that are new, each with a picture of its own
(about 1 MB together). "visit" has a client in this process, of another player, load all that: the work for the
machine is the same as when the game's client does, so the difference is what the game's own process has of it.
"""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.content_platform import event_data
from uwclient import UserWise
from uwclient.sandbox import Sandbox

FRAME = 1 / 60
OF_A_KIND = {"events": 240, "messages": 240, "offers": 240, "remote_configs": 240, "surveys": 10}
FIELDS = {
    "events": "data",
    "messages": "additional_fields",
    "offers": "framework_data",
    "remote_configs": "json",
    "surveys": "additional_fields",
}
CAMPAIGNS = 30
RECORD_BYTES = 4000
PICTURES = ((".png", (448, 240)), (".jpg", (1280, 720)))
"""What the picture of a new message or offer is: a smaller one without loss, or one as a camera makes it."""


@dataclass(frozen=True)
class GamePlatform:
    """A platform that runs in another process."""

    url: str
    api_key: str
    process: subprocess.Popen[str]

    def begin(self, command: str) -> None:
        """Have something done: "change" or "visit"."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()

    def finish(self) -> None:
        """Return when it is done."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "done\n"


@contextmanager
def game_platform() -> Iterator[GamePlatform]:
    """The platform, until the block ends."""
    command = [sys.executable, "-m", "tests.benchmarks.game_platform"]
    environment = {**os.environ, "SDL_VIDEODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        url, api_key = process.stdout.readline().split()
        yield GamePlatform(url, api_key, process)


def photograph(suffix: str, size: tuple[int, int], seed: int) -> bytes:
    """A picture with soft shapes and fine grain, which no format makes small."""
    import pygame

    chance = random.Random(seed)
    shapes = pygame.image.frombytes(chance.randbytes(8 * 5 * 3), (8, 5), "RGB")
    picture = pygame.transform.smoothscale(shapes, size)
    grain = pygame.image.frombytes(chance.randbytes(size[0] * size[1] * 3), size, "RGB")
    grain.fill((40, 40, 40), special_flags=pygame.BLEND_RGB_MULT)
    picture.blit(grain, (0, 0), special_flags=pygame.BLEND_RGB_ADD)
    file = io.BytesIO()
    pygame.image.save(picture, file, suffix)
    return file.getvalue()


def main() -> None:
    """Serve until the input ends."""
    with Sandbox(refresh_interval=3600) as sandbox, tempfile.TemporaryDirectory() as folder:
        publish_all(sandbox)
        visitor = UserWise(sandbox.api_key, "visitor", host=sandbox.url, data_dir=folder)
        visitor.media.prefetch_images()
        visitor.start()
        visit(visitor)
        print(sandbox.url, sandbox.api_key, flush=True)
        generation = 0
        for line in sys.stdin:
            if line == "visit\n":
                visit(visitor)
            else:
                generation += 1
                change_all(sandbox, generation)
            print("done", flush=True)
        visitor.stop()


def visit(visitor: UserWise) -> None:
    """Load everything."""
    done: list[bool] = []
    visitor.refresh_content(done.append, timeout=30)
    while not done:
        visitor.pump()
        time.sleep(FRAME)


def publish_all(sandbox: Sandbox) -> None:
    """The content as it is at first."""
    for kind, count in OF_A_KIND.items():
        for number in range(count):
            data: dict[str, Any] = {FIELDS[kind]: event_data(0, RECORD_BYTES)}
            sandbox.publish(kind, id=f"{kind}-{number}", **data)
    publish_campaigns(sandbox, 0)


def change_all(sandbox: Sandbox, generation: int) -> None:
    """Change everything, and publish what is new."""
    for kind, count in OF_A_KIND.items():
        for number in range(count):
            sandbox.change(f"{kind}-{number}", **{FIELDS[kind]: event_data(generation, RECORD_BYTES)})
    for number in range(CAMPAIGNS):
        sandbox.withdraw_campaign(f"campaign-{number}")
    publish_campaigns(sandbox, generation)
    publish_pictured(sandbox, generation)


def publish_campaigns(sandbox: Sandbox, generation: int) -> None:
    """Campaigns that nothing triggers."""
    for number in range(CAMPAIGNS):
        sandbox.publish_campaign(
            id=f"campaign-{number}",
            trigger={"type": "event_trigger", "logic": {"external_event_id": "never"}},
            events=[{"id": f"campaign-event-{number}", "data": event_data(generation, RECORD_BYTES)}],
        )


def publish_pictured(sandbox: Sandbox, generation: int) -> None:
    """New messages and offers, each with a picture."""
    for kind in ("messages", "offers"):
        for number, (suffix, pixels) in enumerate(PICTURES):
            name = f"new-{kind}-{generation}-{number}"
            data = photograph(suffix, pixels, hash((generation, number, kind == "offers")))
            sandbox.add_media(name, data, content_type="image/png" if suffix == ".png" else "image/jpeg")
            details = {"title": f"News of day {generation}", "body": "The quick brown fox jumps over the dog. " * 4}
            sandbox.publish(kind, id=name, landscape_image_id=name, **details)


if __name__ == "__main__":
    main()
