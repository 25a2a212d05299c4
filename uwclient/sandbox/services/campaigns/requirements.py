"""What keeps content from being delivered (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from uwclient.sandbox.services.campaigns.resources import CONTENT_FIELDS, KIND_OF_TYPE
from uwclient.sandbox.services.catalogue.service import Catalogue


def problems_of(content: Mapping[str, Any], catalogue: Catalogue) -> list[str]:
    """Sentences about what is missing; none when it can be delivered.

    Content that was published as players see it needs nothing but what its payment refers to.
    """
    kind, fields = KIND_OF_TYPE[content["type"]], content["content"]
    problems = list(_payment_problems(fields.get("payment"), catalogue))
    if content["session_fields"] is None:
        problems += _missing(kind, fields, catalogue)
    return problems


def _missing(kind: str, fields: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    for field in CONTENT_FIELDS[kind]:
        if field.required and fields.get(field.name) in (None, ""):
            yield f"content.{field.name} is missing"
    if kind == "offers":
        bundle = fields.get("app_bundle_id")
        if bundle and catalogue.bundles.find(bundle) is None:
            yield f"there is no bundle {bundle!r}"
        if not bundle and not (fields.get("payment") or {}).get("payment_type"):
            yield "content.payment is missing"
    frameworks = {
        "events": ("campaign_event_framework_id", catalogue.event_frameworks),
        "offers": ("framework_id", catalogue.offer_frameworks),
        "push_notifications": ("framework_id", catalogue.push_frameworks),
    }
    if kind in frameworks:
        name, known = frameworks[kind]
        if fields.get(name) and known.find(fields[name]) is None:
            yield f"there is no {known.resource.name} {fields[name]!r}"


def _payment_problems(payment: Mapping[str, Any] | None, catalogue: Catalogue) -> Iterator[str]:
    if not payment:
        return
    known = {"product": catalogue.products, "currency": catalogue.currencies}.get(payment.get("payment_type") or "")
    if known is None:
        return
    row_id = payment.get(f"{known.resource.name}_id")
    if known.find(row_id) is None:
        yield f"there is no {known.resource.name} {row_id!r}"
