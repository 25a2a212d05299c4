"""What live operations do on the platform besides publishing, as the attributes of a sandbox offer it.

Ids of campaigns can be the ids of published content, too: `sandbox.campaigns.pause("double-coins")`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from uwclient.sandbox.core.collection import Row
from uwclient.sandbox.core.crud import Crud
from uwclient.sandbox.core.errors import FieldError, did_you_mean
from uwclient.sandbox.core.resource import CREATE, UPDATE, read_fields
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.services.campaigns.service import published_campaign_id
from uwclient.sandbox.services.environments.service import Environment
from uwclient.sandbox.services.triggers.quotas import read_quota


class Definitions:
    """Things of one kind that no endpoint of the platform makes: its dashboard does."""

    def __init__(self, crud: Crud) -> None:
        self._crud = crud

    def define(self, id: str, /, **fields: Any) -> str:
        """Add one, or replace the fields of the one of that id.

        Args:
            id: the id by which content refers to it.
            **fields: its fields, as docs/sandbox.md lists them.

        Returns:
            The id.

        Raises:
            ScenarioError: (a ValueError) a field is missing or wrong.

        """
        operation = CREATE if self._crud.find(id) is None else UPDATE
        self._crud.put(id, read_fields(self._crud.resource.fields, fields, operation))
        return id


class CampaignOperations:
    """Campaigns: made in dev, and run in the environments that they are shared with."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._campaigns = platform.campaigns

    def create(self, **fields: Any) -> str:
        """Make a campaign in dev, a draft (section Campaigns).

        Args:
            **fields: name, delivery_type ("scheduled" or "triggered"), description, category_id, start_at,
                start_at_tz, end_at, end_at_tz, tags, segment_ids and trigger.

        Returns:
            Its id.

        Raises:
            ScenarioError: (a ValueError) a field is wrong.

        """
        row = self._campaigns.create(self._dev, fields)
        return str(row["id"])

    def update(self, id: str, /, **fields: Any) -> None:
        """Replace fields of a campaign in dev; players see it when it is shared again."""
        self._campaigns.update(self._dev, self._id(id), fields)

    def delete(self, id: str, /) -> None:
        """Remove a campaign, with its releases."""
        with self._platform.backend.lock:
            campaign_id = self._id(id)
            self._campaigns.get(self._dev, campaign_id)
            self._platform.releases.withdraw(campaign_id)
            self._campaigns.remove(self._dev, campaign_id)
            self._platform.backend.note_change("campaigns.delete", id)

    def add_content(self, id: str, type: str, /, **fields: Any) -> str:
        """Add content to a campaign in dev (section Content).

        Args:
            id: the campaign.
            type: campaign_event, message, offer, remote_config, survey, email or push_notification.
            **fields: `delivery` and `content`, each a mapping.

        Returns:
            The content's id.

        Raises:
            UnknownRecordError: (a KeyError) there is no campaign of that id.
            ScenarioError: (a ValueError) a field is wrong.

        """
        row = self._campaigns.contents.create(self._dev, self._id(id), {"type": type, **fields})
        return str(row["id"])

    def update_content(self, id: str, content_id: str, /, **fields: Any) -> None:
        """Replace fields below `delivery` and `content`, one by one, in dev."""
        self._campaigns.contents.update(self._dev, self._id(id), content_id, fields)

    def delete_content(self, id: str, content_id: str, /) -> None:
        """Remove content of a campaign in dev."""
        self._campaigns.contents.delete(self._dev, self._id(id), content_id)

    def run(self, id: str, environment: str = "live") -> None:
        """Start a campaign in an environment, or go on with one that is paused.

        Args:
            id: the campaign.
            environment: a key, or a type, which means the default environment of that type.

        Raises:
            UnknownRecordError: (a KeyError) it was not shared with that environment.
            ScenarioError: (a ValueError) it is completed, or the environment cannot run campaigns.

        """
        self._campaigns.run(self._environment(environment), self._id(id))
        self._platform.backend.note_change("campaigns.run", id)

    def pause(self, id: str, environment: str = "live") -> None:
        """Take the content of a running campaign away until it is run again; arguments and errors as `run`."""
        self._campaigns.pause(self._environment(environment), self._id(id))
        self._platform.backend.note_change("campaigns.pause", id)

    def complete(self, id: str, environment: str = "live") -> None:
        """End a campaign for good; arguments and errors as `run`."""
        self._campaigns.complete(self._environment(environment), self._id(id))
        self._platform.backend.note_change("campaigns.complete", id)

    def set_trigger(self, id: str, trigger: Any, quota: Mapping[str, Any] | None = None) -> None:
        """Set what triggers a campaign in dev; players see it when it is shared again.

        Args:
            id: the campaign.
            trigger: as `Sandbox.publish_campaign` takes it.
            quota: likewise.

        """
        read = read_quota(quota)
        self._campaigns.set_trigger(self._dev, self._id(id), trigger, None if read is None else read.limits())

    def state(self, id: str, environment: str = "live") -> str:
        """The state of a campaign: draft, running, paused, attention_required or completed; errors as `run`."""
        return str(self._campaigns.get(find_environment(self._platform, environment).id, self._id(id))["state"])

    def problems(self, id: str, environment: str = "live") -> list[str]:
        """Sentences about what keeps content of a campaign from being delivered."""
        return self._campaigns.contents.problems(find_environment(self._platform, environment).id, self._id(id))

    @property
    def _dev(self) -> str:
        return self._platform.environments.dev.id

    def _id(self, campaign_id: str) -> str:
        return campaign_id_of(self._platform, campaign_id)

    def _environment(self, stage: str) -> str:
        environment = find_environment(self._platform, stage)
        if not environment.has_players:
            raise FieldError("environment", f"{stage!r} is a dev environment: campaigns run in qa and live ones")
        return environment.id


