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
        self._by_id: dict[tuple[str, str], list[Piece]] | None = None
        self._is_translated: bool | None = None

    def put(self, campaign: ShownCampaign) -> None:
        """Add a campaign, or replace the one of that id in its place (last, if it was made anew)."""
        campaign_id = campaign.row["id"]
        known = self._campaigns.get(campaign_id)
        if known is not None and known.row["number"] != campaign.row["number"]:
            del self._campaigns[campaign_id]
        self._campaigns[campaign_id] = campaign
        self._changed()

    def remove(self, campaign_id: str) -> None:
        """Take a campaign away, if it is there."""
        self._campaigns.pop(campaign_id, None)
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
        if self._by_id is None:
            self._by_id = {}
            for piece in self._pieces():
                self._by_id.setdefault((piece.kind, piece.id), []).append(piece)
        return sorted(self._by_id.get((kind, content_id), ()), key=lambda piece: not piece.is_scheduled)

    @property
    def is_translated(self) -> bool:
        """Whether what players see depends on their language."""
        if self._is_translated is None:
            self._is_translated = any(piece.localizations for piece in self._pieces())
        return self._is_translated

    def _pieces(self) -> Iterator[Piece]:
        return (piece for campaign in self._campaigns.values() for piece in campaign.pieces)

    def _changed(self) -> None:
        self.revision += 1
        self._scheduled = None
        self._by_id = None
        self._is_translated = None
