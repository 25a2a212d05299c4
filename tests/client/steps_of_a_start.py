"""A game's first steps, which tells what each of them imports, and which module imports it.

`python steps_of_a_start.py ADDRESS KEY FOLDER offline` ends with content from the cache, with `online` with content
from the platform. It prints JSON: for each step a list of [module, importer].
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uwclient import UserWiseError


class Watcher:
    """A finder of modules that finds none: it notes who imports what, on whatever thread."""

    def __init__(self) -> None:
        self._imported: list[tuple[str, str]] = []

    def find_spec(self, name: str, *_: object) -> None:
        frame = sys._getframe(1)
        while frame.f_back is not None and frame.f_globals["__name__"].startswith("importlib."):
            frame = frame.f_back
        self._imported.append((name, frame.f_globals["__name__"]))

    def take(self) -> list[tuple[str, str]]:
        """What was imported since the last call; what was only looked for is left out."""
        taken, self._imported = self._imported, []
        return [(name, importer) for name, importer in taken if name in sys.modules]


def main(address: str, key: str, folder: str, network: str) -> None:
    """Take the steps."""
    watcher = Watcher()
    finders: list[Any] = sys.meta_path
    finders.insert(0, watcher)
    told = {}
    import uwclient

    told["import uwclient"] = watcher.take()
    client = uwclient.UserWise
    told["uwclient.UserWise"] = watcher.take()
    transport = Offline(uwclient.ConnectionFailed("There is no network.")) if network == "offline" else None
    uw = client(key, "hero-42", host=address, data_dir=folder, transport=transport)
    told["UserWise(…)"] = watcher.take()
    uw.start()
    loads: list[bool] = []
    uw.offers.on_loaded.connect(lambda *_, from_api, **__: loads.append(from_api), weak=False)
    ends = time.monotonic() + 20
    while (transport is None) not in loads and time.monotonic() < ends:
        uw.pump()
        time.sleep(0.001)
    told[f"content from the {'cache' if transport else 'platform'}"] = watcher.take()
    assert len(uw.offers.active) == 1
    uw.stop()
    told["stop()"] = watcher.take()
    print(json.dumps(told))


class Offline:
    """A transport for a machine without a network."""

    def __init__(self, problem: UserWiseError) -> None:
        self._problem = problem

    def send(self, request: object) -> UserWiseError:
        return self._problem


if __name__ == "__main__":
    main(*sys.argv[1:])
