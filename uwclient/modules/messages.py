"""The messages for this player: `uw.messages`."""

from __future__ import annotations

from uwclient.models.answers import Decision
from uwclient.models.content import Kind, Message
from uwclient.models.player import ActionKind
from uwclient.modules.actions import Actions, Callback, Outcome
from uwclient.modules.answers import AnsweredModule, Answers
from uwclient.modules.base import SetStartsBefore
from uwclient.pump import deliver
from uwclient.rules.actions import checked_record, message_text
from uwclient.rules.timetable import Timetable
from uwclient.signals import MessageSignals


class MessagesModule(AnsweredModule[Message], MessageSignals):
    """The live and upcoming messages, and the impressions of those that the player has seen."""

    def __init__(
        self, timetable: Timetable, set_starts_before: SetStartsBefore, answers: Answers, actions: Actions
    ) -> None:
        AnsweredModule.__init__(self, Kind.MESSAGES, timetable, set_starts_before, answers)
        MessageSignals.__init__(self)
        self._actions = actions

    def initialize(self, message: Message, callback: Callback = None) -> None:
        """Record an impression of a message: the player has received it.

        It is delivered like every action, now or when there is a connection. `on_initialized` is sent when the
        platform has accepted it, `on_initialization_failed` when it has refused it. Documentation: section Message
        Impressions.

        Args:
            message: a message of this module.
            callback: called once from `pump()` as `callback(ok)`: True when the platform has accepted the action,
                False when it has refused it, or when it was dropped. It is not called when the client is stopped, or
                switched to another player, before that.

        Raises:
            ArgumentError: an argument is wrong; nothing is recorded.
        """
        message = checked_record("message", message, Message)

        def tell(outcome: Outcome) -> int:
            if outcome.ok:
                return deliver(self.on_initialized, self, message=message)
            return deliver(self.on_initialization_failed, self, message=message, error=outcome.error)

        self._actions.record(ActionKind.MESSAGE_SHOWN, message_text(message), callback, tell)

    def mark_viewed(self, message: Message, callback: Callback = None) -> None:
        """Record that the player has seen a message, after `initialize`.

        Args:
            message: a message of this module.
            callback: called as by `initialize`.

        Raises:
            ArgumentError: an argument is wrong; nothing is recorded.
        """
        message = checked_record("message", message, Message)
        self._actions.record(ActionKind.MESSAGE_STATE, message_text(message, "viewed"), callback)
        self._answer(message, Decision.DISMISSED)

    def is_answered(self, message: Message) -> bool:
        """Whether `mark_viewed` was called for a message, in this run or an earlier one.

        It is False again when the message goes live again: with another start, or because a campaign was triggered
        again.

        Raises:
            ArgumentError: this is no message.
        """
        return self._is_answered(checked_record("message", message, Message))
