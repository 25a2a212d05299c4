"""Releases (guide: Releases): sharing copies something from dev into another environment, as it is at that moment.

A campaign is shared with its content, a journey with its steps, and each with the segments that it names. An
environment serves the newest release of each; what is edited in dev shows there only when it is shared again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.collection import Collection, Row
from uwclient.sandbox.core.errors import FieldError, NotFound
from uwclient.sandbox.services.ab_tests.service import AbTests
from uwclient.sandbox.services.campaigns.service import Campaigns
from uwclient.sandbox.services.environments.service import Environment, Environments
from uwclient.sandbox.services.journeys.references import segments_of_journey
from uwclient.sandbox.services.journeys.service import Journeys
from uwclient.sandbox.services.releases.resources import RELEASE, overridden, read_override
from uwclient.sandbox.services.segments.rules import without_player
from uwclient.sandbox.services.segments.service import Segments


class Releases:
    """Owns the table of releases; a row is never changed, but where it names a player who is erased."""

    def __init__(
        self,
        backend: Backend,
        environments: Environments,
        segments: Segments,
        campaigns: Campaigns,
        ab_tests: AbTests,
        journeys: Journeys,
    ) -> None:
        self._backend = backend
        self._environments = environments
        self._segments = segments
        self._campaigns = campaigns
        self._ab_tests = ab_tests
        self._journeys = journeys
        self._table = Collection(backend.storage, RELEASE)
        backend.erasure.on_erase(self._forget_player)

    def share(
        self,
        releasable_id: str,
        environment_id: str,
        *,
        run: bool = False,
        override: Mapping[str, Any] | None = None,
    ) -> Row:
        """Make a release of a campaign, a journey or a segment in an environment.

        Args:
            releasable_id: the campaign, journey or segment, which stands in a dev environment.
            environment_id: where to; not a dev environment.
            run: whether a campaign is run there, too.
            override: what is replaced in it for this environment, from now on; None for what was replaced before.

        Raises:
            NotFound: there is no such thing in dev, or no such environment.
            FieldError: the environment is a dev one, or the override data do not fit.

        """
        with self._backend.lock, self._backend.storage.transaction():
            self._backend.catch_up()
            environment = self._environments.get(environment_id)
            if not environment.has_players:
                raise FieldError("to", f"{environment.key!r} is a dev environment: share to one of type qa or live")
            dev, kind, snapshot = self._snapshot(releasable_id)
            latest = self.latest(releasable_id, environment_id)
            if override is None:
                override = latest["override"] if latest else None
            elif override:
                override = read_override(kind, snapshot, override)
            if kind != "segment":
                named = _NAMED[kind](overridden(snapshot, override))
                snapshot = {**snapshot, "segments": self._segments.snapshot(dev, sorted(named))}
            release = self._table.add(
                {
                    "id": self._backend.ids.uuid("release"),
                    "releasable_id": releasable_id,
                    "releasable_type": kind,
                    "environment_id": environment_id,
                    "release_number": 1 if latest is None else latest["release_number"] + 1,
                    "created_at": self._backend.now(),
                    "snapshot": snapshot,
                    "override": override or None,
                }
            )
            self._place(release, run=run)
            if latest is not None:
                self._settle_segments(environment_id, _frozen_segments(latest) - _frozen_segments(release))
            return release

    def delete(self, releasable_id: str, environment_id: str, *, override_only: bool = False) -> None:
        """Take all releases of something out of an environment, or only its override data.

        Without its override data, it is shared again as it stands in dev.

        Raises:
            NotFound: there is no release of it in that environment.

        """
        with self._backend.lock, self._backend.storage.transaction():
            latest = self.latest(releasable_id, environment_id)
            if latest is None:
                raise NotFound(f"There is no release of {releasable_id!r} in that environment.")
            if override_only:
                self.share(releasable_id, environment_id, override={})
                return
            self._remove(latest)

    def share_exactly(self, releasable_id: str, environment_ids: Sequence[str]) -> None:
        """Make a release in each of some environments, and take all releases out of the others.

        NotFound and FieldError as `share`, and then nothing changes.
        """
        with self._backend.lock, self._backend.storage.transaction():
            for environment_id in dict.fromkeys(environment_ids):
                self.share(releasable_id, environment_id)
            for environment in self.environments_of(releasable_id):
                if environment.id not in environment_ids:
                    self.delete(releasable_id, environment.id)

    def withdraw(self, releasable_id: str) -> None:
        """Take all releases of something out of all environments."""
        with self._backend.lock, self._backend.storage.transaction():
            for environment in self.environments_of(releasable_id):
                self.delete(releasable_id, environment.id)

    def latest(self, releasable_id: str, environment_id: str) -> Row | None:
        """The release that an environment serves."""
        return self._table.last(releasable_id=releasable_id, environment_id=environment_id)

    def numbered(self, releasable_id: str, environment_id: str, number: int) -> Row | None:
        """The release of that number, which may have been followed by others."""
        return self._table.find(releasable_id=releasable_id, environment_id=environment_id, release_number=number)

    def of(self, releasable_id: str) -> list[Row]:
        """All releases of something, oldest first."""
        return self._table.rows(releasable_id=releasable_id)

    def environments_of(self, releasable_id: str) -> list[Environment]:
        """The environments that serve a release of something."""
        ids = self._table.values("environment_id", releasable_id=releasable_id)
        return [one for one in self._environments.all() if one.id in ids]

    def furthest(self, releasable_id: str) -> str:
        """The furthest type of environment that something was shared to: dev, qa or live."""
        types = {one.type for one in self.environments_of(releasable_id)}
        return next((kind for kind in ("live", "qa") if kind in types), "dev")

    def _forget_player(self, player_id: str) -> None:
        """Take a player out of the lists of all segments that releases froze."""
        for row in self._table.rows():
            snapshot = without_player(row["snapshot"], player_id)
            if snapshot is not row["snapshot"]:
                self._table.update(row["number"], {"snapshot": snapshot})

    def _snapshot(self, releasable_id: str) -> tuple[str, str, Mapping[str, Any]]:
        """The dev environment in which something is, what it is, and how it is there; without what it names."""
        for environment in self._environments.all():
            if environment.has_players:
                continue
            snapshot = self._campaigns.snapshot(environment.id, releasable_id)
            if snapshot is not None:
                tests = self._ab_tests.snapshot(environment.id, releasable_id)
                return environment.id, "campaign", {**snapshot, "ab_tests": tests}
            journey = self._journeys.snapshot(environment.id, releasable_id)
            if journey is not None:
                return environment.id, "journey", journey
            segments = self._segments.snapshot(environment.id, [releasable_id])
            if segments:
                return environment.id, "segment", {"segments": segments}
        raise NotFound(f"There is no campaign, no journey and no segment {releasable_id!r} in dev.")

    def _place(self, release: Row, *, run: bool) -> None:
        environment_id, snapshot = release["environment_id"], release["snapshot"]
        self._segments.place(environment_id, snapshot["segments"])
        if release["releasable_type"] == "campaign":
            served = overridden(snapshot, release["override"])
            self._campaigns.place(environment_id, served, release["release_number"], run=run)
            self._ab_tests.place(environment_id, release["releasable_id"], snapshot["ab_tests"])
        elif release["releasable_type"] == "journey":
            self._journeys.place(environment_id, overridden(snapshot, release["override"]), release["release_number"])

    def _remove(self, release: Row) -> None:
        environment_id, releasable_id = release["environment_id"], release["releasable_id"]
        self._table.remove(releasable_id=releasable_id, environment_id=environment_id)
        if release["releasable_type"] == "campaign":
            self._campaigns.remove(environment_id, releasable_id)
        elif release["releasable_type"] == "journey":
            self._journeys.remove(environment_id, releasable_id)
        self._settle_segments(environment_id, _frozen_segments(release))

    def _settle_segments(self, environment_id: str, segment_ids: Iterable[str]) -> None:
        """Serve segments as the newest release that has them in it froze them; without one, they go.

        One that was deleted as a whole does not come back.
        """
        for segment_id in segment_ids:
            if self._segments.find(environment_id, segment_id) is not None:
                frozen = self._newest_copy(environment_id, segment_id)
                if frozen is None:
                    self._segments.delete(environment_id, segment_id)
                else:
                    self._segments.place(environment_id, [frozen])

    def _newest_copy(self, environment_id: str, segment_id: str) -> Mapping[str, Any] | None:
        """A segment as the newest release that an environment serves has it."""
        for release in self._table.newest_with_text("snapshot", segment_id, environment_id=environment_id):
            latest = self.latest(release["releasable_id"], environment_id)
            for frozen in release["snapshot"]["segments"]:
                if frozen["id"] == segment_id and latest is not None and latest["number"] == release["number"]:
                    return dict(frozen)
        return None


def _frozen_segments(release: Row) -> set[str]:
    return {one["id"] for one in release["snapshot"]["segments"]}


def _segments_of_campaign(campaign: Mapping[str, Any]) -> set[str]:
    """The ids of the segments that a campaign, its content and the content of its variants name."""
    named = set(campaign["campaign"]["segment_ids"])
    variants = [
        content for test in campaign["ab_tests"] for variant in test["variants"] for content in variant["contents"]
    ]
    for content in [*campaign["contents"], *variants]:
        named.update(content["delivery"].get("segment_ids") or ())
    return named


_NAMED: Mapping[str, Callable[[Mapping[str, Any]], Iterable[str]]] = MappingProxyType(
    {"campaign": _segments_of_campaign, "journey": segments_of_journey}
)
"""The ids of the segments that something names, by what it is."""
