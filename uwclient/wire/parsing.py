"""Parses the JSON of replies into records. An error in one record does not affect the others."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from uwclient.errors import RecordError, ReplyError
from uwclient.http.envelope import read_note, read_object
from uwclient.models.content import (
    LONGEST_ID,
    GameEvent,
    Kind,
    Listed,
    Message,
    Offer,
    PaymentData,
    Record,
    RemoteConfig,
    Survey,
)
from uwclient.models.iso_time import time_in
from uwclient.models.json_numbers import as_int
from uwclient.models.notices import ApiWarning
from uwclient.wire.splitting import LARGEST_RECORD, RecordSplitter, RecordText, records_at

LARGEST_OUTLINE = 1024 * 1024
"""The maximum number of bytes that are decoded at once, of a record or of the JSON around the records; decoded, they
take up to thirty times as much."""

LARGEST_KEPT = 128 * 1024 * 1024
"""The maximum number of bytes of all content together; a hundred thousand records fit."""

WEIGHT_OF_A_RECORD = 900
"""The number of bytes that a record counts in addition to its text: those that it takes in memory."""

Json = dict[str, Any]


class ContentParser:
    """Parses one reply with content of one kind.

    Attributes:
        faults: the errors of single records, a line each.
        left_out: (place, text) of those records, the place among all records.
        note: the reply's warnings and hints, once all of it is parsed.
        weight: the number of bytes that the records parsed so far take.

    """

    lists: tuple[str, ...] = ("active", "upcoming")
    """The names of the arrays that hold the records."""

    def __init__(
        self, kind: Kind, player_zone: tzinfo, throttle: Callable[[], None], largest: int = LARGEST_KEPT
    ) -> None:
        self._kind = kind
        self._zone = player_zone
        self._throttle = throttle
        self._largest = largest
        self.weight = 0
        self.faults: list[str] = []
        self.left_out: list[tuple[int, bytes]] = []
        self.note: ApiWarning | None = None

    def parse(self, pieces: Iterable[bytes], id_with: Callable[[bytes], str | None]) -> Iterator[Listed]:
        """The records of the reply, one by one, as its pieces come.

        `id_with` gives the id of the record with a text that is known already; that is not decoded.
        Raises ReplyError when the reply as a whole is not content.
        """
        splitter = RecordSplitter(self.lists, self._throttle)
        seen: set[str] = set()
        count = 0
        for piece in pieces:
            self._throttle()  # a record may take hundreds of pieces, with no bracket in them
            for text in splitter.feed(piece):
                self._throttle()
                self.weigh(text.text)
                try:
                    listed = self._listed(text, id_with(text.text))
                    if listed.id in seen:
                        raise RecordError(f"id: {listed.id!r} stands in the reply twice")
                except RecordError as error:
                    self.faults.append(f"{self._kind.value}[{count}].{error}")
                    self.left_out.append((count, text.text))
                else:
                    seen.add(listed.id)
                    yield listed
                count += 1
            if splitter.size_of_outline > LARGEST_OUTLINE:
                raise ReplyError(f"The {self._kind.value} reply has too much beside its records.")
        self._check_root(splitter, count)

    def parse_one(self, body: bytes) -> Record:
        """The record of a reply that is a bare one. Raises ReplyError or RecordError."""
        records = [listed.record for listed in self.parse([b'{"active":[', body, b"]}"], lambda _: None)]
        if len(records) != 1 or records[0] is None:
            raise RecordError("; ".join(self.faults) or "The reply is not one record.")
        return records[0]

    def _check_root(self, splitter: RecordSplitter, count: int) -> None:
        """Note what stands in the lists beside `count` records; ReplyError when there are no lists."""
        root = read_object(splitter.outline) if splitter.finished else None
        if root is None:
            raise ReplyError(f"The {self._kind.value} reply is not complete JSON.")
        lists = {name: root[name] for name in self.lists if name in root}
        if not lists or not all(isinstance(value, list) for value in lists.values()):
            members = ", ".join(f"{name}: {_name_of(value)}" for name, value in sorted(root.items()))
            raise ReplyError(
                f"The {self._kind.value} reply should have lists named {' and '.join(map(repr, self.lists))}, and "
                f"has {members[:200] or 'nothing'}."
            )
        if not splitter.found.issuperset(lists):  # their records would pass for gone
            raise ReplyError(f"The {self._kind.value} reply names its lists in a way that is not plain UTF-8 JSON.")
        self.note = read_note(root)
        for name, elements in lists.items():
            for number, element in strays_in(elements):
                self.weigh()
                self.faults.append(f"{self._kind.value}.{name}[{number}]: expected a record, got {_name_of(element)}")
                self.left_out.append((count, _as_text(element)))

    def weigh(self, text: bytes = b"") -> None:
        """Count one more record. Raises ReplyError when the content exceeds the maximum."""
        self.weight += WEIGHT_OF_A_RECORD + len(text)
        if self.weight > self._largest:
            raise ReplyError(f"The {self._kind.value} reply has more content than can be kept here.")

    def _listed(self, text: RecordText, known_id: str | None) -> Listed:
        if known_id is not None:
            return Listed(text.text, known_id, None)
        if len(text.text) > LARGEST_RECORD:
            raise RecordError(f"text: it has more than {LARGEST_RECORD:,} bytes")
        record = self.record(text)
        return Listed(text.text, record.id, record)

    def record(self, text: RecordText) -> Record:
        """Build one record. Raises RecordError."""
        fields = Fields(decoded(text.outline()))
        return _BUILDERS[self._kind](fields, self.common(fields, text.text))

    def common(self, fields: Fields, text: bytes) -> Json:
        """Read the fields that every record has. Raises RecordError."""
        common: Json = {"id": fields.identity("id"), "name": fields.text("name"), "text": text}
        for name in ("start_at", "end_at"):
            frame = fields.text(f"{name}_tz", "utc")
            if frame not in ("utc", "player_local"):
                raise RecordError(f"{name}_tz: expected 'utc' or 'player_local', got {frame!r}")
            common[f"{name}_tz"] = sys.intern(frame)  # thousands of records share it
            common[name] = fields.moment(name, self._zone if frame == "player_local" else None)
        if common["start_at"] and common["end_at"] and common["end_at"] < common["start_at"]:
            raise RecordError("end_at: it is before start_at")
        return common


class Fields:
    """Reads the fields of one JSON object: missing or null gives the default, a wrong value raises RecordError."""

    def __init__(self, values: Any, path: str = "") -> None:
        if not isinstance(values, dict):
            raise RecordError(f"{path or 'record'}: expected an object, got {_name_of(values)}")
        self._values: Mapping[str, Any] = values
        self._path = path

    def text(self, name: str, default: str = "") -> str:
        """Text, empty text included."""
        value = self._values.get(name)
        return default if value is None else self._checked(name, value, str, "text")

    def optional_text(self, name: str) -> str | None:
        """Text, or None."""
        value = self._values.get(name)
        return None if value is None else self._checked(name, value, str, "text")

    def identity(self, name: str) -> str:
        """An id that can be sent back: text that is not empty, or a whole number, which is converted to text."""
        value = self._values.get(name)
        number = as_int(value)
        text = value if number is None else str(number)
        if not isinstance(text, str) or not 0 < len(text) <= LONGEST_ID or not is_sendable(text):
            raise self.error(name, "an id", value)
        return text

    def address(self, name: str) -> str:
        """Text that may be a URL: not empty, and without lone surrogates."""
        value = self._values.get(name)
        if not isinstance(value, str) or not value or not is_sendable(value):
            raise self.error(name, "an address", value)
        return value

    def optional_identity(self, name: str) -> str | None:
        """An id, or None."""
        return None if self._values.get(name) in (None, "") else self.identity(name)

    def count(self, name: str) -> int:
        """A whole number; 0 when there is none."""
        value = self._values.get(name)
        if value is None:
            return 0
        number = as_int(value)
        if number is None:
            raise self.error(name, "a whole number", value)
        return number

    def optional_number(self, name: str) -> float | None:
        """A number, also one in a string, as prices often are; None when there is none."""
        value = self._values.get(name)
        if value is None or value == "":
            return None
        try:
            number = math.nan if isinstance(value, bool) else float(value)
            if not math.isfinite(number):
                raise ValueError
            return number
        except (TypeError, ValueError, OverflowError):
            raise self.error(name, "a number", value) from None

    def moment(self, name: str, local_zone: tzinfo | None) -> datetime | None:
        """An ISO 8601 time in UTC, or None. With `local_zone`, it is read in that zone, whatever its offset says."""
        value = self._values.get(name)
        if value is None or value == "":
            return None
        text = self._checked(name, value, str, "an ISO 8601 time")
        try:
            parsed = time_in(text)
            if local_zone is not None:
                parsed = parsed.replace(tzinfo=local_zone)
            parsed = parsed.astimezone(UTC)  # overflows at the edges of the calendar
        except (ValueError, OverflowError):
            raise self.error(name, "an ISO 8601 time", value) from None
        return parsed

    def several(self, name: str) -> list[Any]:
        """An array; empty when there is none."""
        value = self._values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.error(name, "an array", value)
        return value

    def nested(self, name: str) -> Fields | None:
        """The fields of a nested object, or None."""
        value = self._values.get(name)
        return None if value is None else Fields(value, self.place(name))

    def _checked(self, name: str, value: Any, wanted: type[str], meaning: str) -> str:
        if not isinstance(value, wanted):
            raise self.error(name, meaning, value)
        return value

    def error(self, name: str, meaning: str, value: Any) -> RecordError:
        """Return the error for a wrong field."""
        shown = "nothing" if name not in self._values else _name_of(value)
        return RecordError(f"{self.place(name)}: expected {meaning}, got {shown}")

    def place(self, name: str) -> str:
        """Return the path of a field, for messages."""
        return f"{self._path}.{name}" if self._path else name


def decoded(outline: bytes | bytearray) -> Any:
    """Decode a record without its long nested values. Raises RecordError."""
    if len(outline) > LARGEST_OUTLINE:
        raise RecordError(f"text: it has more than {LARGEST_OUTLINE:,} bytes beside its nested values")
    try:
        return json.loads(outline.decode("utf-8", "surrogatepass"))  # given bytes, it would look which encoding it is
    except (ValueError, RecursionError):
        raise RecordError("text: it is not JSON") from None


def strays_in(elements: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """What stands in place of records in an array of an outline, each with its place among them all."""
    place = 0
    for element in elements:
        records = records_at(element)
        if not records:
            yield place, element
        place += records or 1


def is_sendable(text: str) -> bool:
    """Whether a text from a reply can be sent in a request; lone surrogates cannot."""
    return text.isascii() or not any(0xD800 <= ord(character) <= 0xDFFF for character in text)


def _as_text(value: Any) -> bytes:
    """Encode a value as JSON, or null if it is nested too deeply."""
    try:
        return json.dumps(value).encode()
    except RecursionError:
        return b"null"


def _name_of(value: Any) -> str:
    names = {dict: "an object", list: "an array", bool: "true or false", type(None): "null"}
    return names.get(type(value)) or repr(value)[:40]


def _images(fields: Fields) -> Json:
    return {name: fields.optional_identity(name) for name in ("portrait_image_id", "landscape_image_id")}


def _event(fields: Fields, common: Json) -> Record:
    return GameEvent(
        external_id=fields.text("external_id"),
        external_event_type=sys.intern(fields.text("external_event_type")),
        campaign_event_template_id=fields.optional_identity("campaign_event_template_id"),
        campaign_event_framework_id=fields.optional_identity("campaign_event_framework_id"),
        **common,
    )


def _message(fields: Fields, common: Json) -> Record:
    return Message(
        title=fields.text("title"),
        body=fields.text("body"),
        message_type=sys.intern(fields.text("message_type", "default")),
        **_images(fields),
        **common,
    )


def _offer(fields: Fields, common: Json) -> Record:
    return Offer(
        title=fields.text("title"),
        body=fields.text("body"),
        offer_type=sys.intern(fields.text("offer_type")),
        framework_id=fields.optional_identity("framework_id"),
        payment_data=_payment(fields.nested("payment_data")),
        **_images(fields),
        **common,
    )


def _payment(fields: Fields | None) -> PaymentData | None:
    if fields is None or not fields.optional_text("payment_type"):
        return None
    iap = fields.nested("iap_data") or Fields({})
    currency = fields.nested("currency_data") or Fields({})
    return PaymentData(
        payment_type=fields.text("payment_type"),
        cost=iap.optional_number("cost"),
        ios_product_id=iap.optional_text("ios_product_id"),
        android_product_id=iap.optional_text("android_product_id"),
        currency_name=currency.optional_text("name"),
        currency_external_id=currency.optional_identity("external_id"),
        currency_amount=currency.optional_number("currency_amount"),
    )


def _remote_config(fields: Fields, common: Json) -> Record:
    return RemoteConfig(external_id=fields.text("external_id"), **common)


def _survey(fields: Fields, common: Json) -> Record:
    return Survey(questions_count=fields.count("questions_count"), **common)


_BUILDERS: dict[Kind, Callable[[Fields, Json], Record]] = {
    Kind.EVENTS: _event,
    Kind.MESSAGES: _message,
    Kind.OFFERS: _offer,
    Kind.REMOTE_CONFIGS: _remote_config,
    Kind.SURVEYS: _survey,
}
