"""A UserWise platform on this machine, for the demo, for QA and for tests.

It is a real HTTP server on loopback with its own clock. It decides who sees what as the platform does: from
segments, environments and schedules. What it holds comes from a YAML scenario (see
`uwclient.sandbox.scenario`) or from Python.
"""

from uwclient.sandbox.errors import ScenarioError, UnknownRecordError
from uwclient.sandbox.request_log import LoggedRequest
from uwclient.sandbox.sandbox import PlayerView, Sandbox
from uwclient.sandbox.sessions import Session

__all__ = ["LoggedRequest", "PlayerView", "Sandbox", "ScenarioError", "Session", "UnknownRecordError"]
