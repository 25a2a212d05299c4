"""The services of one sandbox, and what a scenario puts into them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.scenario.reading import Scenario
from uwclient.sandbox.scenario.timeline import Change, Entry, Publish, Withdraw
from uwclient.sandbox.services.ab_tests.service import AbTests
from uwclient.sandbox.services.campaigns.service import Campaigns, published_campaign_id
from uwclient.sandbox.services.catalogue.service import Catalogue
from uwclient.sandbox.services.content.service import Content
from uwclient.sandbox.services.emails.service import Emails
from uwclient.sandbox.services.environments.service import Environments
from uwclient.sandbox.services.impressions.service import Impressions
from uwclient.sandbox.services.media.service import MediaLibrary
from uwclient.sandbox.services.outcomes.service import Outcomes
from uwclient.sandbox.services.players.service import Players
from uwclient.sandbox.services.publishing.service import Publishing
from uwclient.sandbox.services.push.service import Push
from uwclient.sandbox.services.releases.service import Releases
from uwclient.sandbox.services.segments.service import Segments
from uwclient.sandbox.services.sessions.service import Sessions
from uwclient.sandbox.services.surveys.service import Surveys
from uwclient.sandbox.services.triggers.service import Triggers


class Platform:
    """The services of one sandbox, wired to each other; each attribute is one of them."""

    def __init__(self, backend: Backend, environments: Mapping[str, str]) -> None:
        self.backend = backend
        self.environments = Environments(backend, environments)
        self.players = Players(backend)
        self.segments = Segments(backend, self.players)
        self.sessions = Sessions(backend, self.players, self.segments)
        self.catalogue = Catalogue(backend)
        self.campaigns = Campaigns(backend, self.catalogue)
        self.ab_tests = AbTests(backend, self.campaigns)
        self.releases = Releases(backend, self.environments, self.segments, self.campaigns, self.ab_tests)
        self.publishing = Publishing(
            backend, self.environments, self.segments, self.catalogue, self.campaigns, self.ab_tests, self.releases
        )
        self.content = Content(backend, self.campaigns, self.ab_tests, self.catalogue)
        self.triggers = Triggers(backend, self.sessions, self.campaigns, self.content)
        self.impressions = Impressions(backend, self.sessions, self.content)
        self.surveys = Surveys(backend, self.sessions, self.content)
        self.push = Push(backend)
        self.media = MediaLibrary(backend)
        self.outcomes = Outcomes(backend)
        self.emails = Emails(backend)


def fill(platform: Platform, scenario: Scenario) -> None:
    """Put into the services what a scenario holds, and schedule its timeline."""
    with platform.backend.lock, platform.backend.storage.transaction():
        for segment in scenario.segments:
            fields = {name: getattr(segment, name) for name in ("attributes", "players", "events", "exclude")}
            platform.publishing.define_segment(segment.name, fields)
        for player_id, attributes in scenario.attributes.items():
            platform.players.set_attributes(player_id, attributes)
        for record in scenario.records:
            platform.publishing.put(record)
        for campaign in scenario.campaigns:
            platform.publishing.put_campaign(campaign)
        for media in scenario.media:
            platform.media.put(media)
        platform.catalogue.localizations.update(scenario.localizations)
        for row_id, values in scenario.message_types.items():
            platform.catalogue.message_types.put(row_id, values)
        for row_id, values in scenario.bundles.items():
            platform.catalogue.bundles.put(row_id, values)
        for test in scenario.ab_tests:
            campaign_id = test.campaign_id or published_campaign_id(test.content_id or "")
            platform.publishing.define_test(campaign_id, test.variants, test.content_id)
    for entry in scenario.timeline:
        platform.backend.schedule.add(entry.at, partial(_apply, platform, entry))


def _apply(platform: Platform, entry: Entry) -> None:
    """Apply an entry of the timeline; what is about content that is gone has no effect."""
    if isinstance(entry, Publish):
        platform.publishing.put(entry.record)
    elif isinstance(entry, Change):
        if platform.publishing.has(entry.record_id):
            platform.publishing.change(entry.record_id, entry.fields, platform.backend.clock.started_at)
    elif isinstance(entry, Withdraw):
        platform.publishing.withdraw_if_there(entry.record_id)
    else:
        platform.publishing.turn(entry.campaign_id, entry.action, entry.environment)