class ReleaseOperations:
    """Releases: what is in dev is shared with another environment, as it is at that moment."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def share(self, id: str, to: str, run: bool = False, override: Mapping[str, Any] | None = None) -> int:
        """Share a campaign (with its content, A/B tests and segments) or a segment.

        Args:
            id: the campaign or segment.
            to: the key of an environment, or qa or live for the default one.
            run: whether to run the campaign there.
            override: what is replaced for this environment, in this and in later releases: fields of the campaign,
                and `{"contents": {id: {"delivery": {…}, "content": {…}}}}`. None keeps what was replaced before,
                {} ends it.

        Returns:
            The number of the release, which counts those of this campaign in that environment.

        Raises:
            UnknownRecordError: (a KeyError) there is no campaign or segment of that id in dev.
            ScenarioError: (a ValueError) the environment or the override data are wrong.

        """
        releasable_id = campaign_id_of(self._platform, id)
        environment = find_environment(self._platform, to, "to")
        row = self._platform.releases.share(releasable_id, environment.id, run=run, override=override)
        self._platform.backend.note_change("releases.share", id)
        return int(row["release_number"])

    def delete(self, id: str, environment: str, override_only: bool = False) -> None:
        """Take something out of an environment, or only end what was replaced for it.

        Args:
            id: the campaign or segment.
            environment: as `share` takes it.
            override_only: end what was replaced, and share what is in dev now.

        Raises:
            UnknownRecordError: (a KeyError) it was not shared with that environment.

        """
        releasable_id = campaign_id_of(self._platform, id)
        found = find_environment(self._platform, environment)
        self._platform.releases.delete(releasable_id, found.id, override_only=override_only)
        self._platform.backend.note_change("releases.delete", id)


class SegmentOperations:
    """Segments as an environment has them: who is in them, computed at the moment of asking."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def players(self, segment: str, environment: str = "live") -> list[str]:
        """The ids of all players who are in a segment now, in alphabetical order.

        Args:
            segment: its name or its id.
            environment: a key, or a type, which means the default environment of that type.

        Raises:
            UnknownRecordError: (a KeyError) the environment has no such segment.
            ScenarioError: (a ValueError) there is no such environment.

        """
        return self._platform.segments.players(*self._key(segment, environment))

    def count(self, segment: str, environment: str = "live") -> int:
        """How many players are in a segment now; arguments and errors as `players`."""
        return self._platform.segments.count(*self._key(segment, environment))

    def audience(self, segment: str, environment: str = "live") -> dict[str, int]:
        """How many of its players started or refreshed a session in the last 7 and 30 days.

        Of a dev environment, which has no sessions, it is those of all others. Arguments and errors as `players`.

        Returns:
            `{"trailing_30d_active_user_count": int, "trailing_7d_active_user_count": int}`.

        """
        return self._platform.segments.audience_stats(*self._key(segment, environment))

    def delete(self, segment: str) -> None:
        """Delete a segment as a whole, in all environments.

        Campaigns that name it, also those that were shared, match nobody by it.

        Args:
            segment: its name or its id.

        Raises:
            UnknownRecordError: (a KeyError) there is no such segment in dev.

        """
        with self._platform.backend.lock:
            dev = self._platform.environments.dev.id
            found = self._platform.segments.named(dev, segment)
            self._platform.publishing.delete_segment(segment if found is None else str(found["id"]))
            self._platform.backend.note_change("segments.delete", segment)

    def _key(self, segment: str, stage: str) -> tuple[str, str]:
        environment = find_environment(self._platform, stage)
        found = self._platform.segments.named(environment.id, segment)
        return environment.id, segment if found is None else str(found["id"])


