"""E-mail settings, and the outcomes that players' engagement can have (sections Emails, Engagement Outcomes)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uwclient.errors import ReplyError
from uwclient.server_api.body import given
from uwclient.server_api.caller import Told
from uwclient.server_api.choices import OutcomeType
from uwclient.server_api.pages import Pages
from uwclient.server_api.record import Record, read
from uwclient.server_api.resource import Resource


@dataclass(frozen=True, slots=True)
class EmailSettings(Record):
    """How the app sends e-mail.

    Attributes:
        sender_domain: the domain of the sender.
        sender_domain_verification_state: such as "domain_verification_success".
        sender_domain_dkim_tokens: what the domain's owner publishes.
        sender_email: the address of the sender.
        sender_email_verification_state: such as "email_verification_success".
        template: HTML around each e-mail, with {{body}} where its text goes.

    """

    sender_domain: str | None = None
    sender_domain_verification_state: str | None = None
    sender_domain_dkim_tokens: tuple[str, ...] = ()
    sender_email: str | None = None
    sender_email_verification_state: str | None = None
    template: str | None = None


@dataclass(frozen=True, slots=True)
class EngagementOutcome(Record):
    """Something that a game may register of a player, and that journeys wait for.

    Attributes:
        id: its id.
        created_at: when it was made.
        updated_at: when it was changed.
        name: its name.
        key: the key by which games register it.
        type: the kind of content, such as "message".

    """

    id: str
    created_at: datetime | None = None
    updated_at: datetime | None = None
    name: str | None = None
    key: str | None = None
    type: str | None = None


class Emails(Resource):
    """How the app sends e-mail: `server.emails`. The addresses of players are with `server.players`."""

    def get_settings(self) -> EmailSettings:
        """Get the settings: GET /api/v2/emails/settings."""
        return _only(self._tell("GET /api/v2/emails/settings"))

    def update_settings(
        self, *, sender_domain: str | None = None, sender_email: str | None = None, template: str | None = None
    ) -> EmailSettings:
        """Change the settings that are given: PUT /api/v2/emails/settings.

        Args:
            sender_domain: the domain of the sender, which has to be verified anew.
            sender_email: the address of the sender, which has to be verified anew.
            template: HTML around each e-mail, with {{body}} where its text goes.

        """
        fields = given(sender_domain=sender_domain, sender_email=sender_email, template=template)
        return _only(self._tell("PUT /api/v2/emails/settings", fields))


class EngagementOutcomes(Resource):
    """The outcomes of the app: `server.engagement_outcomes`."""

    def list(self) -> Pages[EngagementOutcome]:
        """List the outcomes: GET /api/v2/engagement/outcomes."""
        return self._list(EngagementOutcome, "GET /api/v2/engagement/outcomes")

    def get(self, engagement_outcome_id: str) -> EngagementOutcome:
        """Get an outcome: GET /api/v2/engagement/outcomes/{engagement_outcome_id}."""
        endpoint = "GET /api/v2/engagement/outcomes/{engagement_outcome_id}"
        return self._one(EngagementOutcome, endpoint, engagement_outcome_id=engagement_outcome_id)

    def create(self, *, name: str, key: str, type: OutcomeType) -> EngagementOutcome:
        """Create an outcome: POST /api/v2/engagement/outcomes.

        Args:
            name: its name.
            key: the key by which games register it; no other of the app has it.
            type: the kind of content, such as "message".

        """
        fields = {"name": name, "key": key, "type": type}
        return self._one(EngagementOutcome, "POST /api/v2/engagement/outcomes", fields)

    def update(
        self, engagement_outcome_id: str, *, name: str | None = None, key: str | None = None
    ) -> EngagementOutcome:
        """Change the fields of an outcome that are given: PUT /api/v2/engagements/outcomes/{engagement_outcome_id}.

        Args:
            engagement_outcome_id: the outcome.
            name: its name.
            key: the key by which games register it.

        """
        endpoint = "PUT /api/v2/engagements/outcomes/{engagement_outcome_id}"
        fields = given(name=name, key=key)
        return self._one(EngagementOutcome, endpoint, fields, engagement_outcome_id=engagement_outcome_id)

    def delete(self, engagement_outcome_id: str) -> None:
        """Delete an outcome: DELETE /api/v2/engagement/outcomes/{engagement_outcome_id}."""
        endpoint = "DELETE /api/v2/engagement/outcomes/{engagement_outcome_id}"
        self._tell(endpoint, engagement_outcome_id=engagement_outcome_id)


def _only(told: Told) -> EmailSettings:
    """Return the settings of a reply, which come as a list of one."""
    settings: Any = told.data[:1] if isinstance(told.data, list) else [told.data]
    if not settings:
        raise ReplyError(f"{told.place} was answered without settings: check the host.")
    return read(EmailSettings, settings[0], told.place)
