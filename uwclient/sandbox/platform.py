"""The services of one sandbox, and what a scenario puts into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.collection import Row
from uwclient.sandbox.scenario.reading import Scenario
from uwclient.sandbox.scenario.timeline import Change, Publish, Withdraw, entry_as_json, entry_from_json
from uwclient.sandbox.services.ab_tests.service import AbTests
from uwclient.sandbox.services.campaigns.life import DRAFT, announced_state
from uwclient.sandbox.services.campaigns.service import Campaigns, published_campaign_id
from uwclient.sandbox.services.catalogue.service import Catalogue
from uwclient.sandbox.services.content.service import Content
from uwclient.sandbox.services.emails.service import Emails
from uwclient.sandbox.services.environments.service import Environments
from uwclient.sandbox.services.impressions.service import Impressions
from uwclient.sandbox.services.journeys.looking import JourneyViews
from uwclient.sandbox.services.journeys.own_content import OwnContent
from uwclient.sandbox.services.journeys.released import ReleasedPlans
from uwclient.sandbox.services.journeys.running import RunningJourneys, Surroundings
from uwclient.sandbox.services.journeys.service import Journeys
from uwclient.sandbox.services.media.service import MediaLibrary
from uwclient.sandbox.services.outcomes.service import Outcomes
from uwclient.sandbox.services.players.service import Players
from uwclient.sandbox.services.publishing.service import Publishing
from uwclient.sandbox.services.push.service import Push
from uwclient.sandbox.services.releases.service import Releases
from uwclient.sandbox.services.segments.service import Segments
from uwclient.sandbox.services.sending.service import Sending
from uwclient.sandbox.services.sessions.service import Sessions
from uwclient.sandbox.services.surveys.service import Surveys
from uwclient.sandbox.services.triggers.service import Triggers
from uwclient.sandbox.services.webhooks.rules import WebhookAccess
from uwclient.sandbox.services.webhooks.service import Webhooks

NOWHERE_ELSE = WebhookAccess()
"""Webhooks go to this machine only, signed with the secret that everybody knows."""
_TIMELINE = "timeline"
"""The action of the schedule that is an entry of a scenario's timeline."""


class Platform:
    """The services of one sandbox, wired to each other; each attribute is one of them."""

    def __init__(
        self, backend: Backend, environments: Mapping[str, str], webhook_access: WebhookAccess = NOWHERE_ELSE
    ) -> None:
        self.backend = backend
        self.environments = Environments(backend, environments)
        self.players = Players(backend)
        self.segments = Segments(backend, self.environments, self.players)
        self.sessions = Sessions(backend, self.players, self.segments)
        self.catalogue = Catalogue(backend)
        self.campaigns = Campaigns(backend, self.segments, self.catalogue)
        self.ab_tests = AbTests(backend, self.campaigns)
        self.journeys = Journeys(backend, self.environments, self.segments, self.catalogue)
        self.releases = Releases(
            backend, self.environments, self.segments, self.campaigns, self.ab_tests, self.journeys
        )
        self.publishing = Publishing(
            backend,
            self.environments,
            self.segments,
            self.catalogue,
            self.campaigns,
            self.ab_tests,
            self.releases,
            self.journeys,
        )
        self.content = Content(backend, self.campaigns, self.ab_tests, self.catalogue)
        self.triggers = Triggers(backend, self.sessions, self.campaigns, self.content)
        self.impressions = Impressions(backend, self.sessions, self.content)
        self.surveys = Surveys(backend, self.sessions, self.content)
        self.push = Push(backend, self.environments, self.sessions)
        self.media = MediaLibrary(backend)
        self.outcomes = Outcomes(backend)
        self.emails = Emails(backend)
        self.running_journeys = self._run_journeys()
        self.sending = Sending(
            backend, self.sessions, self.campaigns, self.ab_tests, self.content, self.emails, self.push
        )
        self.triggers.on_trigger(self.sending.triggered)
        self.journey_views = JourneyViews(backend, self.environments, self.running_journeys)
        self.webhooks = Webhooks(backend, webhook_access)
        backend.schedule.on(_TIMELINE, self._follow_timeline)
        self.campaigns.on_state_change(self._announce_state)

    def _run_journeys(self) -> RunningJourneys:
        plans = ReleasedPlans(self.backend, self.journeys, self.releases)
        around = Surroundings(self.environments, self.segments, self.sessions, self.catalogue, self.push, self.emails)
        running = RunningJourneys(self.backend, plans, around)
        self.players.on_action(running.act)
        self.outcomes.on_outcome(running.engage)
        self.journeys.on_removal(running.withdraw)
        self.content.add_personal(OwnContent(running, self.catalogue))
        return running

    def _announce_state(self, campaign: Row, before: str) -> None:
        """Tell of a new state of a campaign where there are players."""
        previous, current = announced_state(before), announced_state(campaign["state"])
        if previous != current and self.environments.get(campaign["environment_id"]).has_players:
            self.backend.announce(
                "campaign_state_change",
                {
                    "campaign_id": campaign["id"],
                    "environment_id": campaign["environment_id"],
                    "campaign_previous_state": previous,
                    "campaign_current_state": current,
                },
            )

    def campaign_states(self) -> dict[tuple[str, str], str]:
        """The state of each campaign where there are players, by environment and id."""
        rows = [row for one in self.environments.with_players() for row in self.campaigns.all(one.id)]
        return {(row["environment_id"], row["id"]): row["state"] for row in rows}

    def announce_states_since(self, states: Mapping[tuple[str, str], str]) -> None:
        """Tell of the campaigns whose state is not what `campaign_states` gave, or which are new since."""
        for environment_id, campaign_id in self.campaign_states():
            row = self.campaigns.find(environment_id, campaign_id)
            if row is not None:
                self._announce_state(row, states.get((environment_id, campaign_id), DRAFT))

    def _follow_timeline(self, due: Mapping[str, Any]) -> None:
        """Apply an entry of a scenario's timeline; what is about content that is gone has no effect."""
        entry = entry_from_json(datetime.fromisoformat(due["at"]), due["entry"])
        if isinstance(entry, Publish):
            self.publishing.put(entry.record)
            self.backend.note_change("publish", entry.record.id)
        elif isinstance(entry, Change):
            if self.publishing.has(entry.record_id):
                self.publishing.change(entry.record_id, entry.fields, self.backend.clock.started_at)
                self.backend.note_change("change", entry.record_id)
        elif isinstance(entry, Withdraw):
            self.publishing.withdraw_if_there(entry.record_id)
            self.backend.note_change("withdraw", entry.record_id)
        else:
            self.publishing.turn(entry.campaign_id, entry.action, entry.environment)
            self.backend.note_change(f"campaigns.{entry.action}", entry.campaign_id)


