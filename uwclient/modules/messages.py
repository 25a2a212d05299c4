"""Owns the messages for this player: `uw.messages`."""

from __future__ import annotations

from uwclient.models.content import Kind, Message
from uwclient.modules.base import ContentModule, SetStartsBefore, Transition
from uwclient.state.schedule import Schedule


class MessagesModule(ContentModule[Message]):
    """Owns the live and upcoming messages."""

    def __init__(self, schedule: Schedule[Transition], set_starts_before: SetStartsBefore) -> None:
        super().__init__(Kind.MESSAGES, schedule, set_starts_before)
