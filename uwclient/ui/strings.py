"""Owns the few words that the ready-made screens say by themselves, for games to translate."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from uwclient import ArgumentError, Offer

MANY = 10**15
LARGEST = 10**300


@dataclass(frozen=True)
class Strings:
    """The words and number forms of the ready-made screens.

    Give others for another language; override `price` to show the price that a store tells you. ArgumentError for
    what is no text, such as a translation that is missing.

    Attributes:
        close: closes a message.
        accept: takes an offer, beside its price.
        claim: takes an offer that is free.
        decline: does not take an offer.
        free: the price of an offer that is free.
        ends_in: the countdown of an offer; "{time}" is the time left.
        more: what is left out of a long list; "{count}" is how much.
        survey_title: the question of a survey invite.
        survey_body: what is asked for.
        survey_count: how long that is; "{count}" is the number of questions.
        survey_accept: takes part.
        survey_decline: does not.
        survey_thanks: after a survey was completed.
        survey_failed: when a survey could not be opened.
        money: how a price in money is written; "{cost}" is the number.

    """

    close: str = "OK"
    accept: str = "Get it"
    claim: str = "Claim"
    decline: str = "Not now"
    free: str = "Free"
    ends_in: str = "Ends in {time}"
    more: str = "and {count} more"
    survey_title: str = "What do you think?"
    survey_body: str = "We would like to hear about the game from you. Do you have a minute?"
    survey_count: str = "Questions: {count}"
    survey_accept: str = "Yes, ask me"
    survey_decline: str = "Not now"
    survey_thanks: str = "Thank you for your answers!"
    survey_failed: str = "The survey could not be opened."
    money: str = "${cost:,.2f}"

    def __post_init__(self) -> None:
        for name in Strings.__annotations__:
            if not isinstance(getattr(self, name), str):
                raise ArgumentError(f"Strings.{name} must be text, not {getattr(self, name)!r}.")

    def price(self, offer: Offer) -> str:
        """What an offer costs, as the player reads it; `free` for nothing, "" when that is not known."""
        payment = offer.payment_data
        if payment is None:
            return self.free
        in_currency = payment.payment_type == "currency"
        cost = payment.currency_amount if in_currency else payment.cost
        if cost is None or not 0 <= cost <= LARGEST:
            return ""
        if cost == 0:
            return self.free
        if not in_currency:
            return self.money.format(cost=cost)
        return f"{number(cost)} {payment.currency_name or payment.currency_external_id or ''}".strip()


def number(value: float) -> str:
    """An amount as people write it: 300, 12,000, 2.5 or 1e+20; "" for what is no finite number."""
    if abs(value) > LARGEST or value != value:
        return ""
    if abs(value) >= MANY:
        return f"{float(value):.3g}"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0").rstrip(".")


def strings_of(strings: Strings | None, words: Strings | None) -> Strings:
    """The texts by either name of the argument."""
    if words is None:
        return Strings() if strings is None else strings
    if strings is not None:
        raise ArgumentError("Give LiveUI strings=…, without words=…, its old name.")
    warnings.warn("LiveUI(words=…) is now LiveUI(strings=…).", DeprecationWarning, stacklevel=3)
    return words
