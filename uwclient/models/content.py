"""Owns the shapes of live content: what the platform sends, as frozen records.

Times: `start_at` and `end_at` are aware instants, whatever the platform printed (guide: Scheduled Campaigns):
`utc` is an instant, `player_local` is wall-clock time in the player's own time zone. None = no such end.

Nested JSON (`data`, `json`, `items`, …) stays text until it is first read; what is read then is decoded once
and kept with the record. It is yours to read; changing it changes nothing but this record's copy.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from uwclient.errors import ArgumentError, DataError
from uwclient.log import logger
from uwclient.models.json_text import member_text

T = TypeVar("T")

NEVER = float("inf")
ALWAYS = float("-inf")

LONGEST_ID = 512
"""Characters of an id that the platform gives: it must fit into the path of a request, and into an action."""


class Kind(StrEnum):
    """The five kinds of live content, and the campaigns that bring more of them when they are triggered.

    The value is the name of the client's module for it.
    """

    EVENTS = "events"
    MESSAGES = "messages"
    OFFERS = "offers"
    REMOTE_CONFIGS = "remote_configs"
    SURVEYS = "surveys"
    CAMPAIGNS = "campaigns"


START_ORDER = (Kind.REMOTE_CONFIGS, Kind.EVENTS, Kind.OFFERS, Kind.MESSAGES, Kind.SURVEYS)
"""In which order records of several kinds start at one moment: what others may use comes first."""


class _Undecodable(dict[str, Any]):
    """What stands for a record that cannot be decoded: as empty as it looks."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Record:
    """What every piece of live content has.

    Attributes:
        id: the platform's id.
        name: the name that live operations gave it; not meant for players.
        start_at: when it starts (aware), or None when it has always been there.
        start_at_tz: "utc" or "player_local", as the platform said.
        end_at: when it ends (aware), or None when it never does.
        end_at_tz: "utc" or "player_local", as the platform said.
        text: the whole record as the platform sent it, JSON in UTF-8.
        starts: `start_at` in seconds since 1970, or minus infinity.
        ends: `end_at` in seconds since 1970, or infinity.
        place: the lower, the earlier it stood in the platform's list when it came.

    """

    id: str
    name: str = ""
    start_at: datetime | None = None
    start_at_tz: str = "utc"
    end_at: datetime | None = None
    end_at_tz: str = "utc"
    text: bytes = b"{}"
    starts: float = field(default=ALWAYS, init=False, compare=False)
    ends: float = field(default=NEVER, init=False, compare=False)
    place: float = field(default=0.0, init=False, compare=False)
    _decoded: Any = field(default=None, init=False, compare=False)

    def __post_init__(self) -> None:
        if self.start_at is not None:
            object.__setattr__(self, "starts", self.start_at.timestamp())
        if self.end_at is not None:
            object.__setattr__(self, "ends", self.end_at.timestamp())

    # Written once here, because making them for each kind is a good part of what importing uwclient costs.

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__match_args__)

    def __hash__(self) -> int:
        return hash((self.id, self.text))

    def __repr__(self) -> str:
        shown = {"id": self.id, "name": self.name, "start_at": self.start_at, "end_at": self.end_at}
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    @property
    def raw(self) -> dict[str, Any]:
        """The whole record, decoded, unknown fields included."""
        if self._decoded is None:
            try:
                decoded = json.loads(self.text)
            except (ValueError, RecursionError):
                logger().exception("The record %r holds nested JSON that cannot be decoded.", self.id)
                decoded = _Undecodable()
            object.__setattr__(self, "_decoded", decoded)
        decoded_once: dict[str, Any] = self._decoded
        return decoded_once

    def raw_member(self, name: str) -> str | None:
        """The JSON text of one member, exactly as the platform sent it, or None when there is none."""
        try:
            return member_text(self.text.decode(), name)
        except (ValueError, RecursionError):
            return None

    def _nested(self, name: str) -> Any:
        """An object or array of the record; {} when it is missing or null."""
        value = self.raw.get(name)
        return value if isinstance(value, (dict, list)) else {}

    def _nested_as(self, name: str, cls: type[T]) -> T:
        """The same as a `cls`; empty when it is missing or null."""
        from uwclient.models.conversion import read_as  # when it is first used, for what it costs to import

        if isinstance(self.raw, _Undecodable):
            raise DataError(name, "it cannot be decoded")
        return read_as(self.raw.get(name), cls, name)


class Listed(NamedTuple):
    """One record of the platform's list: its text and its id, and the record itself, unless its text is known."""

    text: bytes
    id: str
    record: Record | None


