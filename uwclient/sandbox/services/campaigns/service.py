"""Campaigns with their content (sections Campaigns and Content).

Rows of dev environments are edited; those of the others are copies that a release put there, and only their state
changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from uwclient.sandbox.core.apps import id_named
from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.collection import ListQuery, Page, Row
from uwclient.sandbox.core.resource import CREATE, UPDATE, Warn, read_fields
from uwclient.sandbox.core.times import from_milliseconds
from uwclient.sandbox.services.campaigns.contents import Contents
from uwclient.sandbox.services.campaigns.editing import copied_content, with_end_tz, with_quota
from uwclient.sandbox.services.campaigns.life import (
    ATTENTION,
    COMPLETED,
    DRAFT,
    PAUSED,
    RUNNING,
    check_step,
    ends_everywhere,
    state_at,
)
from uwclient.sandbox.services.campaigns.references import References
from uwclient.sandbox.services.campaigns.resources import CAMPAIGN, check_times
from uwclient.sandbox.services.campaigns.tables import CampaignTables
from uwclient.sandbox.services.catalogue.service import Catalogue
from uwclient.sandbox.services.segments.service import Segments

ON_DUPLICATE = ("description", "category_id", "delivery_type", "start_at", "start_at_tz", "end_at", "end_at_tz")
FROZEN = (
    "app_id",
    "name",
    *ON_DUPLICATE,
    "ui_schedule_in_timezone",
    "trigger",
    "quota",
    "tags",
    "segment_ids",
)
"""The columns of a campaign that a release freezes."""
FROZEN_CONTENT = ("id", "type", "delivery", "content", "session_fields")
"""The columns of content that a release freezes."""

_END = "campaign ends"
"""The action of the schedule that completes a campaign."""

StateListener = Callable[[Row, str], None]
"""Told a campaign's row after its state changed, and the state before."""


