from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from uwclient.dice import Dice, between


def first(dice: Dice, purpose: str, count: int = 3) -> list[float]:
    rng = dice.generator(purpose)
    return [rng.random() for _ in range(count)]


def test_a_purpose_has_numbers_of_its_own_which_depend_on_seed_and_name_alone() -> None:
    dice = Dice(7)
    polls = first(dice, "polling")
    first(dice, "something new", 100)

    assert first(dice, "polling") == polls == first(Dice(7), "polling")
    assert polls != first(dice, "prefetching")
    assert polls != first(Dice(8), "polling")


def test_the_numbers_are_the_same_on_every_machine_and_python() -> None:
    dice = Dice(7)
    assert f"{dice.bits('session'):064x}" == "3f42dfbc3cd7d5fc8ab81118b5510628362ec7f63d67c78c44e3a84f49b77b62"
    assert first(dice, "polling", 2) == [0.4506010805647911, 0.09748315775569649]
    assert dice.generator("polling").getrandbits(64) == 4939138342804166564
    assert Dice(-(10**30)).bits("half a letter \ud800") > 0


def test_without_a_seed_nothing_can_be_foreseen() -> None:
    assert first(Dice(), "polling") != first(Dice(), "polling")
    assert Dice().bits("session") != Dice().bits("session")


@given(st.integers(), st.floats(-1e9, 1e9), st.floats(0, 1e9))
def test_a_number_between_two_others_is_between_them(seed: int, least: float, width: float) -> None:
    drawn = between(Dice(seed).generator("any"), least, least + width)
    assert least <= drawn <= least + width
