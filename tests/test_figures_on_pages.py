"""The tables of figures on the pages are those that `python -m tests.benchmarks.table` has written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.benchmarks.figures import Figure, Figures, read
from tests.benchmarks.table import main
from tests.benchmarks.tables import HEADLINES, PAGE, README, TABLES, Place, number, places, table, write

FIGURE = Figure("refresh", "a refresh of 5 MB", [0.5, 1.25, 2.0], passes=[1, 0, 1], full=[0, 0, 0], headline=True)
EMPTY = "Before.\n<!-- figures: refresh -->\n<!-- end, sum 00000000 -->\nAfter.\n"


def tables_of(page: Path) -> list[Place]:
    return places(page.read_text(encoding="utf-8"))


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_table_has_its_place() -> None:
    assert [one.name for one in tables_of(README)] == [HEADLINES]
    assert sorted(one.name for one in tables_of(PAGE)) == sorted(TABLES.keys() - {HEADLINES})


@pytest.mark.parametrize("page", [README, PAGE], ids=lambda page: page.name)
def test_no_table_was_changed_by_hand(page: Path) -> None:
    changed = [one.name for one in tables_of(page) if not one.is_as_written]
    assert changed == [], "write these tables with `python -m tests.benchmarks.table`, from a run"


@pytest.mark.parametrize("place", [*tables_of(README), *tables_of(PAGE)], ids=lambda place: place.name)
def test_a_table_has_the_form_that_the_script_writes(place: Place) -> None:
    if not place.lines:
        pytest.skip("not measured yet")
    head, rule, *rows, blank, where = place.lines.splitlines()
    assert cells(head) == ["", *TABLES[place.name]]
    assert set(rule) == set("|- ")
    assert all(len(cells(row)) == 1 + len(TABLES[place.name]) for row in rows)
    assert len({cells(row)[0] for row in rows}) == len(rows) > 0
    assert blank == ""
    told = where.removeprefix("Measured on ").removesuffix(".").split(", ")
    assert "cores of" in told[0]
    assert told[-2].startswith("Python 3.")
    assert date.fromisoformat(told[-1]) >= date(2026, 1, 1)


def test_what_readme_says_is_on_the_page_too() -> None:
    on_the_page = {cells(row)[0] for place in tables_of(PAGE) for row in place.lines.splitlines()}
    (headlines,) = tables_of(README)
    assert {cells(row)[0] for row in headlines.lines.splitlines()[2:-2]} <= on_the_page


def test_a_table_comes_into_its_place_and_leaves_the_rest() -> None:
    page = write(EMPTY, {"refresh": table("refresh", [FIGURE], "a machine"), "start": "elsewhere"})

    assert page.startswith("Before.\n<!-- figures: refresh -->\n|  | median |")
    assert "| a refresh of 5 MB | 1.25 ms | 2.0 ms | 3 | 0.7 | 0 |\n\nMeasured on a machine.\n<!-- end" in page
    assert page.endswith("\nAfter.\n")
    assert [one.is_as_written for one in places(page)] == [True]
    assert [one.is_as_written for one in places(page.replace("1.25", "0.25"))] == [False]
    assert write(page, {}) == page


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.212, "0.21 ms"),
        (1.98, "1.98 ms"),
        (2.04, "2.0 ms"),
        (19.96, "20.0 ms"),
        (146.4, "146 ms"),
        (-0.1, "-0.10 ms"),
    ],
)
def test_a_measurement_has_about_two_digits(value: float, text: str) -> None:
    assert number(value, "ms") == text


def test_rounds_of_the_same_are_put_together(tmp_path: Path) -> None:
    file = tmp_path / "figures"
    for _ in range(2):
        Figures(file).add(FIGURE)
    Figures(None).add(FIGURE)

    (read_again,) = read(file).values()
    assert list(read_again.values) == [0.5, 1.25, 2.0, 0.5, 1.25, 2.0]
    assert (read_again.median, read_again.percentile(0.999), sum(read_again.passes)) == (1.25, 2.0, 4)
    assert read_again.headline
    assert read(tmp_path / "nothing") == {}


def test_a_benchmark_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["table", "nothing"])
    with pytest.raises(SystemExit, match=r"There is no test_nothing\.py"):
        main()


def test_another_checkout_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.argv", ["table", "start", "--against", str(tmp_path)])
    with pytest.raises(SystemExit, match="There is no uwclient in"):
        main()
