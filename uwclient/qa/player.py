"""A player of a world: a client on virtual time, and what a tester does with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from uwclient import ArgumentError, Record, UserWise
from uwclient.dice import Dice
from uwclient.qa.background import BackgroundWork
from uwclient.qa.clock import WorldClock
from uwclient.qa.errors import TimeStuckError
from uwclient.qa.idle_polls import IdlePolls
from uwclient.qa.listeners import MODULES, move_listeners
from uwclient.qa.player_ui import PlayerUI
from uwclient.qa.survey_script import ScriptedSurveys
from uwclient.qa.transports import PlayerTransport, Way
from uwclient.qa.watching import HeardSignal, PlayerWatcher
from uwclient.sandbox import HeldRequest, PlayerView, Sandbox
from uwclient.stepping import Steps

OF_THE_WORLD = ("api_key", "player_id", "host", "secret_key", "data_dir", "transport", "time_source", "seed")
"""The settings of a client that the world decides on."""

MOST_ROUNDS = 20_000
"""The pieces of work of one client at one moment beyond which it does not end."""

Waiter = Callable[[Callable[[], Any], "str | timedelta"], Any]


class Surroundings(NamedTuple):
    """What a world gives to its players.

    Attributes:
        sandbox: the platform.
        clock: the time.
        seed: of the world's dice.
        elides: whether polls that cannot change anything pass without a request.
        make_way: makes the way to the platform.
        tell: writes a line into the timeline: player, source, what happened, id.
        wait: skips until a condition is true.

    """

    sandbox: Sandbox
    clock: WorldClock
    seed: int
    elides: bool
    make_way: Callable[[], Way]
    tell: Callable[[str, str, str, str], None]
    wait: Waiter


class Player:
    """A player with a client of their own. `World.player` makes one.

    Attributes:
        id: the player's id.
        uw: the client. After `restart` and `kill` it is another one, with the same listeners.
        surveys: the view in which surveys open.
        folder: where the client keeps its files.

    """

    def __init__(self, id: str, world: Surroundings, folder: Path, client: Mapping[str, Any]) -> None:
        for name in OF_THE_WORLD:
            if name in client:
                raise ArgumentError(f"{name} is the world's: leave it out.")
        if client.get("threaded"):
            raise ArgumentError("threaded must be False: a world does the client's work itself, at each moment.")
        self.id = id
        self.folder = folder
        self._world = world
        self._settings = dict(client)
        self._transport = PlayerTransport(world.make_way())
        self.surveys = ScriptedSurveys(world.sandbox, lambda: world.clock.seconds)
        self._ui: PlayerUI | None = None
        self._ui_options: dict[str, Any] = {}
        self._begin()
        self.uw.start()

    def _begin(self) -> None:
        """Make the client, as the start of a game does."""
        sandbox = self._world.sandbox
        self.uw = UserWise(
            sandbox.api_key,
            self.id,
            **{
                **self._settings,
                "host": self._transport.way.host,
                "secret_key": sandbox.secret_key,
                "data_dir": self.folder,
                "threaded": False,
                "transport": self._transport,
                "time_source": self._world.clock.source,
                "seed": Dice(self._world.seed).bits(f"player/{self.id}"),
            },
        )
        self._watcher = PlayerWatcher(self.uw, self._tell)
        self._steps = Steps(self.uw, self._watcher)
        self._background = BackgroundWork(self._steps, self._transport)
        self._polls = IdlePolls(self._steps, self.id, self._world.sandbox, self._transport, self._world.clock)
        self.uw.surveys.view = self.surveys

    def __repr__(self) -> str:
        return f"<Player {self.id!r}>"

    # For testers.

    @property
    def on_platform(self) -> PlayerView:
        """What the platform knows of the player, and the player's attributes there."""
        return self._world.sandbox.player(self.id)

    @property
    def ui(self) -> PlayerUI:
        """The ready-made cards. From the first use on, messages, offers and surveys come up by themselves."""
        if self._ui is None:
            self._ui = PlayerUI(self.uw, self._tell, **self._ui_options)
        return self._ui

    def use_ui(self, **options: Any) -> PlayerUI:
        """Begin with the ready-made cards, with options of LiveUI, such as `show=("offers",)` or `grace=0.4`.

        Raises:
            ArgumentError: an option is wrong.

        """
        if self._ui is not None:
            self._ui.close()
        self._ui_options = options
        self._ui = None
        return self.ui

    def wait_active(self, module: str | object, *ids: str, within: str | timedelta = "14d") -> Any:
        """Skip until content is live.

        Args:
            module: "events", "offers", … or the module itself, such as `player.uw.offers`.
            *ids: what has to be live, all at once; none for anything.
            within: how long to wait at most, in the world's time.

        Returns:
            The record of one id; the records of several ids; without ids, all that is live.

        Raises:
            TimeoutError: it did not become live in time; it tells what is live, held back and waiting.
            LookupError: there is no such module.

        """
        name = module if isinstance(module, str) else self._name_of(module)
        if not hasattr(getattr(self.uw, name, None), "active"):
            raise LookupError(f'There is no module {name!r}: use "events", "messages", "offers", … of a client.')

        def live() -> tuple[Record, ...]:
            active = {record.id: record for record in getattr(self.uw, name).active}
            wanted = ids or tuple(active)
            return tuple(active[id] for id in wanted) if all(id in active for id in wanted) else ()

        found = self._world.wait(live, within)
        return found[0] if len(ids) == 1 else found

    def wait_signal(self, name: str, *, within: str | timedelta = "14d", **match: Any) -> HeardSignal:
        """Skip until the client sends a signal, from now on.

        Args:
            name: such as "on_active", or with its module: "offers.on_active".
            within: how long to wait at most, in the world's time.
            **match: what the signal must have: `id="gems"` for the record that it is about, or details of the signal.

        Returns:
            The signal.

        Raises:
            TimeoutError: it was not sent in time.

        """
        source, _, signal = name.rpartition(".")
        heard = self._watcher.heard = []
        try:
            found: HeardSignal = self._world.wait(lambda: _first_that_fits(heard, source, signal, match), within)
        finally:
            self._watcher.heard = None
        return found

    def restart(self) -> None:
        """Quit the game properly, and start it again: with its files, and with the same listeners."""
        self._background.end()
        self._steps.write_down()
        self.uw.stop()
        self._start_again("restart")

    def kill(self) -> None:
        """End the game as SIGKILL does, without a stop and without delivering anything, and start it again."""
        self._background.end()
        self._steps.write_down()
        self._steps.kill()
        self._start_again("kill")

    @contextmanager
    def offline(self) -> Iterator[None]:
        """Have no network for the length of the block."""
        self._tell("player", "offline", "")
        was_offline, self._transport.is_offline = self._transport.is_offline, True
        try:
            yield
        finally:
            self._transport.is_offline = was_offline
            self._tell("player", "online", "")

    # For the world.

    @property
    def has_ui(self) -> bool:
        """Whether the ready-made cards are used."""
        return self._ui is not None

    @property
    def polls_passed(self) -> int:
        """How many polls passed without a request."""
        return self._polls.passed

    @property
    def next_due(self) -> float:
        """The moment, in seconds, at which there is something to do, but for polls that cannot change anything."""
        if self._world.elides and not self._background.is_held and self._polls.are_idle:
            return min(self._steps.next_in_game, self._polls.next_due)
        return min(self._steps.next_in_game, self._background.next_due)

    @property
    def next_besides_poll(self) -> float:
        """As `next_due`, but for the next poll, whatever it would bring."""
        work = self._background.next_due if self._background.is_held else self._steps.next_besides_poll
        return min(self._steps.next_in_game, work)

    @property
    def cause(self) -> str:
        """Who has something to do next, in words."""
        return f"{self.id}: {self._steps.cause}"

    def let_polls_pass(self, before: float) -> None:
        """Let the polls before a moment pass that cannot change anything."""
        if self._world.elides and not self._background.is_held and self._polls.are_idle:
            self._polls.let_pass(before)

    def do_due(self) -> bool:
        """Do all that is due now; returns whether there was something.

        Raises:
            TimeStuckError: there is always something more to do.

        """
        if not self._has_work:
            return False
        is_whole = not self._background.is_held
        self._polls.begin()
        told = 0
        for _ in range(MOST_ROUNDS):
            if self._background.next_due <= self._now:
                self._background.do_next(may_be_held=bool(self._world.sandbox.faults.planned))
            elif self._steps.next_in_game <= self._now:
                told += self._steps.pump()
            else:
                break
        else:
            raise TimeStuckError(
                f"Time does not go on, because there is always more to do now: after {MOST_ROUNDS:,} rounds comes "
                f"{self.cause}. {self._busiest_listener}"
            )
        self._polls.note(told, is_whole)
        return True

    def draw(self) -> bool:
        """Draw the cards, if they are used; returns whether that gave the client something to do."""
        if self._ui is None:
            return False
        self._ui.draw()
        return self._has_work

    def close(self) -> None:
        """Stop the client; nothing of it is left but its files."""
        self._background.end()
        if self._ui is not None:
            self._ui.close()
        self.uw.stop()
        self._transport.way.close()

    @property
    def is_waiting_for_reply(self) -> bool:
        """Whether a request is on its way, which a fault holds."""
        return self._background.is_held

    def write_down(self) -> None:
        """Have the client's files be as they would be now, if all polls had been made."""
        self._steps.write_down()

    def let_go(self) -> None:
        """Have the client do nothing more and let go of its files, because the world goes back."""
        self._background.end()
        if self._ui is not None:
            self._ui.close()  # one that was there then is connected again
        self._steps.kill()

    def came_back(self) -> None:
        """Go on from an earlier moment."""
        self._polls.forget()

    def hold(self, request: HeldRequest, seconds: float | None) -> None:
        """A fault holds the request that the client makes now."""
        self._background.hold(request, seconds, self._now)

    @property
    def _now(self) -> float:
        return self._world.clock.seconds

    @property
    def _busiest_listener(self) -> str:
        listeners = self.uw.diagnostics.slowest_listeners
        if not listeners:
            return "No listener was called."
        busiest = max(listeners, key=lambda one: one.calls)
        return f"Of listeners and callbacks {busiest.name} was called most: {busiest.calls:,} times."

    @property
    def _has_work(self) -> bool:
        return min(self._steps.next_in_game, self._background.next_due) <= self._now

    def _start_again(self, what: str) -> None:
        had_ui = self._ui is not None
        if self._ui is not None:
            self._ui.close()
            self._ui = None
        before = self.uw
        self._tell("player", what, "")
        self._begin()
        move_listeners(before, self.uw)
        self.uw.surveys.view = before.surveys.view
        if had_ui:
            self.use_ui(**self._ui_options)
        self.uw.start()

    def _tell(self, source: str, what: str, id: str) -> None:
        self._world.tell(self.id, source, what, id)

    def _name_of(self, module: object) -> str:
        return next((name for name in MODULES if getattr(self.uw, name) is module), type(module).__name__)


def _first_that_fits(
    heard: list[HeardSignal], source: str, signal: str, match: Mapping[str, Any]
) -> HeardSignal | None:
    wanted = signal if signal.startswith("on_") else f"on_{signal}"
    for one in heard:
        details = {"id": one.id, **one.details}
        fits = all(name in details and details[name] == value for name, value in match.items())
        if one.name == wanted and source in ("", one.source) and fits:
            return one
    return None
