"""Whatever the disk does to the file of what the player has answered, the game goes on, and somebody is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.client.test_remembered_answers import again, loaded, offer
from uwclient import Message, StorageError
from uwclient.disk import answers as answers_on_disk
from uwclient.modules import answers as answers_in_memory
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Play


def files(data: Path) -> list[Path]:
    return sorted(data.glob("*/answers*"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def two_answers(sandbox: Sandbox, play: Play) -> None:
    """Two offers, a and b, that were accepted in a run that is over."""
    for id in ("a", "b"):
        sandbox.publish("offers", id=id)
    game = loaded(play)
    for id in ("a", "b"):
        game.uw.offers.accept(offer(game, id))
    game.uw.stop()


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut short": (lambda text: text[:-5], "a"),
    "a line flipped": (lambda text: text.replace(b'"a"', b'"x"'), "b"),
    "emptied": (lambda text: b"", ""),
    "noise": (lambda text: bytes(range(256)) * 40, ""),
    "noise, then as it was": (lambda text: b"\xff\xfe" * 99 + text, "ab"),
    "a line of a newer version": (lambda text: text + b"\n" + b"00000000 {}\n", "ab"),
}


@pytest.mark.usefixtures("two_answers")
@pytest.mark.parametrize("damage", DAMAGES)
def test_of_a_damaged_file_the_answers_that_are_intact_are_kept(
    play: Play, data: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    how, left = DAMAGES[damage]
    (file,) = files(data)
    file.write_bytes(how(file.read_bytes()))
    game = loaded(play)
    assert [id for id in "ab" if game.uw.offers.is_accepted(offer(game, id))] == list(left)
    assert ("damaged; they are ignored" in caplog.text) == (damage != "emptied")
    for id in "ab":  # and the file serves on
        game.uw.offers.accept(offer(game, id))
    game = again(play, game)
    assert all(game.uw.offers.is_accepted(offer(game, id)) for id in "ab")


@pytest.mark.usefixtures("two_answers")
def test_a_file_that_cannot_be_read_is_told_and_the_game_goes_on(play: Play, data: Path) -> None:
    (file,) = files(data)
    file.unlink()
    file.mkdir()
    game = loaded(play)
    errors = [str(told["error"]) for told in game.seen.of("client", "on_storage_failed")]
    assert len(errors) == 1
    assert "The player's answers cannot be read" in errors[0]
    assert not game.uw.offers.is_accepted(offer(game, "a"))
    game.uw.offers.accept(offer(game, "a"))
    assert game.uw.offers.is_accepted(offer(game, "a"))


def test_where_nothing_can_be_written_answers_are_told_of_once_and_last_as_long_as_the_game(
    sandbox: Sandbox, play: Play, data: Path
) -> None:
    data.write_text("no folder")
    for id in ("a", "b"):
        sandbox.publish("offers", id=id)
    game = loaded(play)
    for id in ("a", "b"):
        game.uw.offers.dismiss(offer(game, id))
    for player in ("another", "hero-42"):
        game.uw.switch_player(player)
        game.until_live("offers", "a", "b")
    assert game.uw.offers.is_answered(offer(game, "a"))
    assert all(isinstance(told["error"], StorageError) for told in game.seen.of("client", "on_storage_failed"))


def test_what_a_full_disk_has_refused_is_kept_once_there_is_room(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    for id in ("a", "b"):
        sandbox.publish("offers", id=id)
    game = loaded(play)
    write = os.write
    room = 20

    def to_the_brim(file: int, text: bytes) -> int:
        return write(file, text[:room])

    with monkeypatch.context() as full:
        full.setattr(os, "write", to_the_brim)
        game.uw.offers.accept(offer(game, "a"))
    game.until_sent("client", "on_storage_failed")
    game.uw.offers.accept(offer(game, "b"))
    game = again(play, game)
    assert [id for id in "ab" if game.uw.offers.is_accepted(offer(game, id))] == ["a", "b"]


def test_of_very_many_answers_the_oldest_are_forgotten_and_the_files_stay_small(
    sandbox: Sandbox, play: Play, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers_on_disk, "LARGEST_FILE", 4000)
    monkeypatch.setattr(answers_in_memory, "MOST_KEPT", 50)
    sandbox.publish("offers", id="gems")
    game = loaded(play)
    game.uw.offers.accept(offer(game))
    for number in range(300):
        game.uw.messages.mark_viewed(Message(f"message-{number}"))
    assert not game.uw.offers.is_accepted(offer(game))
    assert game.uw.messages.is_answered(Message("message-299"))
    assert not game.uw.messages.is_answered(Message("message-249"))
    assert sum(file.stat().st_size for file in files(data)) < 10_000
    game = again(play, game)
    assert not game.uw.offers.is_accepted(offer(game))
    assert game.uw.messages.is_answered(Message("message-299"))


@pytest.mark.skipif(sys.platform == "win32", reason="needs the permissions of files as POSIX has them")
def test_only_the_player_can_read_what_they_have_answered(sandbox: Sandbox, play: Play, data: Path) -> None:
    sandbox.publish("offers", id="gems")
    game = loaded(play)
    game.uw.offers.accept(offer(game))
    (file,) = files(data)
    assert file.stat().st_mode & 0o777 == 0o600
