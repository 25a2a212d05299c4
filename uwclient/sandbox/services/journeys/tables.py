"""The tables of journeys, steps and edges, in all environments, and a copy of them in memory to decide from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.collection import Collection, ListQuery, Page, Row
from uwclient.sandbox.core.errors import NotFound, did_you_mean
from uwclient.sandbox.core.resource import Resource
from uwclient.sandbox.services.journeys.resources import EDGE, JOURNEY, STEP

_Key = tuple[str, str]
"""An environment and a journey in it."""


class Parts:
    """The steps, or the edges, of all journeys; of one journey, by id and in their order."""

    def __init__(self, backend: Backend, resource: Resource) -> None:
        self._table = Collection(backend.storage, resource)
        self.read()

    def read(self) -> None:
        """Read the copy in memory from the table."""
        self._of: dict[_Key, dict[str, Row]] = {}
        for row in self._table.rows():
            self._of.setdefault((row["environment_id"], row["journey_id"]), {})[row["id"]] = row

    def of(self, environment_id: str, journey_id: str) -> dict[str, Row]:
        """Those of a journey, by id."""
        return dict(self._of.get((environment_id, journey_id), {}))

    def add(self, environment_id: str, journey_id: str, values: Mapping[str, Any]) -> Row:
        """Add one to a journey."""
        row = self._table.add({**values, "environment_id": environment_id, "journey_id": journey_id})
        self._of.setdefault((environment_id, journey_id), {})[row["id"]] = row
        return row

    def update(self, row: Row, values: Mapping[str, Any]) -> Row:
        """Replace columns of one."""
        self._table.update(row["number"], values)
        changed = {**row, **values}
        self._of[row["environment_id"], row["journey_id"]][row["id"]] = changed
        return changed

    def remove(self, row: Row) -> None:
        """Remove one."""
        self._table.remove(number=row["number"])
        del self._of[row["environment_id"], row["journey_id"]][row["id"]]

    def set(self, environment_id: str, journey_id: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Replace all of a journey."""
        self._table.remove(environment_id=environment_id, journey_id=journey_id)
        self._of.pop((environment_id, journey_id), None)
        for values in rows:
            self.add(environment_id, journey_id, values)

    def reply(self, row: Row) -> Row:
        """The columns that clients see."""
        return self._table.reply(row)


class JourneyTables:
    """Owns the tables; a journey is found by its environment and id.

    Attributes:
        steps: the steps of all journeys.
        edges: their edges.

    """

    def __init__(self, backend: Backend) -> None:
        self._journeys = Collection(backend.storage, JOURNEY)
        self.steps = Parts(backend, STEP)
        self.edges = Parts(backend, EDGE)
        self._read_journeys()

    def read(self) -> None:
        """Read the copies in memory from the tables."""
        self._read_journeys()
        self.steps.read()
        self.edges.read()

    def _read_journeys(self) -> None:
        self._by_environment: dict[str, dict[str, Row]] = {}
        for row in self._journeys.rows():
            self._by_environment.setdefault(row["environment_id"], {})[row["id"]] = row

    def all(self, environment_id: str) -> list[Row]:
        """The journeys of an environment, in the order in which they came there."""
        return list(self._by_environment.get(environment_id, {}).values())

    def find(self, environment_id: str, journey_id: str) -> Row | None:
        """The journey of that id."""
        return self._by_environment.get(environment_id, {}).get(journey_id)

    def get(self, environment_id: str, journey_id: str) -> Row:
        """As `find`. NotFound when there is none."""
        found = self.find(environment_id, journey_id)
        if found is None:
            close = did_you_mean(journey_id, self._by_environment.get(environment_id, {}))
            raise NotFound(f"There is no journey {journey_id!r} here{close}.")
        return found

    def page(self, environment_id: str, query: ListQuery) -> Page:
        """What a client asks of the list of journeys."""
        return self._journeys.page(query, environment_id=environment_id)

    def put(self, environment_id: str, journey_id: str, values: Mapping[str, Any]) -> Row:
        """Add a journey, or replace columns of the one of that id."""
        old = self.find(environment_id, journey_id)
        if old is None:
            row = self._journeys.add({**values, "environment_id": environment_id, "id": journey_id})
        else:
            row = {**old, **values}
            self._journeys.update(old["number"], values)
        self._by_environment.setdefault(environment_id, {})[journey_id] = row
        return row

    def remove(self, environment_id: str, journey_id: str) -> None:
        """Remove a journey with its steps and edges, if it is there."""
        if self._by_environment.get(environment_id, {}).pop(journey_id, None) is not None:
            self._journeys.remove(environment_id=environment_id, id=journey_id)
        self.steps.set(environment_id, journey_id, ())
        self.edges.set(environment_id, journey_id, ())

    def reply(self, row: Row) -> Row:
        """The columns of a journey that clients see."""
        return self._journeys.reply(row)
