"""The smallest pygame game with live content runs as the README says, with and without a display."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import minimal_pygame
import pygame
import pytest
from pygame.event import Event

import uwclient
from uwclient import UserWise
from uwclient.sandbox import Sandbox

EXAMPLE = Path(minimal_pygame.__file__)
ROOT = Path(uwclient.__file__).parents[1]


def test_it_runs_by_itself_without_a_display() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLE), "--frames", "30"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        cwd=ROOT,
        env={**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_it_takes_less_than_sixty_lines_and_three_of_them_are_live_content() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    assert len(lines) < 60
    assert [line.count("# 1:") + line.count("# 2:") + line.count("# 3:") for line in lines].count(1) == 3


def test_its_cards_are_seen_and_answered_and_it_ends_with_its_window(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.publish("messages", id="welcome", title="Welcome!")
    uw = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=tmp_path)
    pygame.display.init()
    player = sandbox.player("hero-42")
    frames = 0

    def flip() -> None:
        nonlocal frames
        frames += 1
        if frames % 60 == 0:  # a player who reads; hammering closes no card
            pygame.event.post(Event(pygame.KEYDOWN, key=pygame.K_RETURN, mod=0, unicode="\r"))
        if [one.state for one in player.message_impressions] == ["viewed"] or frames > 1000:
            pygame.event.post(Event(pygame.QUIT))

    monkeypatch.setattr(pygame.display, "flip", flip)
    minimal_pygame.play(uw, None)
    pygame.quit()
    assert frames < 1000
    assert not uw.is_running
    assert [one.state for one in player.message_impressions] == ["viewed"]
