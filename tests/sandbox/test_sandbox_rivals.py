"""A scenario with two remote configs of one external id that are live at once is served, with a warning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from uwclient.sandbox import Sandbox

HEAD = """\
clock: 2026-03-28T23:00:00Z
segments: [{name: vips, players: [a]}, {name: whales, players: [b]}]
remote_configs:
"""


def config(id: str, **fields: object) -> str:
    return f"  - {json.dumps({'id': id, 'external_id': 'theme', **fields})}\n"


def warnings(folder: Path, caplog: pytest.LogCaptureFixture, text: str) -> list[str]:
    """What is logged when a scenario with this text is read."""
    file = folder / "scenario.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    with Sandbox(file) as sandbox:
        sandbox.check()
    return [entry.getMessage() for entry in caplog.records]


def timeline(*entries: object) -> str:
    return "timeline:\n" + "".join(f"  - {json.dumps(entry)}\n" for entry in entries)


LATER = {"id": "b", "external_id": "theme"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (config("a") + config("b"), "5: remote_configs[1].external_id"),
        (config("a", end_at="+10s") + config("b", start_at="+9s"), "5: remote_configs[1].external_id"),
        (config("a", segments=["vips"]) + config("b"), "5: remote_configs[1].external_id"),
        (config("a") + timeline({"at": "+5s", "publish": "remote_configs", "with": LATER}), "6: timeline[0].with"),
        (
            config("a") + config("b", external_id="other") + timeline({"at": "+5s", "change": "b", "with": LATER}),
            "7: timeline[0].with",
        ),
    ],
    ids=["always", "for a second", "for some players", "published later", "changed later"],
)
def test_configs_that_are_live_at_once_are_warned_of_at_their_place(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str, place: str
) -> None:
    if '"change"' in text:
        text = text.replace('"with": {"id": "b", ', '"with": {')
    (warning,) = warnings(tmp_path, caplog, text)

    assert f"scenario.yaml:{place}" in warning
    assert "the remote configs 'a' and 'b' are live at once, and both have the external id 'theme'" in warning


@pytest.mark.parametrize(
    "text",
    [
        config("a", end_at="+10s") + config("b", start_at="+10s"),
        config("a") + config("b", external_id="colours"),
        config("a", external_id="") + config("b", external_id=""),
        config("a", segments=["vips"]) + config("b", segments=["whales"]),
        config("a", environments=["live"]) + config("b", environments=["qa"]),
        config("a")
        + timeline({"at": "+4s", "withdraw": "a"}, {"at": "+5s", "publish": "remote_configs", "with": LATER}),
        config("a") + timeline({"at": "+5s", "change": "a", "with": {"json": {"x": 1}}}),
    ],
    ids=[
        "one after the other",
        "two ids",
        "no ids",
        "segments",
        "environments",
        "withdrawn before",
        "one that changes",
    ],
)
def test_configs_that_nobody_has_at_once_are_fine(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    assert warnings(tmp_path, caplog, text) == []
