"""How long attaching live content to a Panda3D game takes, once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import MODULES
from uwclient import UserWise
from uwclient.sandbox import Sandbox

PATIENCE = 30.0


@pytest.fixture(scope="module")
def base() -> Iterator[Any]:
    """A game with something to draw."""
    core = pytest.importorskip("panda3d.core", reason="Panda3D is not installed: pip install 'uwclient[panda3d]'")
    core.loadPrcFileData("", "load-display p3tinydisplay\nwindow-type offscreen\nwin-size 640 360\n")
    core.loadPrcFileData("", "audio-library-name null\nprint-pipe-types #f")
    from direct.showbase.ShowBase import ShowBase

    base = ShowBase()
    panda = base.loader.loadModel("smiley")
    panda.reparentTo(base.render)
    panda.setPos(0, 20, 0)
    panda.hprInterval(3, (360, 0, 0)).loop()
    yield base
    base.destroy()


@pytest.fixture(scope="module")
def uw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UserWise]:
    """A client of a thousand live records, which runs through all frames, attached or not."""
    with Sandbox() as sandbox:
        fill(sandbox)
        uw = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=tmp_path_factory.mktemp("data"))
        uw.start()
        deadline = time.monotonic() + PATIENCE
        while sum(len(getattr(uw, name).active) for name in MODULES) < 1000 and time.monotonic() < deadline:
            uw.pump()
            time.sleep(0.001)
        assert sum(len(getattr(uw, name).active) for name in MODULES) == 1000
        yield uw
        uw.stop()


def fill(sandbox: Sandbox) -> None:
    for number in range(600):
        sandbox.publish("events", id=f"event-{number}", data={"level": number})
    for number in range(200):
        body = f"Number {number}: everything that a hero needs for a long way through the mountains, and back again."
        sandbox.publish("offers", id=f"offer-{number}", title="300 gems", body=body, items={"gems": 3}, end_at="+3h")
    for number in range(100):
        sandbox.publish("messages", id=f"message-{number}", title="News", body="The castle opens at noon.")
        sandbox.publish("remote_configs", id=f"config-{number}", external_id=f"config-{number}", json={"a": number})


def test_attaching_takes_a_moment_once(base: Any, uw: UserWise) -> None:
    from uwclient.engines.panda3d import attach

    began = time.perf_counter()
    loop = attach(uw, base)
    took = (time.perf_counter() - began) * 1000
    loop.detach()
    print(f"\nattach(): {took:.1f} ms")
    assert took < 200
