"""The signals of the client and its modules. All of them are sent from `pump()`, on the game's thread.

A listener is called as `listener(sender, **details)`; the sender is the client or the module that has the signal.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import blinker

from uwclient.callables import check_runs_when_called

F = TypeVar("F", bound=Callable[..., Any])


class Signal(blinker.NamedSignal):
    """A blinker signal that holds strong references to its listeners, until they are disconnected.

    By default blinker holds weak references, so that a lambda, a local function or a bound method would silently stop
    being called. Pass `weak=True` to `connect` for that.
    """

    def connect(self, receiver: F, sender: Any = blinker.ANY, weak: bool = False) -> F:
        """Connect a listener; it can be used as a decorator.

        Raises ArgumentError for what is no function, and for `async def` and functions that yield: nobody would run
        what a call of them returns.
        """
        check_runs_when_called(receiver, f"A listener of {self.name}")
        return super().connect(receiver, sender, weak)

    def listeners_for(self, sender: Any) -> list[Callable[..., Any]]:
        """Return the listeners in the order in which they were connected, so that two runs are alike."""
        found = list(self.receivers_for(sender))
        if len(found) > 1:
            places = {receiver_id: place for place, receiver_id in enumerate(self.receivers)}
            found.sort(key=lambda receiver: places.get(_identity(receiver), len(places)))
        return found


def _identity(receiver: Any) -> object:
    """Return what blinker knows a listener by."""
    return (id(receiver.__func__), id(receiver.__self__)) if inspect.ismethod(receiver) else id(receiver)


class ClientSignals:
    """The signals of the client itself; the sender is the `UserWise`."""

    def __init__(self) -> None:
        self.on_start = Signal("on_start", "The client was started: (session_initialized: bool).")
        self.on_stop = Signal("on_stop", "The client was stopped: ().")
        self.on_session_initialized = Signal(
            "on_session_initialized", "A session was opened or resumed: (session_id: str)."
        )
        self.on_session_initialization_failed = Signal(
            "on_session_initialization_failed",
            "A session could not be opened, or was ended by the platform; it is retried: (error).",
        )
        self.on_segments_refreshed = Signal(
            "on_segments_refreshed", "The segments were computed again, as requested by refresh_content(): ()."
        )
        self.on_api_warning = Signal(
            "on_api_warning", "A reply carried warnings or hints: (warnings: tuple[str], hints: tuple[str])."
        )
        self.on_delivery_failed = Signal(
            "on_delivery_failed",
            "The platform has refused an action; it is not retried: (action: PlayerAction, error).",
        )
        self.on_actions_dropped = Signal(
            "on_actions_dropped",
            "The oldest undelivered actions were dropped: too many, large or old: (count: int, at most so many).",
        )
        self.on_storage_failed = Signal(
            "on_storage_failed", "The data folder cannot be used; the client continues without it: (error)."
        )


class ContentSignals:
    """The signals that every content module has; the sender is the module."""

    def __init__(self) -> None:
        self.on_loaded = Signal("on_loaded", "Content was loaded: (from_api: bool, from_cache: bool).")
        self.on_load_failed = Signal(
            "on_load_failed", "Content, or some of its records, could not be loaded: (error)."
        )
        self.on_active = Signal("on_active", "A record went live; sent once for each time: (record).")
        self.on_inactive = Signal(
            "on_inactive", "A live record ended, was withdrawn, or the player was switched: (record)."
        )
        self.on_updated = Signal("on_updated", "A live record changed: (record, previous).")


class MessageSignals:
    """The signals of messages that the player has seen; the sender is the module."""

    def __init__(self) -> None:
        self.on_initialized = Signal("on_initialized", "The platform has accepted initialize(): (message).")
        self.on_initialization_failed = Signal(
            "on_initialization_failed", "The platform has refused initialize(): (message, error)."
        )


class OfferSignals:
    """The signals of offers that the player has seen; the sender is the module."""

    def __init__(self) -> None:
        self.on_impression_initialized = Signal(
            "on_impression_initialized",
            "The platform has accepted initialize_impression(): (impression: OfferImpression).",
        )
        self.on_impression_failed = Signal(
            "on_impression_failed", "The platform has refused an offer's impression, or its state: (offer, error)."
        )
        self.on_viewed = Signal("on_viewed", "The platform has accepted show(): (offer).")
        self.on_accepted = Signal("on_accepted", "The platform has accepted accept(): (offer).")
        self.on_dismissed = Signal("on_dismissed", "The platform has accepted dismiss(): (offer).")
        self.on_purchased = Signal("on_purchased", "The platform has accepted purchased(): (offer).")
        self.on_purchase_failed = Signal(
            "on_purchase_failed", "The platform has accepted purchase_failed(): (offer)."
        )


class CampaignSignals:
    """The signals of triggered campaigns; the sender is the module."""

    def __init__(self) -> None:
        self.on_loaded = Signal("on_loaded", "Campaigns were loaded: (from_cache: bool).")
        self.on_load_failed = Signal("on_load_failed", "Campaigns, or some of them, could not be loaded: (error).")
        self.on_triggered = Signal(
            "on_triggered", "The player has triggered a campaign; its content goes live next: (campaign)."
        )


class SurveySignals:
    """The signals of surveys that the player was invited to; the sender is the module.

    An accepted survey sends `on_enter_failed` alone; or `on_entered`, then `on_enter_failed` if the page does not
    load; or `on_entered`, then `on_completed` if the player has completed it, then `on_closed`. Each is sent at most
    once. The last one is `on_enter_failed` or `on_closed`; then the game has control again (guide: SurveysModule).
    """

    def __init__(self) -> None:
        self.on_invite_initialized = Signal(
            "on_invite_initialized",
            "An invite was created, or could not be created (then the log says why, and ids may be None): "
            "(survey, was_initialized: bool, response_id: str | None, invite_id: str | None).",
        )
        self.on_entered = Signal("on_entered", "The survey's page is about to be shown: (survey, response_id).")
        self.on_enter_failed = Signal(
            "on_enter_failed", "The survey could not be entered, or did not load: (survey, response_id, error)."
        )
        self.on_completed = Signal("on_completed", "The player has completed the survey: (survey, response_id).")
        self.on_closed = Signal("on_closed", "The survey's page was closed, completed or not: (survey, response_id).")


class PushSignals:
    """The signals of push notifications; the sender is the module."""

    def __init__(self) -> None:
        self.on_received = Signal(
            "on_received", "handle_payload() has received a UserWise notification: (payload: PushPayload)."
        )


class MediaSignals:
    """The signals of media; the sender is the module."""

    def __init__(self) -> None:
        self.on_failed = Signal(
            "on_failed", "Media that the game has requested could not be loaded: (id: str, the id or URL, error)."
        )
