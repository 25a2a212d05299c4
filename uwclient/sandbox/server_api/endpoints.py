"""All endpoints of the server API, in the order of the documentation's sections."""

from __future__ import annotations

from uwclient.sandbox.server_api import economy, journeys
from uwclient.sandbox.server_api.endpoint import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (*economy.ENDPOINTS, *journeys.ENDPOINTS)
