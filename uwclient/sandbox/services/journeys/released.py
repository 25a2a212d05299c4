"""The plans of journeys that were released, read once."""

from __future__ import annotations

from collections.abc import Sequence

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.services.journeys.odyssey import Odyssey
from uwclient.sandbox.services.journeys.plan import Plan, read_plan
from uwclient.sandbox.services.journeys.service import Journeys
from uwclient.sandbox.services.releases.resources import overridden
from uwclient.sandbox.services.releases.service import Releases


class ReleasedPlans:
    """The plans of all environments; a release stays as it is, so that its plan is read once."""

    def __init__(self, backend: Backend, journeys: Journeys, releases: Releases) -> None:
        self._journeys = journeys
        self._releases = releases
        self._plans: dict[tuple[str, str, int], Plan | None] = {}
        backend.on_restore(self._plans.clear)
        journeys.on_removal(lambda *_: self._plans.clear())

    def there_are_any(self, environment_id: str) -> bool:
        """Whether an environment has journeys."""
        return bool(self._journeys.all(environment_id))

    def of_environment(self, environment_id: str) -> PlansOfEnvironment:
        """The plans of one environment."""
        return PlansOfEnvironment(self, environment_id)

    def numbers(self, environment_id: str) -> dict[str, int]:
        """The newest release of each journey, by the journey's id."""
        rows = self._journeys.all(environment_id)
        return {row["id"]: row["release_number"] for row in rows if row["release_number"] is not None}

    def get(self, environment_id: str, journey_id: str, number: int) -> Plan | None:
        """The plan of a release; None when that is gone."""
        key = (environment_id, journey_id, number)
        if key not in self._plans:
            release = self._releases.numbered(journey_id, environment_id, number)
            snapshot = None if release is None else overridden(release["snapshot"], release["override"])
            self._plans[key] = None if snapshot is None else read_plan(snapshot, number)
        return self._plans[key]


class PlansOfEnvironment:
    """The plans of one environment, as the engine asks for them."""

    def __init__(self, released: ReleasedPlans, environment_id: str) -> None:
        self._released = released
        self._environment_id = environment_id

    def current(self) -> Sequence[Plan]:
        """The newest release of each journey."""
        numbers = self._released.numbers(self._environment_id)
        found = [
            self._released.get(self._environment_id, journey_id, number) for journey_id, number in numbers.items()
        ]
        return [plan for plan in found if plan is not None]

    def find(self, journey_id: str) -> Plan | None:
        """The newest release of a journey."""
        number = self._released.numbers(self._environment_id).get(journey_id)
        return None if number is None else self._released.get(self._environment_id, journey_id, number)

    def of(self, odyssey: Odyssey) -> Plan | None:
        """The release that an odyssey began with."""
        return self._released.get(self._environment_id, odyssey.journey_id, odyssey.release)
