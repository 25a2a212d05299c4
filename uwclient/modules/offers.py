"""The offers for this player: `uw.offers`."""

from __future__ import annotations

from uwclient.dice import Dice
from uwclient.models.answers import Decision
from uwclient.models.content import Kind, Offer
from uwclient.models.player import ActionKind, OfferImpression, OfferState
from uwclient.modules.actions import Actions, Callback, Outcome, check_callback
from uwclient.modules.answers import AnsweredModule, Answers
from uwclient.modules.base import SetStartsBefore
from uwclient.pump import deliver
from uwclient.rules.actions import checked_impression, checked_record, offer_state_text, offer_text
from uwclient.rules.timetable import Timetable
from uwclient.signals import OfferSignals, Signal

_ANSWERS = {
    OfferState.ACCEPTED: Decision.ACCEPTED,
    OfferState.PURCHASED: Decision.ACCEPTED,
    OfferState.DISMISSED: Decision.DISMISSED,
    OfferState.PURCHASE_FAILED: Decision.OPEN,
}
"""The player's decision that each state of an impression stands for."""


class OffersModule(AnsweredModule[Offer], OfferSignals):
    """The live and upcoming offers, and the impressions of those that the player has seen.

    There are two ways to record impressions. `show`, `accept`, `dismiss`, `purchased` and `purchase_failed` need only
    the offer. With `initialize_impression` the game gets the impression itself, and updates its state. Both ways,
    `is_accepted` and `is_answered` return what the player has decided, also in later runs.
    """

    def __init__(
        self,
        timetable: Timetable,
        set_starts_before: SetStartsBefore,
        answers: Answers,
        actions: Actions,
        dice: Dice,
    ) -> None:
        AnsweredModule.__init__(self, Kind.OFFERS, timetable, set_starts_before, answers)
        OfferSignals.__init__(self)
        self._actions = actions
        self._dice = dice
        self._number_opened = 0
        self._references: dict[str, str] = {}  # by offer id, the reference of its newest impression

    def show(self, offer: Offer, callback: Callback = None) -> None:
        """Record that the player sees an offer: creates an impression of it, and marks it as viewed.

        Like every action it is delivered now or when there is a connection. `on_viewed` is sent when the platform
        has accepted it, `on_impression_failed` when it has refused it. Documentation: section Offer Impressions.

        Args:
            offer: an offer of this module.
            callback: called once from `pump()` as `callback(ok)`: True when the platform has accepted the action,
                False when it has refused it, or when it was dropped. It is not called when the client is stopped, or
                switched to another player, before that.

        Raises:
            ArgumentError: an argument is wrong; nothing is recorded.
        """
        offer = checked_record("offer", offer, Offer)
        check_callback(callback)
        self._open(offer)
        self._report_state(offer, OfferState.VIEWED, self.on_viewed, callback)

    def accept(self, offer: Offer, callback: Callback = None) -> None:
        """Record that the player accepts the offer that was shown; `on_accepted` is sent when the platform has it.

        Args:
            offer: an offer of this module.
            callback: called as by `show`.

        Raises:
            ArgumentError: an argument is wrong; nothing is recorded.
        """
        self._report_state(checked_record("offer", offer, Offer), OfferState.ACCEPTED, self.on_accepted, callback)

    def dismiss(self, offer: Offer, callback: Callback = None) -> None:
        """Record that the player closes the offer that was shown; `on_dismissed` is sent when the platform has it.

        Args:
            offer: an offer of this module.
            callback: called as by `show`.

        Raises:
            ArgumentError: an argument is wrong; nothing is recorded.
        """
        self._report_state(checked_record("offer", offer, Offer), OfferState.DISMISSED, self.on_dismissed, callback)

    def purchased(self, offer: Offer, callback: Callback = None) -> None:
        """Record that the store has confirmed the payment; `on_purchased` is sent when the platform has it.

        Args:
            offer: an offer of this module.
            callback: called as by `show`.

        Raises:
            ArgumentError: an argument is wrong; nothing is recorded.
        """
        self._report_state(checked_record("offer", offer, Offer), OfferState.PURCHASED, self.on_purchased, callback)

    def purchase_failed(self, offer: Offer, callback: Callback = None) -> None:
        """Record that the payment failed, which takes back `accept`.

        `on_purchase_failed` is sent when the platform has it.

        Args:
            offer: an offer of this module.
            callback: called as by `show`.

        Raises:
            ArgumentError: an argument is wrong; nothing is recorded.
        """
        offer = checked_record("offer", offer, Offer)
        self._report_state(offer, OfferState.PURCHASE_FAILED, self.on_purchase_failed, callback)

    def is_accepted(self, offer: Offer) -> bool:
        """Whether the player has accepted or bought an offer, in this run or an earlier one.

        It is False again after `purchase_failed`, and when the offer goes live again: with another start, or because
        a campaign was triggered again.

        Raises:
            ArgumentError: this is no offer.
        """
        return self._answers.of(self._kind, checked_record("offer", offer, Offer)) is Decision.ACCEPTED

    def is_answered(self, offer: Offer) -> bool:
        """Whether the player has accepted, bought or dismissed an offer, in this run or an earlier one.

        It is False again in the same cases as `is_accepted`.

        Raises:
            ArgumentError: this is no offer.
        """
        return self._is_answered(checked_record("offer", offer, Offer))

    def initialize_impression(self, offer: Offer, callback: Callback = None) -> None:
        """Create an impression of an offer, whose state the game updates itself.

        Like every action it is delivered now or when there is a connection. `on_impression_initialized` is sent with
        the impression when the platform has accepted it, `on_impression_failed` when it has refused it.
        Documentation: section Offer Impressions, Initialize Offer Impression.

        Args:
            offer: an offer of this module.
            callback: called as by `show`.

        Raises:
            ArgumentError: an argument is wrong; nothing is recorded.
        """
        self._open(checked_record("offer", offer, Offer), callback)

    def update_impression_state(
        self, impression: OfferImpression, state: OfferState | str, callback: Callback = None
    ) -> None:
        """Record the new state of an impression.

        Args:
            impression: the impression that `on_impression_initialized` was sent with.
            state: "viewed", "dismissed", "accepted", "purchase_failed" or "purchased".
            callback: called as by `show`.

        Raises:
            ArgumentError: an argument is wrong; nothing is recorded.
        """
        text = offer_state_text(checked_impression(impression), state)
        self._actions.record(ActionKind.OFFER_STATE, text, callback)
        offer = self.get(impression.offer_id)
        if offer is not None:
            self._record_answer(offer, OfferState(state))

    def _clear_impressions(self) -> None:
        """The player is another."""
        self._references.clear()

    def _open(self, offer: Offer, callback: Callback = None) -> None:
        reference = self._new_reference(offer)

        def tell(outcome: Outcome) -> int:
            if not outcome.ok or outcome.impression_id is None:
                return deliver(self.on_impression_failed, self, offer=offer, error=outcome.error)
            impression = OfferImpression(outcome.impression_id, offer.id, "initialized")
            return deliver(self.on_impression_initialized, self, impression=impression)

        self._actions.record(ActionKind.OFFER_SHOWN, offer_text(offer, reference), callback, tell)
        self._references[offer.id] = reference

    def _new_reference(self, offer: Offer) -> str:
        """Sixteen hexadecimal digits that no other impression has, nor one that an earlier run has left queued."""
        self._number_opened += 1
        name = f"impression {self._number_opened} of {offer.id} at {self._actions.now()}"
        return f"{self._dice.bits(name) >> 192:016x}"

    def _report_state(self, offer: Offer, state: OfferState, signal: Signal, callback: Callback) -> None:
        check_callback(callback)
        if offer.id not in self._references:
            self._open(offer)

        def tell(outcome: Outcome) -> int:
            if outcome.ok:
                return deliver(signal, self, offer=offer)
            return deliver(self.on_impression_failed, self, offer=offer, error=outcome.error)

        text = offer_state_text(self._references[offer.id], state)
        self._actions.record(ActionKind.OFFER_STATE, text, callback, tell)
        self._record_answer(offer, state)

    def _record_answer(self, offer: Offer, state: OfferState) -> None:
        answer = _ANSWERS.get(state)
        if answer is not None:
            self._answer(offer, answer)
