"""Owns a platform for a game, in a process of its own: content of every kind, and pictures that look like photographs.

It prints address and key. Each line of its input changes all of the content (about 4 MB), and publishes messages
and offers that are new, each with a picture of its own (about 1 MB together); it answers when that is done.
"""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.content_platform import RemotePlatform, event_data

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


@contextmanager
def game_platform() -> Iterator[RemotePlatform]:
    """The platform, until the block ends."""
    command = [sys.executable, "-m", "tests.benchmarks.game_platform"]
    environment = {**os.environ, "SDL_VIDEODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        url, api_key = process.stdout.readline().split()
        yield RemotePlatform(url, api_key, process)


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
    from uwclient.sandbox import Sandbox

    with Sandbox(refresh_interval=3600) as sandbox:
        for kind, count in OF_A_KIND.items():
            for number in range(count):
                sandbox.publish(kind, id=f"{kind}-{number}", **{FIELDS[kind]: event_data(0, RECORD_BYTES)})
        publish_campaigns(sandbox, 0)
        print(sandbox.url, sandbox.api_key, flush=True)
        for generation, _ in enumerate(sys.stdin, 1):
            for kind, count in OF_A_KIND.items():
                for number in range(count):
                    sandbox.change(f"{kind}-{number}", **{FIELDS[kind]: event_data(generation, RECORD_BYTES)})
            publish_campaigns(sandbox, generation)
            size = publish_pictured(sandbox, generation)
            print(size, flush=True)


def publish_campaigns(sandbox: object, generation: int) -> None:
    """Campaigns that nothing triggers."""
    for number in range(CAMPAIGNS):
        if generation:
            sandbox.withdraw_campaign(f"campaign-{number}")  # type: ignore[attr-defined]
        sandbox.publish_campaign(  # type: ignore[attr-defined]
            id=f"campaign-{number}",
            trigger={"type": "event_trigger", "logic": {"external_event_id": "never"}},
            events=[{"id": f"campaign-event-{number}", "data": event_data(generation, RECORD_BYTES)}],
        )


def publish_pictured(sandbox: object, generation: int) -> int:
    """New messages and offers, each with a picture; the bytes of these."""
    size = 0
    for kind in ("messages", "offers"):
        for number, (suffix, pixels) in enumerate(PICTURES):
            name = f"new-{kind}-{generation}-{number}"
            data = photograph(suffix, pixels, hash((generation, number, kind == "offers")))
            size += len(data)
            content_type = "image/png" if suffix == ".png" else "image/jpeg"
            sandbox.add_media(name, data, content_type=content_type)  # type: ignore[attr-defined]
            details = {"title": f"News of day {generation}", "body": "The quick brown fox jumps over the dog. " * 4}
            sandbox.publish(kind, id=name, landscape_image_id=name, **details)  # type: ignore[attr-defined]
    return size


if __name__ == "__main__":
    main()
