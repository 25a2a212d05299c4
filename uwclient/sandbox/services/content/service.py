"""What players see of the campaigns that run (sections Scheduled Campaigns and Triggered Campaigns).

Nothing of it is kept: it follows from the campaigns of the environment, the catalogue, the session and the time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.times import zone_named
from uwclient.sandbox.services.ab_tests.service import AbTests
from uwclient.sandbox.services.campaigns.service import Campaigns
from uwclient.sandbox.services.catalogue.service import Catalogue
from uwclient.sandbox.services.content.audience import Viewer, may_see, viewer_of
from uwclient.sandbox.services.content.lists import ContentList, joined, make_list, window
from uwclient.sandbox.services.content.projection import SENT_KINDS, Piece, ShownCampaign, show_campaign
from uwclient.sandbox.services.content.records import KINDS
from uwclient.sandbox.services.content.shelf import Shelf
from uwclient.sandbox.services.sessions.models import Session

_MOST_LISTS = 64


@dataclass(frozen=True, slots=True)
class Outlook:
    """What lists of content depend on: they stay as they are until the revision changes, or the moment comes.

    Attributes:
        revision: counts what live operations changed in the environment.
        changes_at: when content starts or ends next for this session (milliseconds since 1970); None for never.

    """

    revision: int
    changes_at: int | None


class Personal(Protocol):
    """Content that is one player's own, besides that of campaigns."""

    def pieces(self, session: Session, kind: str) -> list[Piece]:
        """What stands in a session's list of a kind."""

    def find(self, session: Session, kind: str, content_id: str) -> Piece | None:
        """The content of that id, also when it is over."""

    def note_listed(self, session: Session, kind: str) -> None:
        """A session has seen its list of a kind, with what `pieces` says."""


