"""A/B tests (section A/B Tests): defined in dev, shared with their campaign, and sticky for each player."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from uwclient.sandbox.core.apps import id_named
from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.collection import Collection, ListQuery, Page, Row
from uwclient.sandbox.core.errors import NotFound
from uwclient.sandbox.services.ab_tests.rules import AB_TEST, read_variants, variant_for
from uwclient.sandbox.services.campaigns.resources import KIND_OF_TYPE
from uwclient.sandbox.services.campaigns.service import Campaigns

_ASSIGNED = """CREATE TABLE IF NOT EXISTS ab_assignments (
    environment_id TEXT NOT NULL, player_id TEXT NOT NULL, test_id TEXT NOT NULL, variant_id TEXT NOT NULL,
    PRIMARY KEY (environment_id, player_id, test_id))"""
_FROZEN = ("id", "name", "campaign_content_id", "testable_type", "created_at", "variants")


class AbTests:
    """Owns the table of tests in all environments, and that of who was shown which variant first."""

    def __init__(self, backend: Backend, campaigns: Campaigns) -> None:
        self._backend = backend
        self._storage = backend.storage
        self._campaigns = campaigns
        self._table = Collection(backend.storage, AB_TEST)
        self._storage.run(_ASSIGNED)
        backend.erasure.delete("DELETE FROM ab_assignments WHERE player_id = ?")
        self._listeners: list[Callable[[str, str], None]] = []
        campaigns.on_change(self._forget_gone)
        self._read()
        backend.on_restore(self._read)

    def _read(self) -> None:
        self._of_campaign: dict[tuple[str, str], list[Row]] = {}
        self._in_environment: dict[str, dict[str, Row]] = {}
        for row in self._table.rows():
            self._of_campaign.setdefault((row["environment_id"], row["campaign_id"]), []).append(row)
            self._in_environment.setdefault(row["environment_id"], {})[row["id"]] = row

    def on_change(self, listener: Callable[[str, str], None]) -> None:
        """Call `listener` with the environment and the campaign after each change of its tests."""
        self._listeners.append(listener)

    # Editing, in dev.

    def define(
        self,
        environment_id: str,
        campaign_id: str,
        variants: Sequence[Mapping[str, Any]],
        content_id: str | None = None,
        name: str | None = None,
    ) -> Row:
        """Make the test of a campaign or of one piece of its content, or replace its variants.

        Args:
            environment_id: a dev environment.
            campaign_id: the campaign.
            variants: as `rules.VARIANT` describes them.
            content_id: the content that is tested; None for the campaign.
            name: the test's name; None for that of the campaign.

        Raises:
            NotFound: there is no such campaign or content.
            FieldError: a variant is wrong, or they do not add up.

        """
        with self._backend.lock, self._backend.storage.transaction():
            campaign = self._campaigns.get(environment_id, campaign_id)
            kind = None
            if content_id is not None:
                kind = KIND_OF_TYPE[self._campaigns.contents.get(environment_id, campaign_id, content_id)["type"]]
            read = read_variants(variants, kind)
            old = self.find(environment_id, campaign_id, content_id)
            now, test_id = self._backend.now(), id_named(f"A/B test/{campaign_id}/{content_id or ''}")
            test = {
                "id": test_id,
                "name": name or campaign["name"],
                "campaign_content_id": content_id,
                "testable_type": "campaign" if content_id is None else "campaign_content",
                "created_at": old["created_at"] if old else now,
                "updated_at": now,
                "variants": [self._with_ids(test_id, one, kind) for one in read],
            }
            others = [one for one in self.of_campaign(environment_id, campaign_id) if one is not old]
            self._put(environment_id, campaign_id, [*others, test])
            return self.get(environment_id, test_id)

    def remove(self, environment_id: str, campaign_id: str, content_id: str | None = None) -> None:
        """End the test of a campaign or of one piece of its content. NotFound when there is none."""
        with self._backend.lock, self._backend.storage.transaction():
            old = self.find(environment_id, campaign_id, content_id)
            if old is None:
                raise NotFound(f"There is no A/B test of {content_id or campaign_id!r}.")
            rest = [one for one in self.of_campaign(environment_id, campaign_id) if one is not old]
            self._put(environment_id, campaign_id, rest)

    # Looking.

    def get(self, environment_id: str, test_id: str) -> Row:
        """The test of that id. NotFound when there is none."""
        found = self._in_environment.get(environment_id, {}).get(test_id)
        if found is None:
            raise NotFound(f"There is no A/B test {test_id!r}.")
        return found

    def has(self, environment_id: str, test_id: str) -> bool:
        """Whether an environment has the test of that id."""
        return test_id in self._in_environment.get(environment_id, {})

    def find(self, environment_id: str, campaign_id: str, content_id: str | None = None) -> Row | None:
        """The test of a campaign, or of one piece of its content."""
        tests = self.of_campaign(environment_id, campaign_id)
        return next((one for one in tests if one["campaign_content_id"] == content_id), None)

    def of_campaign(self, environment_id: str, campaign_id: str) -> list[Row]:
        """The tests of a campaign and of its content."""
        return list(self._of_campaign.get((environment_id, campaign_id), ()))

    def page(self, environment_id: str, query: ListQuery) -> Page:
        """What a client asks of the list of an environment."""
        return self._table.page(query, environment_id=environment_id)

    def reply(self, row: Row) -> Row:
        """What clients see of a test in a list."""
        return self._table.reply(row)

    def assigned(self, environment_id: str, test_id: str) -> dict[str, int]:
        """How many players were shown each variant, by its id."""
        rows = self._storage.rows(
            "SELECT variant_id, count(*) FROM ab_assignments WHERE environment_id = ? AND test_id = ? "
            "GROUP BY variant_id",
            (environment_id, test_id),
        )
        counts: dict[str, int] = dict(rows)
        test = self.get(environment_id, test_id)
        return {variant["id"]: counts.get(variant["id"], 0) for variant in test["variants"]}

    # Players.

    def variants_of(self, environment_id: str, player_id: str) -> frozenset[str]:
        """The ids of a player's variants, one of each test of an environment."""
        tests = self._in_environment.get(environment_id)
        if not tests:
            return frozenset()
        shown = self._shown(environment_id, player_id)
        chosen = set()
        for test_id, test in tests.items():
            ids = [variant["id"] for variant in test["variants"]]
            first = shown.get(test_id)
            variant = variant_for(test_id, test["variants"], player_id)
            chosen.add(first if first is not None and first in ids else str(variant["id"]))
        return frozenset(chosen)

    def note_shown(self, environment_id: str, player_id: str, variant_ids: Iterable[str]) -> None:
        """Keep that a player was shown variants; the first one of a test stays the player's."""
        ids = set(variant_ids)
        if not ids:
            return
        with self._backend.lock:
            shown = self._shown(environment_id, player_id)
            new = [
                (environment_id, player_id, test_id, variant["id"])
                for test_id, test in self._in_environment.get(environment_id, {}).items()
                for variant in test["variants"]
                if variant["id"] in ids and shown.get(test_id) != variant["id"]
            ]
            if new:
                self._storage.run_many("INSERT OR REPLACE INTO ab_assignments VALUES (?, ?, ?, ?)", new)

    def shown_to(self, player_id: str) -> list[tuple[str, str, str]]:
        """The variants that a player was shown: the ids of environment, test and variant."""
        return [
            (str(environment_id), str(test_id), str(variant_id))
            for environment_id, test_id, variant_id in self._storage.rows(
                "SELECT environment_id, test_id, variant_id FROM ab_assignments WHERE player_id = ? ORDER BY 1, 2",
                (player_id,),
            )
        ]

    def put_shown(self, player_id: str, shown: Iterable[tuple[str, str, str]]) -> None:
        """Make a player one who was shown these variants, as `shown_to` gives them, and no others."""
        with self._backend.lock, self._storage.transaction():
            self._storage.run("DELETE FROM ab_assignments WHERE player_id = ?", (player_id,))
            rows = [(environment_id, player_id, *rest) for environment_id, *rest in shown]
            self._storage.run_many("INSERT INTO ab_assignments VALUES (?, ?, ?, ?)", rows)

    # Releases.

    def snapshot(self, environment_id: str, campaign_id: str) -> list[dict[str, Any]]:
        """What a release freezes of a campaign's tests."""
        return [{name: row[name] for name in _FROZEN} for row in self.of_campaign(environment_id, campaign_id)]

    def place(self, environment_id: str, campaign_id: str, tests: Sequence[Mapping[str, Any]]) -> None:
        """Put the tests that a release froze into its environment."""
        if tests or (environment_id, campaign_id) in self._of_campaign:
            stamp = {"updated_at": self._backend.now()}
            self._put(environment_id, campaign_id, [{**test, **stamp} for test in tests])

    def _put(self, environment_id: str, campaign_id: str, tests: Sequence[Mapping[str, Any]]) -> None:
        self._drop(environment_id, campaign_id)
        key = {"environment_id": environment_id, "campaign_id": campaign_id}
        columns = {field.name for field in AB_TEST.columns}
        for test in tests:
            row = self._table.add({**{name: test[name] for name in test if name in columns}, **key})
            self._of_campaign.setdefault((environment_id, campaign_id), []).append(row)
            self._in_environment.setdefault(environment_id, {})[row["id"]] = row
        for listener in self._listeners:
            listener(environment_id, campaign_id)

    def _drop(self, environment_id: str, campaign_id: str) -> None:
        for row in self._of_campaign.pop((environment_id, campaign_id), []):
            self._table.remove(number=row["number"])
            del self._in_environment[environment_id][row["id"]]

    def _forget_gone(self, environment_id: str, campaign_id: str) -> None:
        """End the tests of a campaign that was removed."""
        if self._campaigns.find(environment_id, campaign_id) is None:
            self._drop(environment_id, campaign_id)

    def _with_ids(self, test_id: str, variant: Mapping[str, Any], kind: str | None) -> dict[str, Any]:
        """A variant with its id, that of its name, and with the ids of its content."""
        contents = [{**one, "id": one["id"] or self._backend.ids.uuid("content")} for one in variant["contents"]]
        variant_id = id_named(f"variant/{test_id}/{variant['name']}")
        return {**variant, "id": variant_id, "type": kind, "contents": contents}

    def _shown(self, environment_id: str, player_id: str) -> dict[str, str]:
        """The variant that a player was shown first, by test."""
        return dict(
            self._storage.rows(
                "SELECT test_id, variant_id FROM ab_assignments WHERE environment_id = ? AND player_id = ?",
                (environment_id, player_id),
            )
        )
