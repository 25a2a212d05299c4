"""Whatever a studio makes, changes, copies, shares and deletes, the server API tells what a simple model tells."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle as Known
from hypothesis.stateful import RuleBasedStateMachine, consumes, initialize, invariant, rule

from tests.sandbox.studio import APP_ID
from uwclient.sandbox import Sandbox

HEADERS = {"X-Api-Key": base64.b64encode(b"sandbox-key").decode()}
SETTINGS = settings(max_examples=25, stateful_step_count=30, deadline=None)
TEXTS = st.text("aäÄ%'\"_. ß🐉", min_size=1, max_size=4)
LEVELS = st.builds(
    lambda level: [{"name": "level", "operator": "greater_than", "values": [level]}], st.integers(0, 9)
)
COLOURS = st.sampled_from(["#000000", "#F0F0F0"])


class Reply(NamedTuple):
    """A status and what `data` holds."""

    status: int
    data: Any


class Server:
    """A sandbox that is asked in this process, by the way of every request."""

    def __init__(self) -> None:
        self.sandbox = Sandbox()

    def ask(self, method: str, path: str, body: Any = None) -> Reply:
        sent = b"" if body is None else json.dumps(body).encode()
        reply = self.sandbox.ask(method, f"http://127.0.0.1{path}", headers=HEADERS, body=sent)
        assert reply is not None
        assert reply.status < 500, reply.body
        return Reply(reply.status, json.loads(reply.body).get("data") if reply.body else None)


class Kind(NamedTuple):
    """A resource: where it is, what new ones are made of, and what changes."""

    path: str
    fields: Mapping[str, st.SearchStrategy[Any]]
    fixed: tuple[str, ...] = ()
    whole: bool = False
    in_query: bool = False
    stage: bool = False
    unique: str = ""
    searched: tuple[str, ...] = ("name",)


KINDS = {
    "currencies": Kind(
        "/api/v1/app_currencies",
        {
            "name_singular": TEXTS,
            "name_plural": TEXTS,
            "external_currency_id": TEXTS,
            "icon_attachment_id": TEXTS,
        },
        unique="external_currency_id",
        searched=("name_singular", "name_plural"),
    ),
    "products": Kind(
        "/api/v1/app_products",
        {"name": TEXTS, "cost": st.floats(0, 99), "ios_id": TEXTS},
        searched=("name", "ios_id", "cost"),
    ),
    "categories": Kind(
        "/api/v1/app_categories",
        {"name": TEXTS, "color": COLOURS, "categoryable_type": st.just("scheduled_campaign")},
        fixed=("categoryable_type",),
        whole=True,
        searched=(),
    ),
    "segments": Kind(
        "/api/v1/segments",
        {"name": TEXTS, "attributes": LEVELS, "player_ids_to_include": st.lists(TEXTS, max_size=2)},
        stage=True,
    ),
    "campaigns": Kind(
        "/api/v1/campaigns",
        {"name": TEXTS, "description": TEXTS, "tags": st.lists(TEXTS, max_size=2), "segment_ids": st.just([])},
        in_query=True,
        stage=True,
        searched=("name", "tags"),
    ),
}


def _holds(value: Any, text: str) -> bool:
    """Whether a value, or one of the texts in it, holds a text, whatever its case."""
    if isinstance(value, list):
        return any(_holds(one, text) for one in value)
    return text.casefold() in str(value).casefold()


class Crud(RuleBasedStateMachine):
    """Rows of all kinds against dictionaries."""

    made = Known("made")

    @initialize()
    def begin(self) -> None:
        self.server = Server()
        self.model: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in KINDS}

    @rule(target=made, name=st.sampled_from(sorted(KINDS)), data=st.data())
    def create(self, name: str, data: st.DataObject) -> tuple[str, str]:
        kind = KINDS[name]
        fields = {field: data.draw(values) for field, values in kind.fields.items()}
        scope = {"app_id": APP_ID, "environment_stage": "dev"} if kind.stage and not kind.in_query else {}
        reply = self.server.ask("POST", f"{kind.path}{self._query(kind)}", {**scope, **fields})
        if self._is_taken(name, "", fields):
            assert reply.status == 422
            return name, "refused"
        assert reply.status == 201
        self.model[name][reply.data["id"]] = fields
        return name, str(reply.data["id"])

    @rule(one=made, data=st.data())
    def update(self, one: tuple[str, str], data: st.DataObject) -> None:
        name, row_id = one
        kind = KINDS[name]
        names = [field for field in kind.fields if field not in kind.fixed]
        chosen = names if kind.whole else data.draw(st.lists(st.sampled_from(names), unique=True))
        fields = {field: data.draw(kind.fields[field]) for field in chosen}
        reply = self.server.ask("PUT", f"{kind.path}/{row_id}{self._query(kind)}", fields)
        known = self.model[name].get(row_id)
        if known is None:
            assert reply.status == 404
        elif self._is_taken(name, row_id, fields):
            assert reply.status == 422
        else:
            assert reply.status == 200
            known.update(fields)
            assert {field: reply.data[field] for field in known} == known

    @rule(one=consumes(made))
    def delete(self, one: tuple[str, str]) -> None:
        name, row_id = one
        kind = KINDS[name]
        reply = self.server.ask("DELETE", f"{kind.path}/{row_id}{self._query(kind)}")
        assert reply.status == (404 if self.model[name].pop(row_id, None) is None else 200)
        assert self.server.ask("DELETE", f"{kind.path}/{row_id}{self._query(kind)}").status == 404

    @rule(name=st.sampled_from(sorted(KINDS)), text=TEXTS)
    def search(self, name: str, text: str) -> None:
        kind = KINDS[name]
        found = [
            row_id
            for row_id, row in self.model[name].items()
            if not kind.searched or any(_holds(row[field], text) for field in kind.searched)
        ]
        query = {"query": text, "page_size": "1000"}
        reply = self.server.ask("GET", f"{kind.path}{self._query(kind, always=True, **query)}")
        assert [row["id"] for row in reply.data] == found

    @invariant()
    def lists_hold_what_there_is_in_the_order_of_creation(self) -> None:
        for name, kind in KINDS.items():
            reply = self.server.ask("GET", f"{kind.path}{self._query(kind, always=True, page_size='1000')}")
            assert [row["id"] for row in reply.data] == list(self.model[name])
            for row, known in zip(reply.data, self.model[name].values(), strict=True):
                assert {field: row[field] for field in known} == known

    def teardown(self) -> None:
        self.server.sandbox.check()

    def _is_taken(self, name: str, row_id: str, fields: Mapping[str, Any]) -> bool:
        unique = KINDS[name].unique
        others = [row for one, row in self.model[name].items() if one != row_id]
        return bool(unique and unique in fields and any(row[unique] == fields[unique] for row in others))

    def _query(self, kind: Kind, always: bool = False, **more: str) -> str:
        scope = {"app_id": APP_ID, "environment_stage": "dev"} if kind.in_query or (always and kind.stage) else {}
        asked = {**scope, **more}
        return f"?{urlencode(asked)}" if asked else ""


Crud.TestCase.settings = SETTINGS
TestCrud = Crud.TestCase


class Shared(NamedTuple):
    """What an environment has of a campaign: its name and the titles of its messages."""

    name: str
    titles: tuple[str, ...]


class Campaigns(RuleBasedStateMachine):
    """Campaigns with content, copied, shared and deleted, against dictionaries of what each environment has."""

    campaigns = Known("campaigns")

    @initialize()
    def begin(self) -> None:
        self.server = Server()
        self.model: dict[str, dict[str, Shared]] = {"dev": {}, "qa": {}, "live": {}}

    @rule(target=campaigns, name=TEXTS)
    def create(self, name: str) -> str:
        made = self.server.ask("POST", self._path(), {"name": name})
        self.model["dev"][made.data["id"]] = Shared(name, ())
        return str(made.data["id"])

    @rule(one=campaigns, name=TEXTS)
    def rename(self, one: str, name: str) -> None:
        reply = self.server.ask("PUT", self._path(f"/{one}"), {"name": name})
        known = self.model["dev"].get(one)
        assert reply.status == (404 if known is None else 200)
        if known is not None:
            self.model["dev"][one] = known._replace(name=name)

    @rule(one=campaigns, title=TEXTS)
    def add(self, one: str, title: str) -> None:
        reply = self.server.ask("POST", self._path(f"/{one}/content"), {"type": "message", "content.title": title})
        known = self.model["dev"].get(one)
        assert reply.status == (404 if known is None else 201)
        if known is not None:
            self.model["dev"][one] = known._replace(titles=(*known.titles, title))

    @rule(one=campaigns, place=st.integers(0, 5), title=TEXTS)
    def retitle(self, one: str, place: int, title: str) -> None:
        content_id = self._content_at(one, place)
        if content_id is not None:
            body = {"type": "message", "content": {"title": title}}
            assert self.server.ask("PUT", self._path(f"/{one}/content/{content_id}"), body).status == 200
            known = self.model["dev"][one]
            self.model["dev"][one] = known._replace(titles=(*known.titles[:place], title, *known.titles[place + 1 :]))

    @rule(one=campaigns, place=st.integers(0, 5))
    def drop(self, one: str, place: int) -> None:
        content_id = self._content_at(one, place)
        if content_id is not None:
            assert self.server.ask("DELETE", self._path(f"/{one}/content/{content_id}")).status == 200
            known = self.model["dev"][one]
            self.model["dev"][one] = known._replace(titles=known.titles[:place] + known.titles[place + 1 :])

    @rule(target=campaigns, one=campaigns)
    def duplicate(self, one: str) -> str:
        reply = self.server.ask("POST", self._path(f"/{one}/duplicate"))
        known = self.model["dev"].get(one)
        assert reply.status == (404 if known is None else 201)
        if known is None:
            return one
        self.model["dev"][reply.data["id"]] = known._replace(name=f"{known.name} (Duplicate)")
        return str(reply.data["id"])

    @rule(one=campaigns, stage=st.sampled_from(["qa", "live"]), run=st.booleans())
    def share(self, one: str, stage: str, run: bool) -> None:
        if one in self.model["dev"]:
            self.server.sandbox.releases.share(one, stage, run=run)
            self.model[stage][one] = self.model["dev"][one]

    @rule(one=campaigns, stage=st.sampled_from(["dev", "qa", "live"]))
    def delete(self, one: str, stage: str) -> None:
        reply = self.server.ask("DELETE", self._path(f"/{one}", stage))
        assert reply.status == (200 if one in self.model[stage] else 404)
        if one in self.model[stage]:
            for place in ("dev", "qa", "live") if stage == "dev" else (stage,):
                self.model[place].pop(one, None)

    @rule(one=campaigns, stage=st.sampled_from(["dev", "qa", "live"]))
    def delete_releases(self, one: str, stage: str) -> None:
        path = f"/api/v2/releases/{one}?environment_stage={stage}&override_only=false"
        there = stage != "dev" and one in self.model[stage]
        assert self.server.ask("DELETE", path).status == (204 if there else 404)
        if there:
            del self.model[stage][one]

    @rule(one=campaigns, stage=st.sampled_from(["qa", "live"]), name=TEXTS)
    def edit_elsewhere(self, one: str, stage: str, name: str) -> None:
        assert self.server.ask("PUT", self._path(f"/{one}", stage), {"name": name}).status == 422

    @invariant()
    def each_environment_has_what_was_shared_with_it(self) -> None:
        for stage, known in self.model.items():
            listed = self.server.ask("GET", f"{self._path(stage=stage)}&page_size=1000").data
            assert {row["id"]: (row["name"], len(row["contents"])) for row in listed} == {
                one: (shared.name, len(shared.titles)) for one, shared in known.items()
            }
            for row in listed:
                assert tuple(self._titles(row, stage)) == known[row["id"]].titles
                assert row["furthest_state"] == self._furthest(row["id"])

    def teardown(self) -> None:
        self.server.sandbox.check()

    def _titles(self, row: Mapping[str, Any], stage: str) -> list[str]:
        paths = [self._path(f"/{row['id']}/content/{one['id']}", stage) for one in row["contents"]]
        return [self.server.ask("GET", path).data["content"]["title"] for path in paths]

    def _furthest(self, campaign_id: str) -> str:
        return next((stage for stage in ("live", "qa") if campaign_id in self.model[stage]), "dev")

    def _content_at(self, campaign_id: str, place: int) -> str | None:
        if place >= len(self.model["dev"].get(campaign_id, Shared("", ())).titles):
            return None
        return str(self.server.ask("GET", self._path(f"/{campaign_id}")).data["contents"][place]["id"])

    def _path(self, rest: str = "", stage: str = "dev") -> str:
        return f"/api/v1/campaigns{rest}?app_id={APP_ID}&environment_stage={stage}"


Campaigns.TestCase.settings = SETTINGS
TestCampaigns = Campaigns.TestCase
