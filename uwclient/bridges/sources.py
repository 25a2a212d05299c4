"""What each partner says of people, as happenings; Pico and CrowdTwist are asked, GrowSurf tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from uwclient.bridges.facts import Happening, digest
from uwclient.bridges.yaml_reading import Section
from uwclient.errors import ArgumentError
from uwclient.log import logger
from uwclient.partners.calling import Way
from uwclient.partners.crowdtwist import CrowdTwist, IdType, InputError, NoData, ParamError
from uwclient.partners.growsurf import CampaignEnded, Event, NewParticipantAdded, ParticipantReachedAGoal
from uwclient.partners.pico import HOST, Pico

GROWSURF_KINDS = ("PARTICIPANT_REACHED_A_GOAL", "NEW_PARTICIPANT_ADDED", "CAMPAIGN_ENDED")
PICO_KINDS = ("PARTICIPANT",)
CROWDTWIST_KINDS = ("ACTIVITY",)


class Polled(Protocol):
    """A partner that is asked."""

    def happenings(self) -> Iterator[Happening]:
        """Yield all that the partner says now. Raises UserWiseError."""


def growsurf_happenings(event: Event) -> Iterator[Happening]:
    """Yield what an event says: `participant`, with `reward` or `campaign`; of a campaign's end, each winner."""
    if isinstance(event, ParticipantReachedAGoal):
        facts: dict[str, Any] = {"participant": event.participant.raw, "reward": event.reward.raw}
        yield Happening(event.event, event.key, event.participant.id, facts)
    elif isinstance(event, NewParticipantAdded):
        yield Happening(event.event, event.key, event.participant.id, {"participant": event.participant.raw})
    elif isinstance(event, CampaignEnded):
        if event.campaign.winners_are_cut:
            logger().warning(
                "Only %d of %d winners are in the event of GrowSurf; the others are not told of.",
                len(event.campaign.winners),
                event.campaign.winner_count,
            )
        campaign = {name: value for name, value in event.campaign.raw.items() if name != "winners"}
        for winner in event.campaign.winners:
            yield Happening(event.event, event.key, winner.id, {"participant": winner.raw, "campaign": campaign})


class PicoSource:
    """The participants of game widgets: facts are those of a participant, and `widget` with its id.

    Args:
        section: the part `pico` of a configuration: `widgets`, or `activation` for all games of it; `host`.
        auth: the value of the header.
        way: how requests travel.

    """

    def __init__(self, section: Section, auth: str, way: Way) -> None:
        self._activation = section.text("activation", "")
        self._widgets = [] if self._activation else section.texts("widgets")
        header, host = section.text("auth_header", "Auth"), section.text("host", HOST)
        self._pico = Pico(auth, auth_header=header, host=host, **way)

    def happenings(self) -> Iterator[Happening]:
        """Yield all participants of all widgets."""
        games = self._pico.widgets(self._activation) if self._activation else ()
        for widget in self._widgets or [game.id for game in games]:
            for participant in self._pico.participants(widget):
                facts = {**participant.raw, "widget": {"id": widget}}
                yield Happening("PARTICIPANT", widget, participant.id, facts)


class CrowdTwistSource:
    """The activities of users: facts are `activity`, and `user` with the id that was asked for.

    Args:
        section: the part `crowdtwist` of a configuration: `users` or `users_file`, `id_type`, `environment`,
            `client_id` or `host`.
        folder: where the configuration is.
        api_key: the key.
        way: how requests travel.

    """

    def __init__(self, section: Section, folder: Path, api_key: str, way: Way) -> None:
        self._file = section.text("users_file", "")
        self._path = folder / self._file
        self._users = [] if self._file else section.texts("users")
        self._id_type = section.text("id_type", IdType.THIRD_PARTY_ID.value)
        if self._id_type not in [*IdType]:
            raise ArgumentError(f"{section.place}.id_type must be one of {', '.join(IdType)}.")
        host = section.text("host", "") or None
        environment, client_id = section.text("environment", ""), section.text("client_id", "")
        self._crowdtwist = CrowdTwist(api_key, environment=environment, client_id=client_id, host=host, **way)

    def happenings(self) -> Iterator[Happening]:
        """Yield all activities of all users; a user whom CrowdTwist does not know is left out."""
        for user in self._all_users():
            try:
                activities = self._crowdtwist.activities(user, self._id_type)
            except NoData:
                continue
            except (ParamError, InputError) as error:
                logger().warning("CrowdTwist does not know the user %s: %s", digest(user), error)
                continue
            for activity in activities:
                facts: Mapping[str, Any] = {"activity": activity.raw, "user": {"id": user}}
                yield Happening("ACTIVITY", str(activity.id), user, facts)

    def _all_users(self) -> Iterator[str]:
        if not self._file:
            yield from self._users
            return
        with self._path.open(encoding="utf-8") as lines:
            yield from filter(None, map(str.strip, lines))
