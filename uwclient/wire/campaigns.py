"""Parses triggered campaigns: their triggers, their quotas, and the records that they activate."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from enum import Enum
from typing import Any, TypeVar

from uwclient.errors import RecordError
from uwclient.models.campaign import NO_QUOTA, Campaign, Condition, Operator, Quota, Trigger, TriggerType
from uwclient.models.content import Kind, Record
from uwclient.models.json_numbers import as_float, as_int
from uwclient.wire.parsing import LARGEST_KEPT, ContentParser, Fields, decoded, strays_in
from uwclient.wire.splitting import RecordSplitter, RecordText

E = TypeVar("E", bound=Enum)

_FAMILIES = {"integer": "number", "float": "number", "string": "string", "boolean": "boolean", "datetime": "datetime"}
_ORDERED = (Operator.GREATER_THAN, Operator.LESS_THAN, Operator.BETWEEN)


class CampaignParser(ContentParser):
    """Parses one reply with campaigns. An unusable record does not affect the rest of its campaign."""

    lists = (Kind.CAMPAIGNS.value,)

    def __init__(self, player_zone: tzinfo, throttle: Callable[[], None], largest: int = LARGEST_KEPT) -> None:
        super().__init__(Kind.CAMPAIGNS, player_zone, throttle, largest)
        kinds = [kind for kind in Kind if kind is not Kind.CAMPAIGNS]
        self._parsers = {kind.value: ContentParser(kind, player_zone, throttle) for kind in kinds}

    def record(self, text: RecordText) -> Campaign:
        """Parse one campaign. Raises RecordError."""
        splitter = RecordSplitter(self._parsers, self._throttle)
        parts = []
        for part in splitter.feed(text.text):
            self.weigh()
            parts.append(part)
        fields = Fields(decoded(splitter.outline))
        campaign_id = fields.identity("id")
        try:
            return self._campaign(campaign_id, fields, text.text, parts)
        except RecordError as error:
            raise RecordError(f"{error} (in the campaign {campaign_id!r})") from None

    def _campaign(self, campaign_id: str, fields: Fields, text: bytes, parts: list[RecordText]) -> Campaign:
        trigger = fields.nested("trigger")
        if trigger is None:
            raise fields.error("trigger", "an object", None)
        return Campaign(
            id=campaign_id,
            name=fields.text("name"),
            text=text,
            impression_id=fields.identity("campaign_impression_id"),
            trigger=_trigger(trigger),
            quota=_quota(trigger.nested("quota")),
            content=self._content(f"campaigns[{campaign_id!r}]", fields, parts),
        )

    def _content(self, place: str, fields: Fields, parts: list[RecordText]) -> tuple[tuple[Kind, Record], ...]:
        """Parse the records of a campaign; errors are added to the faults."""
        found: dict[tuple[Kind, str], Record] = {}
        for part in parts:
            kind = Kind(part.list)
            try:
                record = self._parsers[part.list].record(part)
                if (kind, record.id) in found:
                    raise RecordError(f"id: {record.id!r} stands in the campaign twice")
                found[kind, record.id] = record
            except RecordError as error:
                self.faults.append(f"{place}.{part.list}: {error}")
        self.faults += (f"{place}.{stray}" for stray in _strays(fields, self._parsers))
        return tuple([(kind, record) for (kind, _), record in found.items()])  # of a list: see models.packed_records


def _strays(fields: Fields, lists: Iterable[str]) -> Iterator[str]:
    """What stands in place of records, or of their lists; `fields` is of an outline."""
    for name in lists:
        try:
            elements = fields.several(name)
        except RecordError as error:
            yield str(error)
        else:
            for number, element in strays_in(elements):
                yield f"{name}[{number}]: expected a record, got {element!r:.40}"


def _trigger(fields: Fields) -> Trigger:
    type_ = _choice(fields, "type", TriggerType)
    logic = fields.nested("logic")
    if logic is None:
        raise fields.error("logic", "an object", None)
    if type_ is TriggerType.ATTRIBUTE:
        condition = _condition(logic, "attribute_name")
        return Trigger(type_, condition.name, (condition,))
    if type_ is TriggerType.EVENT:
        name, listed, condition_name = "external_event_id", "event_attributes", "attribute_name"
    else:
        name, listed, condition_name = "region_name", "metadata", "metadata_name"
    conditions = [
        _condition(Fields(value, f"{logic.place(listed)}[{number}]"), condition_name)
        for number, value in enumerate(logic.several(listed))
    ]
    return Trigger(type_, _name(logic, name), tuple(conditions))


def _condition(fields: Fields, name_field: str) -> Condition:
    name = _name(fields, name_field)
    operator = _choice(fields, "operator", Operator)
    data_type = fields.text("data_type")
    family = _FAMILIES.get(data_type)
    if family is None:
        raise fields.error("data_type", f"one of {', '.join(_FAMILIES)}", data_type or None)
    if operator in _ORDERED and family in ("string", "boolean"):
        raise fields.error("operator", f"one that can compare the type {data_type}", operator.value)
    if operator is Operator.CONTAIN and family != "string":
        raise fields.error("operator", f"one that can compare the type {data_type}", operator.value)
    values = fields.several("values")
    if not values or (operator is Operator.BETWEEN and len(values) != 2):
        wanted = "two values, the lower end and the higher" if operator is Operator.BETWEEN else "at least one value"
        raise RecordError(f"{fields.place('values')}: expected {wanted}, got {len(values)}")
    checked = [_value(fields.place(f"values[{at}]"), value, data_type) for at, value in enumerate(values)]
    return Condition(name, operator, tuple(checked), family)


def _value(place: str, value: Any, data_type: str) -> Any:
    """Check a value of the data type; a datetime is parsed to an aware one."""
    fits = {
        "integer": as_int(value) is not None,
        "float": (isinstance(value, int) and not isinstance(value, bool)) or as_float(value) is not None,
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "datetime": isinstance(value, str) and value != "",
    }[data_type]
    if not fits:
        raise RecordError(f"{place}: expected {data_type}, got {value!r:.40}")
    return Fields({place: value}).moment(place, None) if data_type == "datetime" else value


def _quota(fields: Fields | None) -> Quota:
    if fields is None:
        return NO_QUOTA
    latest = fields.moment("latest_triggered_action_timestamp", None)
    return Quota(
        total=_remaining(fields, "total_remaining_triggers"),
        session=_remaining(fields, "session_remaining_triggers"),
        cooldown=max(0.0, fields.optional_number("trigger_cooldown_seconds") or 0.0),
        latest=float("-inf") if latest is None else latest.timestamp(),
    )


def _remaining(fields: Fields, name: str) -> int | None:
    number = fields.optional_number(name)
    return None if number is None else max(0, math.floor(number))


def _name(fields: Fields, name: str) -> str:
    text = fields.text(name)
    if not text:
        raise fields.error(name, "text that is not empty", None)
    return text


def _choice(fields: Fields, name: str, choices: type[E]) -> E:
    told = fields.text(name)
    for choice in choices:
        if choice.value == told:
            return choice
    raise fields.error(name, f"one of {', '.join(choice.value for choice in choices)}", told or None)
