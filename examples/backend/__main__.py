"""Serves the backend on this machine: `python -m backend --port 5000 --database backend.sqlite`.

The keys come from the environment: USERWISE_SECRET (default: that of a sandbox) and STORE_KEY.
"""

from __future__ import annotations

import argparse
import os

from werkzeug.serving import WSGIRequestHandler, run_simple

from .app import HOOKS, Settings, create_app
from .ledger import Ledger

SANDBOX_SECRET = "sandbox-secret"  # noqa: S105 - what a sandbox signs with, unless it has a secret key


class _Quiet(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Print nothing."""


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(prog="backend", description="The backend of Hero Wars.")
    parser.add_argument("--port", type=int, default=5000, help="where to listen (default: 5000)")
    parser.add_argument("--database", default="backend.sqlite", metavar="FILE", help="(default: backend.sqlite)")
    given = parser.parse_args()
    settings = Settings(
        url=f"http://127.0.0.1:{given.port}{HOOKS}",
        secret=os.environ.get("USERWISE_SECRET", SANDBOX_SECRET),
        store_key=os.environ.get("STORE_KEY", "store-key"),
    )
    app = create_app(settings, Ledger(given.database))
    run_simple("127.0.0.1", given.port, app, threaded=True, request_handler=_Quiet)


main()
