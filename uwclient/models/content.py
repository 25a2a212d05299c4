"""Live content as frozen records: events, messages, offers, remote configs and surveys.

`start_at` and `end_at` are aware datetimes, in whatever form the platform sends them (guide: Scheduled Campaigns):
`utc` is an instant, `player_local` is wall-clock time in the player's time zone. None means no start or no end.

Nested JSON (`data`, `json`, `items`, …) is decoded when it is first read, and then kept with the record. It is meant
for reading; a change affects only this record's copy.
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
"""The maximum number of characters of a platform id: it must fit into the path of a request, and into an action."""


class Kind(StrEnum):
    """The five kinds of live content, and the campaigns that activate more of them.

    The value is the name of the client's module, such as "offers" for `uw.offers`.
    """

    EVENTS = "events"
    MESSAGES = "messages"
    OFFERS = "offers"
    REMOTE_CONFIGS = "remote_configs"
    SURVEYS = "surveys"
    CAMPAIGNS = "campaigns"


START_ORDER = (Kind.REMOTE_CONFIGS, Kind.EVENTS, Kind.OFFERS, Kind.MESSAGES, Kind.SURVEYS)
"""The order in which records of several kinds start at the same time: kinds that others may use come first."""


class _Undecodable(dict[str, Any]):
    """The empty stand-in for a record that cannot be decoded."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Record:
    """The base of all live content.

    Attributes:
        id: the platform's id.
        name: the name given by live operations; not meant for players.
        start_at: when it starts (aware), or None if it has no start.
        start_at_tz: "utc" or "player_local": how the platform has given `start_at`.
        end_at: when it ends (aware), or None if it never ends.
        end_at_tz: "utc" or "player_local": how the platform has given `end_at`.
        text: the whole record as the platform has sent it, JSON in UTF-8.
        place: its position in the platform's list; lower comes first.

    """

    id: str
    name: str = ""
    start_at: datetime | None = None
    start_at_tz: str = "utc"
    end_at: datetime | None = None
    end_at_tz: str = "utc"
    text: bytes = b"{}"
    place: float = field(default=0.0, init=False, compare=False)
    _decoded: Any = field(default=None, init=False, compare=False)

    @property
    def starts(self) -> float:
        """`start_at` in seconds since 1970, or minus infinity."""
        return ALWAYS if self.start_at is None else self.start_at.timestamp()

    @property
    def ends(self) -> float:
        """`end_at` in seconds since 1970, or infinity."""
        return NEVER if self.end_at is None else self.end_at.timestamp()

    # Defined once here, because generating them for each kind would make `import uwclient` slower.

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
        """The whole record as a dict, decoded from JSON, including fields that uwclient does not know."""
        if self._decoded is None:
            try:
                decoded = json.loads(self.text)
            except (ValueError, RecursionError):
                logger().exception("The nested JSON of the record %r cannot be decoded; it is empty here.", self.id)
                decoded = _Undecodable()
            object.__setattr__(self, "_decoded", decoded)
        decoded_once: dict[str, Any] = self._decoded
        return decoded_once

    def raw_member(self, name: str) -> str | None:
        """Return the JSON text of a field exactly as the platform has sent it, or None if there is none."""
        try:
            return member_text(self.text.decode(), name)
        except (ValueError, RecursionError):
            return None

    def _nested(self, name: str) -> Any:
        """Return an object or array of the record; {} if it is missing or null."""
        value = self.raw.get(name)
        return value if isinstance(value, (dict, list)) else {}

    def _nested_as(self, name: str, cls: type[T]) -> T:
        """Convert an object or array of the record to a `cls`; an empty one if it is missing or null."""
        from uwclient.models.conversion import read_as  # imported when it is first used, because it is slow to import

        if isinstance(self.raw, _Undecodable):
            raise DataError(name, "it cannot be decoded")
        return read_as(self.raw.get(name), cls, name)


