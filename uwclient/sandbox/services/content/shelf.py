"""The content of one environment as players see it, and how it is found."""

from __future__ import annotations

from collections.abc import Iterator

from uwclient.sandbox.services.content.projection import SENT_KINDS, Piece, ShownCampaign


class Shelf:
    """The campaigns of one environment, in the order in which they came there.

    Attributes:
        revision: counts the changes, from the number that it is given on.

    """

    def __init__(self, revision: int = 0) -> None:
        self.revision = revision
        self._campaigns: dict[str, ShownCampaign] = {}
        self._scheduled: dict[str, list[Piece]] | None = None
        self._places: dict[tuple[str, str], set[str]] = {}
        self._translated: set[str] = set()

    def put(self, campaign: ShownCampaign) -> None:
        """Add a campaign, or replace the one of that id in its place (last, if it was made anew)."""
        campaign_id = campaign.row["id"]
        known = self._campaigns.get(campaign_id)
        self._unplace(campaign_id, known)
        if known is not None and known.row["number"] != campaign.row["number"]:
            del self._campaigns[campaign_id]
        self._campaigns[campaign_id] = campaign
        self._place(campaign_id, campaign)
        self._changed()

    def remove(self, campaign_id: str) -> None:
        """Take a campaign away, if it is there."""
        self._unplace(campaign_id, self._campaigns.pop(campaign_id, None))
        self._changed()

    def scheduled(self, kind: str) -> list[Piece]:
        """The scheduled content of one kind that runs."""
        if self._scheduled is None:
            self._scheduled = {}
            for piece in self._pieces():
                if piece.runs and piece.is_scheduled:
                    self._scheduled.setdefault(piece.kind, []).append(piece)
        return self._scheduled.get(kind, [])

    @property
    def has_sends(self) -> bool:
        """Whether scheduled content that runs is to be sent."""
        return any(self.scheduled(kind) for kind in SENT_KINDS)

    def triggered(self) -> Iterator[ShownCampaign]:
        """The triggered campaigns that run."""
        return (one for one in self._campaigns.values() if one.runs and one.is_triggered)

    def find(self, kind: str, content_id: str) -> list[Piece]:
        """The content of that id, running or not, scheduled content first."""
        places = self._places.get((kind, content_id), set())
        if len(places) > 1:
            campaigns = [campaign for name, campaign in self._campaigns.items() if name in places]
        else:
            campaigns = [self._campaigns[name] for name in places]
        found = [piece for one in campaigns for piece in one.pieces if (piece.kind, piece.id) == (kind, content_id)]
        return sorted(found, key=lambda piece: not piece.is_scheduled)

    @property
    def is_translated(self) -> bool:
        """Whether what players see depends on their language."""
        return bool(self._translated)

    def _pieces(self) -> Iterator[Piece]:
        return (piece for campaign in self._campaigns.values() for piece in campaign.pieces)

    def _place(self, campaign_id: str, campaign: ShownCampaign) -> None:
        """Keep where the content of a campaign is found."""
        for piece in campaign.pieces:
            self._places.setdefault((piece.kind, piece.id), set()).add(campaign_id)
            if piece.localizations:
                self._translated.add(campaign_id)

    def _unplace(self, campaign_id: str, campaign: ShownCampaign | None) -> None:
        """Forget where the content of a campaign was found, if there was one."""
        for piece in () if campaign is None else campaign.pieces:
            places = self._places.get((piece.kind, piece.id), set())
            places.discard(campaign_id)
            if not places:
                self._places.pop((piece.kind, piece.id), None)
        self._translated.discard(campaign_id)

    def _changed(self) -> None:
        self.revision += 1
        self._scheduled = None
