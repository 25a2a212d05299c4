from __future__ import annotations

from pathlib import Path

import pytest

from uwclient.disk import locks
from uwclient.disk.locks import FolderLock


def test_a_lock_is_taken_once_until_it_is_released(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    first = FolderLock.acquire(path)
    assert first is not None
    assert FolderLock.acquire(path) is None

    first.release(remove=False)

    second = FolderLock.acquire(path)
    assert second is not None
    second.release(remove=True)
    assert not path.exists()


def test_a_lock_whose_file_was_removed_in_between_is_a_lock_on_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its holder let go of it and removed the file after this one had opened it: a third could take it too."""
    path = tmp_path / "run.lock"
    attempt = locks._try

    def removed_meanwhile(descriptor: int) -> bool:
        path.unlink()
        return attempt(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(locks, "_try", removed_meanwhile)
        assert FolderLock.acquire(path) is None

    lock = FolderLock.acquire(path)
    assert lock is not None
    lock.release(remove=True)