class AbTestOperations:
    """A/B tests: variants of a campaign or of its content, each for a share of the players."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def define(self, campaign_id: str, variants: Sequence[Mapping[str, Any]], content_id: str | None = None) -> str:
        """Test a campaign, or one piece of its content, in dev; players take part when it is shared again.

        Args:
            campaign_id: the campaign.
            variants: each `{"name": str, "percentage": int}`, all of them 100 together. One of them has
                `"control_group": True` and is the content as it is. Others have `"fields": {…}`, the fields of the
                content that they replace, or, when a campaign is tested, `"contents": [{"type", "delivery",
                "content"}, …]`, which they have in place of the campaign's.
            content_id: the content that is tested; None for the campaign.

        Returns:
            The id of the test.

        Raises:
            UnknownRecordError: (a KeyError) there is no such campaign or content.
            ScenarioError: (a ValueError) the variants are wrong, or do not add up.

        """
        found = campaign_id_of(self._platform, campaign_id)
        dev = self._platform.environments.dev.id
        return str(self._platform.ab_tests.define(dev, found, variants, content_id)["id"])

    def assigned(self, test_id: str, environment: str = "live") -> dict[str, int]:
        """How many players were shown each variant in an environment, by its name."""
        found = find_environment(self._platform, environment)
        names = {one["id"]: one["name"] for one in self._variants(found, test_id)}
        counts = self._platform.ab_tests.assigned(found.id, test_id)
        return {names[variant_id]: count for variant_id, count in counts.items()}

    def _variants(self, environment: Environment, test_id: str) -> list[Row]:
        variants: list[Row] = self._platform.ab_tests.get(environment.id, test_id)["variants"]
        return variants


def campaign_id_of(platform: Platform, given: str) -> str:
    """The id of a campaign that is called by its id or by that of its published content."""
    dev = platform.environments.dev.id
    published = published_campaign_id(given)
    return published if platform.campaigns.find(dev, published) is not None else given


def find_environment(platform: Platform, stage: str, field: str = "environment") -> Environment:
    """The environment of a key, or the default one of a type. FieldError when there is none."""
    found = platform.environments.of_stage(stage)
    if found is None:
        keys = platform.environments.keys()
        raise FieldError(
            field, f"there is no environment {stage!r}{did_you_mean(stage, keys)}: use {', '.join(keys)}"
        )
    return found
