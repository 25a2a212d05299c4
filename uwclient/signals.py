"""Owns the list of signals that the SDK sends. Every one is sent from `pump()`, on the game's thread.

A listener is called as `listener(sender, **details)`; the sender is the client or the module that owns the signal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import blinker

from uwclient.callables import check_runs_when_called

F = TypeVar("F", bound=Callable[..., Any])


class Signal(blinker.NamedSignal):
    """A blinker signal that keeps its listeners until they are disconnected.

    Plain blinker forgets a lambda, a local function or a bound method as soon as nobody else holds it, so that a
    listener can fall silent without a trace. Pass `weak=True` to `connect` to have that.
    """

    def connect(self, receiver: F, sender: Any = blinker.ANY, weak: bool = False) -> F:
        """Call `receiver` whenever the signal is sent; works as a decorator.

        Raises ArgumentError for what is no function, and for `async def` and functions that yield: nobody would run
        what a call of them returns.
        """
        check_runs_when_called(receiver, f"A listener of {self.name}")
        return super().connect(receiver, sender, weak)


class ClientSignals:
    """Owns the signals of the client itself; the sender is the `UserWise`."""

    def __init__(self) -> None:
        self.on_start = Signal("on_start", "The client was started: (session_initialized: bool).")
        self.on_stop = Signal("on_stop", "The client was stopped: ().")
        self.on_session_initialized = Signal(
            "on_session_initialized", "A session was opened or resumed: (session_id: str)."
        )
        self.on_session_initialization_failed = Signal(
            "on_session_initialization_failed",
            "A session could not be opened, or was ended by the platform; it is tried again: (error).",
        )
        self.on_segments_refreshed = Signal(
            "on_segments_refreshed", "The segments were computed anew, as refresh_content() asked: ()."
        )
        self.on_api_warning = Signal(
            "on_api_warning", "A reply carried warnings or hints: (warnings: tuple[str], hints: tuple[str])."
        )
        self.on_delivery_failed = Signal(
            "on_delivery_failed", "The platform has refused an action for good: (action: PlayerAction, error)."
        )
        self.on_actions_dropped = Signal(
            "on_actions_dropped", "The oldest undelivered actions were dropped: too many, large or old: (count: int)."
        )
        self.on_storage_failed = Signal(
            "on_storage_failed", "The data folder cannot be used; the client goes on without it: (error)."
        )


class ContentSignals:
    """Owns the signals that every content module has; the sender is the module."""

    def __init__(self) -> None:
        self.on_loaded = Signal("on_loaded", "Content was loaded: (from_api: bool, from_cache: bool).")
        self.on_load_failed = Signal(
            "on_load_failed", "Content, or some of its records, could not be loaded: (error)."
        )
        self.on_active = Signal("on_active", "A record went live, once for each time it does: (record).")
        self.on_inactive = Signal("on_inactive", "A live record ended, was withdrawn, or the player left: (record).")
        self.on_updated = Signal("on_updated", "A live record changed: (record, previous).")


class MessageSignals:
    """Owns the signals of messages that the player was shown; the sender is the module."""

    def __init__(self) -> None:
        self.on_initialized = Signal("on_initialized", "The platform knows that a message was shown: (message).")
        self.on_initialization_failed = Signal(
            "on_initialization_failed", "The platform has refused that a message was shown: (message, error)."
        )


class OfferSignals:
    """Owns the signals of offers that the player was shown; the sender is the module."""

    def __init__(self) -> None:
        self.on_impression_initialized = Signal(
            "on_impression_initialized", "An offer's impression has its id: (impression: OfferImpression)."
        )
        self.on_impression_failed = Signal(
            "on_impression_failed", "The platform has refused an offer's impression, or its state: (offer, error)."
        )
        self.on_viewed = Signal("on_viewed", "The platform knows that show() was called: (offer).")
        self.on_accepted = Signal("on_accepted", "The platform knows that accept() was called: (offer).")
        self.on_dismissed = Signal("on_dismissed", "The platform knows that dismiss() was called: (offer).")
        self.on_purchased = Signal("on_purchased", "The platform knows that purchased() was called: (offer).")
        self.on_purchase_failed = Signal(
            "on_purchase_failed", "The platform knows that purchase_failed() was called: (offer)."
        )


class CampaignSignals:
    """Owns the signals of triggered campaigns; the sender is the module."""

    def __init__(self) -> None:
        self.on_loaded = Signal("on_loaded", "Campaigns were loaded: (from_cache: bool).")
        self.on_load_failed = Signal("on_load_failed", "Campaigns, or some of them, could not be loaded: (error).")
        self.on_triggered = Signal(
            "on_triggered", "The player has triggered a campaign; its content goes live next: (campaign)."
        )


class SurveySignals:
    """Owns the signals of surveys that the player was asked to take; the sender is the module.

    A survey that was accepted sends either `on_enter_failed` alone; or `on_entered`, then `on_enter_failed` when the
    page turns out not to load; or `on_entered`, then `on_completed` if it was, then `on_closed`. Each at most once:
    `on_enter_failed` or `on_closed` is the last one, and gives control back to the game (guide: SurveysModule).
    """

    def __init__(self) -> None:
        self.on_invite_initialized = Signal(
            "on_invite_initialized",
            "An invite was initialized, or could not be (then the log says why, and ids may be None): "
            "(survey, was_initialized: bool, response_id: str | None, invite_id: str | None).",
        )
        self.on_entered = Signal("on_entered", "The survey's page is about to be shown: (survey, response_id).")
        self.on_enter_failed = Signal(
            "on_enter_failed", "The survey could not be entered, or does not load: (survey, response_id, error)."
        )
        self.on_completed = Signal("on_completed", "The player has sent the answers: (survey, response_id).")
        self.on_closed = Signal("on_closed", "The survey's page is gone, completed or not: (survey, response_id).")


class PushSignals:
    """Owns the signals of push notifications; the sender is the module."""

    def __init__(self) -> None:
        self.on_received = Signal(
            "on_received", "handle_payload() was given a notification of the platform's: (payload: PushPayload)."
        )


class MediaSignals:
    """Owns the signals of media; the sender is the module."""

    def __init__(self) -> None:
        self.on_failed = Signal(
            "on_failed", "Media that the game asked for cannot be had: (id: str, or the URL it asked for, error)."
        )
