"""A world on virtual time, for tests of games and of live operations: two weeks of a season in a second.

`World` owns a sandbox of the platform and its players, whose clients are real, on one clock that passes only when a
test says so. It needs the extra `qa`.
"""

from uwclient.qa.errors import TimeStuckError
from uwclient.qa.player import Player
from uwclient.qa.player_ui import PlayerUI
from uwclient.qa.survey_script import ScriptedPage, ScriptedSurveys
from uwclient.qa.timeline import Line, Timeline
from uwclient.qa.watching import HeardSignal
from uwclient.qa.world import World

__all__ = [
    "HeardSignal",
    "Line",
    "Player",
    "PlayerUI",
    "ScriptedPage",
    "ScriptedSurveys",
    "TimeStuckError",
    "Timeline",
    "World",
]
