"""What PyInstaller asks uwclient when it freezes a game (entry point `pyinstaller40`): where the hooks are.

A game needs none of them. The sandbox reads a page from a file, which a test build that brings it along needs too.
"""

from __future__ import annotations

from pathlib import Path


def hook_folders() -> list[str]:
    """The folders with hooks."""
    return [str(Path(__file__).parent)]
