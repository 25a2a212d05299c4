"""Owns the messages for this player: `uw.messages`."""

from __future__ import annotations

from uwclient.models.answers import Decision
from uwclient.models.content import Kind, Message
from uwclient.models.player import ActionKind
from uwclient.modules.actions import Actions, Callback, Outcome
from uwclient.modules.answers import AnsweredModule, Answers
from uwclient.modules.base import SetStartsBefore, Transition
from uwclient.pump import deliver
from uwclient.rules.actions import checked_record, message_text
from uwclient.rules.schedule import Schedule
from uwclient.signals import MessageSignals


class MessagesModule(AnsweredModule[Message], MessageSignals):
    """Owns the live and upcoming messages, and how the player's seeing them is told to the platform."""

    def __init__(
        self, schedule: Schedule[Transition], set_starts_before: SetStartsBefore, answers: Answers, actions: Actions
    ) -> None:
        AnsweredModule.__init__(self, Kind.MESSAGES, schedule, set_starts_before, answers)
        MessageSignals.__init__(self)
        self._actions = actions

    def initialize(self, message: Message, callback: Callback = None) -> None:
        """Tell that the player has received a message (section Message Impressions).

        Sends `on_initialized`, or `on_initialization_failed` when the platform refuses it; offline it waits.
        Raises ArgumentError when this is no message.
        """
        message = checked_record("message", message, Message)

        def tell(outcome: Outcome) -> int:
            if outcome.ok:
                return deliver(self.on_initialized, self, message=message)
            return deliver(self.on_initialization_failed, self, message=message, error=outcome.error)

        self._actions.record(ActionKind.MESSAGE_SHOWN, message_text(message), callback, tell)

    def mark_viewed(self, message: Message, callback: Callback = None) -> None:
        """Tell that the player has seen a message that was initialized. ArgumentError when this is no message."""
        message = checked_record("message", message, Message)
        self._actions.record(ActionKind.MESSAGE_STATE, message_text(message, "viewed"), callback)
        self._answer(message, Decision.DISMISSED)

    def is_answered(self, message: Message) -> bool:
        """Whether the player has read a message: `mark_viewed` was called for it, in this run or an earlier one.

        Until it goes live anew: with another start, or brought by a campaign once more. ArgumentError when this is
        no message.
        """
        return self._is_answered(checked_record("message", message, Message))
