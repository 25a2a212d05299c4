"""What goes wrong with disks: no room is left, or a file cannot be read now."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def no_room_for_files_longer_than(size: int) -> Iterator[None]:
    """As on a full disk, writing fails (in the whole process) beyond so many bytes."""
    resource = pytest.importorskip("resource", reason="this system has no limit for the size of files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def queues_that_cannot_be_read() -> Iterator[None]:
    """As on a disk that fails: no file of a queue can be opened."""
    open_file = Path.open

    def fail(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.suffix == ".log":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return open_file(path, *arguments, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "open", fail)
        yield
