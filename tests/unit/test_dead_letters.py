from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from uwclient.disk import dead_letters
from uwclient.disk.dead_letters import DeadLetters, read_dead_letters
from uwclient.models.player import PlayerAction

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def action(number: int, body: Any = None) -> PlayerAction:
    return PlayerAction("event", body or {"event_id": f"e{number}"}, NOON)


def ids(folder: Path) -> list[str]:
    return [letter["body"]["event_id"] for letter in read_dead_letters(folder)]


def test_a_letter_tells_what_was_done_when_and_why_it_was_refused(tmp_path: Path) -> None:
    DeadLetters(tmp_path / "player", time.time).add(action(1), "The platform does not like it.")

    (letter,) = read_dead_letters(tmp_path / "player")
    refused_at = datetime.fromisoformat(letter.pop("refused_at"))
    assert letter == {
        "done_at": "2026-01-01T12:00:00+00:00",
        "kind": "event",
        "reason": "The platform does not like it.",
        "body": {"event_id": "e1"},
    }
    assert refused_at.utcoffset() is not None


def test_letters_are_read_oldest_first(tmp_path: Path) -> None:
    for number in range(5):
        DeadLetters(tmp_path, time.time).add(action(number), "no")
    assert ids(tmp_path) == ["e0", "e1", "e2", "e3", "e4"]


def test_where_nothing_was_refused_there_are_no_letters(tmp_path: Path) -> None:
    assert list(read_dead_letters(tmp_path / "nobody")) == []


def test_the_file_before_is_kept_and_the_one_before_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "LARGEST_FILE", 300)
    letters = DeadLetters(tmp_path, time.time)
    for number in range(40):
        letters.add(action(number), "no")

    kept = ids(tmp_path)
    assert kept == [f"e{number}" for number in range(40 - len(kept), 40)]
    assert 2 <= len(kept) < 10
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("damage", [b"\xff\xfe\xff\n", b"{\n", b"[]\n", b"\x00\x00\n", b"\n"])
def test_a_line_that_cannot_be_read_is_left_out_alone(tmp_path: Path, damage: bytes) -> None:
    letters = DeadLetters(tmp_path, time.time)
    letters.add(action(1), "no")
    with (tmp_path / dead_letters.NAME).open("ab") as file:
        file.write(damage)
    letters.add(action(2), "no")

    assert ids(tmp_path) == ["e1", "e2"]


def test_a_letter_after_one_that_was_torn_can_be_read(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path, time.time)
    letters.add(action(1), "no")
    letters.add(action(2), "no")
    path = tmp_path / dead_letters.NAME
    path.write_bytes(path.read_bytes()[:-10])
    letters.add(action(3), "no")

    assert ids(tmp_path) == ["e1", "e3"]


def test_any_text_survives(tmp_path: Path) -> None:
    body = {"event_id": 'a\u2028b\x85c\n"Zoë"'}
    DeadLetters(tmp_path, time.time).add(action(1, body), "line\nbreak\u2029")
    (letter,) = read_dead_letters(tmp_path)
    assert letter["body"] == body
    assert letter["reason"] == "line\nbreak\u2029"


def test_a_folder_that_cannot_be_written_is_borne(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    DeadLetters(tmp_path / "file", time.time).add(action(1), "no")
    assert list(read_dead_letters(tmp_path / "file")) == []


def test_letters_are_lines_of_json_for_people(tmp_path: Path) -> None:
    DeadLetters(tmp_path, time.time).add(action(1), "no")
    (line,) = (tmp_path / dead_letters.NAME).read_text(encoding="ascii").strip().splitlines()
    assert json.loads(line)["kind"] == "event"
