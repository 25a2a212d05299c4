from __future__ import annotations

from hero_wars.panels.herald import SHOW_TIME as PROCLAIMED_FOR
from hero_wars.panels.herald import Herald
from hero_wars.panels.notice import SHOW_TIME as NOTICED_FOR
from hero_wars.panels.notice import Notice, Push
from hero_wars.panels.panels import Panels
from hero_wars.panels.popups import Look, Popup
from hero_wars.panels.shelf import OfferCard, Price, Shelf
from hero_wars.panels.toasts import MAX_WAITING, SHOW_TIME, Toasts


def card(key: str = "gems", cost: float = 4.99, title: str = "Gems") -> OfferCard:
    return OfferCard(key, title, "", (("gems", 300),), Price(cost), None)


def shelf_with(*cards: OfferCard) -> Shelf:
    shelf = Shelf()
    for one in cards:
        shelf.put(one)
    shelf.step(1.0)
    return shelf


def front(shelf: Shelf) -> OfferCard:
    assert shelf.front is not None
    return shelf.front


def test_the_oldest_offer_is_in_front_and_the_next_follows_it() -> None:
    shelf = shelf_with(card("gems"), card("swords"))
    assert (front(shelf).key, shelf.waiting) == ("gems", 1)
    assert shelf.remove("gems")
    assert (front(shelf).key, shelf.waiting) == ("swords", 0)


def test_a_new_price_is_flashed_and_shown_beside_the_old_one() -> None:
    shelf = shelf_with(card(cost=4.99))
    shelf.update(card(cost=2.99))
    assert shelf.flash == 1.0
    assert front(shelf).note == "price changed"
    assert (str(front(shelf).old_price), front(shelf).price_text) == ("$4.99", "$2.99")


def test_another_change_is_flashed_without_an_old_price() -> None:
    shelf = shelf_with(card())
    shelf.update(card(title="More gems"))
    assert (front(shelf).note, front(shelf).old_price) == ("updated", None)


def test_the_flash_fades() -> None:
    shelf = shelf_with(card())
    shelf.update(card(cost=1.0))
    shelf.step(10.0)
    assert shelf.flash == 0.0


def test_an_update_of_an_offer_that_is_not_there_is_ignored() -> None:
    shelf = shelf_with(card())
    shelf.remove("gems")
    shelf.update(card(cost=1.0))
    assert shelf.front is None


def test_the_shelf_tells_when_another_card_comes_to_the_front() -> None:
    shelf = Shelf()
    shown: list[str] = []
    shelf.on_front = shown.append
    shelf.put(card("gems"))
    shelf.put(card("swords"))
    shelf.step(1.0)
    shelf.step(1.0)
    shelf.remove("gems")
    shelf.step(1.0)
    assert shown == ["gems", "swords"]


def test_a_price_is_money_an_amount_of_a_currency_or_nothing() -> None:
    assert str(Price(1234.5)) == "$1,234.50"
    assert str(Price(12000.0, "coins")) == "12,000 coins"
    assert OfferCard("gift", "Gift", "", (), None, None).price_text == "Free"


def test_toasts_follow_one_another() -> None:
    toasts = Toasts()
    toasts.say("one")
    toasts.say("two")
    assert toasts.current == "one"
    toasts.step(SHOW_TIME)
    assert toasts.current == "two"
    toasts.step(SHOW_TIME)
    assert toasts.current is None


def test_a_toast_is_not_said_twice_in_a_row_and_a_crowd_is_thinned() -> None:
    toasts = Toasts()
    for text in ("a", "a", "b", "c", "d", "e", "f"):
        toasts.say(text)
    said = []
    while toasts.current is not None:
        said.append(toasts.current)
        toasts.step(SHOW_TIME)
    assert said == ["a", "d", "e", "f"]
    assert len(said) == MAX_WAITING


def test_great_moments_are_proclaimed_one_after_another() -> None:
    herald, said = Herald(), []
    herald.proclaim("LEVEL 2")
    herald.proclaim("KING SLIME", "Land on his crown!")
    while herald.current is not None:
        said.append(herald.current.title)
        assert herald.entrance == 0.0
        assert herald.opacity == 1.0
        herald.step(PROCLAIMED_FOR)
    assert said == ["LEVEL 2", "KING SLIME"]


def test_no_popup_covers_big_letters() -> None:
    panels = Panels()
    panels.herald.proclaim("VICTORY!")
    panels.popups.push(Popup("news", Look.MESSAGE, "News", "", "OK", None, lambda accepted: None))
    panels.make_room(for_fight=False)
    panels.step(0.1)
    assert panels.popups.visible is None
    assert panels.popups.held_back() == [("news", "big letters")]
    panels.step(PROCLAIMED_FOR)
    panels.make_room(for_fight=False)
    panels.step(0.1)
    assert panels.popups.visible is not None


def test_a_notification_slides_in_and_out_and_a_newer_one_takes_its_place() -> None:
    notice = Notice()
    notice.show(Push("First", ""))
    assert notice.slide == 0.0
    notice.step(NOTICED_FOR / 2)
    assert notice.slide == 1.0
    notice.show(Push("Second", ""))
    notice.step(NOTICED_FOR / 2)
    assert notice.push == Push("Second", "")
    notice.step(NOTICED_FOR / 2)
    assert notice.push is None
