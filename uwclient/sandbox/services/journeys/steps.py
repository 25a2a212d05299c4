"""The steps of journeys, and the edges that lead to them (section Journey Steps)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.collection import Row
from uwclient.sandbox.core.errors import FieldError, NotFound, did_you_mean
from uwclient.sandbox.core.resource import CREATE, UPDATE, Warn, read_fields, shown
from uwclient.sandbox.services.journeys.references import References
from uwclient.sandbox.services.journeys.resources import EXIT, STEP
from uwclient.sandbox.services.journeys.step_configs import (
    check_advancement,
    edge_type_from,
    kind_of,
    read_config,
    read_edge_config,
)
from uwclient.sandbox.services.journeys.tables import JourneyTables

_EDGES = "incoming_edges"
_CREATE_KEYS = ("from_id", "type_config")
_NOTHING: tuple[Any, ...] = ("", None, {}, [])


class Steps:
    """The steps and edges of the journeys of all environments.

    Args:
        backend: what the services share.
        tables: where they stand.
        references: tells whether what they refer to is there.
        check_editable: raises a FieldError for an environment in which nothing is edited.
        changed: called with the environment and the id of a journey whose steps have changed.

    """

    def __init__(
        self,
        backend: Backend,
        tables: JourneyTables,
        references: References,
        check_editable: Callable[[str], None],
        changed: Callable[[str, str], None],
    ) -> None:
        self._backend = backend
        self._tables = tables
        self._references = references
        self._check_editable = check_editable
        self._changed = changed

    # Editing, in dev.

    def create(self, environment_id: str, journey_id: str, given: Mapping[str, Any], warn: Warn | None = None) -> Row:
        """Add a step to a journey, and edges that lead to it.

        Args:
            environment_id: a dev environment.
            journey_id: the journey.
            given: the fields of `resources.STEP`, and `incoming_edges: {create: {from_id, type_config}}`, or a list
                of these; `from_id: null` makes an entry edge. Without any, the first step of a journey gets one.
            warn: told of what is taken though it is strange; None refuses it.

        Raises:
            NotFound: there is no such journey.
            FieldError: a field is wrong.

        """
        with self._backend.lock, self._backend.storage.transaction():
            return self._create(environment_id, journey_id, self._backend.ids.uuid("step"), given, warn)

    def put(self, environment_id: str, journey_id: str, step_id: str, given: Mapping[str, Any]) -> Row:
        """As `create`, with an id of the caller's, and `session_fields`; what it refers to need not be there."""
        given = dict(given)
        session_fields = given.pop("session_fields", None)
        with self._backend.lock, self._backend.storage.transaction():
            row = self._create(environment_id, journey_id, step_id, given, lambda _: None)
            return self._tables.steps.update(row, {"session_fields": session_fields})

    def update(
        self,
        environment_id: str,
        journey_id: str,
        step_id: str,
        given: Mapping[str, Any],
        warn: Warn | None = None,
    ) -> Row:
        """Replace fields of a step, add edges (`incoming_edges.create`), and remove some (`incoming_edges.delete`).

        A new config replaces the old one as a whole. Arguments and errors as `create`.
        """
        with self._backend.lock, self._backend.storage.transaction():
            old = self._editable(environment_id, journey_id, step_id)
            fields, edges = _divided(given)
            values = read_fields(STEP.fields, fields, UPDATE, warn)
            for name in ("position", "advancement"):
                values[name] = {**old[name], **values.get(name, {})}
            if "config" in values:
                values["session_fields"] = None  # what somebody sets in place of what was published wins
            whole = {**old, **values}
            values["config"] = whole["config"] = read_config(whole["type"], whole["config"], warn)
            check_advancement(whole["type"], whole["advancement"])
            self._references.check_step(environment_id, whole, warn)
            row = self._tables.steps.update(old, values)
            self._retype_edges(environment_id, journey_id, row, warn)
            self._change_edges(environment_id, journey_id, row, edges, warn)
            self._changed(environment_id, journey_id)
            return row

    def duplicate(self, environment_id: str, journey_id: str, step_id: str) -> Row:
        """A copy of a step, one row below it and without edges."""
        with self._backend.lock:
            old = self._editable(environment_id, journey_id, step_id)
            position = {**old["position"], "row": old["position"]["row"] + 1}
            values = {name: old[name] for name in ("type", "config", "advancement", "session_fields")}
            values |= {"id": self._backend.ids.uuid("step"), "position": position}
            row = self._tables.steps.add(environment_id, journey_id, values)
            self._changed(environment_id, journey_id)
            return row

    def delete(self, environment_id: str, journey_id: str, step_id: str) -> None:
        """Remove a step and its edges. NotFound when the journey has none of that id."""
        with self._backend.lock, self._backend.storage.transaction():
            self._tables.steps.remove(self._editable(environment_id, journey_id, step_id))
            for edge in self._edges(environment_id, journey_id):
                if step_id in (edge["from_id"], edge["to_id"]):
                    self._tables.edges.remove(edge)
            self._changed(environment_id, journey_id)

    # Looking.

    def of(self, environment_id: str, journey_id: str) -> list[Row]:
        """The steps of a journey, in their order. NotFound when there is no such journey."""
        self._tables.get(environment_id, journey_id)
        return list(self._tables.steps.of(environment_id, journey_id).values())

    def get(self, environment_id: str, journey_id: str, step_id: str) -> Row:
        """The step of that id. NotFound when the journey has none."""
        self._tables.get(environment_id, journey_id)
        steps = self._tables.steps.of(environment_id, journey_id)
        if step_id not in steps:
            raise NotFound(f"The journey has no step {step_id!r}{did_you_mean(step_id, steps)}.")
        return steps[step_id]

    def reply(self, row: Row) -> Row:
        """The columns of a step that clients see."""
        return self._tables.steps.reply(row)

    # How it is done.

    def _editable(self, environment_id: str, journey_id: str, step_id: str) -> Row:
        self._check_editable(environment_id)
        return self.get(environment_id, journey_id, step_id)

    def _create(
        self, environment_id: str, journey_id: str, step_id: str, given: Mapping[str, Any], warn: Warn | None
    ) -> Row:
        self._check_editable(environment_id)
        self._tables.get(environment_id, journey_id)
        is_first = not self._tables.steps.of(environment_id, journey_id)
        fields, edges = _divided(given)
        values = read_fields(STEP.fields, fields, CREATE, warn)
        values["config"] = read_config(values["type"], values["config"], warn)
        check_advancement(values["type"], values["advancement"])
        self._references.check_step(environment_id, values, warn)
        row = self._tables.steps.add(environment_id, journey_id, {**values, "id": step_id})
        if not edges and is_first:
            edges = {"create": {"from_id": None}}
        elif not edges and warn is not None:
            warn("incoming_edges: there are none, so no player comes to this step yet.")
        self._change_edges(environment_id, journey_id, row, edges, warn)
        self._changed(environment_id, journey_id)
        return row

    def _change_edges(
        self, environment_id: str, journey_id: str, step: Row, given: Mapping[str, Any], warn: Warn | None
    ) -> None:
        """Add and remove edges that lead to a step."""
        unknown = given.keys() - {"create", "delete"}
        if unknown:
            raise FieldError((_EDGES, min(unknown)), "use create and delete")
        created, deleted = given.get("create"), given.get("delete")
        if created not in _NOTHING:
            for one in created if isinstance(created, (list, tuple)) else [created]:
                self._add_edge(environment_id, journey_id, step, one, warn)
        if deleted not in _NOTHING:
            edges = {edge["id"]: edge for edge in self._edges(environment_id, journey_id)}
            for edge_id in deleted if isinstance(deleted, (list, tuple)) else [deleted]:
                if not isinstance(edge_id, str) or edge_id not in edges or edges[edge_id]["to_id"] != step["id"]:
                    raise FieldError((_EDGES, "delete"), f"no edge {shown(edge_id)} leads to this step")
                self._tables.edges.remove(edges[edge_id])

    def _add_edge(self, environment_id: str, journey_id: str, step: Row, given: Any, warn: Warn | None) -> None:
        path = (_EDGES, "create")
        if not isinstance(given, Mapping):
            raise FieldError(path, f"{shown(given)} is not an object with from_id and type_config")
        for name in given:
            if name not in _CREATE_KEYS:
                raise FieldError((*path, name), f"there is no such field; use {', '.join(_CREATE_KEYS)}")
        from_id = given.get("from_id") or None
        steps = self._tables.steps.of(environment_id, journey_id)
        if from_id is not None and (not isinstance(from_id, str) or from_id not in steps):
            close = did_you_mean(str(from_id), steps)
            raise FieldError((*path, "from_id"), f"the journey has no step {shown(from_id)}{close}")
        config = given.get("type_config") or {}
        if not isinstance(config, Mapping):
            raise FieldError((*path, "type_config"), f"{shown(config)} is not an object")
        edge_type = edge_type_from(None if from_id is None else steps[from_id])
        edge = {"from_id": from_id, "to_id": step["id"], "type": edge_type}
        edge["config"] = read_edge_config(edge_type, config, warn, (*path, "type_config"))
        if not any(edge.items() <= one.items() for one in self._edges(environment_id, journey_id)):
            self._tables.edges.add(environment_id, journey_id, {**edge, "id": self._backend.ids.uuid("edge")})

    def _retype_edges(self, environment_id: str, journey_id: str, step: Row, warn: Warn | None) -> None:
        """Give the edges that leave a step the type that follows from what it is now; an exit has none."""
        for edge in self._edges(environment_id, journey_id):
            if edge["from_id"] != step["id"]:
                continue
            if kind_of(step["type"]) == EXIT:
                self._tables.edges.remove(edge)
                continue
            edge_type = edge_type_from(step)
            if edge["type"] != edge_type:
                self._tables.edges.update(edge, {"type": edge_type, "config": {}})
                if warn is not None and edge_type != "default":
                    warn(f"the edge {edge['id']} is of type {edge_type} now: make it anew, with a type_config.")

    def _edges(self, environment_id: str, journey_id: str) -> list[Row]:
        return list(self._tables.edges.of(environment_id, journey_id).values())


def _divided(given: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """The fields of a step, and what is to become of the edges that lead to it."""
    fields = dict(given)
    edges = fields.pop(_EDGES, None) or {}
    if not isinstance(edges, Mapping):
        raise FieldError(_EDGES, f"{shown(edges)} is not an object: use create and delete")
    edges = {name: value for name, value in edges.items() if value not in _NOTHING}
    created = edges.get("create")
    if isinstance(created, Mapping) and all(value == "" for value in created.values()):
        edges.pop("create")
    return fields, edges
