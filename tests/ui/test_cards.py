"""What a card says, read from whatever the studio has set up."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwclient import GameEvent, Message, Offer, PaymentData, Survey
from uwclient.ui.cards import LONGEST_BODY, LONGEST_TITLE, card_of
from uwclient.ui.countdown import countdown
from uwclient.ui.reward_list import LONGEST_NAME, MOST_LINES, reward_list
from uwclient.ui.strings import Strings, number

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=100),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0:00"),
        (-5, "0:00"),
        (0.2, "0:01"),
        (1, "0:01"),
        (59, "0:59"),
        (59.5, "1:00"),
        (60, "1:00"),
        (3599, "59:59"),
        (3600, "1h 00m"),
        (86399, "23h 59m"),
        (86400, "1d 00h"),
        (5 * 86400 + 3 * 3600 + 59, "5d 03h"),
        (1e12, "999d 23h"),
        (float("inf"), "999d 23h"),
        (float("nan"), "0:00"),
    ],
)
def test_the_time_left_is_said_in_a_few_characters(seconds: float, said: str) -> None:
    assert countdown(seconds) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"gems": 300, "coins": 12000}, [("300", "gems"), ("12,000", "coins")]),
        ({"gems": 2.5}, [("2.5", "gems")]),
        ({"gems": "300"}, [("300", "gems")]),
        ({"g": {"name": "Gems", "amount": 300}}, [("300", "Gems")]),
        ({"gems": {"amount": 300}}, [("300", "gems")]),
        ([{"name": "Sword", "quantity": 1}], [("1", "Sword")]),
        ([{"external_id": "potion", "count": 3}], [("3", "potion")]),
        (["Sword", "Shield"], [("", "Sword"), ("", "Shield")]),
        ({"sword": True, "shield": False, "hat": None}, [("", "sword")]),
        ([1, None, True, [], {}, {"amount": 3}], []),
        ({"": 3}, []),
        ("gems", []),
        (None, []),
        (7, []),
        ({"gems": float("inf")}, []),
        ({"gems": float("nan")}, []),
        ({"gems": 10**400}, []),
        ({"gems": 1e60}, [("1e+60", "gems")]),
    ],
)
def test_a_bundle_is_read_from_any_shape(given: Any, said: list[tuple[str, str]]) -> None:
    assert [tuple(line) for line in reward_list(given, {})[0]] == said
    assert [tuple(line) for line in reward_list({}, given)[0]] == said


def test_currencies_come_before_items_and_a_long_list_is_cut() -> None:
    lines, left_out = reward_list({"gems": 1}, [f"item {number}" for number in range(100)])
    assert lines[0] == ("1", "gems")
    assert len(lines) == MOST_LINES
    assert left_out == 101 - MOST_LINES


@given(JSON, JSON)
def test_no_json_breaks_a_bundle(currencies: Any, items: Any) -> None:
    lines, left_out = reward_list(currencies, items)
    assert left_out >= 0
    assert all(line.name and len(line.name) <= LONGEST_NAME and len(line.amount) <= LONGEST_NAME for line in lines)


def offer(payment: PaymentData | None = None, **fields: Any) -> Offer:
    return Offer("o", title="Gems", body="Buy!", payment_data=payment, text=json.dumps(fields).encode())


@pytest.mark.parametrize(
    ("payment", "label"),
    [
        (None, "Claim"),
        (PaymentData("iap", cost=4.99), "Get it · $4.99"),
        (PaymentData("iap", cost=1234.5), "Get it · $1,234.50"),
        (PaymentData("iap", cost=0.0), "Claim"),
        (PaymentData("iap"), "Get it"),
        (PaymentData("currency", currency_name="gems", currency_amount=300), "Get it · 300 gems"),
        (PaymentData("currency", currency_external_id="gem", currency_amount=2.5), "Get it · 2.5 gem"),
        (PaymentData("currency", currency_name="gems", currency_amount=0), "Claim"),
        (PaymentData("currency", currency_name="gems"), "Get it"),
        (PaymentData("iap", cost=float("inf")), "Get it"),
        (PaymentData("iap", cost=-1.0), "Get it"),
        (PaymentData("iap", cost=10**400), "Get it"),
    ],
)
def test_the_button_of_an_offer_says_its_price(payment: PaymentData | None, label: str) -> None:
    decline, accept = card_of(offer(payment), Strings()).buttons
    assert (decline.label, accept.label) == ("Not now", label)
    assert accept.primary
    assert not decline.primary


def test_a_game_can_say_the_price_of_its_store_in_words_of_its_own() -> None:
    class Store(Strings):
        def price(self, offer: Offer) -> str:
            return "3,49 €"

    card = card_of(offer(PaymentData("iap", cost=3.99)), Store(accept="Kaufen", decline="Später"))
    assert [button.label for button in card.buttons] == ["Später", "Kaufen · 3,49 €"]


def test_only_an_offer_that_ends_has_a_countdown() -> None:
    ends = datetime(2030, 1, 1, tzinfo=UTC)
    assert card_of(Offer("o", end_at=ends), Strings()).ends == ends.timestamp()
    assert card_of(Offer("o"), Strings()).ends is None
    assert card_of(Message("m", end_at=ends), Strings()).ends is None


def test_an_offer_lists_what_one_gets_and_how_much_more_there_is() -> None:
    card = card_of(offer(items=[f"item {number}" for number in range(MOST_LINES + 3)]), Strings())
    assert [line.name for line in card.rewards[-2:]] == [f"item {MOST_LINES - 1}", "and 3 more"]


def test_a_message_has_one_button_and_its_images() -> None:
    message = Message("m", title="Hi\nthere", body="Text", portrait_image_id="p", landscape_image_id="l")
    card = card_of(message, Strings(close="Gut"))
    assert (card.title, card.body) == ("Hi there", "Text")
    assert [(button.name, button.label) for button in card.buttons] == [("dismiss", "Gut")]
    assert (card.image_id(portrait=True), card.image_id(portrait=False)) == ("p", "l")


def test_without_an_image_for_the_window_the_other_one_is_better_than_none() -> None:
    assert card_of(Message("m", portrait_image_id="p"), Strings()).image_id(portrait=False) == "p"
    assert card_of(Message("m", landscape_image_id="l"), Strings()).image_id(portrait=True) == "l"
    assert card_of(Message("m"), Strings()).image_id(portrait=True) is None


def test_a_survey_invite_says_how_many_questions_there_are() -> None:
    card = card_of(Survey("s", name="Internal name", questions_count=4), Strings())
    assert card.body.endswith("Questions: 4")
    assert "Questions" not in card_of(Survey("s"), Strings()).body
    assert "Internal" not in card.title + card.body
    assert [button.name for button in card.buttons] == ["dismiss", "accept"]


def test_there_is_no_card_for_other_content() -> None:
    with pytest.raises(TypeError, match="no card for a GameEvent"):
        card_of(GameEvent("e"), Strings())


@given(JSON, st.text(st.characters(), max_size=100))
def test_nothing_that_fonts_choke_on_is_on_a_card(items: Any, text: str) -> None:
    payment = PaymentData("currency", currency_name=text, currency_amount=3)
    fields = json.dumps({"items": items, "currencies": {text: 3, "b": {"name": text}}}).encode()
    card = card_of(Offer("o", title=text, body=text, payment_data=payment, text=fields), Strings())
    said = [card.title, card.body, *(part for line in card.rewards for part in line)]
    for written in (*said, *(button.label for button in card.buttons)):
        written.encode()
        assert not any(unicodedata.category(one) in ("Cc", "Cs") for one in written.replace("\n", ""))
    assert not any("\n" in button.label for button in card.buttons)


def test_long_texts_are_bounded_and_controls_left_out() -> None:
    card = card_of(Message("m", title="x" * 10**6, body="y\x00\ud800" * 10**6), Strings())
    assert len(card.title) == LONGEST_TITLE
    assert len(card.body) <= LONGEST_BODY
    assert "\x00" not in card.body


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (300, "300"),
        (12000, "12,000"),
        (2.5, "2.5"),
        (2.0, "2"),
        (0.125, "0.12"),
        (-3, "-3"),
        (10**15, "1e+15"),
        (float("nan"), ""),
    ],
)
def test_amounts_are_written_as_people_do(value: float, said: str) -> None:
    assert number(value) == said
