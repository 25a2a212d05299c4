"""What tests of the documentation share: the blocks of a page, and how one is run."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from uwclient.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
PATIENCE = 20.0


def blocks(page: str | Path, language: str = "python") -> list[str]:
    """The blocks of a page of `docs/`, or of any file, in order."""
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


def run(block: str, scope: dict[str, Any]) -> None:
    """Run a block as a program of its own."""
    exec(compile(block, "page.md", "exec", dont_inherit=True), scope)


def client_arguments(sandbox: Sandbox, folder: Path) -> str:
    """What points a client of a page at a sandbox, instead of its `api_key`."""
    return f'api_key="{sandbox.api_key}", host="{sandbox.url}", data_dir={str(folder)!r}'


def ends_after(condition: Callable[[], object]) -> Callable[[], bool]:
    """A `playing()` for the loop of a page: true until the condition holds; too long a game fails."""
    deadline = time.monotonic() + PATIENCE

    def playing() -> bool:
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.001)
        return not condition()

    return playing
