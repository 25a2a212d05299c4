"""A screen that nobody sees (Xvfb), for tests that need a real window."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def virtual_screen(size: str) -> Iterator[str]:
    """Start Xvfb with a screen of a size such as "800x600x24", and give the name of its display.

    It is never ":0": Panda3D goes there when no display is named, and a screen that ends takes its programs along.
    """
    number = 100 + os.getpid() % 10_000
    read, write = os.pipe()
    with subprocess.Popen(
        ["Xvfb", f":{number}", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    ) as screen:
        os.close(write)
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
        screen.terminate()
