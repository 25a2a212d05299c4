"""Writes the report of a test as one HTML page, which asks nothing of the network and runs nothing."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from uwclient.qa.calendar_content import dots_of, is_failure, spans_of
from uwclient.qa.calendar_layout import rows_of
from uwclient.qa.evidence import Evidence
from uwclient.qa.timeline import printed

TEMPLATE = Path(__file__).with_name("report.html.jinja")
LINES_BEFORE = 12
MOST_LINES = 2000
LONGEST_BODY = 400
REMOVED = "[removed]"


class Outcome(NamedTuple):
    """How a test ended.

    Attributes:
        test: its node id.
        outcome: "failed" or "passed".
        phase: "setup", "call" or "teardown".
        message: why it failed, in short.
        traceback: the same at length.
        repeat: the command that runs it again.

    """

    test: str
    outcome: str
    phase: str
    message: str
    traceback: str
    repeat: str


def page_of(outcome: Outcome, evidence: Evidence, secrets: Iterable[str]) -> str:
    """Return the page.

    Args:
        outcome: how the test ended.
        evidence: what is known of its world.
        secrets: texts that the page must not hold.

    """
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_cleaner(secrets)
    )
    environment.filters.update(moment=_moment, base64=_base64, body=_body)
    environment.tests["failure"] = is_failure
    spans = spans_of(
        evidence.lines,
        evidence.now,
        [one for player in evidence.players for one in player.planned],
        len(evidence.players),
    )
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        outcome=outcome,
        evidence=evidence,
        elapsed=_elapsed(evidence.now - evidence.started_at),
        before=evidence.lines[-LINES_BEFORE:],
        lines=evidence.lines[-MOST_LINES:],
        calendar=rows_of(evidence.started_at, evidence.now, spans, dots_of(evidence.lines)),
    )


def _cleaner(secrets: Iterable[str]) -> Callable[[Any], Any]:
    """Return what makes a value fit for the page: without secrets, and with what cannot be printed as an escape."""
    forms = sorted({re.escape(form) for secret in secrets for form in _forms(secret)}, key=len, reverse=True)
    known = re.compile(rf"(?<![\w-])(?:{'|'.join(forms)})(?![\w-])") if forms else None

    def clean(value: Any) -> Any:
        if not isinstance(value, str) or hasattr(value, "__html__"):
            return value
        text = value if known is None else known.sub(REMOVED, value)
        return "".join(one if one.isprintable() or one == "\n" else repr(one)[1:-1] for one in text)

    return clean


def _forms(secret: str) -> Iterator[str]:
    """How a secret looks in headers, in JSON, in Python and in URLs."""
    yield from (secret, b64encode(secret.encode()).decode())
    yield from (json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret, safe=""))


def _base64(data: bytes) -> Markup:
    return Markup(b64encode(data).decode())  # noqa: S704 - it has no letter that HTML could take for its own


def _moment(moment: datetime) -> str:
    return f"{moment:%a} {printed(moment).replace('T', ' ').replace('Z', '')}"


def _elapsed(length: timedelta) -> str:
    hours, rest = divmod(length.seconds, 3600)
    parts = ((length.days, "d"), (hours, "h"), (rest // 60, "min"), (rest % 60, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def _body(body: bytes) -> str:
    text = body[: LONGEST_BODY + 1].decode(errors="replace")
    return text if len(text) <= LONGEST_BODY else f"{text[:LONGEST_BODY]}…"
