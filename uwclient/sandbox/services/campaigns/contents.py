"""The content of campaigns (section Content): messages, offers, events and the others, each in a campaign."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.collection import Row
from uwclient.sandbox.core.errors import NotFound, did_you_mean
from uwclient.sandbox.core.resource import Warn
from uwclient.sandbox.services.campaigns.editing import (
    content_values,
    copied_content,
    updated_content,
    with_question_ids,
)
from uwclient.sandbox.services.campaigns.references import References
from uwclient.sandbox.services.campaigns.requirements import problems_of
from uwclient.sandbox.services.campaigns.tables import CampaignTables
from uwclient.sandbox.services.campaigns.units import filled_unit
from uwclient.sandbox.services.catalogue.service import Catalogue


class Contents:
    """The content of the campaigns of all environments.

    Args:
        backend: what the services share.
        tables: where content stands.
        catalogue: what it can refer to.
        references: tells whether what it refers to is there.
        changed: called with the environment and the id of a campaign whose content has changed.

    """

    def __init__(
        self,
        backend: Backend,
        tables: CampaignTables,
        catalogue: Catalogue,
        references: References,
        changed: Callable[[str, str], None],
    ) -> None:
        self._backend = backend
        self._tables = tables
        self._catalogue = catalogue
        self._references = references
        self._changed = changed

    # Editing, in dev.

    def create(
        self, environment_id: str, campaign_id: str, given: Mapping[str, Any], warn: Warn | None = None
    ) -> Row:
        """Add content to a campaign.

        Args:
            environment_id: a dev environment.
            campaign_id: the campaign.
            given: the fields of `resources.CONTENT`.
            warn: told of what is taken though it is strange; None refuses it. What is missing, so that the campaign
                cannot run, is no error either way.

        Raises:
            NotFound: there is no such campaign.
            FieldError: a field is wrong.

        """
        with self._backend.lock, self._backend.storage.transaction():
            values = content_values(self._tables.get(environment_id, campaign_id), given, warn)
            self._check(environment_id, values, warn)
            self._fill_in_questions(values["content"], ())
            row = {**values, "id": self._backend.ids.uuid("content"), "session_fields": None}
            return self._add(environment_id, campaign_id, row, warn)

    def update(
        self,
        environment_id: str,
        campaign_id: str,
        content_id: str,
        given: Mapping[str, Any],
        warn: Warn | None = None,
    ) -> Row:
        """Replace fields of content, field by field below `delivery` and `content`; the rest as `create`."""
        with self._backend.lock, self._backend.storage.transaction():
            row = self.get(environment_id, campaign_id, content_id)
            values = updated_content(self._tables.get(environment_id, campaign_id), row, given, warn)
            self._check(environment_id, values, warn)
            self._fill_in_questions(values["content"], row["content"].get("questions") or ())
            made = self._tables.update_content(row, values)
            self._warn_of_problems(made, warn)
            self._changed(environment_id, campaign_id)
            return made

    def delete(self, environment_id: str, campaign_id: str, content_id: str) -> None:
        """Remove content. NotFound when there is none of that id."""
        with self._backend.lock, self._backend.storage.transaction():
            self._tables.remove_content(self.get(environment_id, campaign_id, content_id))
            self._changed(environment_id, campaign_id)

    def duplicate(self, environment_id: str, campaign_id: str, content_id: str) -> Row:
        """A copy of content, in the same campaign, under a new id."""
        with self._backend.lock, self._backend.storage.transaction():
            values = copied_content(self.get(environment_id, campaign_id, content_id))
            name = values["content"].get("name") or content_id
            values["content"] = {**values["content"], "name": f"{name} (Duplicate)"}
            row = {**values, "id": self._backend.ids.uuid("content")}
            return self._add(environment_id, campaign_id, row, None)

    # Looking.

    def of(self, environment_id: str, campaign_id: str) -> list[Row]:
        """The content of a campaign, in its order."""
        return list(self._tables.contents(environment_id, campaign_id))

    def get(self, environment_id: str, campaign_id: str, content_id: str) -> Row:
        """The content of that id. NotFound when the campaign has none."""
        rows = self._tables.contents(environment_id, campaign_id)
        for row in rows:
            if row["id"] == content_id:
                return row
        close = did_you_mean(content_id, [row["id"] for row in rows])
        raise NotFound(f"The campaign has no content {content_id!r}{close}.")

    def reply(self, row: Row) -> Row:
        """Content as clients see it: the units of an offer with what the catalogue says of them."""
        units = row["content"].get("bundle_units")
        if not units:
            return row
        find_currency, find_item = self._catalogue.currencies.find, self._catalogue.items.find
        filled = [filled_unit(unit, find_currency, find_item) for unit in units]
        return {**row, "content": {**row["content"], "bundle_units": filled}}

    def with_id(self, environment_id: str, content_id: str) -> list[Row]:
        """The content of that id in any campaign of an environment."""
        return list(self._tables.contents_with_id(environment_id, content_id))

    def problems(self, environment_id: str, campaign_id: str) -> list[str]:
        """Sentences about the content of a campaign that cannot be delivered."""
        return [
            f"{content['id']}: {problem}"
            for content in self._tables.contents(environment_id, campaign_id)
            for problem in problems_of(content, self._catalogue)
        ]

    # What is published, checked already.

    def put_all(self, environment_id: str, campaign_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Replace all content of a campaign."""
        with self._backend.lock, self._backend.storage.transaction():
            self._tables.set_contents(environment_id, campaign_id, rows)
            self._changed(environment_id, campaign_id)

    def rewrite(self, row: Row, values: Mapping[str, Any]) -> None:
        """Replace columns of content."""
        with self._backend.lock, self._backend.storage.transaction():
            self._tables.update_content(row, values)
            self._changed(row["environment_id"], row["campaign_id"])

    def _add(self, environment_id: str, campaign_id: str, row: Mapping[str, Any], warn: Warn | None) -> Row:
        made = self._tables.add_content(environment_id, campaign_id, row)
        self._warn_of_problems(made, warn)
        self._changed(environment_id, campaign_id)
        return made

    def _fill_in_questions(self, content: dict[str, Any], before: Sequence[Mapping[str, Any]]) -> None:
        """Give the questions of a survey that have no id the one that they had, or a new one."""
        if content.get("questions"):
            new_id = partial(self._backend.ids.uuid, "question")
            content["questions"] = with_question_ids(content["questions"], before, new_id)

    def _check(self, environment_id: str, values: Mapping[str, Any], warn: Warn | None) -> None:
        named = values["delivery"].get("segment_ids") or ()
        self._references.check_segments(environment_id, named, ("delivery", "segment_ids"), warn)

    def _warn_of_problems(self, content: Row, warn: Warn | None) -> None:
        for problem in problems_of(content, self._catalogue):
            if warn is not None:
                warn(f"{problem}: the campaign cannot run before that is mended.")
