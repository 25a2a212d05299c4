"""`uwclient demo`: the sample game, with a sandbox and a backend of its own, or with a real environment."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uwclient.client import UserWise
    from uwclient.sandbox import Sandbox


def play(given: argparse.Namespace) -> int:
    """Play the sample game as the arguments of `uwclient demo` say, and return the exit code."""
    from uwclient.sandbox import ScenarioError

    game = _sample_game()
    headless = given.headless or not _has_display()
    with ExitStack() as stack:
        try:
            uw, sandbox = (_real_client(given), None) if given.host else _sandbox_client(given, stack)
        except ScenarioError as error:
            print(error, file=sys.stderr)
            return 2
        options = game.Options(
            headless=headless,
            seconds=given.seconds,
            screenshots=given.screenshot,
            seed=given.seed,
            push_library=None if sandbox is None else partial(sandbox.send_push, given.player, **game.PUSH),
            shop=_shop(sandbox, stack) if sandbox is not None and given.backend else None,
        )
        return int(game.run(options, uw))


def _shop(sandbox: Sandbox, stack: ExitStack) -> Any:
    """Start the sample backend, have the sandbox tell it of purchases, and return the shop that belongs to it."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
    process = importlib.import_module("backend.process").BackendProcess(Path(folder), sandbox.webhooks.secret_key)
    backend = stack.enter_context(process)
    sandbox.webhooks.add(backend.hooks)
    sandbox.clock.set(sandbox.clock.started_at)  # not the seconds later that it took to start it
    print(f"Purchases are granted by a backend at {backend.url}", flush=True)
    return importlib.import_module("hero_wars.live.shop").Shop(backend.store.sell, backend.url)


def _real_client(given: argparse.Namespace) -> UserWise:
    from uwclient.client import UserWise

    return UserWise(given.api_key, given.player, given.environment, host=given.host)


def _sandbox_client(given: argparse.Namespace, stack: ExitStack) -> tuple[UserWise, Sandbox]:
    """Create a client with a sandbox of its own; both, and their files, last as long as the stack."""
    from uwclient.client import UserWise
    from uwclient.sandbox import Sandbox

    scenario = given.scenario or examples_folder() / "hero_wars" / "scenario.yaml"
    sandbox = stack.enter_context(Sandbox(scenario))
    folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
    print(f"Live content: {scenario}\nServed by a sandbox at {sandbox.url}", flush=True)
    uw = UserWise(sandbox.api_key, given.player, given.environment, host=sandbox.url, data_dir=folder)
    return uw, sandbox


def examples_folder() -> Path:
    """Return the folder of the examples: beside the package in a checkout, inside it when it was installed."""
    package = Path(__file__).parent
    installed = package / "examples"
    return installed if installed.is_dir() else package.parent / "examples"


def _sample_game() -> Any:
    """Import the module of the sample game; examples are not part of the package's namespace."""
    folder = str(examples_folder())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module("hero_wars.game")


def _has_display() -> bool:
    if sys.platform != "linux" or os.environ.get("SDL_VIDEODRIVER"):
        return os.environ.get("SDL_VIDEODRIVER") != "dummy"
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
