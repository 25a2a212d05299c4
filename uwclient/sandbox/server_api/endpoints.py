"""All endpoints of the server API, by section."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from uwclient.sandbox.server_api import (
    ab_tests,
    campaigns,
    categories,
    content,
    economy,
    engagement,
    environments,
    frameworks,
    journeys,
    media,
    player_assignments,
    players,
    releases,
    segments,
    survey_results,
)
from uwclient.sandbox.server_api.endpoint import Endpoint

SECTIONS: Mapping[str, tuple[Endpoint, ...]] = MappingProxyType(
    {
        "Economy": economy.ENDPOINTS,
        "Campaigns": campaigns.ENDPOINTS,
        "Content": content.ENDPOINTS,
        "A/B tests": ab_tests.ENDPOINTS,
        "Categories": categories.ENDPOINTS,
        "Frameworks, templates and lists": frameworks.ENDPOINTS,
        "Environments": environments.ENDPOINTS,
        "Releases": releases.ENDPOINTS,
        "Segments": segments.ENDPOINTS,
        "Engagement and e-mails": engagement.ENDPOINTS,
        "Media library": media.ENDPOINTS,
        "Players": players.ENDPOINTS,
        "What players did": player_assignments.ENDPOINTS,
        "Survey results": survey_results.ENDPOINTS,
        "Journeys": journeys.ENDPOINTS,
    }
)
ENDPOINTS: tuple[Endpoint, ...] = tuple(one for endpoints in SECTIONS.values() for one in endpoints)
