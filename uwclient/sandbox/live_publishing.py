"""Publishing content, campaigns and segments from Python, as scenarios do from YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from uwclient.sandbox.platform import Platform


class LivePublishing:
    """The part of a sandbox that publishes: each piece becomes a campaign, which is shared and run at once."""

    _platform: Platform

    def publish(
        self,
        kind: str,
        /,
        *,
        id: str | None = None,
        start_at: str | datetime | None = None,
        end_at: str | datetime | None = None,
        segments: Sequence[str] = (),
        environments: Sequence[str] = (),
        **fields: Any,
    ) -> str:
        """Publish scheduled content (section Scheduled Campaigns).

        Args:
            kind: events, messages, offers, remote_configs or surveys.
            id: the content's id; None for a new one.
            start_at: when it starts: ISO 8601, a datetime, or relative to now on the sandbox's clock, such as "+10s"
                or "+1h30m"; None for now.
            end_at: when it ends, likewise; None for never.
            segments: names of segments whose players see it; empty for everybody.
            environments: keys of environments in which it is seen; empty for all, later ones too.
            **fields: the fields that players are sent, as a scenario's: `name`, `title`, `data`, `items`,
                `start_at_tz`, … With `percent`, so many of a hundred players see it, always the same ones. For
                surveys also `questions`, a list of
                `{"id": str, "type": str, "text": str, "options": [str], "required": bool, "scale": int}`, of which
                `type` and `text` are required.

        Returns:
            The content's id.

        Raises:
            ScenarioError: (a ValueError) a field is wrong, or there is content of that id.

        """
        given = {"id": id, "start_at": start_at, "end_at": end_at, **fields}
        fields = {**given, "segments": list(segments), "environments": list(environments)}
        return self._noted("publish", self._platform.publishing.publish(kind, fields))

    def change(self, content_id: str, /, **fields: Any) -> None:
        """Replace fields of published content, as players see it from their next request on.

        Args:
            content_id: which content.
            **fields: the fields to replace, as `publish` takes them, times and segments included; relative times
                count from now.

        Raises:
            UnknownRecordError: (a KeyError) there is no content of that id.
            ScenarioError: (a ValueError) a field is wrong.

        """
        self._platform.publishing.change(content_id, fields)
        self._noted("change", content_id)

    def withdraw(self, content_id: str) -> None:
        """Take content away. UnknownRecordError (a KeyError) when there is none of that id."""
        self._platform.publishing.withdraw(content_id)
        self._noted("withdraw", content_id)

    def publish_campaign(
        self,
        *,
        trigger: Any,
        id: str | None = None,
        name: str | None = None,
        quota: Mapping[str, Any] | None = None,
        segments: Sequence[str] = (),
        environments: Sequence[str] = (),
        percent: int | None = None,
        events: Sequence[Mapping[str, Any]] = (),
        messages: Sequence[Mapping[str, Any]] = (),
        offers: Sequence[Mapping[str, Any]] = (),
        remote_configs: Sequence[Mapping[str, Any]] = (),
        surveys: Sequence[Mapping[str, Any]] = (),
    ) -> str:
        """Publish a triggered campaign (section Triggered Campaigns); players see it at their next request.

        Args:
            trigger: `{"type": str, "logic": {…}}`, sent to players as it is, valid or not. By type, the logic is
                `{"external_event_id": str, "event_attributes": [CONDITION, …]}` for "event_trigger",
                a CONDITION for "attribute_trigger", and
                `{"region_name": str, "metadata": [CONDITION, …]}` for "region_trigger", where a CONDITION is
                `{"attribute_name": str, "operator": str, "values": list, "data_type": str}`, in metadata with
                `metadata_name` as its first key. Operators: equal, greater_than, less_than, contain, between.
            id: the campaign's id; None for a new one.
            name: its name; None for the id.
            quota: `{"total_triggers": int, "session_triggers": int, "trigger_cooldown_seconds": float}`; a key that
                is missing or None has no limit, None has none at all.
            segments: names of segments whose players can trigger it; empty for everybody.
            environments: keys of environments in which it runs; empty for all, later ones too.
            percent: how many of a hundred players can trigger it, always the same ones; None for all.
            events: the content that a trigger starts, each a mapping of the fields that `publish` takes, with
                `id`, but without times, segments and environments.
            messages: likewise.
            offers: likewise.
            remote_configs: likewise.
            surveys: likewise.

        Returns:
            The campaign's id.

        Raises:
            ScenarioError: (a ValueError) a field is wrong, or there is a campaign of that id.

        """
        published = self._platform.publishing.publish_campaign(
            {
                "id": id,
                "name": name,
                "trigger": trigger,
                "quota": quota,
                "segments": list(segments),
                "environments": list(environments),
                "percent": percent,
                "events": events,
                "messages": messages,
                "offers": offers,
                "remote_configs": remote_configs,
                "surveys": surveys,
            }
        )
        return self._noted("publish_campaign", published)

    def withdraw_campaign(self, campaign_id: str) -> None:
        """Take a campaign away. UnknownRecordError (a KeyError) when there is none of that id."""
        self._platform.publishing.withdraw_campaign(campaign_id)
        self._noted("withdraw_campaign", campaign_id)

    def define_segment(
        self,
        name: str,
        *,
        attributes: Sequence[Mapping[str, Any]] = (),
        players: Sequence[str] = (),
        events: Sequence[Mapping[str, Any]] = (),
        exclude: Sequence[str] = (),
    ) -> None:
        """Add or replace a segment (guide: Segment Targeting); sessions follow when they start or refresh.

        Args:
            name: the segment's name, by which content refers to it.
            attributes: conditions, joined from left to right: `{"name": str, "operator": str, "values": list,
                "group_logical_operator": "and" or "or"}`, the last of which is optional and counts from the second
                condition on. Operators: equal and contain (any of the values), greater_than and less_than
                (one value), between (two values).
            players: ids of players who are in it whatever their attributes.
            events: groups of what players did, joined as conditions are: `{"logical_operator": "and", "or" or "not",
                "event_sets": [{"event_id": str, "attributes": [CONDITION, …]}], "group_logical_operator": …}`. With
                attributes as well, both must hold.
            exclude: ids of players who are never in it.

        Raises:
            ScenarioError: (a ValueError) a condition is wrong, or there are no attributes, players or events.

        """
        fields = {"attributes": attributes, "players": players, "events": events, "exclude": exclude}
        self._platform.publishing.define_segment(name, fields)
        self._noted("define_segment", name)

    def _noted(self, what: str, about: str) -> str:
        """Tell of a change; returns what it was about."""
        self._platform.backend.note_change(what, about)
        return about
