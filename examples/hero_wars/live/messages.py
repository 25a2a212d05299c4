"""The messages: each is a pop-up, which changes with its message, and closes when it is withdrawn."""

from __future__ import annotations

from uwclient import Message, UserWise

from ..panels.panels import Panels
from ..panels.popups import Look, Popup
from .pictures import LivePictures


class LiveMessages:
    """Follows the messages. When one is shown is the business of the pop-ups, and then the platform hears of it."""

    def __init__(self, uw: UserWise, panels: Panels, pictures: LivePictures) -> None:
        self._uw = uw
        self._pictures = pictures
        self._popups = panels.popups
        self._toasts = panels.toasts
        uw.messages.on_active.connect(self._arrived)
        uw.messages.on_updated.connect(self._changed)
        uw.messages.on_inactive.connect(self._withdrawn)

    def _arrived(self, _sender: object, record: Message) -> None:
        if self._uw.messages.is_answered(record):
            return  # it was read, here or in an earlier run
        self._pictures.want(record.image_for("landscape"))
        self._popups.push(self._popup(record))

    def _changed(self, _sender: object, record: Message, previous: Message) -> None:
        if self._popups.holds(record.id):
            self._popups.push(self._popup(record))

    def _withdrawn(self, _sender: object, record: Message) -> None:
        if self._popups.withdraw(record.id):
            self._toasts.say("That message was withdrawn")

    def _popup(self, record: Message) -> Popup:
        return Popup(
            key=record.id,
            look=Look.MESSAGE,
            title=record.title or "News",
            body=record.body,
            accept_label="OK",
            dismiss_label=None,
            on_show=lambda: self._uw.messages.initialize(record),
            on_answer=lambda accepted: self._uw.messages.mark_viewed(record),
            image=record.image_for("landscape"),
        )
