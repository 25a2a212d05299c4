"""Pico: the widgets of an activation, and who took part in a game widget (Participants Game performance)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass
from datetime import datetime
from typing import Any, Literal, Unpack, overload

from uwclient.errors import ReplyError
from uwclient.partners.calling import PartnerClient, Way, check_header
from uwclient.partners.errors import PageLimit
from uwclient.partners.record import (
    Record,
    anything,
    flag,
    many,
    mapping,
    milliseconds,
    number,
    one,
    seconds,
    text,
    told,
    whole,
)

HOST = "https://api.picogp.com"
LARGEST_PAGE = 50
"""The most participants of one page, as documented."""

OrderDirection = Literal["ASC", "DESC"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget(Record):
    """A widget of an activation. The source of all fields is the section Widget List."""

    id: str = told(text, default=MISSING)
    """What its participants are asked for with (`id`)."""
    is_first: bool | None = told(flag)
    """Whether it is the first one of the activation (`is_first`)."""
    is_last: bool | None = told(flag)
    """Whether it is the last one of the activation (`is_last`)."""
    title: str | None = told(text)
    """Its title (`title`)."""
    description: str | None = told(text)
    """What it is about (`description`)."""
    active: bool | None = told(flag)
    """Whether it is in use (`active`)."""
    type: str | None = told(text)
    """Its kind, such as "TriviaGame" (`type`)."""
    created_time: datetime | None = told(seconds)
    """When it was made; seconds since 1970 in JSON (`created_time`)."""
    broadcast_active: bool | None = told(flag)
    """Whether it is being broadcast (`broadcast_active`)."""
    valid_platforms: tuple[str, ...] = told(many(text), default=())
    """Where it can be shown, such as "Facebook" (`valid_platforms`)."""
    position: Mapping[str, Any] | None = told(mapping)
    """Where it stands on the page: `top` and `left` (`position`)."""
    measurement: bool | None = told(flag)
    """Whether it is a measurement (`measurement`)."""
    activation_id: str | None = told(text)
    """Its activation; a number in JSON (`activation_id`)."""
    campaign_id: str | None = told(text)
    """Its campaign; a number in JSON (`campaign_id`)."""
    participants: int | None = told(whole)
    """How many took part (`participants`)."""
    participants_percent: float | None = told(number)
    """How many took part, in per cent (`participants_percent`)."""
    campaign_name: str | None = told(text)
    """The name of its campaign (`campaign_name`)."""
    activation_name: str | None = told(text)
    """The name of its activation (`activation_name`)."""
    is_broadcast_available: bool | None = told(flag)
    """Whether it can be broadcast (`is_broadcast_available`)."""
    is_game: bool | None = told(flag)
    """Whether it is a game, so that there is game performance data (`is_game`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label(Record):
    """A label that is set on a user (Game Performance Data: `labels`)."""

    id: str = told(text, default=MISSING)
    """Which label (`id`)."""
    value: str | None = told(text, private=True)
    """What it says of the user; also of times it is plain text (`value`)."""
    is_dashboard_metric: bool | None = told(flag)
    """Whether the dashboard counts it (`is_dashboard_metric`)."""
    dashboard_sort_index: int | None = told(whole)
    """Its place on the dashboard; -1 for none (`dashboard_sort_index`)."""
    additional_labels: tuple[Any, ...] = told(many(anything), default=())
    """Labels that go with it; their form is not documented (`additional_labels`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User(Record):
    """Who took part (Game Performance Data: `user`)."""

    id: str = told(text, default=MISSING, private=True)
    """Pico's id of the user (`id`)."""
    name: str | None = told(text, private=True)
    """The name; often empty (`name`)."""
    username: str | None = told(text, private=True)
    """The name on the platform; often empty (`username`)."""
    profile_picture: str | None = told(text, private=True)
    """Where the picture is (`profile_picture`)."""
    campaigns: tuple[Any, ...] = told(many(anything), default=())
    """Campaigns of the user; their form is not documented (`campaigns`)."""
    content: tuple[Any, ...] = told(many(anything), default=())
    """Content of the user; its form is not documented (`content`)."""
    user_type: str | None = told(text)
    """Where the user comes from, such as "pm" (`user_type`)."""
    locale: str | None = told(text)
    """The language, such as "en-US" (`locale`)."""
    timezone: float | None = told(number)
    """The hours to UTC (`timezone`)."""
    labels: tuple[Label, ...] = told(many(one(Label)), default=())
    """The labels that are set on the user (`labels`)."""
    user_hash_id: str | None = told(text, private=True)
    """The hash by which Pico knows the user (`user_hash_id`)."""
    profile_picture_extension: str | None = told(text)
    """The file type of the picture (`profile_picture_extension`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Record):
    """An answer that a user has selected (Game Performance Data: `answers`)."""

    id: str = told(text, default=MISSING)
    """Which answer (`id`)."""
    title: str | None = told(text)
    """Its text (`title`)."""
    is_correct: bool | None = told(flag, "isCorrect")
    """Whether it is right; None where Pico does not say, as in the documents' own sample (`isCorrect`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Record):
    """A question, and what a user has answered (Game Performance Data: `items`)."""

    question_id: str = told(text, default=MISSING)
    """Which question; a number in JSON (`question_id`)."""
    question_title: str | None = told(text)
    """Its text (`question_title`)."""
    answers: tuple[Answer, ...] = told(many(one(Answer)), default=())
    """What the user has selected; several answers where the game allows it (`answers`)."""
    start_time: datetime | None = told(milliseconds)
    """When the user saw it; milliseconds since 1970 in JSON (`start_time`)."""
    finish_time: datetime | None = told(milliseconds)
    """When the user had answered; milliseconds since 1970 in JSON (`finish_time`)."""
    is_correct: bool | None = told(flag)
    """Whether the whole answer is right (`is_correct`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant(Record):
    """A user in a game widget. The source of all fields is the section Game Performance Data (`users`)."""

    id: str = told(text, default=MISSING)
    """The id of the participation (`id`)."""
    user: User = told(one(User), default=MISSING)
    """Who took part (`user`)."""
    date_added: datetime | None = told(milliseconds)
    """When the user joined; milliseconds since 1970 in JSON (`date_added`)."""
    date_updated: datetime | None = told(milliseconds)
    """When the participation changed last; milliseconds since 1970 in JSON (`date_updated`)."""
    start_time: datetime | None = told(milliseconds)
    """When the user began to play; milliseconds since 1970 in JSON (`start_time`)."""
    questions_info: tuple[Any, ...] = told(many(anything), default=())
    """More of the questions; its form is not documented (`questions_info`)."""
    items: tuple[Question, ...] = told(many(one(Question)), default=())
    """The questions with the user's answers (`items`)."""
    total_correct_answers: int | None = told(whole)
    """How many questions were answered right (`total_correct_answers`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Widgets(Record):
    data: tuple[Widget, ...] = told(many(one(Widget)), default=MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Users(Record):
    total: int | None = told(whole)
    to_send: int | None = told(whole)
    users: tuple[Participant, ...] = told(many(one(Participant)), default=MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Performance(Record):
    data: _Users = told(one(_Users), default=MISSING)


class ParticipantPage(Sequence[Participant]):
    """The participants of one page, in order.

    Attributes:
        offset: how many come before them.
        total: how many there are in all (`total`), or None.
        to_send: what Pico says under this name (`to_send`), or None; its meaning is not documented.

    """

    def __init__(self, offset: int, told: _Users) -> None:
        self.offset = offset
        self.total = told.total
        self.to_send = told.to_send
        self._users = told.users

    @overload
    def __getitem__(self, index: int) -> Participant: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Participant, ...]: ...

    def __getitem__(self, index: int | slice) -> Participant | tuple[Participant, ...]:
        return self._users[index]

    def __len__(self) -> int:
        return len(self._users)

    def __repr__(self) -> str:
        return f"<ParticipantPage of {len(self)} from {self.offset} of {self.total}>"


class Pico(PartnerClient):
    """Asks Pico for widgets and their participants.

        with Pico(auth) as pico:
            for widget in pico.widgets(2448):
                for participant in pico.participants(widget.id):
                    print(participant.total_correct_answers)

    Args:
        auth: the whole value of the header; its form is not documented, so it is sent as it is.
        auth_header: the name of the header, which is documented as "Auth".
        host: where Pico is.
        way: see `uwclient.partners.calling.Way`.

    Raises:
        ArgumentError: a wrong argument.

    """

    def __init__(self, auth: str, *, auth_header: str = "Auth", host: str = HOST, **way: Unpack[Way]) -> None:
        name = check_header("auth_header", auth_header, "the name of the header")
        headers = {name: check_header("auth", auth, "the value of the header Auth")}
        super().__init__("Pico", host, headers=headers, secrets=(auth,), way=way)

    def widgets(self, activation_id: int | str, *, game_only: bool = True) -> tuple[Widget, ...]:
        """List the widgets of an activation: GET /v1/activation/<ACTIVATION_ID>/widgets.

        The documents contradict themselves: "Game_only" is false by default, and "if true will return all types of
        widgets", although "by default the endpoint returns only game widgets". Here `game_only` means what it says.
        For games nothing is sent, which is documented to be enough, and what says that it is no game is left out;
        for all widgets `Game_only=true` is sent, as its description says.

        Args:
            activation_id: the activation.
            game_only: whether only games are wanted, for which there is game performance data.

        """
        query = {"Game_only": None if game_only else "true"}
        told = self._get(
            "/v1/activation/{activation_id}/widgets", {"activation_id": str(activation_id)}, query, _Widgets.read
        )
        return tuple(widget for widget in told.data if not game_only or widget.is_game is not False)

    def page(
        self,
        widget_id: int | str,
        *,
        limit: int = 10,
        offset: int = 0,
        order_by: str | None = None,
        order_dir: OrderDirection | None = None,
    ) -> ParticipantPage:
        """Get some participants of a game widget: GET /v1/bot/<WIDGET_ID>/users.

        Args:
            widget_id: the widget, as `Widget.id`.
            limit: how many, from 1 to 50.
            offset: how many to leave out.
            order_by: a field to sort by, such as "name"; the others are not documented.
            order_dir: "ASC" or "DESC".

        Raises:
            PageLimit: `limit` or `offset` is not documented.

        """
        if not 1 <= limit <= LARGEST_PAGE:
            raise PageLimit(f"limit must be from 1 to {LARGEST_PAGE}, not {limit}: Pico gives no larger page.")
        if offset < 0:
            raise PageLimit(f"offset must be 0 or more, not {offset}.")
        query = {"order_by": order_by, "order_dir": order_dir, "limit": limit, "offset": offset}
        told = self._get("/v1/bot/{widget_id}/users", {"widget_id": str(widget_id)}, query, _Performance.read)
        return ParticipantPage(offset, told.data)

    def participants(
        self, widget_id: int | str, *, order_by: str | None = None, order_dir: OrderDirection | None = None
    ) -> Iterator[Participant]:
        """Yield all participants of a game widget, each once; only their ids and one page are in memory.

        Who joins meanwhile is found, wherever in the order: while Pico counts more people than were seen, the list
        is read again. When somebody leaves, those after them move up by one, and one of them may be hidden behind
        the end of the page before: the next reading finds them. Arguments as those of `page`.

        Raises:
            ReplyError: Pico sends the same page again and again.

        """
        seen: set[str] = set()
        before: ParticipantPage | None = None
        new, is_again = 0, False
        while True:
            offset = 0 if before is None else before.offset + len(before)
            page = self.page(widget_id, limit=LARGEST_PAGE, offset=offset, order_by=order_by, order_dir=order_dir)
            if page and before is not None and page.total == before.total and list(page) == list(before):
                raise ReplyError("Pico has sent the page before again in place of the next one.")
            for participant in page:
                if participant.id not in seen:
                    seen.add(participant.id)
                    new += 1
                    yield participant
            has_all = len(seen) >= (page.total or 0)
            at_end = not page or (len(page) < LARGEST_PAGE and offset + len(page) >= (page.total or 0))
            if (has_all and (at_end or is_again)) or (at_end and not new):
                return
            before = page
            if at_end:
                before, new, is_again = None, 0, True
