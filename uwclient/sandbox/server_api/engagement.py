"""Engagement outcomes and the settings of e-mails (sections Engagement Outcomes and Email Settings)."""

from __future__ import annotations

from uwclient.sandbox.core.resource import UPDATE
from uwclient.sandbox.server_api.crud_endpoints import CrudEndpoints
from uwclient.sandbox.server_api.endpoint import Endpoint
from uwclient.sandbox.server_api.reply import Many
from uwclient.sandbox.services.emails.settings import EMAIL_SETTINGS
from uwclient.sandbox.services.outcomes.resources import OUTCOME

_SINGULAR = "/api/v2/engagement/outcomes"
_PLURAL = "/api/v2/engagements/outcomes"
_ITEM = "/{engagement_outcome_id}"
_OUTCOMES = CrudEndpoints(
    OUTCOME,
    lambda platform: platform.outcomes.definitions,
    "engagement_outcome",
    "engagement_outcomes",
    _SINGULAR,
    "engagement_outcome_id",
)

ENDPOINTS: tuple[Endpoint, ...] = (
    _OUTCOMES.list(also=(_PLURAL,)),
    _OUTCOMES.get(also=(_PLURAL + _ITEM,)),
    _OUTCOMES.create(also=(_PLURAL,)),
    _OUTCOMES.update(path=_PLURAL + _ITEM, also=(_SINGULAR + _ITEM,)),
    _OUTCOMES.delete(also=(_PLURAL + _ITEM,)),
    Endpoint(
        "get_email_settings",
        "GET",
        "/api/v2/emails/settings",
        "Get the settings of e-mails, as a list of one.",
        lambda platform, call: [platform.emails.settings.get()],
        Many(EMAIL_SETTINGS.fields),
    ),
    Endpoint(
        "update_email_settings",
        "PUT",
        "/api/v2/emails/settings",
        "Update settings of e-mails; a new sender has to be verified again.",
        lambda platform, call: [platform.emails.settings.update(call.body, call.warn)],
        Many(EMAIL_SETTINGS.fields),
        status=201,
        body=tuple(one for one in EMAIL_SETTINGS.fields if UPDATE in one.when),
        body_operation=UPDATE,
    ),
)
