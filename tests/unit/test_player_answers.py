"""The answers of a player, against a model that remembers everything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from uwclient.models.answers import MOST_STARTS, Decision, Subject, answer_text, read_answers, start_of
from uwclient.models.content import Kind, Message, Offer, Record
from uwclient.modules.answers import Answers

FOLDER = Path("hero")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
RECORDS: list[tuple[Kind, Record]] = [
    (kind, record(id, start_at=start))
    for kind, record in ((Kind.OFFERS, Offer), (Kind.MESSAGES, Message))
    for id in ("a", "b")
    for start in (None, NOON)
]
Step = tuple[tuple[Kind, Record], Decision]
steps = st.lists(st.tuples(st.sampled_from(RECORDS), st.sampled_from(Decision)))


def no_pause() -> None:
    """Nobody plays."""


def last_answer(record: tuple[Kind, Record], given_answers: list[Step]) -> Decision:
    """What counts of all that was said to a record."""
    said = Decision.OPEN
    for subject, decision in given_answers:
        if subject == record and not (said is Decision.ACCEPTED and decision is Decision.DISMISSED):
            said = decision
    return said


@given(steps, steps)
def test_a_record_has_the_answer_that_was_given_last_in_this_run_or_the_one_before(
    before: list[Step], since: list[Step]
) -> None:
    kept: list[bytes] = []
    for run in (before, since):
        answers = Answers(FOLDER, kept.append)
        answers.restore(read_answers(kept, no_pause))
        for (kind, record), decision in run:
            answers.give(kind, record, decision)
    later = Answers(FOLDER, kept.append)
    later.restore(read_answers(kept, no_pause))
    for kind, record in RECORDS:
        expected = last_answer((kind, record), before + since)
        assert answers.of(kind, record) is expected
        assert later.of(kind, record) is expected


@given(steps)
def test_an_answer_that_is_the_same_as_the_last_is_not_written_again(
    given_answers: list[Step],
) -> None:
    kept: list[bytes] = []
    answers = Answers(FOLDER, kept.append)
    for (kind, record), decision in given_answers:
        answers.give(kind, record, decision)
        written = len(kept)
        answers.give(kind, record, decision)
        assert len(kept) == written


@given(st.lists(st.binary() | st.text().map(str.encode)))
def test_whatever_stands_in_the_file_is_read_without_a_fault(texts: list[bytes]) -> None:
    whole = answer_text(Subject("offers", "gems"), "", Decision.ACCEPTED)
    assert read_answers([*texts, whole], no_pause) == {Subject("offers", "gems"): {"": Decision.ACCEPTED}}


def test_of_one_record_the_answers_to_its_newest_starts_are_kept() -> None:
    answers = Answers(FOLDER, lambda text: None)
    offers = [Offer("gems", start_at=NOON + timedelta(days=day)) for day in range(MOST_STARTS + 1)]
    for offer in offers:
        answers.give(Kind.OFFERS, offer, Decision.ACCEPTED)
    assert [answers.of(Kind.OFFERS, offer) for offer in offers] == [Decision.OPEN] + [Decision.ACCEPTED] * MOST_STARTS


def test_a_local_start_is_told_as_it_was_written_whatever_offset_is_printed() -> None:
    for written in ("2026-01-01T12:00:00", "2026-01-01T12:00:00Z", "2026-01-01T12:00:00.000+09:00"):
        record = Offer(
            "gems", start_at=NOON, start_at_tz="player_local", text=b'{"start_at": "%s"}' % written.encode()
        )
        assert start_of(record) == "2026-01-01T12:00:00 local"


def test_a_local_start_that_cannot_be_read_is_the_instant() -> None:
    for text in (b"{}", b'{"start_at": 5}', b'{"start_at": "noon"}', b"no JSON"):
        record = Offer("gems", start_at=NOON, start_at_tz="player_local", text=text)
        assert start_of(record) == "2026-01-01T12:00:00+00:00"
