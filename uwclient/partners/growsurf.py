"""GrowSurf: the webhooks of a referral campaign, as values, each handled once.

    receiver = Receiver(secret_path)

    @receiver.participant_reached_a_goal.connect
    def reward(receiver: Receiver, event: ParticipantReachedAGoal) -> None:
        if event.reward.approved:
            ...

No signature is documented, so nothing shows that a request comes from GrowSurf. What protects the endpoint is that
nobody else knows its path: `new_secret_path()` makes one of 128 bits. Register https://…/<secret path>, and keep it
as you keep a password.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import MISSING, dataclass
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, ClassVar

from uwclient.dice import Dice
from uwclient.errors import ArgumentError, DataError
from uwclient.log import logger
from uwclient.partners.record import Record, flag, many, mapping, milliseconds, one, read_at, text, told, whole
from uwclient.signals import Signal
from uwclient.webhooks import serving
from uwclient.webhooks.once import Once, Seen, tell

MOST_WINNERS = 1000
"""Only the first 1,000 winners are in the event, as documented."""

_FITS = re.compile("[A-Za-z0-9_-]{22,200}")
_FEWEST_CHARACTERS = 8  # a path of one letter, repeated, is no secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Record):
    """A participant of the campaign; the documents show these fields in each of the three events."""

    id: str = told(text, default=MISSING)
    """GrowSurf's id (`id`)."""
    email: str | None = told(text, private=True)
    """The e-mail address (`email`)."""
    first_name: str | None = told(text, "firstName", private=True)
    """The first name (`firstName`)."""
    last_name: str | None = told(text, "lastName", private=True)
    """The last name (`lastName`)."""
    notes: str | None = told(text, private=True)
    """What the studio has noted (`notes`)."""
    rank: int | None = told(whole)
    """The place among all participants; in one sample it is the text "9" (`rank`)."""
    is_winner: bool | None = told(flag, "isWinner")
    """Whether the participant has won (`isWinner`)."""
    referral_count: int | None = told(whole, "referralCount")
    """How many people the participant has brought (`referralCount`)."""
    monthly_referral_count: int | None = told(whole, "monthlyReferralCount")
    """How many of them this month (`monthlyReferralCount`)."""
    prev_monthly_referral_count: int | None = told(whole, "prevMonthlyReferralCount")
    """How many of them last month (`prevMonthlyReferralCount`)."""
    share_url: str | None = told(text, "shareUrl", private=True)
    """The link that the participant shares (`shareUrl`)."""
    impression_count: int | None = told(whole, "impressionCount")
    """How often the link was seen (`impressionCount`)."""
    unique_impression_count: int | None = told(whole, "uniqueImpressionCount")
    """By how many it was seen (`uniqueImpressionCount`)."""
    invite_count: int | None = told(whole, "inviteCount")
    """How many were invited (`inviteCount`)."""
    share_count: int | None = told(whole, "shareCount")
    """How often the link was shared (`shareCount`)."""
    created_at: datetime | None = told(milliseconds, "createdAt")
    """When the participant joined; milliseconds since 1970 in JSON (`createdAt`)."""
    referral_source: str | None = told(text, "referralSource")
    """How the participant came, such as "DIRECT" or "PARTICIPANT" (`referralSource`)."""
    fraud_risk_level: str | None = told(text, "fraudRiskLevel")
    """Such as "LOW" (`fraudRiskLevel`)."""
    metadata: Mapping[str, Any] = told(mapping, default=dict, private=True)
    """What the studio has stored with the participant, such as its own id of them (`metadata`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant(Person):
    """A participant who has just joined (NEW_PARTICIPANT_ADDED: `data`)."""

    referred_by: str | None = told(text, "referredBy")
    """The id of who has brought them (`referredBy`)."""
    referrer: Person | None = told(one(Person))
    """Who has brought them (`referrer`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward(Record):
    """A reward that was unlocked (PARTICIPANT_REACHED_A_GOAL: `data.reward`)."""

    id: str | None = told(text)
    """The id of what this participant has unlocked (`id`)."""
    reward_id: str | None = told(text, "rewardId")
    """The id of the reward in the campaign (`rewardId`)."""
    approved: bool | None = told(flag)
    """Whether it is approved; with manual approval, an event with false comes before that with true (`approved`)."""
    is_referrer: bool | None = told(flag, "isReferrer")
    """Of a double-sided reward: true for who has brought somebody, false for who was brought (`isReferrer`)."""
    type: str | None = told(text)
    """Such as "SINGLE_SIDED" (`type`)."""
    title: str | None = told(text)
    """Its title (`title`)."""
    description: str | None = told(text)
    """What it is for (`description`)."""
    conversions_required: int | None = told(whole, "conversionsRequired")
    """How many referrals it takes (`conversionsRequired`)."""
    coupon_code: str | None = told(text, "couponCode", private=True)
    """A coupon (`couponCode`)."""
    image_url: str | None = told(text, "imageUrl")
    """Its image (`imageUrl`)."""
    limit: int | None = told(whole)
    """How often one participant can unlock it (`limit`)."""
    created_at: datetime | None = told(milliseconds, "createdAt")
    """When it was made; milliseconds since 1970 in JSON (`createdAt`)."""
    referrer_id: str | None = told(text, "referrerId")
    """The id of who has brought somebody (`referrerId`)."""
    referred_id: str | None = told(text, "referredId")
    """The id of who was brought (`referredId`)."""
    metadata: Mapping[str, Any] = told(mapping, default=dict)
    """What the studio has stored with the reward (`metadata`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal(Record):
    """Who has reached a goal, and what for (PARTICIPANT_REACHED_A_GOAL: `data`)."""

    participant: Person = told(one(Person), default=MISSING)
    """Who gets the reward (`participant`)."""
    reward: Reward = told(one(Reward), default=MISSING)
    """The reward (`reward`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign(Record):
    """A campaign that has ended (CAMPAIGN_ENDED: `data`)."""

    id: str = told(text, default=MISSING)
    """Its id (`id`)."""
    name: str | None = told(text)
    """Its name (`name`)."""
    participant_count: int | None = told(whole, "participantCount")
    """How many took part (`participantCount`)."""
    started_at: datetime | None = told(milliseconds, "startedAt")
    """When it started; milliseconds since 1970 in JSON (`startedAt`)."""
    ended_at: datetime | None = told(milliseconds, "endedAt")
    """When it ended; milliseconds since 1970 in JSON (`endedAt`)."""
    status: str | None = told(text)
    """Such as "COMPLETE" (`status`)."""
    impression_count: int | None = told(whole, "impressionCount")
    """How often its links were seen (`impressionCount`)."""
    referral_count: int | None = told(whole, "referralCount")
    """How many people were brought (`referralCount`)."""
    winner_count: int | None = told(whole, "winnerCount")
    """How many have won (`winnerCount`)."""
    winners: tuple[Person, ...] = told(many(one(Person)), default=())
    """Who has won: the first 1,000 only, so there may be fewer than `winner_count` (`winners`)."""

    @property
    def winners_are_cut(self) -> bool:
        """Whether some winners are not in the event."""
        return len(self.winners) < (self.winner_count or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Record):
    """What GrowSurf tells. An event that this version does not know has this class itself."""

    event: str = told(text, default=MISSING)
    """Its name (`event`)."""
    created_at: datetime | None = told(milliseconds, "createdAt")
    """When it happened; milliseconds since 1970 in JSON (`createdAt`)."""
    data: Any = told(mapping)
    """What it is about (`data`)."""

    SIGNAL: ClassVar[str] = ""

    @property
    def key(self) -> str:
        """Tells it from every other event; one that is sent again has the same key."""
        return _digest(self.event, *self._identity())

    def _identity(self) -> tuple[str, ...]:
        """Return what happens only once, in texts; of an event without ids that is all that it says."""
        return (json.dumps(dict(self.raw), sort_keys=True, separators=(",", ":")),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantReachedAGoal(Event):
    """A participant has unlocked a reward.

    For a double-sided reward there are two events, of the referrer and of the referee; with manual approval there are
    two of each, before and after it.
    """

    data: Goal = told(one(Goal), default=MISSING)
    """Who, and what for (`data`)."""

    SIGNAL: ClassVar[str] = "participant_reached_a_goal"

    @property
    def participant(self) -> Person:
        """Who gets the reward."""
        return self.data.participant

    @property
    def reward(self) -> Reward:
        """The reward."""
        return self.data.reward

    def _identity(self) -> tuple[str, ...]:
        """A reward is unlocked once by a participant, on one side, and approved once."""
        reward = self.reward
        if reward.id is None:
            return Event._identity(self)
        return self.participant.id, reward.id, f"{reward.approved} {reward.is_referrer}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParticipantAdded(Event):
    """Somebody has joined the campaign: by themselves, by a referral, or by the dashboard."""

    data: Participant = told(one(Participant), default=MISSING)
    """Who (`data`)."""

    SIGNAL: ClassVar[str] = "new_participant_added"

    @property
    def participant(self) -> Participant:
        """Who has joined."""
        return self.data

    def _identity(self) -> tuple[str, ...]:
        """A participant joins once."""
        return (self.participant.id,)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignEnded(Event):
    """The campaign has ended."""

    data: Campaign = told(one(Campaign), default=MISSING)
    """The campaign and its winners (`data`)."""

    SIGNAL: ClassVar[str] = "campaign_ended"

    @property
    def campaign(self) -> Campaign:
        """The campaign."""
        return self.data

    def _identity(self) -> tuple[str, ...]:
        """A campaign ends once, unless it is started again."""
        return self.campaign.id, str(self.campaign.ended_at)


EVENTS: Mapping[str, type[Event]] = MappingProxyType(
    {
        "PARTICIPANT_REACHED_A_GOAL": ParticipantReachedAGoal,
        "NEW_PARTICIPANT_ADDED": NewParticipantAdded,
        "CAMPAIGN_ENDED": CampaignEnded,
    }
)
"""The class of each documented event."""


def read_event(body: bytes) -> Event:
    """Read the body of a webhook. Raises DataError when it is not JSON, or does not fit the documents."""
    try:
        value = json.loads(body)
        name = value.get("event") if isinstance(value, dict) else None
        kind = EVENTS.get(name, Event) if isinstance(name, str) else Event
        event: Event = read_at("the event", kind.read, value)
        event.key.encode()
    except DataError:
        raise
    except (ValueError, RecursionError) as problem:
        raise DataError("the body", f"it is not JSON ({type(problem).__name__})") from None
    return event


def new_secret_path() -> str:
    """Return a path that nobody can guess: 128 random bits, as 32 hexadecimal digits."""
    return f"{Dice().bits('secret path') >> 128:032x}"


class Receiver:
    """Owns what one endpoint receives. It can be used by several threads.

    A listener is called as `listener(receiver, event=event)`. One that raises has the request answered with 500; the
    documents do not say whether GrowSurf sends it again.

    Args:
        secret_path: the last part of the endpoint's path, as `new_secret_path` makes one.
        seen: where the keys of handled events are remembered; None for the memory of this process.

    Raises:
        ArgumentError: the path is short, or is no part of a path.

    """

    def __init__(self, secret_path: str, seen: Seen | None = None) -> None:
        if not _FITS.fullmatch(secret_path) or len(set(secret_path)) < _FEWEST_CHARACTERS:
            raise ArgumentError(
                "secret_path must hold 128 random bits, as 22 or more letters, digits, '-' or '_': "
                "use new_secret_path(), and keep it."
            )
        self._path = secret_path.encode()
        self._once = Once(seen)
        self.participant_reached_a_goal = Signal("participant_reached_a_goal", "A reward was unlocked: (event).")
        self.new_participant_added = Signal("new_participant_added", "Somebody has joined: (event).")
        self.campaign_ended = Signal("campaign_ended", "The campaign has ended: (event).")
        self.any_event = Signal("any_event", "Any event, also one that this version does not know: (event).")

    def __repr__(self) -> str:
        return "<Receiver of GrowSurf>"

    def receive(self, path: str, body: bytes) -> int:
        """Handle one request, and return the HTTP status of the reply, which needs no body.

        It is 204 for an event that was handled, now or before; 404 for another path; 400 for what is no event, such
        as invalid JSON; 500 when a listener raised; 409 while another thread handles the same event.

        Args:
            path: the path of the request; its last part must be the secret one.
            body: the bytes of the request.

        """
        if not self._is_secret(path):
            return HTTPStatus.NOT_FOUND
        try:
            event = read_event(body)
        except DataError as problem:
            logger().warning("An event of GrowSurf cannot be read: %s.", problem)
            return HTTPStatus.BAD_REQUEST
        signals = [getattr(self, event.SIGNAL)] if event.SIGNAL else []
        return self._once.handle(event.key, lambda: tell(self, [*signals, self.any_event], event))

    def wsgi_app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve the endpoint by WSGI, wherever it is mounted."""
        path = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
        return serving.serve_wsgi(lambda body, _: self.receive(path, body), environ, start_response)

    async def asgi_app(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        """Serve the endpoint by ASGI, wherever it is mounted. Listeners are called beside the event loop."""
        path = str(scope.get("path", ""))
        await serving.serve_asgi(lambda body, _: self.receive(path, body), scope, receive, send)

    def _is_secret(self, path: str) -> bool:
        last = path.rstrip("/").rpartition("/")[2]
        return hmac.compare_digest(last.encode("utf-8", "surrogatepass"), self._path)


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
