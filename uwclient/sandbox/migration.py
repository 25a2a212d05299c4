"""Takes over databases that older sandboxes wrote, whose content stood in tables of its own.

Version 0 kept records as players see them. They are published anew, so that they become campaigns and releases.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from uwclient.sandbox.core.errors import ScenarioError
from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.services.content.records import Moment, Record, WrittenPiece
from uwclient.sandbox.services.publishing.campaign import WrittenCampaign
from uwclient.sandbox.services.triggers.quotas import read_quota

if TYPE_CHECKING:
    from uwclient.sandbox.platform import Platform

VERSION = 1
_OLD_TABLES = ("content", "campaigns", "segments")
_ASIDE = "version_0_"


def prepare(storage: Storage) -> None:
    """Put aside the tables of an older version, before the services create theirs.

    ScenarioError when a newer version wrote the database.
    """
    if storage.version > VERSION:
        raise ScenarioError(
            "database: a newer version of uwclient wrote it: use that one, or name another file, such as new.sqlite."
        )
    if storage.version == 0:
        for table in _OLD_TABLES:
            if storage.has_table(table):
                storage.run(f"ALTER TABLE {table} RENAME TO {_ASIDE}{table}")


def take_over(platform: Platform) -> None:
    """Publish what was put aside, and forget it."""
    storage = platform.backend.storage
    if storage.version == 0:
        with storage.transaction():
            _take_over_segments(platform, storage)
            _take_over_content(platform, storage)
            _take_over_campaigns(platform, storage)
            platform.sessions.name_environments()
            platform.players.index()
            storage.version = VERSION


def _take_over_segments(platform: Platform, storage: Storage) -> None:
    for row in _rows(storage, "segments"):
        fields = {"attributes": json.loads(row["conditions"]), "players": json.loads(row["players"])}
        platform.publishing.define_segment(row["name"], fields)


def _take_over_content(platform: Platform, storage: Storage) -> None:
    for row in _rows(storage, "content"):
        end = None if row["end_at"] is None else Moment(row["end_at"], row["end_tz"])
        platform.publishing.put(
            Record(
                row["id"],
                row["kind"],
                Moment(row["start_at"], row["start_tz"]),
                end,
                tuple(json.loads(row["segments"])),
                tuple(json.loads(row["environments"])),
                row["record"],
                row.get("questions", "[]"),
            )
        )


def _take_over_campaigns(platform: Platform, storage: Storage) -> None:
    for row in _rows(storage, "campaigns"):
        platform.publishing.put_campaign(
            WrittenCampaign(
                row["id"],
                row["name"],
                row["trigger_text"],
                None if row["quota"] is None else read_quota(json.loads(row["quota"])),
                tuple(json.loads(row["segments"])),
                tuple(json.loads(row["environments"])),
                tuple(WrittenPiece(**piece) for piece in json.loads(row["pieces"])),
            )
        )


def _rows(storage: Storage, table: str) -> list[Mapping[str, Any]]:
    """The rows of a table that was put aside, which is dropped."""
    aside = f"{_ASIDE}{table}"
    if not storage.has_table(aside):
        return []
    columns = storage.columns(aside)
    rows = storage.rows(f"SELECT * FROM {aside} ORDER BY rowid")  # noqa: S608
    storage.run(f"DROP TABLE {aside}")
    return [dict(zip(columns, row, strict=True)) for row in rows]
