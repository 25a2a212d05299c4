"""A game for an interpreter of its own, which counts how often the garbage collector runs while content is refreshed.

Its arguments are address, key and data folder of a client, and how many records there are. Each line of its input
has it refresh, and pump until all records are told as changed; it answers with how many passes of the collector
there were, and how many of them full ones.
"""

from __future__ import annotations

import gc
import sys
import time
from typing import Any

from uwclient import UserWise

PATIENCE = 120.0


def main(address: str, key: str, folder: str, records: int) -> None:
    """Play until the input ends."""
    uw = UserWise(key, "hero-42", host=address, data_dir=folder)
    modules = (uw.events, uw.messages, uw.offers, uw.remote_configs, uw.surveys)
    told = [0]
    passes = [0, 0, 0]

    def count(*_: object, **__: object) -> None:
        told[0] += 1

    def collected(phase: str, info: dict[str, Any]) -> None:
        passes[info["generation"]] += phase == "start"

    def pump_until(number: int) -> None:
        gives_up = time.monotonic() + PATIENCE
        while told[0] < number and time.monotonic() < gives_up:
            uw.pump()
            time.sleep(0.001)
        assert told[0] == number, told

    for module in modules:
        module.on_active.connect(count)
        module.on_updated.connect(count)
    all_loaded: list[object] = []
    uw.campaigns.on_loaded.connect(lambda _, **__: all_loaded.append(True), weak=False)  # they are the last
    uw.start()
    pump_until(records)
    while not all_loaded:
        uw.pump()
        time.sleep(0.001)
    refreshed: list[bool] = []
    gc.collect()  # what the start and the first load have left is no matter of refreshes
    gc.callbacks.append(collected)
    print("playing", flush=True)
    for _ in sys.stdin:
        told[0] = 0
        refreshed.clear()
        passes[:] = 0, 0, 0
        uw.refresh_content(refreshed.append)
        pump_until(records)
        while not refreshed:
            uw.pump()
            time.sleep(0.001)
        print(sum(passes), passes[2], flush=True)
    uw.stop()


if __name__ == "__main__":
    address, key, folder, records = sys.argv[1:]
    main(address, key, folder, int(records))
