"""What a leg shows its player, and what it sends (pure but for the catalogue; section Content).

Content of a leg is made as that of a campaign that runs as long as the leg does.
"""

from __future__ import annotations

from uwclient.sandbox.core.collection import Row
from uwclient.sandbox.services.campaigns.requirements import problems_of
from uwclient.sandbox.services.campaigns.resources import CAMPAIGN, KIND_OF_TYPE
from uwclient.sandbox.services.catalogue.service import Catalogue
from uwclient.sandbox.services.content.projection import Piece, known_in, piece_of
from uwclient.sandbox.services.journeys.odyssey import Leg, Odyssey
from uwclient.sandbox.services.journeys.odyssey_tables import content_id
from uwclient.sandbox.services.journeys.plan import Plan, Step


def shown_kind(step: Step) -> str:
    """The kind of records that the content of a step is, such as "messages"."""
    return KIND_OF_TYPE[step.content_type]


def content_row(step: Step, row_id: str) -> Row:
    """The content of a step, as a campaign would hold it."""
    fields = step.config.get("content") or {}
    return {
        "id": row_id,
        "type": step.content_type,
        "delivery": {},
        "content": fields,
        "session_fields": step.session_fields,
    }


def content_problems(step: Step, catalogue: Catalogue) -> list[str]:
    """Sentences about what keeps the content of a step from being delivered."""
    return problems_of(content_row(step, step.id), catalogue)


def piece_of_leg(plan: Plan, step: Step, odyssey: Odyssey, leg: Leg, catalogue: Catalogue) -> Piece:
    """What a leg shows or sends: from the whole second in which it began, until it can no longer be received."""
    campaign = {
        **CAMPAIGN.defaults,
        "id": plan.id,
        "name": plan.name,
        "wanted": "running",
        "start_at": leg.started_at // 1000 * 1000,  # clients that know the time from Date see it in the past
        "end_at": leg.due_at,
    }
    content = content_row(step, content_id(odyssey.id, step.id))
    content["session_fields"] = {**(step.session_fields or {}), "journey_step_id": step.id}
    return piece_of(campaign, content, frozenset(), known_in(catalogue), catalogue.localizations)
