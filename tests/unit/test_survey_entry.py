from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from uwclient.errors import UserWiseError
from uwclient.models.content import Survey
from uwclient.modules.survey_entry import Entry

LETTERS = {"on_entered": "e", "on_completed": "c", "on_closed": "z", "on_enter_failed": "f"}
WHOLE = re.compile(r"f|ef|ec?z")
BEGUN = re.compile(r"(e(c)?)?")


def signals_of(entry: Entry, reports: list[str]) -> str:
    """What a game hears, a letter each, when these things are reported."""
    for report in reports:
        if report in ("closed", "failed"):
            getattr(entry, report)(UserWiseError(report))
        else:
            getattr(entry, report)()
    return "".join(LETTERS[signal] for signal in entry.untold)


@given(st.lists(st.sampled_from(["opened", "completed", "closed", "failed"]), max_size=12))
def test_whatever_is_reported_the_signals_come_once_and_in_order(reports: list[str]) -> None:
    entry = Entry(Survey("feedback"), "r", lambda: None)
    heard = signals_of(entry, reports)

    assert (WHOLE if entry.is_over else BEGUN).fullmatch(heard)
    assert entry.is_over == bool({"closed", "failed"} & set(reports))
    assert (entry.error is not None) == heard.endswith("f")


@given(st.lists(st.sampled_from(["opened", "completed", "closed", "failed"]), max_size=6))
def test_nothing_comes_after_the_end(reports: list[str]) -> None:
    entry = Entry(Survey("feedback"), "r", lambda: None)
    before = signals_of(entry, ["opened", "closed"])
    assert signals_of(entry, reports) == before == "ez"


def test_the_first_reason_is_the_one_that_is_told() -> None:
    entry = Entry(Survey("feedback"), "r", lambda: None)
    entry.failed(UserWiseError("first"))
    entry.failed(UserWiseError("second"))
    assert str(entry.error) == "first"