class Campaigns:
    """The campaigns of all environments.

    Attributes:
        contents: their content.

    """

    def __init__(self, backend: Backend, segments: Segments, catalogue: Catalogue) -> None:
        self._backend = backend
        self._tables = CampaignTables(backend)
        self._references = References(segments, catalogue)
        self.contents = Contents(backend, self._tables, catalogue, self._references, self._changed)
        self._change_listeners: list[Callable[[str, str], None]] = []
        self._state_listeners: list[StateListener] = []
        catalogue.on_change(self._settle_after_catalogue)
        backend.on_restore(self._tables.read)
        backend.schedule.on(_END, self._end)

    def on_change(self, listener: Callable[[str, str], None]) -> None:
        """Call `listener` with the environment and the id of each campaign that players may see otherwise now."""
        self._change_listeners.append(listener)

    def on_state_change(self, listener: StateListener) -> None:
        """Call `listener` after each change of a campaign's state, whatever caused it."""
        self._state_listeners.append(listener)

    # Campaigns.

    def create(self, environment_id: str, given: Mapping[str, Any], warn: Warn | None = None) -> Row:
        """Make a campaign, a draft. FieldError when a field is wrong."""
        values = self._read(environment_id, given, None, warn)
        return self.put(environment_id, self._backend.ids.uuid("campaign"), values)

    def update(
        self, environment_id: str, campaign_id: str, given: Mapping[str, Any], warn: Warn | None = None
    ) -> Row:
        """Replace fields of a campaign. NotFound when there is none of that id, FieldError when a field is wrong."""
        with self._backend.lock:
            values = self._read(environment_id, given, self.get(environment_id, campaign_id), warn)
            return self.put(environment_id, campaign_id, values)

    def delete(self, environment_id: str, campaign_id: str) -> None:
        """Remove a campaign with its content from an environment. NotFound when there is none of that id."""
        with self._backend.lock, self._backend.storage.transaction():
            self.get(environment_id, campaign_id)
            self.remove(environment_id, campaign_id)

    def duplicate(self, environment_id: str, campaign_id: str) -> Row:
        """A draft with the settings and the content of a campaign, under new ids."""
        with self._backend.lock, self._backend.storage.transaction():
            old = self.get(environment_id, campaign_id)
            values = {name: old[name] for name in FROZEN}
            copy = self.put(
                environment_id,
                self._backend.ids.uuid("campaign"),
                {**values, "name": f"{old['name']} (Duplicate)"},
            )
            for content in self.contents.of(environment_id, campaign_id):
                new_id = self._backend.ids.uuid("content")
                self._tables.add_content(environment_id, copy["id"], {**copied_content(content), "id": new_id})
            return copy

    def set_trigger(
        self, environment_id: str, campaign_id: str, trigger: Any, quota: Mapping[str, Any] | None = None
    ) -> Row:
        """Set what triggers a campaign, and how often it may be triggered."""
        with self._backend.lock:
            self.get(environment_id, campaign_id)
            values = {"trigger": trigger, "quota": None if quota is None else dict(quota)}
            return self.put(environment_id, campaign_id, values)

    # Looking.

    def find(self, environment_id: str, campaign_id: str) -> Row | None:
        """The campaign of that id, its state as of when it was looked at last."""
        return self._tables.find(environment_id, campaign_id)

    def get(self, environment_id: str, campaign_id: str) -> Row:
        """The campaign of that id, its state as of now. NotFound when there is none."""
        with self._backend.lock:
            self._backend.catch_up()
            return self._settle(self._tables.get(environment_id, campaign_id))

    def all(self, environment_id: str) -> list[Row]:
        """The campaigns of an environment, in the order in which they came there."""
        return self._tables.all(environment_id)

    def environment_ids(self) -> list[str]:
        """The environments in which there are campaigns."""
        return self._tables.environment_ids()

    def page(self, environment_id: str, query: ListQuery, **keys: Any) -> Page:
        """What a client asks of the list of an environment; states are as of now."""
        with self._backend.lock:
            self._backend.catch_up()
            for row in self._tables.all(environment_id):
                self._settle(row)
            return self._tables.page(environment_id, query, **keys)

    def reply(self, row: Row) -> Row:
        """The columns of a campaign that clients see."""
        return self._tables.reply(row)

    # Life.

    def run(self, environment_id: str, campaign_id: str) -> None:
        """Start a campaign, or go on with one that is paused. FieldError when it is completed."""
        self._live(environment_id, campaign_id, RUNNING)

    def pause(self, environment_id: str, campaign_id: str) -> None:
        """Take the content of a running campaign away until it is run again. FieldError when it is not running."""
        self._live(environment_id, campaign_id, PAUSED)

    def complete(self, environment_id: str, campaign_id: str) -> None:
        """End a campaign for good. FieldError when it never ran."""
        self._live(environment_id, campaign_id, COMPLETED)

    # Releases, and what is published as players see it.

    def put(self, environment_id: str, campaign_id: str, values: Mapping[str, Any]) -> Row:
        """Add a campaign, or replace columns of the one of that id; the values are checked already."""
        with self._backend.lock:
            now = self._backend.now()
            old = self._tables.find(environment_id, campaign_id)
            stamps = {"updated_at": now} if old else {"created_at": now, "updated_at": now}
            row = {**(old or CAMPAIGN.defaults), **values}
            if row["start_at_tz"] == row["end_at_tz"]:
                check_times(row["start_at"], row["end_at"])
            return self._write(environment_id, campaign_id, {**stamps, **values})

    def snapshot(self, environment_id: str, campaign_id: str) -> dict[str, Any] | None:
        """What a release freezes of a campaign; None when there is none of that id."""
        row = self._tables.find(environment_id, campaign_id)
        if row is None:
            return None
        contents = self._tables.contents(environment_id, campaign_id)
        return {
            "id": campaign_id,
            "campaign": {name: row[name] for name in FROZEN},
            "contents": [{name: one[name] for name in FROZEN_CONTENT} for one in contents],
        }

    def place(self, environment_id: str, snapshot: Mapping[str, Any], release_number: int, *, run: bool) -> None:
        """Put what a release froze into its environment; the campaign's state stays, unless it is to run.

        FieldError when it is to run, but is completed.
        """
        campaign_id = snapshot["id"]
        with self._backend.lock, self._backend.storage.transaction():
            values = {**snapshot["campaign"], "release_number": release_number}
            if run:
                values |= self._step(environment_id, campaign_id, RUNNING)
            self._tables.set_contents(environment_id, campaign_id, snapshot["contents"])
            self.put(environment_id, campaign_id, values)

    def remove(self, environment_id: str, campaign_id: str) -> None:
        """Take a campaign out of an environment, if it is there."""
        with self._backend.lock, self._backend.storage.transaction():
            self._tables.remove(environment_id, campaign_id)
            self._changed(environment_id, campaign_id)

    def schedule_ends(self) -> None:
        """See to it that each running campaign is completed at its end, after somebody else wrote the tables."""
        self._backend.schedule.remove(_END)
        for environment_id in self._tables.environment_ids():
            for row in self._tables.all(environment_id):
                self._schedule_end(CAMPAIGN.defaults, row)

    def _read(
        self, environment_id: str, given: Mapping[str, Any], old: Row | None, warn: Warn | None
    ) -> dict[str, Any]:
        """The columns that a client gives, of a new campaign (None) or of one that is there."""
        values = read_fields(CAMPAIGN.fields, given, CREATE if old is None else UPDATE, warn)
        self._references.check_campaign(environment_id, values, warn)
        return with_quota(with_end_tz(values, (old or CAMPAIGN.defaults)["start_at_tz"], warn), warn)

    # How states come about.

    def _live(self, environment_id: str, campaign_id: str, wanted: str) -> None:
        with self._backend.lock:
            self.get(environment_id, campaign_id)
            self._write(environment_id, campaign_id, self._step(environment_id, campaign_id, wanted))

    def _step(self, environment_id: str, campaign_id: str, wanted: str) -> dict[str, Any]:
        """The columns of a campaign that becomes what is wanted. FieldError when it cannot."""
        row = self._tables.find(environment_id, campaign_id) or CAMPAIGN.defaults
        check_step(row["state"], wanted)
        is_first = wanted == RUNNING and row["ran_at"] is None
        ran_at = self._backend.now() // 1000 * 1000  # clients that know the time from Date see it in the past
        return {"wanted": wanted, **({"ran_at": ran_at} if is_first else {})}

    def _changed(self, environment_id: str, campaign_id: str) -> None:
        """What follows when the content of a campaign has changed."""
        if self._tables.find(environment_id, campaign_id) is not None:
            self._write(environment_id, campaign_id, {})
        else:
            self._tell(environment_id, campaign_id)

    def _write(self, environment_id: str, campaign_id: str, values: Mapping[str, Any]) -> Row:
        """Replace columns of a campaign; its state follows, and listeners are told."""
        with self._backend.storage.transaction():
            old = self._tables.find(environment_id, campaign_id) or CAMPAIGN.defaults
            whole = {**old, **values, "environment_id": environment_id, "id": campaign_id}
            state, before = self._state(whole), old["state"]
            if state != before:
                values = {**values, "state": state, "previous_state": before}
            row = self._tables.put(environment_id, campaign_id, values)
            self._schedule_end(old, row)
            if state != before:
                for listener in self._state_listeners:
                    listener(row, before)
            self._tell(environment_id, campaign_id)
            return row

    def _tell(self, environment_id: str, campaign_id: str) -> None:
        for listener in self._change_listeners:
            listener(environment_id, campaign_id)

    def _state(self, row: Row) -> str:
        """The state that a campaign has now."""
        has_problems = row["wanted"] == RUNNING and bool(self.contents.problems(row["environment_id"], row["id"]))
        return state_at(row, has_problems, self._backend.now())

    def _settle(self, row: Row) -> Row:
        """The row with the state that it has now; listeners are told of a change."""
        if row["wanted"] == DRAFT or self._state(row) == row["state"]:
            return row
        return self._write(row["environment_id"], row["id"], {})

    def _settle_after_catalogue(self, removed: bool) -> None:
        """What is new in the catalogue can only end a need for attention, what was removed only cause one."""
        before = RUNNING if removed else ATTENTION
        for environment_id in self._tables.environment_ids():
            for row in self._tables.all(environment_id):
                if row["state"] == before:
                    self._settle(row)

    def _schedule_end(self, old: Mapping[str, Any], row: Row) -> None:
        """See to it that listeners are told when a campaign is over, unless that is seen to already."""
        end = ends_everywhere(row) if row["wanted"] == RUNNING else None
        known = ends_everywhere(old) if old["wanted"] == RUNNING else None
        if end is not None and end != known and end > self._backend.now():
            self._backend.schedule.add(from_milliseconds(end), _END, [row["environment_id"], row["id"]])

    def _end(self, key: Sequence[str]) -> None:
        row = self._tables.find(*key)
        if row is not None:
            with self._backend.revisions.untold():  # what players see follows from times, and from what is wanted
                self._settle(row)


def published_campaign_id(content_id: str) -> str:
    """The id of the campaign that is made for content that is published on its own."""
    return id_named(f"campaign/{content_id}")
