"""Routes the worker's notices to the parts of the client, and sends the client's signals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

from uwclient.models import notices
from uwclient.modules.actions import Outcome
from uwclient.parts import Parts
from uwclient.pump import deliver
from uwclient.signals import ClientSignals


class NoticeRouter:
    """Handles notices one by one, on the game's thread, and holds the id of the current session.

    `client` is the sender of its own signals.
    """

    def __init__(self, client: ClientSignals, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self.session_id: str | None = None

    def route(self, notice: notices.Notice, now: float) -> Iterator[int]:
        """Return the steps that handle a notice, at this monotonic time."""
        parts = self._parts
        parts.recorder.record_notice(notice, now)
        match notice:
            case notices.ContentLoaded(changes, announce):
                return parts.scheduler.load(changes, announce, now)
            case notices.CampaignsLoaded():
                return parts.campaigns._load(notice)
            case notices.CampaignsRemembered():
                return parts.campaigns._remember(notice)
            case notices.RefreshFinished(ticket, ok):
                return parts.refreshes.finish(ticket, ok)
            case notices.ActionsSettled(tickets, ok):
                return map(parts.actions.settle, tickets, repeat(ok))
            case _:
                return self._handle(notice, now)

    def _handle(self, notice: notices.Notice, now: float) -> Iterator[int]:
        client, parts = self._client, self._parts
        match notice:
            case notices.AnswersRemembered(given):
                parts.answers.restore(given)
            case notices.CacheLoaded():
                parts.scheduler.hold(notice)
            case notices.LoadFailed(kind, error):
                module = parts.scheduler.modules.get(kind, parts.campaigns)
                yield module._emit_load_failed(error)
            case notices.ServerTimes(samples):
                parts.scheduler.observe(samples)
            case notices.EarlierTime(instant):
                parts.scheduler.clock.not_before(instant, now)
            case notices.SessionOpened(session_id):
                self.session_id = session_id
                yield deliver(client.on_session_initialized, client, session_id=session_id)
            case notices.SessionFailed(error):
                self.session_id = None
                parts.scheduler.hold_no_longer(now)
                yield deliver(client.on_session_initialization_failed, client, error=error)
            case notices.SegmentsRefreshed():
                yield deliver(client.on_segments_refreshed, client)
            case notices.ApiWarning(warnings, hints):
                yield deliver(client.on_api_warning, client, warnings=warnings, hints=hints)
            case notices.ImpressionOpened(ticket, impression_id):
                parts.actions.set_outcome(ticket, Outcome(True, impression_id=impression_id))
            case notices.ActionFailed(ticket, action, error):
                parts.actions.set_outcome(ticket, Outcome(False, error))
                yield deliver(client.on_delivery_failed, client, action=action, error=error)
            case notices.Answered(ticket, answer):
                yield parts.queries.settle(ticket, answer)
            case notices.PushReceived(payload):
                yield parts.push._emit_received(payload)
            case notices.ActionsDropped(number):
                yield deliver(client.on_actions_dropped, client, count=number)
            case notices.Delivered():
                waiting = parts.runs.number_waiting
                if waiting is not None:
                    parts.recorder.waiting, parts.recorder.set_aside = waiting
            case notices.StorageFailed(error):
                yield deliver(client.on_storage_failed, client, error=error)
            case notices.Started(session_initialized):
                yield deliver(client.on_start, client, session_initialized=session_initialized)
            case notices.Stopped():
                yield deliver(client.on_stop, client)
