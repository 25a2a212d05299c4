"""The samples of the partners' documents, as they are printed there."""

from __future__ import annotations

import json
from pathlib import Path

from uwclient import Reply

SAMPLES = Path(__file__).with_name("samples")


def sample(name: str) -> bytes:
    """The bytes of a sample, such as "pico_widgets"."""
    return (SAMPLES / f"{name}.json").read_bytes()


def participants_reply(total: int, ids: list[str]) -> Reply:
    """A page of participants who are hardly more than their ids."""
    users = [{"id": one, "user": {"id": one}} for one in ids]
    return Reply.of(200, json.dumps({"data": {"total": total, "users": users}}).encode())