class Content:
    """The content of all environments as players see it, and a few finished lists."""

    def __init__(self, backend: Backend, campaigns: Campaigns, ab_tests: AbTests, catalogue: Catalogue) -> None:
        self._backend = backend
        self._campaigns = campaigns
        self._ab_tests = ab_tests
        self._catalogue = catalogue
        self._shelves: dict[str, Shelf] = {}
        self._revisions: dict[str, int] = {}
        self._stale: dict[str, dict[str, None]] = {}
        self._lists: dict[tuple[str, Viewer, int | None], tuple[int, ContentList]] = {}
        self._personal: Personal | None = None
        self._news: dict[str, dict[str, int | None]] = {}  # by player and kind: content that starts unknown to them
        campaigns.on_change(self._note_change)
        ab_tests.on_change(self._note_change)
        catalogue.on_change(lambda _: self._forget())
        backend.on_restore(self._forget)
        backend.on_restore(self._news.clear)
        backend.erasure.on_erase(self._forget_player)

    def add_personal(self, personal: Personal) -> None:
        """Show players content of their own, too."""
        self._personal = personal

    def list_for(self, session: Session, kind: str, starts_before: int | None) -> ContentList:
        """What a session sees of one kind now.

        Args:
            session: who sees it.
            kind: one of KINDS.
            starts_before: milliseconds since 1970; upcoming content that starts later is left out. None for all.

        """
        with self._backend.lock:
            self._backend.catch_up()
            found = self._list_with_own(session, kind, starts_before)
            self._ab_tests.note_shown(session.environment_id, session.player_id, found.variants)
            self._news.setdefault(session.player_id, {})[kind] = found.news_at
            if self._personal is not None:
                self._personal.note_listed(session, kind)
            return found

    def news_at(self, player_id: str) -> int | None:
        """The first start (milliseconds since 1970) of content that the player's last lists have left out."""
        with self._backend.lock:
            moments = self._news.get(player_id, {}).values()
            return min((moment for moment in moments if moment is not None), default=None)

    def outlook(self, session: Session) -> Outlook:
        """Until when the lists of a session stay as they are, unless something is changed."""
        with self._backend.lock:
            self._backend.catch_up()
            ends = [self._list_with_own(session, kind, None).good_until for kind in KINDS]
            soonest = min((end for end in ends if end is not None), default=None)
            return Outlook(self._shelf(session.environment_id).revision, soonest)

    def triggered(self, session: Session) -> list[tuple[ShownCampaign, list[Piece]]]:
        """The triggered campaigns that a session may trigger, each with the content that it would see."""
        with self._backend.lock:
            self._backend.catch_up()
            viewer = self._viewer(session)
            seen = [
                (campaign, [one for one in campaign.pieces if one.kind in KINDS and may_see(one, viewer)])
                for campaign in self._shelf(session.environment_id).triggered()
                if may_see(campaign, viewer) and campaign.hidden_from.isdisjoint(viewer.variants)
            ]
            shown = frozenset().union(*(piece.variants for _, pieces in seen for piece in pieces))
            self._ab_tests.note_shown(session.environment_id, session.player_id, shown)
            return seen

    def has_sends(self, environment_id: str) -> bool:
        """Whether an environment has scheduled e-mails or push notifications that run."""
        with self._backend.lock:
            return self._shelf(environment_id).has_sends

    def sends(self, session: Session) -> list[Piece]:
        """The scheduled e-mails and push notifications for a session's player, whenever they start and end."""
        with self._backend.lock:
            shelf, viewer = self._shelf(session.environment_id), self._viewer(session)
            return [one for kind in SENT_KINDS for one in shelf.scheduled(kind) if may_see(one, viewer)]

    def sends_of_triggered(self, session: Session, campaign_id: str) -> list[Piece]:
        """What a triggered campaign that runs sends to a session's player."""
        with self._backend.lock:
            viewer = self._viewer(session)
            return [
                piece
                for campaign in self._shelf(session.environment_id).triggered()
                if campaign.row["id"] == campaign_id
                for piece in campaign.pieces
                if piece.kind in SENT_KINDS and may_see(piece, viewer)
            ]

    def find_piece(self, session: Session, kind: str, content_id: str) -> Piece | None:
        """Content, scheduled or of a triggered campaign, that is meant for a session's player.

        It may be over, or not have begun: what players did while they were offline arrives late.
        """
        with self._backend.lock:
            self._backend.catch_up()
            viewer = self._viewer(session)
            found = self._shelf(session.environment_id).find(kind, content_id)
            shared = next((piece for piece in found if may_see(piece, viewer)), None)
            if shared is not None or self._personal is None:
                return shared
            return self._personal.find(session, kind, content_id)

    def find_current_piece(self, session: Session, kind: str, content_id: str) -> Piece | None:
        """As `find_piece`, but nothing that is over or does not run."""
        with self._backend.lock:
            piece = self.find_piece(session, kind, content_id)
            if piece is None or not piece.runs:
                return None
            if not piece.is_scheduled:
                return piece
            _, end = window(piece, zone_named(self._viewer(session).timezone))
            return None if end is not None and end <= self._backend.now() else piece

    def _list_with_own(self, session: Session, kind: str, starts_before: int | None) -> ContentList:
        """The list that a session sees: that of all who see the same, and the player's own content after it."""
        viewer = self._viewer(session)
        shared = self._list(viewer, kind, starts_before)
        own = [] if self._personal is None else self._personal.pieces(session, kind)
        if not own:
            return shared
        speaker = replace(viewer, language=session.details.language)
        return joined(shared, make_list(own, speaker, self._backend.now(), starts_before))

    def _list(self, viewer: Viewer, kind: str, starts_before: int | None) -> ContentList:
        shelf, now = self._shelf(viewer.environment_id), self._backend.now()
        key = (kind, viewer, starts_before)
        revision, known = self._lists.get(key, (-1, None))
        if known is not None and revision == shelf.revision and known.is_good_at(now):
            return known
        made = make_list(shelf.scheduled(kind), viewer, now, starts_before)
        if len(self._lists) >= _MOST_LISTS:
            self._lists.clear()
        self._lists[key] = (shelf.revision, made)
        return made

    def _viewer(self, session: Session) -> Viewer:
        viewer = viewer_of(session, self._ab_tests.variants_of(session.environment_id, session.player_id))
        return viewer if self._shelf(session.environment_id).is_translated else replace(viewer, language=None)

    def _shelf(self, environment_id: str) -> Shelf:
        shelf = self._shelves.get(environment_id)
        if shelf is None:
            shelf = self._shelves[environment_id] = Shelf(self._revisions.get(environment_id, 0))
            self._stale[environment_id] = dict.fromkeys(row["id"] for row in self._campaigns.all(environment_id))
        for campaign_id in self._stale.pop(environment_id, ()):
            row = self._campaigns.find(environment_id, campaign_id)
            if row is None:
                shelf.remove(campaign_id)
            else:
                contents = self._campaigns.contents.of(environment_id, campaign_id)
                tests = self._ab_tests.of_campaign(environment_id, campaign_id)
                shelf.put(show_campaign(row, contents, tests, self._catalogue))
        return shelf

    def _note_change(self, environment_id: str, campaign_id: str) -> None:
        if environment_id in self._shelves:
            self._stale.setdefault(environment_id, {})[campaign_id] = None

    def _forget_player(self, player_id: str) -> None:
        self._news.pop(player_id, None)

    def _forget(self) -> None:
        """Begin anew: everything may look different."""
        self._revisions.update((key, shelf.revision + 1) for key, shelf in self._shelves.items())
        self._shelves.clear()
        self._stale.clear()
        self._lists.clear()
