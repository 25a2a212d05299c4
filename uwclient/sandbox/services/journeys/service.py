"""Journeys with their steps and edges (sections Journeys and Journey Steps).

Journeys of dev environments are edited; those of the others are copies that a release put there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.collection import ListQuery, Page, Row
from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.resource import CREATE, UPDATE, Warn, read_fields
from uwclient.sandbox.services.catalogue.service import Catalogue
from uwclient.sandbox.services.environments.service import Environments
from uwclient.sandbox.services.journeys.references import References
from uwclient.sandbox.services.journeys.resources import (
    FROZEN,
    FROZEN_EDGE,
    FROZEN_STEP,
    JOURNEY,
    RULES,
)
from uwclient.sandbox.services.journeys.spelling import reply_spelling
from uwclient.sandbox.services.journeys.steps import Steps
from uwclient.sandbox.services.journeys.tables import JourneyTables
from uwclient.sandbox.services.journeys.written import WrittenJourney
from uwclient.sandbox.services.segments.service import Segments


class Journeys:
    """The journeys of all environments.

    Attributes:
        steps: their steps, with the edges that lead to them.

    """

    def __init__(
        self, backend: Backend, environments: Environments, segments: Segments, catalogue: Catalogue
    ) -> None:
        self._backend = backend
        self._environments = environments
        self._tables = JourneyTables(backend)
        self._references = References(segments, catalogue, self._has)
        self.steps = Steps(backend, self._tables, self._references, self._check_editable, self._touch)
        self._removal_listeners: list[Callable[[str, str], None]] = []
        backend.on_restore(self._tables.read)

    def on_removal(self, listener: Callable[[str, str], None]) -> None:
        """Call `listener` with the environment and the id of each journey that leaves it."""
        self._removal_listeners.append(listener)

    # Editing, in dev.

    def create(self, environment_id: str, given: Mapping[str, Any], warn: Warn | None = None) -> Row:
        """Make a journey.

        Args:
            environment_id: a dev environment.
            given: its fields, in the spelling of requests or of replies.
            warn: told of what is taken though it is strange; None refuses it.

        Raises:
            FieldError: a field is wrong, or the environment is not a dev one.

        """
        with self._backend.lock, self._backend.storage.transaction():
            return self._write(environment_id, self._backend.ids.uuid("journey"), given, CREATE, warn)

    def update(self, environment_id: str, journey_id: str, given: Mapping[str, Any], warn: Warn | None = None) -> Row:
        """Replace fields of a journey, field by field below the three rules; NotFound without it, or as `create`."""
        with self._backend.lock, self._backend.storage.transaction():
            self.get(environment_id, journey_id)
            return self._write(environment_id, journey_id, given, UPDATE, warn)

    def put_whole(self, environment_id: str, journey: WrittenJourney) -> None:
        """Make a journey with its steps under ids of the caller's, or replace the one of that id.

        What it refers to need not be there. FieldError when the steps and edges do not go together.
        """
        with self._backend.lock, self._backend.storage.transaction():
            self._tables.remove(environment_id, journey.id)
            self._write(environment_id, journey.id, journey.fields, CREATE, _ignore)
            for step_id, step in journey.steps.items():
                self.steps.put(environment_id, journey.id, step_id, step)
            for step_id, edges in journey.edges.items():
                self.steps.update(environment_id, journey.id, step_id, {"incoming_edges": {"create": edges}}, _ignore)

    def set_everywhere(self, environment_id: str, journey_id: str, *, everywhere: bool) -> None:
        """Say whether environments that are made later get a journey, too."""
        self._tables.put(environment_id, journey_id, {"everywhere": everywhere})

    def remove(self, environment_id: str, journey_id: str) -> None:
        """Take a journey with its steps out of an environment, if it is there."""
        with self._backend.lock, self._backend.storage.transaction():
            self._tables.remove(environment_id, journey_id)
            for listener in self._removal_listeners:
                listener(environment_id, journey_id)

    # Looking.

    def find(self, environment_id: str, journey_id: str) -> Row | None:
        """The journey of that id."""
        return self._tables.find(environment_id, journey_id)

    def get(self, environment_id: str, journey_id: str) -> Row:
        """The journey of that id. NotFound when there is none."""
        return self._tables.get(environment_id, journey_id)

    def all(self, environment_id: str) -> list[Row]:
        """The journeys of an environment, in the order in which they came there."""
        return self._tables.all(environment_id)

    def page(self, environment_id: str, query: ListQuery) -> Page:
        """What a client asks of the list of an environment."""
        return self._tables.page(environment_id, query)

    def reply(self, row: Row) -> dict[str, Any]:
        """What clients see of a journey, but for where it is shared."""
        environment_id, journey_id = row["environment_id"], row["id"]
        environment = self._environments.get(environment_id)
        tables = self._tables
        return {
            **tables.reply(row),
            "environment_type": environment.type,
            "environment_key": environment.key,
            "steps": [tables.steps.reply(one) for one in tables.steps.of(environment_id, journey_id).values()],
            "edges": [tables.edges.reply(one) for one in tables.edges.of(environment_id, journey_id).values()],
        }

    # Releases.

    def snapshot(self, environment_id: str, journey_id: str) -> dict[str, Any] | None:
        """What a release freezes of a journey; None when there is none of that id."""
        row = self._tables.find(environment_id, journey_id)
        if row is None:
            return None
        steps = self._tables.steps.of(environment_id, journey_id).values()
        edges = self._tables.edges.of(environment_id, journey_id).values()
        return {
            "id": journey_id,
            "journey": {name: row[name] for name in FROZEN},
            "steps": [{name: one[name] for name in FROZEN_STEP} for one in steps],
            "edges": [{name: one[name] for name in FROZEN_EDGE} for one in edges],
        }

    def place(self, environment_id: str, snapshot: Mapping[str, Any], release_number: int) -> None:
        """Put what a release froze into its environment."""
        with self._backend.lock, self._backend.storage.transaction():
            journey_id = snapshot["id"]
            self._put(environment_id, journey_id, {**snapshot["journey"], "release_number": release_number})
            self._tables.steps.set(environment_id, journey_id, snapshot["steps"])
            self._tables.edges.set(environment_id, journey_id, snapshot["edges"])

    def content_problems(self, step: Mapping[str, Any]) -> list[str]:
        """Sentences about what keeps the content of a step from being delivered."""
        return self._references.content_problems(step)

    # How it is done.

    def _write(
        self, environment_id: str, journey_id: str, given: Mapping[str, Any], operation: str, warn: Warn | None
    ) -> Row:
        self._check_editable(environment_id)
        values = read_fields(JOURNEY.fields, reply_spelling(given), operation, warn)
        old = self._tables.find(environment_id, journey_id) or JOURNEY.defaults
        for name in RULES:
            values[name] = {**old[name], **values.get(name, {})}
        self._references.check_journey(environment_id, values, warn)
        return self._put(environment_id, journey_id, values)

    def _check_editable(self, environment_id: str) -> None:
        """FieldError for an environment in which nothing is edited; NotFound when there is none of that id."""
        environment = self._environments.get(environment_id)
        if environment.has_players:
            raise FieldError(
                "environment_id",
                f"{environment.key!r} is of type {environment.type}: edit journeys in dev, and share them from there",
            )

    def _put(self, environment_id: str, journey_id: str, values: Mapping[str, Any]) -> Row:
        now = self._backend.now()
        is_new = self._tables.find(environment_id, journey_id) is None
        stamps = {"created_at": now, "updated_at": now} if is_new else {"updated_at": now}
        return self._tables.put(environment_id, journey_id, {**stamps, **values})

    def _touch(self, environment_id: str, journey_id: str) -> None:
        """Steps of a journey have changed."""
        self._tables.put(environment_id, journey_id, {"updated_at": self._backend.now()})

    def _has(self, environment_id: str, journey_id: str) -> bool:
        return self._tables.find(environment_id, journey_id) is not None


def _ignore(warning: str) -> None:
    """Takes a warning that is meant for nobody."""
