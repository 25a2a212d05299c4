"""Sends the e-mails and push notifications of campaigns (sections Scheduled Campaigns and Triggered Campaigns).

A player is sent each piece of content once in an environment: when a scheduled campaign has begun for the player, at
the first moment at which there are a session there and an address or a device; when the player triggers a triggered
one. What can cause a send is looked at as it happens: a session that starts, resumes or refreshes, a new address or
device, a campaign that changes, and a start that comes on the sandbox's clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.times import from_milliseconds, zone_named
from uwclient.sandbox.services.ab_tests.service import AbTests
from uwclient.sandbox.services.campaigns.life import RUNNING
from uwclient.sandbox.services.campaigns.resources import KIND_OF_TYPE
from uwclient.sandbox.services.campaigns.service import Campaigns
from uwclient.sandbox.services.content.lists import window
from uwclient.sandbox.services.content.projection import SENT_KINDS, Piece
from uwclient.sandbox.services.content.service import Content
from uwclient.sandbox.services.emails.service import Emails
from uwclient.sandbox.services.push.service import Push
from uwclient.sandbox.services.sessions.models import Session
from uwclient.sandbox.services.sessions.service import Sessions

_LOOK = "campaign sends"
"""The action of the schedule that sends the content of a campaign to whoever it has begun for."""
_TABLE = """CREATE TABLE IF NOT EXISTS campaign_sends (
    player_id TEXT NOT NULL, environment_id TEXT NOT NULL, content_id TEXT NOT NULL,
    PRIMARY KEY (player_id, environment_id, content_id)) WITHOUT ROWID"""


class Sending:
    """Owns the table of what was sent to whom."""

    def __init__(
        self,
        backend: Backend,
        sessions: Sessions,
        campaigns: Campaigns,
        ab_tests: AbTests,
        content: Content,
        emails: Emails,
        push: Push,
    ) -> None:
        self._backend = backend
        self._storage = backend.storage
        self._sessions = sessions
        self._campaigns = campaigns
        self._ab_tests = ab_tests
        self._content = content
        self._emails = emails
        self._push = push
        self._storage.run(_TABLE)
        backend.erasure.delete("DELETE FROM campaign_sends WHERE player_id = ?")
        backend.schedule.on(_LOOK, self._look)
        sessions.on_visit(self._visited)
        emails.on_address(self._can_be_reached)
        push.on_token(self._can_be_reached)
        campaigns.on_change(self._campaign_changed)
        ab_tests.on_change(self._campaign_changed)

    def triggered(self, session: Session, campaign_id: str) -> None:
        """Send the content of a campaign that a session's player has triggered, if it runs and is for the player."""
        self._send(session, self._content.sends_of_triggered(session, campaign_id))

    def look_at_all(self) -> None:
        """Look at each running campaign, after somebody else wrote the tables."""
        for environment_id in self._campaigns.environment_ids():
            for row in self._campaigns.all(environment_id):
                self._campaign_changed(environment_id, row["id"])

    # What happens.

    def _visited(self, session: Session) -> None:
        if self._content.has_sends(session.environment_id):
            now_in_segments = self._sessions.find(session.player_id, session.id)
            self._send_begun(now_in_segments or session)

    def _can_be_reached(self, player_id: str) -> None:
        for environment_id in self._sessions.environments_of(player_id):
            self._send_to(player_id, environment_id)

    def _campaign_changed(self, environment_id: str, campaign_id: str) -> None:
        """Look at a campaign with something to send at the end of the step, when its content and tests are there."""
        row = self._campaigns.find(environment_id, campaign_id)
        if row is not None and row["wanted"] == RUNNING and self._has_sends(environment_id, campaign_id):
            self._look_at(self._backend.clock.now(), environment_id, campaign_id)

    def _has_sends(self, environment_id: str, campaign_id: str) -> bool:
        contents = self._campaigns.contents.of(environment_id, campaign_id)
        for test in self._ab_tests.of_campaign(environment_id, campaign_id):
            contents += [content for variant in test["variants"] for content in variant["contents"]]
        return any(KIND_OF_TYPE[content["type"]] in SENT_KINDS for content in contents)

    def _look_at(self, moment: datetime, environment_id: str, campaign_id: str) -> None:
        with self._backend.revisions.untold():
            self._backend.schedule.add_once(moment, _LOOK, [environment_id, campaign_id])

    def _look(self, key: Sequence[str]) -> None:
        """Send the content of a campaign to all for whom it has begun."""
        environment_id, campaign_id = key
        for player_id in dict.fromkeys([*self._emails.reachable(), *self._push.reachable()]):
            self._send_to(player_id, environment_id, campaign_id)

    # How it is done.

    def _send_to(self, player_id: str, environment_id: str, campaign_id: str | None = None) -> None:
        """Send a player what has begun, of one campaign or of all; the latest session says for whom they are."""
        session = self._sessions.latest(player_id, environment_id)
        if session is not None:
            self._send_begun(session, campaign_id)

    def _send_begun(self, session: Session, campaign_id: str | None = None) -> None:
        """Send what has begun for a session's player, and see to it that what begins later is looked at then."""
        zone, now = zone_named(session.details.timezone or "UTC"), self._backend.now()
        begun = []
        for piece in self._content.sends(session):
            if campaign_id is not None and piece.campaign_id != campaign_id:
                continue
            start, end = window(piece, zone)
            if start > now:
                self._look_at(from_milliseconds(start), session.environment_id, piece.campaign_id)
            elif end is None or now < end:
                begun.append(piece)
        self._send(session, begun)

    def _send(self, session: Session, pieces: Sequence[Piece]) -> None:
        """Send what the player has not been sent yet, by the ways on which the player can be reached."""
        reachable = [piece for piece in pieces if self._can_reach(session.player_id, piece.kind)]
        if not reachable:
            return
        with self._backend.revisions.untold(), self._storage.transaction():  # no list tells of what is sent
            for piece in reachable:
                if self._is_new(session, piece.id):
                    self._ab_tests.note_shown(session.environment_id, session.player_id, piece.variants)
                    self._send_piece(session, piece)

    def _can_reach(self, player_id: str, kind: str) -> bool:
        return self._emails.can_reach(player_id) if kind == "emails" else bool(self._push.tokens(player_id))

    def _is_new(self, session: Session, content_id: str) -> bool:
        """Keep that content is sent to a player now; False when it was before."""
        key = (session.player_id, session.environment_id, content_id)
        before = self._storage.written
        self._storage.run("INSERT OR IGNORE INTO campaign_sends VALUES (?, ?, ?)", key)
        return self._storage.written > before

    def _send_piece(self, session: Session, piece: Piece) -> None:
        record = piece.record(session.details.language)
        if piece.kind == "emails":
            self._emails.send(session.player_id, record["subject"], record["body"])
        else:
            self._push.send(session.player_id, record, session.environment_id)
