"""All endpoints of the server API, by section."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from uwclient.sandbox.server_api import economy, engagement, frameworks
from uwclient.sandbox.server_api.endpoint import Endpoint

SECTIONS: Mapping[str, tuple[Endpoint, ...]] = MappingProxyType(
    {
        "Economy": economy.ENDPOINTS,
        "Frameworks, templates and lists": frameworks.ENDPOINTS,
        "Engagement and e-mails": engagement.ENDPOINTS,
    }
)
ENDPOINTS: tuple[Endpoint, ...] = tuple(one for endpoints in SECTIONS.values() for one in endpoints)
