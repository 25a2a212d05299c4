"""Describes a data folder for `uwclient doctor`: cached content, queues, and refused actions."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from uwclient.disk.cache import Cache
from uwclient.disk.dead_letters import read_dead_letters
from uwclient.disk.locks import FolderLock
from uwclient.disk.media import SUFFIX
from uwclient.disk.outbox import lock_of, run_folders
from uwclient.disk.outbox_recovery import read_queue
from uwclient.disk.paths import MEDIA, NOWHERE
from uwclient.errors import StorageError
from uwclient.models.action_envelope import opened
from uwclient.models.content import Kind
from uwclient.models.player import PERSONAL, QueuedAction

LONGEST_BODY = 200


def findings(root: Path) -> Iterator[str]:
    """Yield the description of a data folder, line by line. Nothing in it is changed."""
    if root == NOWHERE:
        yield "There is no data folder: set HOME to an existing folder, or give one with --data-dir."
        return
    yield f"Data folder: {root}"
    folders = sorted(path for path in root.glob("*") if path.is_dir()) if root.is_dir() else []
    players = [folder for folder in folders if folder.name != MEDIA]
    if not players:
        yield "  It has no files of a player yet."
    for folder in players:
        yield f"Player {folder.name} (a digest of host, key, environment and player)"
        for line in (*_content(folder), *_queues(folder / "outbox"), *_letters(folder)):
            yield f"  {line}"
    for folder in folders:
        if folder.name == MEDIA:
            sizes = [path.stat().st_size for path in folder.glob(f"*{SUFFIX}")]
            yield f"Media of all players: {len(sizes)} files, {sum(sizes):,} bytes"


def _content(folder: Path) -> Iterator[str]:
    cache = Cache(folder, _no_pause)
    for kind in Kind:
        for path in cache.generations(kind.value)[:1]:
            try:
                size = sum(len(piece) for piece in cache.open(path).pieces)
            except StorageError as error:
                yield f"{kind.value}: {error}"
            else:
                yield f"{kind.value}: {size:,} bytes, saved {_time(path.stat().st_mtime)}"
    for path in sorted(folder.glob("*.set-aside")):
        yield f"set aside, because it is damaged: {path.name}"


def _queues(outbox: Path) -> Iterator[str]:
    for folder in run_folders(outbox):
        actions, _, aside, damage = read_queue(folder, _no_pause)
        oldest = f", the oldest from {_time(actions[0].at)}" if actions else ""
        yield f"queue {folder.name[:8]} ({_user(folder)}): {len(actions)} actions wait{oldest}"
        if len(aside):
            yield f"  set aside, because the platform does not reply to them; retried every hour: {len(aside)}"
        for action in aside.waiting:
            yield f"    {_time(action.at)} {_described(action)}"
        for path in damage:
            yield f"  damaged: {path.name}"
    for path in sorted(outbox.glob("*.damaged")):
        yield f"damaged lines of a queue, set aside: {path.name}"


def _user(folder: Path) -> str:
    lock = None
    if lock_of(folder).exists():
        try:
            lock = FolderLock.acquire(lock_of(folder))
        except OSError:
            return "unknown"
        if lock is None:
            return "of a game that is running"
        lock.release(remove=False)
    return "left by an earlier run, delivered at the next start"


def _described(action: QueuedAction) -> str:
    """Return the kind and the body of an action, without the firings that were added to it."""
    kind, text = action.kind, action.text
    with contextlib.suppress(ValueError):
        kind, text, _ = opened(action)
    return f"{kind} {_shortened(kind, text.decode(errors='replace'))}"


def _shortened(kind: object, body: str) -> str:
    """Return the body of an action, shortened to a line; personal data is left out."""
    if kind in PERSONAL:
        return "(personal data)"
    return body if len(body) <= LONGEST_BODY else f"{body[:LONGEST_BODY]}…"


def _letters(folder: Path) -> Iterator[str]:
    letters = list(read_dead_letters(folder))
    if letters:
        yield f"dead letters, refused by the platform and not retried: {len(letters)}"
    for letter in letters:
        kind = letter.get("kind")
        yield f"  {letter.get('done_at')} {kind} {_shortened(kind, json.dumps(letter.get('body')))}"
        yield f"    {letter.get('reason')}"


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _no_pause() -> None:
    """Do not throttle, because no game is running in this process."""
