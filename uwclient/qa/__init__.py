"""A world on virtual time, for tests of games and of live operations: two weeks of a season in a second.

`World` owns a sandbox of the platform and its players, whose clients are real, on one clock that passes only when a
test says so. It needs the extra `qa`. Each name is imported when it is first used: the pytest plugin is here, too,
and is loaded in every test run.
"""

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
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

_HOMES = {
    "HeardSignal": "watching",
    "Line": "timeline",
    "Player": "player",
    "PlayerUI": "player_ui",
    "ScriptedPage": "survey_script",
    "ScriptedSurveys": "survey_script",
    "TimeStuckError": "errors",
    "Timeline": "timeline",
    "World": "world",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'uwclient.qa' has no attribute {name!r}")
    try:
        module = import_module(f"uwclient.qa.{_HOMES[name]}")
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"uwclient.qa needs {error.name}: pip install 'uwclient[qa]'.", name=error.name
        ) from error
    value: object = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__]
