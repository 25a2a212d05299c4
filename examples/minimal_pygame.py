"""A small pygame game with live content, in the three lines that are marked below: `python minimal_pygame.py`."""

import argparse
import tempfile

import pygame

from uwclient import UserWise
from uwclient.engines.pygame import attach
from uwclient.sandbox import Sandbox

WINDOW = (960, 540)


def play(uw: UserWise, frames: int | None) -> None:
    """A ball that bounces, faster while an event is on; until the window is closed, or for so many frames."""
    screen = pygame.display.set_mode(WINDOW, pygame.RESIZABLE)
    clock = pygame.time.Clock()
    ball, step = pygame.Vector2(200, 150), pygame.Vector2(4, 3)
    live = attach(uw)  # 1: the client starts
    drawn = 0
    while drawn != frames:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                frames = drawn + 1
            elif (
                not live.process(event) and event.type == pygame.KEYDOWN
            ):  # 2: what is for a card is not for the game
                step = -step
        live.update()
        if not live.takes_input:
            ball += step * (3 if uw.events.get_by_external_id("fast") in uw.events.active else 1)
        width, height = screen.get_size()
        step.x = abs(step.x) if ball.x < 30 else -abs(step.x) if ball.x > width - 30 else step.x
        step.y = abs(step.y) if ball.y < 30 else -abs(step.y) if ball.y > height - 30 else step.y
        screen.fill((26, 30, 50))
        pygame.draw.circle(screen, (255, 200, 69), ball, 30)
        live.draw(screen)  # 3: cards come over the game
        pygame.display.flip()
        clock.tick(60)
        drawn += 1
    live.detach()


def main(frames: int | None) -> None:
    """Play on a sandbox; for a real environment, make the client with its API key and no `host`."""
    pygame.init()
    with Sandbox() as sandbox, tempfile.TemporaryDirectory() as folder:
        sandbox.publish("events", external_id="fast", start_at="+5s", end_at="+20s")
        sandbox.publish("messages", title="Welcome!", body="Press a key, and the ball turns round.", start_at="+1s")
        sandbox.publish("offers", title="300 gems", items={"gems": 300}, start_at="+2s", end_at="+1m")
        play(UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=folder), frames)
    pygame.quit()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A small pygame game with live content.")
    parser.add_argument("--frames", type=int, help="end after so many frames")
    main(parser.parse_args().frames)
