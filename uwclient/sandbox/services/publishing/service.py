"""Publishing (sections Scheduled Campaigns and Triggered Campaigns): the short way of scenarios and tests.

What is published becomes a campaign in the default dev environment, which is shared with the named environments (or
all) and run there. So the server API and a person find it where all campaigns are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.collection import Row
from uwclient.sandbox.core.errors import FieldError, UnknownRecordError
from uwclient.sandbox.services.ab_tests.service import AbTests
from uwclient.sandbox.services.campaigns.life import DRAFT
from uwclient.sandbox.services.campaigns.resources import SCHEDULED, TRIGGERED
from uwclient.sandbox.services.campaigns.service import Campaigns, published_campaign_id
from uwclient.sandbox.services.catalogue.service import Catalogue
from uwclient.sandbox.services.content.projection import known_in, project
from uwclient.sandbox.services.content.records import Record, change_record, make_record, with_id
from uwclient.sandbox.services.environments.service import Environment, Environments
from uwclient.sandbox.services.journeys.service import Journeys
from uwclient.sandbox.services.journeys.written import WrittenJourney
from uwclient.sandbox.services.publishing.audience import check_audience
from uwclient.sandbox.services.publishing.campaign import WrittenCampaign, make_campaign, with_ids
from uwclient.sandbox.services.publishing.writing import (
    record_of,
    rewritten_content,
    scheduled_campaign,
    shown_to,
    triggered_campaign,
    written_content,
)
from uwclient.sandbox.services.releases.service import Releases
from uwclient.sandbox.services.segments.rules import segment_id
from uwclient.sandbox.services.segments.service import Segments


class Publishing:
    """Writes campaigns and releases; keeps nothing itself."""

    def __init__(
        self,
        backend: Backend,
        environments: Environments,
        segments: Segments,
        catalogue: Catalogue,
        campaigns: Campaigns,
        ab_tests: AbTests,
        releases: Releases,
        journeys: Journeys,
    ) -> None:
        self._backend = backend
        self._environments = environments
        self._segments = segments
        self._catalogue = catalogue
        self._campaigns = campaigns
        self._ab_tests = ab_tests
        self._releases = releases
        self._journeys = journeys
        environments.on_new(self._furnish)

    # Scheduled content.

    def publish(self, kind: str, fields: Mapping[str, Any]) -> str:
        """Publish new content; its id.

        Args:
            kind: one of KINDS.
            fields: as `records.make_record` takes them, with a new id when there is none; relative times count
                from now.

        Raises:
            FieldError: a field is wrong, or there is content of that id.

        """
        with self._backend.lock, self._backend.storage.transaction():
            self._backend.catch_up()
            fields = with_id(fields, partial(self._backend.ids.uuid, "content"))
            record = make_record(kind, fields, self._backend.clock.now())
            check_audience(record, self.segment_names(), self._environments.keys())
            if self._find(record.id) is not None:
                raise FieldError("id", f"{record.id!r} is published already: change it, or withdraw it first")
            self.put(record)
            return record.id

    def change(self, content_id: str, fields: Mapping[str, Any], origin: datetime | None = None) -> None:
        """Replace fields of scheduled content; relative times count from `origin` (None: now).

        Raises:
            UnknownRecordError: there is no content of that id.
            FieldError: a field is wrong.

        """
        with self._backend.lock, self._backend.storage.transaction():
            if origin is None:
                self._backend.catch_up()
            campaign, content = self._found(content_id)
            before = self._record(campaign, content)
            record = change_record(before, fields, origin or self._backend.clock.now())
            check_audience(record, self.segment_names(), self._environments.keys())
            columns = rewritten_content(content, record, fields)
            whole = {**scheduled_campaign(record, self._segment_ids(record.segments)), "name": campaign["name"]}
            whole["everywhere"] = campaign["everywhere"] if "environments" not in fields else whole["everywhere"]
            dev = self._environments.dev.id
            self._campaigns.contents.rewrite(content, columns)
            self._campaigns.put(dev, campaign["id"], whole)
            if "percent" in fields:
                self._show_to(campaign["id"], record.percent)
            if "environments" in fields:
                self._share(campaign["id"], record.environments)
            else:
                for environment in self._releases.environments_of(campaign["id"]):
                    self._releases.share(campaign["id"], environment.id)

    def withdraw(self, content_id: str) -> None:
        """Take scheduled content away, with its campaign and its releases. UnknownRecordError without it."""
        with self._backend.lock, self._backend.storage.transaction():
            self._backend.catch_up()
            campaign, _ = self._found(content_id)
            self._withdraw(campaign["id"])

    def withdraw_if_there(self, content_id: str) -> None:
        """As `withdraw`, but content that is not there is no error."""
        with self._backend.lock, self._backend.storage.transaction():
            found = self._find(content_id)
            if found is not None:
                self._withdraw(found[0]["id"])

    def has(self, content_id: str) -> bool:
        """Whether there is scheduled content of that id."""
        return self._find(content_id) is not None

    def withdraw_campaign_if_there(self, campaign_id: str) -> None:
        """As `withdraw_campaign`, but a campaign that is not there is no error."""
        with self._backend.lock, self._backend.storage.transaction():
            if self._campaigns.find(self._environments.dev.id, campaign_id) is not None:
                self._withdraw(campaign_id)

    def put(self, record: Record) -> None:
        """Publish content that is checked already, or replace the one of that id."""
        self._write(
            published_campaign_id(record.id),
            scheduled_campaign(record, self._segment_ids(record.segments)),
            [written_content(record.kind, record.text, record.questions)],
            record.environments,
            record.percent,
        )

    # Triggered campaigns.

    def publish_campaign(self, fields: Mapping[str, Any]) -> str:
        """Publish a new triggered campaign; its id. FieldError when a field (of CAMPAIGN_FIELDS) is wrong."""
        with self._backend.lock, self._backend.storage.transaction():
            campaign = make_campaign(with_ids(fields, partial(self._backend.ids.uuid, "campaign")))
            check_audience(campaign, self.segment_names(), self._environments.keys())
            if self._campaigns.find(self._environments.dev.id, campaign.id) is not None:
                raise FieldError("id", f"there is a campaign {campaign.id!r} already: withdraw it first")
            self.put_campaign(campaign)
            return campaign.id

    def put_campaign(self, campaign: WrittenCampaign) -> None:
        """Publish a triggered campaign that is checked already, or replace the one of that id."""
        self._write(
            campaign.id,
            triggered_campaign(campaign, self._segment_ids(campaign.segments)),
            [written_content(piece.kind, piece.text, piece.questions) for piece in campaign.pieces],
            campaign.environments,
            campaign.percent,
        )

    def withdraw_campaign(self, campaign_id: str) -> None:
        """Take a triggered campaign away; what players triggered stays known, and its impressions can still arrive.

        UnknownRecordError when there is none of that id.
        """
        with self._backend.lock, self._backend.storage.transaction():
            dev = self._environments.dev.id
            known = [row["id"] for row in self._campaigns.all(dev) if row["delivery_type"] == TRIGGERED]
            if campaign_id not in known:
                raise UnknownRecordError(campaign_id, known, "campaign")
            self._withdraw(campaign_id)

    def turn(self, campaign_id: str, action: str, key: str | None) -> None:
        """Run, pause or complete a campaign where it is shared (or in one environment); not where it cannot be."""
        with self._backend.lock:
            found = self._campaigns.find(self._environments.dev.id, published_campaign_id(campaign_id))
            row_id = campaign_id if found is None else found["id"]
            act = {"run": self._campaigns.run, "pause": self._campaigns.pause, "complete": self._campaigns.complete}
            for environment in self._releases.environments_of(row_id):
                if key in (None, environment.key):
                    with suppress(FieldError):
                        act[action](environment.id, row_id)

    # Journeys.

    def put_journey(self, journey: WrittenJourney) -> None:
        """Publish a journey that is checked already, or replace the one of that id; odysseys go on as they began."""
        with self._backend.lock, self._backend.storage.transaction():
            dev, keys = self._environments.dev.id, journey.environments
            self._journeys.put_whole(dev, journey)
            self._journeys.set_everywhere(dev, journey.id, everywhere=not keys)
            wanted = [one.id for one in self._environments.with_players() if not keys or one.key in keys]
            self._releases.share_exactly(journey.id, wanted)

    def withdraw_journey_if_there(self, journey_id: str) -> None:
        """Take a journey away, with its releases and the odysseys of players."""
        with self._backend.lock, self._backend.storage.transaction():
            self._releases.withdraw(journey_id)
            self._journeys.remove(self._environments.dev.id, journey_id)

    # A/B tests and segments.

    def define_test(self, campaign_id: str, variants: Sequence[Mapping[str, Any]], content_id: str | None) -> None:
        """Test a campaign or its content, wherever the campaign is shared; errors as `AbTests.define`."""
        with self._backend.lock, self._backend.storage.transaction():
            self._ab_tests.define(self._environments.dev.id, campaign_id, variants, content_id)
            for environment in self._releases.environments_of(campaign_id):
                self._releases.share(campaign_id, environment.id)

    def define_segment(self, name: str, fields: Mapping[str, Any]) -> None:
        """Add or replace a segment, in all environments. FieldError when it makes no sense.

        Args:
            name: the segment's name.
            fields: attributes, players, events and exclude, as `Segments.define` takes them.

        """
        with self._backend.lock, self._backend.storage.transaction():
            row = self._segments.define(self._environments.dev.id, name, **fields)
            for environment in self._environments.with_players():
                self._releases.share(row["id"], environment.id)

    def withdraw_segment(self, name: str) -> None:
        """Take a segment of a scenario away, if it is there, out of all environments."""
        with self._backend.lock:
            if self._segments.find(self._environments.dev.id, segment_id(name)) is not None:
                self.delete_segment(segment_id(name))

    def delete_segment(self, row_id: str) -> None:
        """Delete a segment as a whole: campaigns, also those that were shared, keep its id and match nobody by it.

        NotFound when no dev environment has one of that id.
        """
        with self._backend.lock, self._backend.storage.transaction():
            self._segments.get(self._dev_with_segment(row_id), row_id)
            self._releases.withdraw(row_id)
            for environment in self._environments.all():
                if self._segments.find(environment.id, row_id) is not None:
                    self._segments.delete(environment.id, row_id)

    def segment_names(self) -> list[str]:
        """The names of the segments that something can be published for."""
        return [row["name"] for row in self._segments.all(self._environments.dev.id)]

    # How it is done.

    def _write(
        self,
        campaign_id: str,
        campaign: Mapping[str, Any],
        contents: Sequence[Mapping[str, Any]],
        environments: Sequence[str],
        percent: int | None,
    ) -> None:
        with self._backend.lock, self._backend.storage.transaction():
            dev = self._environments.dev.id
            self._campaigns.put(dev, campaign_id, campaign)
            self._campaigns.contents.put_all(dev, campaign_id, contents)
            self._show_to(campaign_id, percent)
            self._share(campaign_id, environments)

    def _show_to(self, campaign_id: str, percent: int | None) -> None:
        """Show a campaign to so many of a hundred players: an A/B test whose other variant has no content."""
        dev = self._environments.dev.id
        if percent is not None:
            self._ab_tests.define(dev, campaign_id, shown_to(percent))
        elif self._ab_tests.find(dev, campaign_id) is not None:
            self._ab_tests.remove(dev, campaign_id)

    def _share(self, campaign_id: str, keys: Sequence[str]) -> None:
        """Share with exactly the environments of these keys (none: with all), and run what is new there."""
        wanted = [one for one in self._environments.with_players() if not keys or one.key in keys]
        for environment in self._releases.environments_of(campaign_id):
            if environment not in wanted:
                self._releases.delete(campaign_id, environment.id)
        for environment in wanted:
            self._share_with(campaign_id, environment)

    def _share_with(self, campaign_id: str, environment: Environment) -> None:
        there = self._campaigns.find(environment.id, campaign_id)
        self._releases.share(campaign_id, environment.id, run=there is None or there["state"] == DRAFT)

    def _furnish(self, environment: Environment) -> None:
        """Share with a new environment what was published for all."""
        if not environment.has_players:
            return
        dev = self._environments.dev.id
        for row in [*self._segments.all(dev), *self._campaigns.all(dev), *self._journeys.all(dev)]:
            if row["everywhere"]:
                self._releases.share(row["id"], environment.id, run="delivery_type" in row)

    def _withdraw(self, campaign_id: str) -> None:
        self._releases.withdraw(campaign_id)
        self._campaigns.remove(self._environments.dev.id, campaign_id)

    def _dev_with_segment(self, row_id: str) -> str:
        """The dev environment that has a segment; the default one when none has it."""
        devs = [one.id for one in self._environments.all() if not one.has_players]
        return next((one for one in devs if self._segments.find(one, row_id)), self._environments.dev.id)

    def _find(self, content_id: str) -> tuple[Row, Row] | None:
        """Scheduled content in dev, with its campaign."""
        dev = self._environments.dev.id
        for content in self._campaigns.contents.with_id(dev, content_id):
            campaign = self._campaigns.find(dev, content["campaign_id"])
            if campaign is not None and campaign["delivery_type"] == SCHEDULED:
                return campaign, content
        return None

    def _found(self, content_id: str) -> tuple[Row, Row]:
        found = self._find(content_id)
        if found is None:
            dev = self._environments.dev.id
            scheduled = [row for row in self._campaigns.all(dev) if row["delivery_type"] == SCHEDULED]
            raise UnknownRecordError(content_id, [one["id"] for row in scheduled for one in self._contents(row)])
        return found

    def _contents(self, campaign: Row) -> list[Row]:
        return self._campaigns.contents.of(campaign["environment_id"], campaign["id"])

    def _record(self, campaign: Row, content: Row) -> Record:
        payload = project(campaign, content, known_in(self._catalogue))
        dev = self._environments.dev.id
        rows = [self._segments.find(dev, one) for one in campaign["segment_ids"]]
        segments = [row["name"] for row in rows if row is not None]
        return record_of(campaign, content, payload, tuple(segments))

    def _segment_ids(self, names: Sequence[str]) -> list[str]:
        """The ids of segments; one that does not exist has nobody in it."""
        dev = self._environments.dev.id
        rows = {name: self._segments.named(dev, name) for name in names}
        return [segment_id(name) if row is None else row["id"] for name, row in rows.items()]
