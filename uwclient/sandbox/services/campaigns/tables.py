"""The tables of campaigns and of their content, in all environments, and a copy of them in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.collection import Collection, ListQuery, Page, Row
from uwclient.sandbox.core.errors import NotFound, did_you_mean
from uwclient.sandbox.services.campaigns.resources import CAMPAIGN, CONTENT


class CampaignTables:
    """Owns both tables; rows are found by environment and id."""

    def __init__(self, backend: Backend) -> None:
        self._campaigns = Collection(backend.storage, CAMPAIGN)
        self._contents = Collection(backend.storage, CONTENT)
        self._storage = backend.storage
        self.read()

    def read(self) -> None:
        """Read the copy in memory from the tables."""
        self._by_environment: dict[str, dict[str, Row]] = {}
        self._of_campaign: dict[tuple[str, str], list[Row]] = {}
        self._by_content_id: dict[tuple[str, str], list[Row]] = {}
        for row in self._campaigns.rows():
            self._by_environment.setdefault(row["environment_id"], {})[row["id"]] = row
        for row in self._contents.rows():
            self._keep_content(row)

    def all(self, environment_id: str) -> list[Row]:
        """The campaigns of an environment, in the order in which they came there."""
        return list(self._by_environment.get(environment_id, {}).values())

    def environment_ids(self) -> list[str]:
        """The environments in which there are campaigns."""
        return list(self._by_environment)

    def find(self, environment_id: str, campaign_id: str) -> Row | None:
        """The campaign of that id."""
        return self._by_environment.get(environment_id, {}).get(campaign_id)

    def get(self, environment_id: str, campaign_id: str) -> Row:
        """As `find`. NotFound when there is none."""
        found = self.find(environment_id, campaign_id)
        if found is None:
            close = did_you_mean(campaign_id, self._by_environment.get(environment_id, {}))
            raise NotFound(f"There is no campaign {campaign_id!r} here{close}.")
        return found

    def contents(self, environment_id: str, campaign_id: str) -> list[Row]:
        """The content of a campaign, in its order."""
        return self._of_campaign.get((environment_id, campaign_id), [])

    def contents_with_id(self, environment_id: str, content_id: str) -> list[Row]:
        """The content of that id in any campaign of an environment."""
        return self._by_content_id.get((environment_id, content_id), [])

    def page(self, environment_id: str, query: ListQuery, **keys: Any) -> Page:
        """What a client asks of the list of campaigns."""
        return self._campaigns.page(query, environment_id=environment_id, **keys)

    def put(self, environment_id: str, campaign_id: str, values: Mapping[str, Any]) -> Row:
        """Add a campaign, or replace columns of the one of that id."""
        old = self.find(environment_id, campaign_id)
        if old is None:
            row = self._campaigns.add({**values, "environment_id": environment_id, "id": campaign_id})
        else:
            row = {**old, **values}
            self._campaigns.update(old["number"], values)
        self._by_environment.setdefault(environment_id, {})[campaign_id] = row
        return row

    def remove(self, environment_id: str, campaign_id: str) -> None:
        """Remove a campaign with its content, if it is there."""
        if self._by_environment.get(environment_id, {}).pop(campaign_id, None) is not None:
            self._campaigns.remove(environment_id=environment_id, id=campaign_id)
        self.set_contents(environment_id, campaign_id, ())

    def add_content(self, environment_id: str, campaign_id: str, values: Mapping[str, Any]) -> Row:
        """Append content to a campaign."""
        row = self._contents.add({**values, "environment_id": environment_id, "campaign_id": campaign_id})
        self._keep_content(row)
        return row

    def update_content(self, row: Row, values: Mapping[str, Any]) -> Row:
        """Replace columns of content."""
        self._contents.update(row["number"], values)
        changed = {**row, **values}
        for listed in self._lists_with(row):
            listed[listed.index(row)] = changed
        return changed

    def remove_content(self, row: Row) -> None:
        """Remove content."""
        self._contents.remove(number=row["number"])
        for listed in self._lists_with(row):
            listed.remove(row)

    def set_contents(self, environment_id: str, campaign_id: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Replace all content of a campaign."""
        for row in list(self._of_campaign.get((environment_id, campaign_id), ())):
            self.remove_content(row)
        for values in rows:
            self.add_content(environment_id, campaign_id, values)

    def _keep_content(self, row: Row) -> None:
        self._of_campaign.setdefault((row["environment_id"], row["campaign_id"]), []).append(row)
        self._by_content_id.setdefault((row["environment_id"], row["id"]), []).append(row)

    def _lists_with(self, row: Row) -> tuple[list[Row], list[Row]]:
        """The lists in which content stands."""
        environment_id = row["environment_id"]
        return self._of_campaign[environment_id, row["campaign_id"]], self._by_content_id[environment_id, row["id"]]

    def reply(self, row: Row) -> Row:
        """The columns of a campaign that clients see."""
        return self._campaigns.reply(row)
