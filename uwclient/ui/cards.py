"""The content of a card: from a record to its title, its text and its buttons."""

from __future__ import annotations

import logging
from typing import NamedTuple

from uwclient import Message, Offer, Record, Survey
from uwclient.ui.reward_list import Reward, reward_list
from uwclient.ui.sanitize import sanitize
from uwclient.ui.strings import Strings

ACCEPT = "accept"
DISMISS = "dismiss"
LONGEST_TITLE = 300
LONGEST_BODY = 10_000
LONGEST_LABEL = 60


class Button(NamedTuple):
    """A button of a card. Its name is also that of its target in the scene."""

    name: str
    label: str
    primary: bool = False


class Card(NamedTuple):
    """The content of one card.

    Attributes:
        title: its heading.
        body: its text; line feeds begin paragraphs.
        portrait_image_id: id of the image for a high window, or None.
        landscape_image_id: id of the image for a wide window, or None.
        rewards: what the offer gives.
        ends: when it ends, in seconds since 1970 on the platform's clock, or None for a card without a countdown.
        buttons: the least important first.
        countdown: the text of the countdown; "{time}" is the time left.
        costs: whether accepting it costs the player something.

    """

    title: str
    body: str
    portrait_image_id: str | None = None
    landscape_image_id: str | None = None
    rewards: tuple[Reward, ...] = ()
    ends: float | None = None
    buttons: tuple[Button, ...] = ()
    countdown: str = "{time}"
    costs: bool = False

    def image_id(self, *, portrait: bool) -> str | None:
        """The image for a high or a wide window; the other one if there is only one."""
        first, second = self.portrait_image_id, self.landscape_image_id
        return (first or second) if portrait else (second or first)


def card_of(record: Record, strings: Strings) -> Card:
    """The card of a message, an offer or a survey invite."""
    match record:
        case Offer():
            return _offer(record, strings)
        case Survey():
            return _survey(record, strings)
        case Message():
            return Card(
                _line(record.title, LONGEST_TITLE),
                sanitize(record.body, LONGEST_BODY),
                record.portrait_image_id,
                record.landscape_image_id,
                buttons=(Button(DISMISS, strings.close, primary=True),),
            )
    raise TypeError(f"There is no card for a {type(record).__name__}.")


def card_or_default(record: Record, strings: Strings) -> Card:
    """As `card_of`, with the default strings when those of the game fail."""
    try:
        return card_of(record, strings)
    except Exception:
        logging.getLogger("uwclient").exception(
            "The strings for %r failed; it is shown with the default ones.", record
        )
        return card_of(record, Strings())


def _offer(offer: Offer, strings: Strings) -> Card:
    lines, left_out = reward_list(offer.currencies, offer.items)
    if left_out:
        lines = (*lines, Reward("", strings.more.format(count=left_out)))
    price = _line(strings.price(offer), LONGEST_LABEL)
    accept = strings.claim if price == strings.free else f"{strings.accept} · {price}" if price else strings.accept
    strings.ends_in.format(time="")  # if that fails, then now
    return Card(
        _line(offer.title, LONGEST_TITLE),
        sanitize(offer.body, LONGEST_BODY),
        offer.portrait_image_id,
        offer.landscape_image_id,
        lines,
        None if offer.end_at is None else offer.ends,
        (Button(DISMISS, strings.decline), Button(ACCEPT, accept, primary=True)),
        strings.ends_in,
        costs=price not in ("", strings.free),
    )


def _survey(survey: Survey, strings: Strings) -> Card:
    body = strings.survey_body
    if survey.questions_count > 0:
        body = f"{body}\n{strings.survey_count.format(count=survey.questions_count)}"
    buttons = (Button(DISMISS, strings.survey_decline), Button(ACCEPT, strings.survey_accept, primary=True))
    return Card(strings.survey_title, body, buttons=buttons)


def _line(text: str, longest: int) -> str:
    return " ".join(sanitize(text, longest).split())