def reset(platform: Platform, scenario: Scenario) -> None:
    """Become the platform that a new sandbox with this scenario would have."""
    with platform.backend.lock:
        platform.backend.clear()
        platform.environments.fill(scenario.environments)
        fill(platform, scenario)


def replace_scenario(platform: Platform, old: Scenario, new: Scenario) -> None:
    """Take away what a scenario brought, and put in what another one holds, as it is at this moment."""
    backend = platform.backend
    attributes = {one: given for one, given in new.attributes.items() if old.attributes.get(one) != given}
    with backend.lock, backend.storage.transaction():
        states = platform.campaign_states()
        with backend.silence():
            _take_away(platform, old)
            for gone_id in {one.id for one in old.journeys} - {one.id for one in new.journeys}:
                platform.publishing.withdraw_journey_if_there(gone_id)
            for gone in {one.url for one in old.webhooks} - {one.url for one in new.webhooks}:
                platform.webhooks.remove_url(gone)
            fill(platform, replace(new, attributes=attributes))
        platform.announce_states_since(states)
        backend.catch_up()


def _take_away(platform: Platform, old: Scenario) -> None:
    """Withdraw what a scenario brought."""
    published = [entry.record for entry in old.timeline if isinstance(entry, Publish)]
    for record in (*old.records, *published):
        platform.publishing.withdraw_if_there(record.id)
    for campaign in old.campaigns:
        platform.publishing.withdraw_campaign_if_there(campaign.id)
    for segment in old.segments:
        platform.publishing.withdraw_segment(segment.name)


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
        for journey in scenario.journeys:
            platform.publishing.put_journey(journey)
        for media in scenario.media:
            platform.media.put(media)
        _fill_catalogue(platform, scenario)
        for endpoint in scenario.webhooks:
            platform.webhooks.add(endpoint.url, endpoint.events, endpoint.hash_function)
        for test in scenario.ab_tests:
            campaign_id = test.campaign_id or published_campaign_id(test.content_id or "")
            platform.publishing.define_test(campaign_id, test.variants, test.content_id)
        platform.backend.schedule.remove(_TIMELINE)
        for entry in scenario.timeline:
            due = {"at": entry.at.isoformat(), "entry": entry_as_json(entry)}
            platform.backend.schedule.add(entry.at, _TIMELINE, due)


def _fill_catalogue(platform: Platform, scenario: Scenario) -> None:
    platform.catalogue.localizations.update(scenario.localizations)
    for row_id, values in scenario.message_types.items():
        platform.catalogue.message_types.put(row_id, values)
    for row_id, values in scenario.bundles.items():
        platform.catalogue.bundles.put(row_id, values)
