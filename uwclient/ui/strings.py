"""The texts of the ready-made screens, for games to translate."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from uwclient import ArgumentError, Offer

MANY = 10**15
LARGEST = 10**300


@dataclass(frozen=True)
class Strings:
    """The texts and number formats of the ready-made screens.

    Pass others for another language. Override `price` to show the prices of a store.

    Raises:
        ArgumentError: for a value that is not a string, such as a missing translation.

    Attributes:
        close: the button that closes a message.
        accept: the button that accepts an offer, before its price.
        claim: the button that accepts a free offer.
        decline: the button that declines an offer.
        free: the price of a free offer.
        ends_in: the countdown of an offer; "{time}" is the time left.
        more: the end of a list of rewards that is cut; "{count}" is the number left out.
        survey_title: the title of a survey invite.
        survey_body: the text of a survey invite.
        survey_count: its length; "{count}" is the number of questions.
        survey_accept: the button that accepts the invite.
        survey_decline: the button that declines it.
        survey_thanks: the toast after a completed survey.
        survey_failed: the toast when a survey could not be opened.
        money: the format of a price in money; "{cost}" is the number.

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
        """Format the price of an offer.

        Args:
            offer: the offer.

        Returns:
            The price as the player reads it; `free` for a price of 0 and without payment data, "" when unknown.

        """
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
