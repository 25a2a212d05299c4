"""The table of fields of engagement outcomes (pure; section Engagement Outcomes)."""

from __future__ import annotations

from uwclient.sandbox.core.resource import CREATE, NEVER, Field, Resource

OUTCOME_KINDS = ("campaign_event", "email", "offer", "message", "push_notification")
"""What an outcome can be about."""

OUTCOME = Resource(
    "engagement outcome",
    "engagement_outcome_definitions",
    (
        Field("id", "text", "The outcome's id.", when=NEVER),
        Field("created_at", "time", "When it was made.", when=NEVER),
        Field("updated_at", "time", "When it was changed last.", when=NEVER),
        Field("name", "text", "Its name, for people.", required=True),
        Field("key", "text", "What games and backends call it; unique in the app.", required=True),
        Field("type", "text", "What it is about.", required=True, choices=OUTCOME_KINDS, when=(CREATE,)),
    ),
)
