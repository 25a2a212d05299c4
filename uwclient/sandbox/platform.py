"""The services of one sandbox, and what a scenario puts into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.scenario.reading import Scenario
from uwclient.sandbox.scenario.timeline import Change, Publish, entry_as_json, entry_from_json
from uwclient.sandbox.services.campaigns.service import Campaigns
from uwclient.sandbox.services.content.records import change_record
from uwclient.sandbox.services.content.service import Content
from uwclient.sandbox.services.emails.service import Emails
from uwclient.sandbox.services.environments.service import Environments
from uwclient.sandbox.services.impressions.service import Impressions
from uwclient.sandbox.services.media.service import MediaLibrary
from uwclient.sandbox.services.outcomes.service import Outcomes
from uwclient.sandbox.services.players.service import Players
from uwclient.sandbox.services.push.service import Push
from uwclient.sandbox.services.segments.service import Segments
from uwclient.sandbox.services.sessions.service import Sessions
from uwclient.sandbox.services.surveys.service import Surveys

_TIMELINE = "timeline"
"""The action of the schedule that is an entry of a scenario's timeline."""


class Platform:
    """The services of one sandbox, wired to each other; each attribute is one of them."""

    def __init__(self, backend: Backend, environments: Mapping[str, str]) -> None:
        self.backend = backend
        self.environments = Environments(environments)
        backend.keep("environments", self.environments)
        self.segments = Segments(backend)
        self.players = Players(backend)
        self.sessions = Sessions(backend, self.players, self.segments)
        self.content = Content(backend, self.segments, self.environments)
        self.campaigns = Campaigns(backend, self.segments, self.environments, self.content)
        self.impressions = Impressions(backend, self.sessions, self.campaigns)
        self.surveys = Surveys(backend, self.sessions, self.campaigns)
        self.push = Push(backend)
        self.media = MediaLibrary(backend)
        self.outcomes = Outcomes(backend)
        self.emails = Emails(backend)
        backend.schedule.on(_TIMELINE, self._follow_timeline)

    def _follow_timeline(self, due: Mapping[str, Any]) -> None:
        """Apply an entry of a scenario's timeline; a change of content that is gone has no effect."""
        entry = entry_from_json(datetime.fromisoformat(due["at"]), due["entry"])
        if isinstance(entry, Publish):
            self.content.put(entry.record)
            self.backend.note_change("publish", entry.record.id)
        elif isinstance(entry, Change):
            record = self.content.find(entry.record_id)
            if record is not None:
                self.content.put(change_record(record, entry.fields, self.backend.clock.started_at))
                self.backend.note_change("change", entry.record_id)
        else:
            self.content.remove(entry.record_id)
            self.backend.note_change("withdraw", entry.record_id)


def replace_scenario(platform: Platform, old: Scenario, new: Scenario) -> None:
    """Take away what a scenario brought, and put in what another one holds, as it is at this moment."""
    backend = platform.backend
    attributes = {one: given for one, given in new.attributes.items() if old.attributes.get(one) != given}
    with backend.lock, backend.storage.transaction():
        published = [entry.record for entry in old.timeline if isinstance(entry, Publish)]
        for record in (*old.records, *published):
            platform.content.remove(record.id)
        for campaign in old.campaigns:
            platform.campaigns.remove(campaign.id)
        for segment in old.segments:
            platform.segments.remove(segment.name)
        fill(platform, replace(new, attributes=attributes))
        backend.catch_up()


def fill(platform: Platform, scenario: Scenario) -> None:
    """Put into the services what a scenario holds, and schedule its timeline."""
    for segment in scenario.segments:
        platform.segments.put(segment.name, segment.attributes, segment.players)
    for player_id, attributes in scenario.attributes.items():
        platform.players.set_attributes(player_id, attributes)
    for record in scenario.records:
        platform.content.put(record)
    for campaign in scenario.campaigns:
        platform.campaigns.put(campaign)
    for media in scenario.media:
        platform.media.put(media)
    platform.backend.schedule.remove(_TIMELINE)
    for entry in scenario.timeline:
        due = {"at": entry.at.isoformat(), "entry": entry_as_json(entry)}
        platform.backend.schedule.add(entry.at, _TIMELINE, due)
