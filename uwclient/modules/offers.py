"""Owns the offers to this player: `uw.offers`."""

from __future__ import annotations

import os

from uwclient.models.answers import Decision
from uwclient.models.content import Kind, Offer
from uwclient.models.player import ActionKind, OfferImpression, OfferState
from uwclient.modules.actions import Actions, Callback, Outcome, check_callback
from uwclient.modules.answers import AnsweredModule, Answers
from uwclient.modules.base import SetStartsBefore, Transition
from uwclient.pump import deliver
from uwclient.rules.actions import checked_impression, checked_record, offer_state_text, offer_text
from uwclient.rules.schedule import Schedule
from uwclient.signals import OfferSignals, Signal

_ANSWERS = {
    OfferState.ACCEPTED: Decision.ACCEPTED,
    OfferState.PURCHASED: Decision.ACCEPTED,
    OfferState.DISMISSED: Decision.DISMISSED,
    OfferState.PURCHASE_FAILED: Decision.OPEN,
}
"""What the player has said with each state of an impression."""


class OffersModule(AnsweredModule[Offer], OfferSignals):
    """Owns the live and upcoming offers, and how what the player does with them is told to the platform.

    There are two ways. `show`, `accept`, `dismiss`, `purchased` and `purchase_failed` take the offer, and need
    nothing else. With `initialize_impression` the game gets the impression itself, and updates its state as it likes.
    Either way `is_accepted` and `is_answered` know what the player said, also in later runs.
    """

    def __init__(
        self, schedule: Schedule[Transition], set_starts_before: SetStartsBefore, answers: Answers, actions: Actions
    ) -> None:
        AnsweredModule.__init__(self, Kind.OFFERS, schedule, set_starts_before, answers)
        OfferSignals.__init__(self)
        self._actions = actions
        self._references: dict[str, str] = {}  # of the impression that was opened last for each offer

    def show(self, offer: Offer, callback: Callback = None) -> None:
        """The player sees an offer: opens an impression of it, and marks it as viewed. Sends `on_viewed`."""
        offer = checked_record("offer", offer, Offer)
        check_callback(callback)
        self._open(offer)
        self._tell_state(offer, OfferState.VIEWED, self.on_viewed, callback)

    def accept(self, offer: Offer, callback: Callback = None) -> None:
        """The player takes the offer that was shown. Sends `on_accepted`."""
        self._tell_state(checked_record("offer", offer, Offer), OfferState.ACCEPTED, self.on_accepted, callback)

    def dismiss(self, offer: Offer, callback: Callback = None) -> None:
        """The player closes the offer that was shown. Sends `on_dismissed`."""
        self._tell_state(checked_record("offer", offer, Offer), OfferState.DISMISSED, self.on_dismissed, callback)

    def purchased(self, offer: Offer, callback: Callback = None) -> None:
        """The store has confirmed that the player has paid for the offer. Sends `on_purchased`."""
        self._tell_state(checked_record("offer", offer, Offer), OfferState.PURCHASED, self.on_purchased, callback)

    def purchase_failed(self, offer: Offer, callback: Callback = None) -> None:
        """The player has not paid after all: takes back what `accept` told. Sends `on_purchase_failed`."""
        offer = checked_record("offer", offer, Offer)
        self._tell_state(offer, OfferState.PURCHASE_FAILED, self.on_purchase_failed, callback)

    def is_accepted(self, offer: Offer) -> bool:
        """Whether the player has accepted or bought an offer, in this run or an earlier one.

        Until `purchase_failed`, or until it goes live anew: with another start, or brought by a campaign once more.
        ArgumentError when this is no offer.
        """
        return self._answers.of(self._kind, checked_record("offer", offer, Offer)) is Decision.ACCEPTED

    def is_answered(self, offer: Offer) -> bool:
        """Whether the player has accepted, bought or dismissed an offer, for as long as `is_accepted` tells."""
        return self._is_answered(checked_record("offer", offer, Offer))

    def initialize_impression(self, offer: Offer, callback: Callback = None) -> None:
        """Open an impression of an offer (section Offer Impressions, Initialize Offer Impression).

        Sends `on_impression_initialized`, or `on_impression_failed` when the platform refuses it; offline it waits.
        Raises ArgumentError when this is no offer.
        """
        self._open(checked_record("offer", offer, Offer), callback)

    def update_impression_state(
        self, impression: OfferImpression, state: OfferState | str, callback: Callback = None
    ) -> None:
        """Tell what has become of an impression: "viewed", "dismissed", "accepted", "purchase_failed", "purchased".

        Raises ArgumentError for anything else.
        """
        text = offer_state_text(checked_impression(impression), state)
        self._actions.record(ActionKind.OFFER_STATE, text, callback)
        offer = self.get(impression.offer_id)
        if offer is not None:
            self._note_answer(offer, OfferState(state))

    def _forget_impressions(self) -> None:
        """The player is another."""
        self._references.clear()

    def _open(self, offer: Offer, callback: Callback = None) -> None:
        reference = os.urandom(8).hex()

        def tell(outcome: Outcome) -> int:
            if not outcome.ok or outcome.impression_id is None:
                return deliver(self.on_impression_failed, self, offer=offer, error=outcome.error)
            impression = OfferImpression(outcome.impression_id, offer.id, "initialized")
            return deliver(self.on_impression_initialized, self, impression=impression)

        self._actions.record(ActionKind.OFFER_SHOWN, offer_text(offer, reference), callback, tell)
        self._references[offer.id] = reference

    def _tell_state(self, offer: Offer, state: OfferState, signal: Signal, callback: Callback) -> None:
        check_callback(callback)
        if offer.id not in self._references:
            self._open(offer)

        def tell(outcome: Outcome) -> int:
            if outcome.ok:
                return deliver(signal, self, offer=offer)
            return deliver(self.on_impression_failed, self, offer=offer, error=outcome.error)

        text = offer_state_text(self._references[offer.id], state)
        self._actions.record(ActionKind.OFFER_STATE, text, callback, tell)
        self._note_answer(offer, state)

    def _note_answer(self, offer: Offer, state: OfferState) -> None:
        answer = _ANSWERS.get(state)
        if answer is not None:
            self._answer(offer, answer)
