"""What a campaign becomes for players (pure): the record of each piece of its content, who sees it, and when.

Nothing here knows the time: a record says from when to when it is live, and `lists` compares that with a moment.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from uwclient.sandbox.core.times import printed
from uwclient.sandbox.services.ab_tests.rules import with_fields
from uwclient.sandbox.services.campaigns.life import DRAFT, RUNNING
from uwclient.sandbox.services.campaigns.requirements import problems_of
from uwclient.sandbox.services.campaigns.resources import COLUMN_OF_SESSION_FIELD, KIND_OF_TYPE, SCHEDULED
from uwclient.sandbox.services.campaigns.units import Find, filled_unit
from uwclient.sandbox.services.catalogue.service import Catalogue
from uwclient.sandbox.services.content.questions import questions_of_content, questions_text
from uwclient.sandbox.services.content.records import KINDS, Moment

Row = Mapping[str, Any]


class Known(NamedTuple):
    """What the projection looks up in the catalogue."""

    event_framework: Find
    offer_framework: Find
    bundle: Find
    product: Find
    currency: Find
    item: Find


def known_in(catalogue: Catalogue) -> Known:
    """What a catalogue knows."""
    return Known(
        catalogue.event_frameworks.find,
        catalogue.offer_frameworks.find,
        catalogue.bundles.find,
        catalogue.products.find,
        catalogue.currencies.find,
        catalogue.items.find,
    )


def _nothing_found(_: Any) -> None:
    return None


NOTHING_KNOWN = Known(*[_nothing_found] * 6)
"""What an empty catalogue knows."""
_TRANSLATED = ("title", "body", "subject")
SENT_KINDS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "emails": {"subject": "", "body": ""},
        "push_notifications": {"title": "", "body": "", "image_id": None, "framework_data": {}},
    }
)
"""The kinds of content that stand in no list, but are sent; each with its fields and their defaults."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of content as players see it: a campaign and its content, in one environment.

    Attributes:
        campaign_id: the campaign that it belongs to.
        kind: one of KINDS or of SENT_KINDS.
        id: the content.
        audiences: sets of segment ids; a player must be in one of each.
        variants: the variants of A/B tests that a player must have.
        start: when it starts; None for content of a triggered campaign.
        end: when it ends; None for never.
        runs: whether its campaign runs: while it is paused or when it was completed by hand, nobody is shown it.
        payload: the record, with localization ids where it has some.
        questions: those of a survey, as JSON.

    """

    campaign_id: str
    kind: str
    id: str
    audiences: tuple[frozenset[str], ...]
    variants: frozenset[str]
    start: Moment | None
    end: Moment | None
    runs: bool
    payload: Mapping[str, Any]
    questions: str = "[]"
    localizations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _texts: dict[str | None, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_scheduled(self) -> bool:
        """Whether it stands in the session lists, and not in a triggered campaign."""
        return self.start is not None

    def text(self, language: str | None) -> str:
        """The record as JSON, for a player who speaks a language."""
        if not self.localizations:
            language = None
        known = self._texts.get(language)
        if known is None:
            known = self._texts[language] = compact(self.record(language))
        return known

    def record(self, language: str | None) -> dict[str, Any]:
        """The record, for a player who speaks a language."""
        translated = {name: translation(texts, language) for name, texts in self.localizations.items()}
        return {**self.payload, **translated}


@dataclass(frozen=True, slots=True)
class ShownCampaign:
    """One campaign of an environment: its row, for whom it is, and its pieces.

    Players with one of the variants in `hidden_from`, which have no content, do not see that there is a campaign.
    """

    row: Row
    audiences: tuple[frozenset[str], ...]
    runs: bool
    pieces: tuple[Piece, ...]
    variants: frozenset[str] = frozenset()
    hidden_from: frozenset[str] = frozenset()

    @property
    def is_triggered(self) -> bool:
        """Whether it runs by what players do."""
        return bool(self.row["delivery_type"] != SCHEDULED)


def show_campaign(
    campaign: Row, contents: Sequence[Row], tests: Sequence[Row], catalogue: Catalogue
) -> ShownCampaign:
    """A campaign as players see it; content that cannot be delivered is left out.

    Args:
        campaign: its row in an environment.
        contents: the rows of its content.
        tests: the rows of its A/B tests, and of those of its content.
        catalogue: what they refer to.

    """
    audiences = _audiences(campaign["segment_ids"])
    if campaign["wanted"] == DRAFT:
        return ShownCampaign(campaign, audiences, False, ())
    known = known_in(catalogue)
    pieces = [
        piece_of(campaign, content, variants, known, catalogue.localizations)
        for content, variants in _variants(contents, tests)
        if not problems_of(content, catalogue)
    ]
    runs, hidden_from = campaign["wanted"] == RUNNING, frozenset(_empty_variants(tests))
    return ShownCampaign(campaign, audiences, runs, tuple(pieces), hidden_from=hidden_from)


def _empty_variants(tests: Sequence[Row]) -> Iterator[str]:
    """The variants of a tested campaign that have no content."""
    for test in tests:
        if test["campaign_content_id"] is None:
            yield from (one["id"] for one in test["variants"] if not one["control_group"] and not one["contents"])


def _variants(contents: Sequence[Row], tests: Sequence[Row]) -> Iterator[tuple[Row, frozenset[str]]]:
    """All content that some player can have, with the variants that it takes to have it."""
    by_content = {test["campaign_content_id"]: test["variants"] for test in tests}
    for outer in by_content.get(None, (None,)):
        listed = contents if outer is None or outer["control_group"] else outer["contents"]
        needed = frozenset() if outer is None else frozenset({outer["id"]})
        for content in listed:
            for inner in by_content.get(content["id"], (None,)):
                if inner is None:
                    yield content, needed
                else:
                    kind = KIND_OF_TYPE[content["type"]]
                    yield with_fields(content, kind, inner["fields"]), needed | {inner["id"]}


def piece_of(
    campaign: Row, content: Row, variants: frozenset[str], known: Known, texts: Mapping[str, Mapping[str, str]]
) -> Piece:
    """One piece of content of a campaign.

    Args:
        campaign: its row in an environment.
        content: the content.
        variants: the variants of A/B tests that a player must have.
        known: what content refers to.
        texts: the translations of texts.

    """
    kind = KIND_OF_TYPE[content["type"]]
    start, end = moments(campaign, content["delivery"])
    payload = project(campaign, content, known)
    return Piece(
        campaign["id"],
        kind,
        content["id"],
        (*_audiences(campaign["segment_ids"]), *_audiences(content["delivery"].get("segment_ids") or ())),
        variants,
        start if campaign["delivery_type"] == SCHEDULED else None,
        end if campaign["delivery_type"] == SCHEDULED else None,
        campaign["wanted"] == RUNNING,
        payload,
        questions_text(questions_of_content(content["content"].get("questions") or ())),
        {name: texts[payload[name]] for name in _TRANSLATED if _is_known(payload.get(name), texts)},
    )


def _is_known(value: Any, known: Mapping[str, Any]) -> bool:
    return isinstance(value, str) and value in known


def moments(campaign: Row, delivery: Row) -> tuple[Moment, Moment | None]:
    """When content starts and ends: by times of its own, else by those of its campaign."""
    own_tz = delivery.get("start_at_tz") or campaign["start_at_tz"]
    start = Moment(campaign["ran_at"] or 0, "utc")
    if delivery.get("start_at_type") == "concrete" and delivery.get("start_at_time") is not None:
        start = Moment(delivery["start_at_time"], own_tz)
    elif campaign["start_at"] is not None:
        start = Moment(campaign["start_at"], campaign["start_at_tz"])
    if delivery.get("end_at_type") == "concrete" and delivery.get("end_at_time") is not None:
        return start, Moment(delivery["end_at_time"], own_tz)
    if campaign["end_at"] is None:
        return start, None
    return start, Moment(campaign["end_at"], campaign["end_at_tz"])


def project(campaign: Row, content: Row, known: Known) -> dict[str, Any]:
    """The record that players are sent, with localization ids where its texts have some."""
    kind, fields = KIND_OF_TYPE[content["type"]], content["content"]
    if kind in SENT_KINDS:
        given = {name: fields[name] for name in SENT_KINDS[kind] if fields.get(name) is not None}
        return {"name": fields.get("name") or campaign["name"], **SENT_KINDS[kind], **given}
    payload: dict[str, Any] = {"id": content["id"], "name": fields.get("name") or campaign["name"]}
    if campaign["delivery_type"] == SCHEDULED:
        payload |= _times(campaign, content["delivery"])
    payload |= KINDS[kind]
    for name, column in COLUMN_OF_SESSION_FIELD[kind].items():
        value = fields.get(column or name)
        if value is not None:
            payload[name] = value
    payload |= dict(_FROM_CATALOGUE[kind](content, known))
    return {**payload, **(content["session_fields"] or {})}


def _times(campaign: Row, delivery: Row) -> dict[str, Any]:
    start, end = moments(campaign, delivery)
    return {
        "start_at": printed(start.at),
        "start_at_tz": start.tz,
        "end_at": None if end is None else printed(end.at),
        "end_at_tz": campaign["end_at_tz"] if end is None else end.tz,
    }


def _event(content: Row, known: Known) -> Iterator[tuple[str, Any]]:
    fields = content["content"]
    framework = known.event_framework(fields.get("campaign_event_framework_id"))
    if framework is not None:
        yield "external_event_type", framework["external_event_type"]
    if not fields.get("external_id"):
        yield "external_id", content["id"]


def _offer(content: Row, known: Known) -> Iterator[tuple[str, Any]]:
    fields = content["content"]
    bundle = known.bundle(fields.get("app_bundle_id")) or {}
    framework = known.offer_framework(fields.get("framework_id"))
    if framework is not None:
        yield "offer_type", framework["offer_type"]
    units = [
        filled_unit(unit, known.currency, known.item)
        for unit in fields.get("bundle_units") or bundle.get("bundle_units") or ()
    ]
    for name, unit_type in (("currencies", "currency"), ("items", "item")):
        of_type = [unit for unit in units if unit.get("unit_type") == unit_type]
        yield (
            name,
            {
                unit.get("unit_external_id") or unit.get("unit_id"): _whole(unit.get("default_amount"))
                for unit in of_type
            },
        )
    payment = fields.get("payment") or bundle.get("payment")
    if payment:
        yield "payment_data", _payment(payment, known)


def _payment(payment: Mapping[str, Any], known: Known) -> dict[str, Any] | None:
    product = known.product(payment.get("product_id"))
    currency = known.currency(payment.get("currency_id"))
    if payment.get("payment_type") == "product" and product is not None:
        return {
            "payment_type": "iap",
            "iap_data": {
                "ios_product_id": product["ios_id"],
                "android_product_id": product["android_id"],
                "cost": product["cost"],
            },
        }
    if payment.get("payment_type") == "currency" and currency is not None:
        return {
            "payment_type": "currency",
            "currency_data": {
                "name": currency["name_plural"],
                "external_id": currency["external_currency_id"],
                "currency_amount": _whole(payment.get("current_amount")),
            },
        }
    return None


def _survey(content: Row, known: Known) -> Iterator[tuple[str, Any]]:
    yield "questions_count", len(content["content"].get("questions") or ())


def _remote_config(content: Row, known: Known) -> Iterator[tuple[str, Any]]:
    if not content["content"].get("external_id"):
        yield "external_id", content["id"]


def _nothing(content: Row, known: Known) -> Iterator[tuple[str, Any]]:
    return iter(())


_FROM_CATALOGUE = {
    "events": _event,
    "messages": _nothing,
    "offers": _offer,
    "remote_configs": _remote_config,
    "surveys": _survey,
}


def _whole(value: Any) -> Any:
    """An amount as a number, also when it was written as a text."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return 0
    if not math.isfinite(number):
        return 0
    return int(number) if number.is_integer() else number


def _audiences(segment_ids: Sequence[str]) -> tuple[frozenset[str], ...]:
    return (frozenset(segment_ids),) if segment_ids else ()


def translation(texts: Mapping[str, str], language: str | None) -> str:
    """The text in a language, else in English, else in any."""
    return texts.get(language or "en") or texts.get("en") or next(iter(texts.values()))


def compact(payload: Mapping[str, Any]) -> str:
    """JSON as lists hold it."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