class Listed(NamedTuple):
    """One record of the platform's list: its text and its id, and the record itself, unless its text is known."""

    text: bytes
    id: str
    record: Record | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GameEvent(Record):
    """A live event of the game, such as a weekend of double coins (section Scheduled Campaigns, Get Events).

    Attributes:
        external_id: the studio's own id, "" if it has none.
        external_event_type: the studio's own type, "" if it has none.
        campaign_event_template_id: the platform's id of the template that it was created from, or None.
        campaign_event_framework_id: the platform's id of that template's framework, or None.

    """

    external_id: str = ""
    external_event_type: str = ""
    campaign_event_template_id: str | None = None
    campaign_event_framework_id: str | None = None

    @property
    def data(self) -> Any:
        """The studio's own data, decoded from JSON: a dict (or a list); {} if there is none."""
        return self._nested("data")

    def data_as(self, cls: type[T]) -> T:
        """Convert `data` to your own dataclass, as in `event.data_as(Weekend)`.

        Keys that the class does not have are ignored, and missing keys get the class's defaults. If `data` is missing
        or null, it counts as empty.

        Args:
            cls: a dataclass or NamedTuple, or a type made of them such as `list[Reward]`;
                `uwclient.models.conversion` lists the types that fields can have.

        Returns:
            An instance of `cls`.

        Raises:
            DataError: the content does not fit the class; the message names the place, as in
                "rewards[1].item_ids[0]: expected int, got str".
            ArgumentError: the class cannot be converted from JSON.
        """
        return self._nested_as("data", cls)

    @property
    def data_raw(self) -> str | None:
        """The JSON text of `data` as sent, or None if there is none."""
        return self.raw_member("data")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Message(Record):
    """An in-app message (section Scheduled Campaigns, Get Messages).

    Attributes:
        title: localized for the session's language.
        body: localized for the session's language.
        message_type: the studio's own type, "default" if it has none.
        portrait_image_id: the media id of the image for a portrait screen, or None.
        landscape_image_id: the media id of the image for a landscape screen, or None.

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
        """The studio's own fields, decoded from JSON: a dict or a list; {} if there are none."""
        return self._nested("additional_fields")

    def additional_fields_as(self, cls: type[T]) -> T:
        """Convert `additional_fields` to your own dataclass: see `GameEvent.data_as`."""
        return self._nested_as("additional_fields", cls)

    @property
    def additional_fields_raw(self) -> str | None:
        """The JSON text of `additional_fields` as sent, or None if there is none."""
        return self.raw_member("additional_fields")


class PaymentData(NamedTuple):
    """The price of an offer.

    Attributes:
        payment_type: "iap" (an in-app purchase, paid with money in a store) or "currency" (paid in the game's own).
        cost: for "iap" the price in money, else None.
        ios_product_id: for "iap" the product's id in the App Store, or None.
        android_product_id: for "iap" the product's id in the Play Store, or None.
        currency_name: for "currency" the name of the game's currency, or None.
        currency_external_id: for "currency" the studio's own id of it, or None.
        currency_amount: for "currency" the price in it, or None.

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
        framework_id: the platform's id of the framework that the offer was created with, or None.
        portrait_image_id: the media id of the image for a portrait screen, or None.
        landscape_image_id: the media id of the image for a landscape screen, or None.
        payment_data: the price, or None if it is free.

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
        """The currencies that the player gets, decoded from JSON; {} if there are none.

        Usually it is a dict of the currency's external id to the amount, such as {"gems": 300}. Depending on how the
        studio has set the offer up, it can be another dict, or a list, such as [{"name": "gems", "amount": 300}].
        """
        return self._nested("currencies")

    @property
    def items(self) -> Any:
        """The items that the player gets, decoded from JSON; {} if there are none.

        Usually it is a dict of the item's external id to the amount, such as {"sword": 1}; it can have the same other
        shapes as `currencies`.
        """
        return self._nested("items")

    @property
    def framework_data(self) -> Any:
        """The studio's own data, decoded from JSON: a dict or a list; {} if there is none."""
        return self._nested("framework_data")

    def framework_data_as(self, cls: type[T]) -> T:
        """Convert `framework_data` to your own dataclass: see `GameEvent.data_as`."""
        return self._nested_as("framework_data", cls)

    @property
    def framework_data_raw(self) -> str | None:
        """The JSON text of `framework_data` as sent, or None if there is none."""
        return self.raw_member("framework_data")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RemoteConfig(Record):
    """A remote config: a part of the game's settings (section Scheduled Campaigns, Get JSON Uploads).

    Attributes:
        external_id: the studio's own id, "" if it has none.

    """

    external_id: str = ""

    @property
    def json(self) -> Any:
        """The settings, decoded from JSON: a dict or a list; {} if there are none."""
        return self._nested("json")

    def json_as(self, cls: type[T]) -> T:
        """Convert `json` to your own dataclass: see `GameEvent.data_as`."""
        return self._nested_as("json", cls)

    @property
    def json_raw(self) -> str | None:
        """The JSON text of `json` as sent, or None if there is none."""
        return self.raw_member("json")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Survey(Record):
    """A survey that the player can be invited to (section Scheduled Campaigns, Get Surveys).

    Attributes:
        questions_count: the number of its questions.

    """

    questions_count: int = 0

    @property
    def splash_background_color(self) -> str | None:
        """The background colour of the splash screen while the survey opens, such as "#4a3aa8", or None."""
        return self._text("splash_background_color")

    @property
    def splash_text_color(self) -> str | None:
        """The text colour of the splash screen, or None."""
        return self._text("splash_text_color")

    @property
    def splash_logo_url(self) -> str | None:
        """The URL of the logo on the splash screen, or None."""
        return self._text("splash_logo_url")

    def _text(self, name: str) -> str | None:
        value = self.raw.get(name)
        return value if isinstance(value, str) and value else None


def _image_for(orientation: str, portrait: str | None, landscape: str | None) -> str | None:
    if orientation not in ("portrait", "landscape"):
        raise ArgumentError(f"orientation must be 'portrait' or 'landscape', not {orientation!r}.")
    return portrait or landscape if orientation == "portrait" else landscape or portrait
