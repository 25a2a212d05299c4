"""Owns the truth of the sandbox: who the players are, what is published, and who sees what, when.

The HTTP routes and the Python API both come here; nothing here knows of HTTP. One lock makes every call one
step.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from uwclient.sandbox.clock import SandboxClock
from uwclient.sandbox.content import Content, ContentList, Viewer, may_see, window
from uwclient.sandbox.deliveries import Deliveries, Delivery, Source
from uwclient.sandbox.emails import Emails
from uwclient.sandbox.errors import FieldError, NotThere, Refused, UnknownRecordError, did_you_mean
from uwclient.sandbox.impressions import Impressions, MessageImpression, OfferImpression
from uwclient.sandbox.outcomes import EngagementOutcome, Outcomes
from uwclient.sandbox.player_events import NewEvent, PlayerEvents, ReceivedEvent, received_events
from uwclient.sandbox.players import Players
from uwclient.sandbox.records import Record, change_record, make_record
from uwclient.sandbox.regions import Regions, RegionTransition
from uwclient.sandbox.segments import Segments
from uwclient.sandbox.sessions import Session, SessionDetails, Sessions
from uwclient.sandbox.storage import Storage
from uwclient.sandbox.timeline import Change, Entry, Publish, Timeline
from uwclient.sandbox.times import milliseconds, zone_named
from uwclient.sandbox.values import Attribute

SDK_ATTRIBUTES = ("language", "country", "timezone", "platform")


class Platform:
    """Owns the services and decides between them; what is due of a timeline happens before all else."""

    def __init__(
        self,
        storage: Storage,
        clock: SandboxClock,
        environments: Mapping[str, str],
        timeline: Iterable[Entry],
    ) -> None:
        self._lock = threading.RLock()
        self._storage = storage
        self._clock = clock
        self._environments = dict(environments)
        self._timeline = Timeline(timeline)
        self._players = Players(storage)
        self._segments = Segments(storage)
        self._sessions = Sessions(storage)
        self._content = Content(storage)
        self._deliveries = Deliveries(storage)
        self._events = PlayerEvents(storage)
        self._regions = Regions(storage)
        self._outcomes = Outcomes(storage)
        self._impressions = Impressions(storage)
        self._emails = Emails(storage)

    # What live operations do.

    def publish(self, kind: str, fields: Mapping[str, Any]) -> str:
        """Publish new content; its id. Relative times count from now."""
        with self._lock:
            self._catch_up()
            record = make_record(kind, fields, self._clock.now())
            self._refuse_unknown_audience(record)
            if self._content.find(record.id) is not None:
                raise FieldError("id", f"{record.id!r} is published already: change it, or withdraw it first")
            self._content.put(record)
            return record.id

    def put(self, record: Record) -> None:
        """Publish a finished record in place of whatever had its id."""
        with self._lock:
            self._content.put(record)

    def change(self, record_id: str, fields: Mapping[str, Any]) -> None:
        """Replace fields of published content. Relative times count from now."""
        with self._lock:
            self._catch_up()
            record = change_record(self._published(record_id), fields, self._clock.now())
            self._refuse_unknown_audience(record)
            self._content.put(record)

    def withdraw(self, record_id: str) -> None:
        """Take published content away."""
        with self._lock:
            self._catch_up()
            self._content.remove(self._published(record_id).id)

    def define_segment(self, name: str, attributes: Sequence[Mapping[str, Any]], players: Sequence[str]) -> None:
        """Add or replace a segment; sessions notice when they start or refresh."""
        with self._lock:
            self._segments.define(name, attributes, players)

    # What is known about players.

    def attributes(self, player_id: str) -> dict[str, Any]:
        """The player's attributes, by name."""
        with self._lock:
            return self._players.attributes(player_id)

    def set_attributes(self, player_id: str, values: Mapping[str, Any]) -> None:
        """Set or replace attributes of a player."""
        with self._lock:
            self._players.set_attributes(player_id, values)

    def attribute_types(self, player_id: str) -> dict[str, str]:
        """The data types of the player's attributes, by name."""
        with self._lock:
            return self._players.attribute_types(player_id)

    def sessions(self, player_id: str) -> list[Session]:
        """The player's sessions, oldest first."""
        with self._lock:
            return self._sessions.of_player(player_id)

    def deliveries(self, player_id: str) -> tuple[Delivery, ...]:
        """The requests that brought something the player did, oldest first."""
        with self._lock:
            return tuple(self._deliveries.of_player(player_id).values())

    def events(self, player_id: str) -> tuple[ReceivedEvent, ...]:
        """The player's events, oldest first."""
        with self._lock:
            rows = self._events.rows(player_id)
            deliveries = self._deliveries.of_player(player_id)
        return received_events(rows, deliveries)

    def event_count(self, player_id: str) -> int:
        """How many events the player had."""
        with self._lock:
            return self._events.count(player_id)

    def regions(self, player_id: str) -> tuple[RegionTransition, ...]:
        """The player's transitions between regions, oldest first."""
        with self._lock:
            return self._regions.of_player(player_id, self._deliveries.of_player(player_id))

    def outcomes(self, player_id: str) -> tuple[EngagementOutcome, ...]:
        """The player's engagement outcomes, oldest first."""
        with self._lock:
            return self._outcomes.of_player(player_id, self._deliveries.of_player(player_id))

    def message_impressions(self, player_id: str) -> tuple[MessageImpression, ...]:
        """The player's impressions of messages, oldest first."""
        with self._lock:
            return self._impressions.messages(player_id, self._deliveries.of_player(player_id))

    def offer_impressions(self, player_id: str) -> tuple[OfferImpression, ...]:
        """The player's impressions of offers, oldest first."""
        with self._lock:
            return self._impressions.offers(player_id, self._deliveries.of_player(player_id))

    def email(self, player_id: str) -> tuple[str | None, bool]:
        """The player's email address, and whether the player opted out of emails."""
        with self._lock:
            return self._emails.find(player_id)

    # What clients ask for.

    def environment_type(self, key: str) -> str | None:
        """dev, qa or live; None when there is no such environment."""
        return self._environments.get(key)

    def environments_for_sessions(self) -> list[str]:
        """The keys of the environments that can open sessions."""
        return [key for key, kind in self._environments.items() if kind != "dev"]

    def open_session(self, player_id: str, environment: str, details: SessionDetails) -> Session:
        """A new session, with the segments that the player is in now."""
        with self._lock:
            segments = self._met(player_id, details)
            return self._sessions.open(player_id, environment, details, segments, self._clock.now())

    def find_session(self, player_id: str, session_id: str) -> Session | None:
        """The session of that id, if it is this player's."""
        with self._lock:
            return self._sessions.find(player_id, session_id)

    def resume_session(self, session: Session, details: SessionDetails) -> None:
        """Go on with a session: what the client says now counts, and segments are processed anew."""
        with self._lock:
            self._sessions.update_details(session.id, details)
            self._sessions.set_segments(session.id, self._met(session.player_id, details))

    def refresh_segments(self, session: Session) -> None:
        """Process the session's segments anew."""
        with self._lock:
            attributes = self._players.attributes(session.player_id)
            self._sessions.set_segments(session.id, self._segments.of_player(session.player_id, attributes))

    def list_content(self, session: Session, kind: str, starts_before: int | None) -> ContentList:
        """What this session sees of one kind now."""
        with self._lock:
            self._catch_up()
            return self._content.list_for(kind, _viewer(session), milliseconds(self._clock.now()), starts_before)

    def find_content(self, session: Session, kind: str, record_id: str) -> dict[str, Any] | None:
        """One record as this session sees it; None when there is none, it is for others, or it has ended."""
        with self._lock:
            self._catch_up()
            record = self._content.find(record_id)
            viewer = _viewer(session)
            if record is None or record.kind != kind or not may_see(record, viewer):
                return None
            _, end = window(record, zone_named(viewer.timezone))
            if end is not None and end <= milliseconds(self._clock.now()):
                return None
            payload: dict[str, Any] = json.loads(record.text)
            return payload

    # What players did. Each of these happens wholly, or (Refused, NotThere) not at all.

    def assign_attributes(self, source: Source, attributes: Sequence[Attribute]) -> None:
        """Set or replace attributes; segments notice at the next refresh."""
        with self._delivery(source, "attributes"):
            self._players.assign_attributes(source.session.player_id, attributes)

    def assign_events(self, source: Source, events: Sequence[NewEvent]) -> None:
        """Append events."""
        with self._delivery(source, "events") as delivery:
            self._events.add(source.session.player_id, delivery, events)

    def enter_region(self, source: Source, name: str, metadata: Sequence[Attribute]) -> None:
        """Append a transition into a region."""
        with self._delivery(source, "regions") as delivery:
            self._regions.add(source.session.player_id, delivery, name, metadata)

    def assign_outcome(self, source: Source, key: str, outcome_type: str) -> None:
        """Append an engagement outcome."""
        with self._delivery(source, "outcomes") as delivery:
            self._outcomes.add(source.session.player_id, delivery, key, outcome_type)

    def initialize_impression(self, source: Source, kind: str, content_id: str) -> str:
        """A new impression of a message or an offer; its id. NotThere when there is none for this player.

        It may have ended: what players did while they were offline arrives late.
        """
        with self._lock:
            self._catch_up()
            record = self._content.find(content_id)
            if record is None or record.kind != kind or not may_see(record, _viewer(source.session)):
                raise NotThere(f"There is no {kind[:-1]} {content_id!r} for this player.")
            with self._delivery(source, f"{kind[:-1]}_impressions") as delivery:
                return self._impressions.add(kind, source.session.player_id, delivery, content_id)

    def advance_message(self, source: Source, message_id: str, state: str) -> None:
        """Let the latest impression of a message go on to a state."""
        with self._delivery(source, "message_impressions") as delivery:
            found = self._impressions.latest("messages", source.session.player_id, message_id)
            if found is None:
                raise Refused(
                    ("message_id",),
                    f"the player has no impression of the message {message_id!r}",
                    "Send message_impressions/initialize first.",
                )
            self._impressions.advance(found, state, delivery)

    def advance_offer(self, source: Source, impression_id: str, state: str) -> None:
        """Let an impression of an offer go on to a state. NotThere when the player has none of that id."""
        with self._delivery(source, "offer_impressions") as delivery:
            found = self._impressions.find("offers", source.session.player_id, impression_id)
            if found is None:
                raise NotThere(f"The player has no offer impression {impression_id!r}.")
            self._impressions.advance(found, state, delivery)

    def set_email(self, source: Source, address: str) -> None:
        """Set or replace the player's email address."""
        with self._delivery(source, "email_address"):
            self._emails.set(source.session.player_id, address)

    def delete_email(self, source: Source, *, opt_out: bool) -> None:
        """Forget the player's email address."""
        with self._delivery(source, "email_address"):
            self._emails.delete(source.session.player_id, opt_out=opt_out)

    @contextmanager
    def _delivery(self, source: Source, action: str) -> Iterator[int]:
        with self._lock, self._storage.transaction():
            yield self._deliveries.add(source, action, self._clock.now())

    def _met(self, player_id: str, details: SessionDetails) -> tuple[str, ...]:
        """Note what the client says about the player; the segments the player is in now."""
        said = {f"_{name}": getattr(details, name) for name in SDK_ATTRIBUTES}
        self._players.set_attributes(player_id, {name: value for name, value in said.items() if value is not None})
        return self._segments.of_player(player_id, self._players.attributes(player_id))

    def _published(self, record_id: str) -> Record:
        record = self._content.find(record_id)
        if record is None:
            raise UnknownRecordError(record_id, self._content.ids())
        return record

    def _refuse_unknown_audience(self, record: Record) -> None:
        refuse_unknown_audience(record, self._segments.names(), self._environments)

    def _catch_up(self) -> None:
        """Let happen what the timeline had in store until now; entries about gone content are void."""
        for entry in self._timeline.due(self._clock.now()):
            if isinstance(entry, Publish):
                self._content.put(entry.record)
            elif isinstance(entry, Change):
                record = self._content.find(entry.record_id)
                if record is not None:
                    self._content.put(change_record(record, entry.fields, self._clock.started_at))
            else:
                self._content.remove(entry.record_id)


def environment_id(key: str) -> str:
    """The id that the platform shows for an environment: always the same one for the same key."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"uwclient-sandbox/environments/{key}"))


def refuse_unknown_audience(record: Record, segments: Iterable[str], environments: Mapping[str, str]) -> None:
    """FieldError when a record names a segment or an environment that there is not."""
    known = list(segments)
    for name in record.segments:
        if name not in known:
            raise FieldError("segments", f"there is no segment {name!r}{did_you_mean(name, known)}: define it first")
    for key in record.environments:
        if key not in environments:
            raise FieldError("environments", f"there is no environment {key!r}{did_you_mean(key, environments)}")


def _viewer(session: Session) -> Viewer:
    return Viewer(session.environment, frozenset(session.segments), session.details.timezone or "UTC")
