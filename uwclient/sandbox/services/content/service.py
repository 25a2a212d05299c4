"""Owns the platform's side of the truth: what is published, who opens sessions, and who sees what, when.

The HTTP routes and the Python API both come here; nothing here knows of HTTP.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from uwclient.sandbox.core.backend import Services, viewer_of
from uwclient.sandbox.core.errors import FieldError, NotThere, UnknownRecordError, did_you_mean
from uwclient.sandbox.core.times import milliseconds, zone_named
from uwclient.sandbox.services.campaigns.tables import Campaign, make_campaign
from uwclient.sandbox.services.content.records import Record, change_record, make_record
from uwclient.sandbox.services.content.tables import ContentList, Targeted, window
from uwclient.sandbox.services.media.tables import Media, MediaInfo, StoredFile
from uwclient.sandbox.services.sessions.tables import Session, SessionDetails

SDK_ATTRIBUTES = ("language", "country", "timezone", "platform")


class Platform:
    """Owns what live operations do and what clients ask for; what is due of a timeline happens before all else."""

    def __init__(self, services: Services) -> None:
        self._services = services

    # What live operations do.

    def publish(self, kind: str, fields: Mapping[str, Any]) -> str:
        """Publish new content; its id. Relative times count from now."""
        with self._services.lock:
            self._services.catch_up()
            record = make_record(kind, fields, self._services.clock.now())
            self._refuse_unknown_audience(record)
            if self._services.content.find(record.id) is not None:
                raise FieldError("id", f"{record.id!r} is published already: change it, or withdraw it first")
            self._services.content.put(record)
            return record.id

    def put(self, record: Record) -> None:
        """Publish a finished record in place of whatever had its id."""
        with self._services.lock:
            self._services.content.put(record)

    def change(self, record_id: str, fields: Mapping[str, Any]) -> None:
        """Replace fields of published content. Relative times count from now."""
        with self._services.lock:
            self._services.catch_up()
            record = change_record(self._published(record_id), fields, self._services.clock.now())
            self._refuse_unknown_audience(record)
            self._services.content.put(record)

    def withdraw(self, record_id: str) -> None:
        """Take published content away."""
        with self._services.lock:
            self._services.catch_up()
            self._services.content.remove(self._published(record_id).id)

    def publish_campaign(self, fields: Mapping[str, Any]) -> str:
        """Publish a triggered campaign (see `CAMPAIGN_FIELDS`); its id."""
        campaign = make_campaign(fields)
        with self._services.lock:
            refuse_unknown_audience(campaign, self._services.segments.names(), self._services.environments)
            if campaign.id in self._services.campaigns.ids():
                raise FieldError("id", f"there is a campaign {campaign.id!r} already: withdraw it first")
            self._services.campaigns.put(campaign)
            return campaign.id

    def put_campaign(self, campaign: Campaign) -> None:
        """Publish a finished campaign in place of whatever had its id."""
        with self._services.lock:
            self._services.campaigns.put(campaign)

    def withdraw_campaign(self, campaign_id: str) -> None:
        """Take a campaign away."""
        with self._services.lock:
            known = self._services.campaigns.ids()
            if campaign_id not in known:
                raise UnknownRecordError(campaign_id, known, "campaign")
            self._services.campaigns.remove(campaign_id)

    def put_media(self, media: Media) -> None:
        """Add media, or replace what had its id."""
        with self._services.lock:
            self._services.media.put(media)

    def define_segment(self, name: str, attributes: Sequence[Mapping[str, Any]], players: Sequence[str]) -> None:
        """Add or replace a segment; sessions notice when they start or refresh."""
        with self._services.lock:
            self._services.segments.define(name, attributes, players)

    # What clients ask for.

    def environment_type(self, key: str) -> str | None:
        """dev, qa or live; None when there is no such environment."""
        return self._services.environments.get(key)

    def environments_for_sessions(self) -> list[str]:
        """The keys of the environments that can open sessions."""
        return [key for key, kind in self._services.environments.items() if kind != "dev"]

    def open_session(self, player_id: str, environment: str, details: SessionDetails) -> Session:
        """A new session, with the segments that the player is in now."""
        with self._services.lock:
            segments = self._met(player_id, details)
            return self._services.sessions.open(player_id, environment, details, segments, self._services.clock.now())

    def resume_session(self, session: Session, details: SessionDetails) -> None:
        """Go on with a session: what the client says now counts, and segments are processed anew."""
        with self._services.lock:
            self._services.sessions.update_details(session.id, details)
            self._services.sessions.set_segments(session.id, self._met(session.player_id, details))

    def refresh_segments(self, session: Session) -> None:
        """Process the session's segments anew."""
        with self._services.lock:
            attributes = self._services.players.attributes(session.player_id)
            self._services.sessions.set_segments(
                session.id, self._services.segments.of_player(session.player_id, attributes)
            )

    def list_content(self, session: Session, kind: str, starts_before: int | None) -> ContentList:
        """What this session sees of one kind now."""
        with self._services.lock:
            self._services.catch_up()
            return self._services.content.list_for(
                kind, viewer_of(session), milliseconds(self._services.clock.now()), starts_before
            )

    def list_campaigns(self, session: Session) -> str:
        """The campaigns that this session may trigger, as JSON."""
        with self._services.lock:
            self._services.catch_up()
            return self._services.campaigns.list_for(session.player_id, session.id, viewer_of(session))

    def media_info(self, media_id: str) -> MediaInfo:
        """What is said of some media. NotThere when there are none of that id."""
        with self._services.lock:
            found = self._services.media.info(media_id)
        if found is None:
            raise NotThere(f"There is no media {media_id!r}.")
        return found

    def media_file(self, media_id: str, variant: str) -> StoredFile:
        """A file of some media. NotThere when there is none."""
        with self._services.lock:
            found = self._services.media.file(media_id, variant)
        if found is None:
            raise NotThere(f"There is no file {media_id!r}, {variant!r}.")
        return found

    def find_content(self, session: Session, kind: str, record_id: str) -> dict[str, Any] | None:
        """One record as this session sees it; None when there is none, it is for others, or it has ended."""
        with self._services.lock:
            self._services.catch_up()
            piece = self._services.visible(session, kind, record_id)
            if piece is None:
                return None
            record = self._services.content.find(record_id)
            if record is not None and record.kind == kind:
                _, end = window(record, zone_named(viewer_of(session).timezone))
                if end is not None and end <= milliseconds(self._services.clock.now()):
                    return None
            payload: dict[str, Any] = json.loads(piece.text)
            return payload

    def _met(self, player_id: str, details: SessionDetails) -> tuple[str, ...]:
        """Note what the client says about the player; the segments the player is in now."""
        said = {f"_{name}": getattr(details, name) for name in SDK_ATTRIBUTES}
        self._services.players.set_attributes(
            player_id, {name: value for name, value in said.items() if value is not None}
        )
        return self._services.segments.of_player(player_id, self._services.players.attributes(player_id))

    def _published(self, record_id: str) -> Record:
        record = self._services.content.find(record_id)
        if record is None:
            raise UnknownRecordError(record_id, self._services.content.ids())
        return record

    def _refuse_unknown_audience(self, record: Record) -> None:
        refuse_unknown_audience(record, self._services.segments.names(), self._services.environments)


def environment_id(key: str) -> str:
    """The id that the platform shows for an environment: always the same one for the same key."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"uwclient-sandbox/environments/{key}"))


def refuse_unknown_audience(record: Targeted, segments: Iterable[str], environments: Mapping[str, str]) -> None:
    """FieldError when a record names a segment or an environment that there is not."""
    known = list(segments)
    for name in record.segments:
        if name not in known:
            raise FieldError("segments", f"there is no segment {name!r}{did_you_mean(name, known)}: define it first")
    for key in record.environments:
        if key not in environments:
            raise FieldError("environments", f"there is no environment {key!r}{did_you_mean(key, environments)}")