def put_at(record: Record, place: float) -> None:
    """Say where a record stands in the platform's list; before anybody else sees it."""
    if record.place != place:
        object.__setattr__(record, "place", place)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GameEvent(Record):
    """A live event of the game, such as a weekend of double coins (section Scheduled Campaigns, Get Events).

    Attributes:
        external_id: the studio's own id for it.
        external_event_type: the studio's own type for it.
        campaign_event_template_id: the template it was made from, or None.
        campaign_event_framework_id: the framework of that template, or None.

    """

    external_id: str = ""
    external_event_type: str = ""
    campaign_event_template_id: str | None = None
    campaign_event_framework_id: str | None = None

    @property
    def data(self) -> Any:
        """The studio's own data: an object (or array)."""
        return self._nested("data")

    def data_as(self, cls: type[T]) -> T:
        """`data` as your own dataclass, or a list of them, as in `event.data_as(Weekend)`.

        Keys that the class does not have are ignored; for keys that are missing, its defaults count. When `data` is
        missing or null, it is empty. `uwclient.models.conversion` tells what a class may be made of.

        Raises DataError, which names the place ("rewards[1].item_ids[0]: expected int, got str"), when the content
        does not fit the class, and ArgumentError for a class that cannot be read from JSON.
        """
        return self._nested_as("data", cls)

    @property
    def data_raw(self) -> str | None:
        """The JSON text of `data`, as sent."""
        return self.raw_member("data")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Message(Record):
    """An in-app message (section Scheduled Campaigns, Get Messages).

    Attributes:
        title: localized for the session's language.
        body: localized for the session's language.
        message_type: the studio's own type, "default" if it has none.
        portrait_image_id: id of the image for a high screen, or None.
        landscape_image_id: id of the image for a wide screen, or None.

    """

    title: str = ""
    body: str = ""
    message_type: str = "default"
    portrait_image_id: str | None = None
    landscape_image_id: str | None = None

    def image_for(self, orientation: str) -> str | None:
        """The id of the image for a "portrait" or "landscape" screen, else of the other one, or None."""
        return _image_for(orientation, self.portrait_image_id, self.landscape_image_id)

    @property
    def additional_fields(self) -> Any:
        """The studio's own fields: an object or an array."""
        return self._nested("additional_fields")

    def additional_fields_as(self, cls: type[T]) -> T:
        """`additional_fields` as your own dataclass, or a list of them: see `GameEvent.data_as`."""
        return self._nested_as("additional_fields", cls)

    @property
    def additional_fields_raw(self) -> str | None:
        """The JSON text of `additional_fields`, as sent."""
        return self.raw_member("additional_fields")


class PaymentData(NamedTuple):
    """How an offer is paid.

    Attributes:
        payment_type: "iap" (money, through a store) or "currency" (the game's own).
        cost: the price in money for "iap", else None.
        ios_product_id: product in the App Store, or None.
        android_product_id: product in the Play Store, or None.
        currency_name: the game's currency for "currency", or None.
        currency_external_id: the studio's own id of that currency, or None.
        currency_amount: the price in that currency, or None.

    """

    payment_type: str
    cost: float | None = None
    ios_product_id: str | None = None
    android_product_id: str | None = None
    currency_name: str | None = None
    currency_external_id: str | None = None
    currency_amount: float | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Offer(Record):
    """Something to buy or to claim (section Scheduled Campaigns, Get Offers).

    Attributes:
        title: localized for the session's language.
        body: localized for the session's language.
        offer_type: the studio's own type, "" if it has none.
        framework_id: the framework that the offer was made with, or None.
        portrait_image_id: id of the image for a high screen, or None.
        landscape_image_id: id of the image for a wide screen, or None.
        payment_data: how it is paid, or None when it is free.

    """

    title: str = ""
    body: str = ""
    offer_type: str = ""
    framework_id: str | None = None
    portrait_image_id: str | None = None
    landscape_image_id: str | None = None
    payment_data: PaymentData | None = None

    def image_for(self, orientation: str) -> str | None:
        """The id of the image for a "portrait" or "landscape" screen, else of the other one, or None."""
        return _image_for(orientation, self.portrait_image_id, self.landscape_image_id)

    @property
    def currencies(self) -> Any:
        """What it gives in currencies: an object or an array, as the studio set it up."""
        return self._nested("currencies")

    @property
    def items(self) -> Any:
        """What it gives in items: an object or an array, as the studio set it up."""
        return self._nested("items")

    @property
    def framework_data(self) -> Any:
        """The studio's own data: an object or an array."""
        return self._nested("framework_data")

    def framework_data_as(self, cls: type[T]) -> T:
        """`framework_data` as your own dataclass, or a list of them: see `GameEvent.data_as`."""
        return self._nested_as("framework_data", cls)

    @property
    def framework_data_raw(self) -> str | None:
        """The JSON text of `framework_data`, as sent."""
        return self.raw_member("framework_data")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RemoteConfig(Record):
    """A piece of the game's tuning (section Scheduled Campaigns, Get JSON Uploads).

    Attributes:
        external_id: the studio's own id for it.

    """

    external_id: str = ""

    @property
    def json(self) -> Any:
        """The tuning itself: an object or an array."""
        return self._nested("json")

    def json_as(self, cls: type[T]) -> T:
        """`json` as your own dataclass, or a list of them: see `GameEvent.data_as`."""
        return self._nested_as("json", cls)

    @property
    def json_raw(self) -> str | None:
        """The JSON text of `json`, as sent."""
        return self.raw_member("json")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Survey(Record):
    """A survey that this player may be asked (section Scheduled Campaigns, Get Surveys).

    Attributes:
        questions_count: how many questions it has.

    """

    questions_count: int = 0

    @property
    def splash_background_color(self) -> str | None:
        """The colour behind the survey while it opens, such as "#4a3aa8", or None."""
        return self._text("splash_background_color")

    @property
    def splash_text_color(self) -> str | None:
        """The colour of the text on it, or None."""
        return self._text("splash_text_color")

    @property
    def splash_logo_url(self) -> str | None:
        """Where the logo on it is, or None."""
        return self._text("splash_logo_url")

    def _text(self, name: str) -> str | None:
        value = self.raw.get(name)
        return value if isinstance(value, str) and value else None


def _image_for(orientation: str, portrait: str | None, landscape: str | None) -> str | None:
    if orientation not in ("portrait", "landscape"):
        raise ArgumentError(f"orientation must be 'portrait' or 'landscape', not {orientation!r}.")
    return portrait or landscape if orientation == "portrait" else landscape or portrait
