"""Runs the backend as a process of its own, as it would run on a server, and starts it again when it dies."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

from .app import HOOKS
from .store import Store

FOLDER = Path(__file__).parents[1]
PATIENCE = 20.0
PAUSE = 0.05


class BackendProcess:
    """Owns the process, in a `with` block.

    Attributes:
        url: the address of the backend.
        hooks: the URL of its webhook endpoint.
        store: the store whose receipts it believes.
        restarts: whether a process that dies is followed by another one.

    """

    def __init__(self, folder: Path, secret: str) -> None:
        store_key = secrets.token_hex()
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.hooks = f"{self.url}{HOOKS}"
        self.store = Store(store_key)
        self.restarts = True
        self._command = [
            *(sys.executable, "-m", "backend"),
            *("--port", str(self._port), "--database", str(folder / "backend.sqlite")),
        ]
        self._environment = {**os.environ, "USERWISE_SECRET": secret, "STORE_KEY": store_key, "PYTHONPATH": _path()}
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="hero-wars-backend", daemon=True)

    def __enter__(self) -> BackendProcess:
        self.start()
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closed.set()
        self._watcher.join()
        self.kill()

    def start(self) -> None:
        """Start the process, and wait until it answers."""
        self._process = subprocess.Popen(  # noqa: S603 - it is this project's own
            self._command,
            cwd=FOLDER,
            env=self._environment,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl+C is for the game
        )
        deadline = time.monotonic() + PATIENCE
        while not _listens(self._port) and not self._closed.is_set():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(
                    "The backend does not start: run 'python -m backend' in the folder of the examples."
                )
            time.sleep(PAUSE)

    def kill(self) -> None:
        """End the process as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _watch(self) -> None:
        while not self._closed.wait(PAUSE):
            if self.restarts and self._process is not None and self._process.poll() is not None:
                print("The backend has died: it is started again.", flush=True)
                self.start()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _path() -> str:
    """Where the process finds what this one has."""
    return os.pathsep.join(path for path in sys.path if path)
