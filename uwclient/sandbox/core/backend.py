"""Owns what all sides of the platform share: the tables, the clock, the timeline, and the lock around them.

The sides are `Platform` (live operations, sessions and content), `PlayerPlatform` (what players do),
`SurveyPlatform` and `PushPlatform`. One lock makes each of their calls one step.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from uwclient.sandbox.core.clock import SandboxClock
from uwclient.sandbox.core.deliveries import Deliveries, Source
from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.scenario.timeline import Change, Entry, Publish, Timeline
from uwclient.sandbox.services.campaigns.tables import Campaigns
from uwclient.sandbox.services.content.records import Piece, change_record
from uwclient.sandbox.services.content.tables import Content, Viewer, may_see
from uwclient.sandbox.services.emails.service import Emails
from uwclient.sandbox.services.impressions.tables import Impressions
from uwclient.sandbox.services.media.tables import MediaFiles
from uwclient.sandbox.services.outcomes.service import Outcomes
from uwclient.sandbox.services.players.events import PlayerEvents
from uwclient.sandbox.services.players.regions import Regions
from uwclient.sandbox.services.players.tables import Players
from uwclient.sandbox.services.push.tables import Pushes
from uwclient.sandbox.services.segments.service import Segments
from uwclient.sandbox.services.sessions.tables import Session, Sessions
from uwclient.sandbox.services.surveys.tables import SurveyResponses


class Services:
    """Owns the services, each with its own tables; who uses them holds `lock`."""

    def __init__(
        self,
        storage: Storage,
        clock: SandboxClock,
        environments: Mapping[str, str],
        timeline: Iterable[Entry],
    ) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.environments = dict(environments)
        self._storage = storage
        self._timeline = Timeline(timeline)
        with storage.opening():
            self.players = Players(storage)
            self.segments = Segments(storage)
            self.sessions = Sessions(storage)
            self.content = Content(storage)
            self.deliveries = Deliveries(storage)
            self.events = PlayerEvents(storage)
            self.regions = Regions(storage)
            self.outcomes = Outcomes(storage)
            self.impressions = Impressions(storage)
            self.emails = Emails(storage)
            self.campaigns = Campaigns(storage)
            self.survey_responses = SurveyResponses(storage)
            self.pushes = Pushes(storage)
            self.media = MediaFiles(storage)

    @contextmanager
    def delivery(self, source: Source, action: str) -> Iterator[int]:
        """A block in which a request that was taken does its work, wholly or (when it raises) not at all.

        It gives the delivery's number, and counts the campaigns that the request says were triggered.
        """
        with self.lock, self._storage.transaction():
            number = self.deliveries.add(source, action, self.clock.now())
            self.campaigns.trigger(source.player_id, source.impression_ids, number, self.clock.now())
            yield number

    def session_of(self, source: Source) -> Session | None:
        """The session that a request named, if it named one."""
        return self.sessions.find(source.player_id, source.session_id)

    def visible(self, session: Session, kind: str, content_id: str) -> Piece | None:
        """Content, scheduled or of a campaign, that is meant for this session's player.

        Scheduled content may be over, or not have begun: what players did while they were offline arrives late.
        """
        self.catch_up()
        viewer = viewer_of(session)
        record = self.content.find(content_id)
        if record is not None and record.kind == kind and may_see(record, viewer):
            return Piece(kind, record.id, record.text, record.questions)
        return self.campaigns.find_piece(kind, content_id, viewer)

    def catch_up(self) -> None:
        """Let happen what the timeline had in store until now; entries about gone content are void."""
        for entry in self._timeline.due(self.clock.now()):
            if isinstance(entry, Publish):
                self.content.put(entry.record)
            elif isinstance(entry, Change):
                record = self.content.find(entry.record_id)
                if record is not None:
                    self.content.put(change_record(record, entry.fields, self.clock.started_at))
            else:
                self.content.remove(entry.record_id)


def viewer_of(session: Session) -> Viewer:
    """All of a session that decides what its player sees."""
    return Viewer(session.environment, frozenset(session.segments), session.details.timezone or "UTC")
