"""The files by which `uwclient ctl` finds the sandboxes that run on this machine.

Each holds the address of a control port and its token, as JSON, and only its user can read it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from uwclient.disk.paths import data_root
from uwclient.disk.private import make_folder, open_private
from uwclient.errors import ArgumentError, StorageError

LARGEST = 64 * 1024
"""The bytes of the largest file that can be a control file."""


class ControlAccess(NamedTuple):
    """What is needed to move a sandbox.

    Attributes:
        url: the address of the control port.
        token: its token.
        sandbox: the address of the sandbox, for people.

    """

    url: str
    token: str
    sandbox: str

    def __repr__(self) -> str:
        return f"<ControlAccess {self.url} of {self.sandbox}>"


def control_folder() -> Path:
    """Return the folder of the files of this user's sandboxes, beside the data of games."""
    root = data_root(None)
    return root.with_name(f"{root.name}-control")


@contextmanager
def published(access: ControlAccess, path: Path | None) -> Iterator[Path]:
    """Have a control file for the time of a block, and yield its path.

    Args:
        access: what stands in it.
        path: where; None for a place where `find_all` finds it.

    Raises:
        ArgumentError: it cannot be written, or there is another file of that name.

    """
    if path is None:
        path = control_folder() / f"{access.url.rpartition(':')[2]}.json"
    try:
        _write(access, path)
    except (OSError, StorageError) as problem:
        raise ArgumentError(f"{path} cannot be written ({problem}): name another with --control-file.") from None
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):
            path.unlink()


def _write(access: ControlAccess, path: Path) -> None:
    if path.exists():
        read(path)  # nothing but a control file, left by a sandbox that was killed, is replaced
        path.unlink()
    if path.parent == control_folder():
        make_folder(path.parent)
    with open_private(path, "x") as file:
        json.dump(access._asdict(), file)


def read(path: Path) -> ControlAccess:
    """Read a control file. ArgumentError, in a sentence, when it is none."""
    try:
        with path.open(encoding="utf-8") as file:
            data = json.loads(file.read(LARGEST))
        return ControlAccess(str(data["url"]), str(data["token"]), str(data["sandbox"]))
    except FileNotFoundError:
        raise ArgumentError(f"There is no control file {path}: 'uwclient sandbox --control' writes one.") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise ArgumentError(f"{path} is not a control file of a sandbox.") from None


def find_all() -> list[Path]:
    """Return the control files of this user's sandboxes; some may be of sandboxes that were killed."""
    return sorted(control_folder().glob("*.json"))
