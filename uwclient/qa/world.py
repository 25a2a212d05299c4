"""A world: the platform and its players on one clock, which a test moves from moment to moment."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

from uwclient import ArgumentError
from uwclient.qa.clock import WorldClock
from uwclient.qa.errors import TimeStuckError
from uwclient.qa.moments import first_microsecond, microseconds, read_duration, read_moment
from uwclient.qa.patience import Patience
from uwclient.qa.player import Player, Surroundings
from uwclient.qa.reports import why_not
from uwclient.qa.saved import SavedWorld
from uwclient.qa.screenshots import MOST_KEPT, Screenshot, png_of
from uwclient.qa.timeline import Line, Timeline
from uwclient.qa.transports import DirectWay, HttpWay, Way
from uwclient.sandbox import Faults, HeldRequest, Sandbox
from uwclient.time_sources import StandingTime

T = TypeVar("T")

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""When a world begins, unless its scenario or the test says so: a Monday morning."""

MOST_ROUNDS = 2_000
"""The rounds of all players at one moment beyond which they do not end."""


class World:
    """A sandbox of the platform and its players on one clock, on which time passes only when a test says so.

        with World("season.yaml") as world:
            player = world.player(attributes={"level": 7})
            world.skip(days=14)
            assert [event.id for event in player.uw.events.active] == ["weekend"]
            print(world.timeline.table())

    All of it is repeatable: the same scenario, seed and calls give the same timeline, to the microsecond.

    Args:
        scenario: a YAML file or a mapping of the same form; None for a platform without content.
        seed: of all dice and ids; any whole number.
        start: when it begins; None for the scenario's `clock`, or else 2026-01-05T09:00Z.
        transport: "direct" has the sandbox answer in this process; "http" sends the same bytes over loopback.
        polls: "elide" passes over polls that cannot change anything; "all" makes each of them. What happens is equal.

    Attributes:
        seed: of all dice and ids.
        sandbox: the platform, for live operations: `publish`, `change`, `withdraw`, …
        timeline: what has happened, so far.
        players: those that were made, in this order.
        started_at: when it began.
        screenshots: the latest that were taken.

    Raises:
        ScenarioError: (a ValueError) the scenario is wrong.
        ArgumentError: another argument is wrong.

    """

    def __init__(
        self,
        scenario: str | Path | Mapping[str, Any] | None = None,
        *,
        seed: int = 0,
        start: str | datetime | None = None,
        transport: Literal["direct", "http"] = "direct",
        polls: Literal["elide", "all"] = "elide",
    ) -> None:
        if transport not in ("direct", "http"):
            raise ArgumentError(f'transport must be "direct" or "http", not {transport!r}.')
        if polls not in ("elide", "all"):
            raise ArgumentError(f'polls must be "elide" or "all", not {polls!r}.')
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise ArgumentError("seed must be a whole number.")
        self.seed = seed
        self.timeline = Timeline()
        self.players: list[Player] = []
        source = StandingTime(START)
        self.sandbox = Sandbox(scenario, time_source=source, seed=seed)
        self.started_at = self.sandbox.clock.started_at if start is None else read_moment(start, START)
        source.set(self.started_at)
        self.sandbox.clock.set(self.started_at)
        self.screenshots: deque[Screenshot] = deque(maxlen=MOST_KEPT)
        self._clock = WorldClock(source, self.sandbox)
        self._way: Callable[[], Way] = lambda: DirectWay(self.sandbox)
        if transport == "http":
            self.sandbox.start()
            self._way = lambda: HttpWay(self.sandbox)
        self._elides = polls == "elide"
        self._folder = Path(tempfile.mkdtemp(prefix="uwclient-world-"))
        self._saves = 0
        self._holders: list[str] = []
        self._patience = Patience()
        self._faults_on: Counter[tuple[str, str]] = Counter()
        self._acting: Player | None = None
        self.sandbox.on_change(lambda what, id: self._tell("", "platform", what, id))
        self.sandbox.faults.leave_time_to(self._hold)
        self.sandbox.webhooks.send_by_hand()
        self._finalizer = weakref.finalize(self, _clean_up, self._folder, self.sandbox)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<World at {self.now.isoformat()}, {len(self.players)} players>"

    @property
    def now(self) -> datetime:
        """The world's time: aware, in UTC, in whole microseconds."""
        return self._clock.now

    @property
    def faults(self) -> Faults:
        """The faults of the sandbox: `world.faults.profile("subway", seed=3, during=("+1h", "+3h"))`."""
        return self.sandbox.faults

    @property
    def polls_elided(self) -> int:
        """How many polls passed without a request, because they could not change anything."""
        return sum(player.polls_passed for player in self.players)

    # Players.

    def player(
        self,
        id: str = "hero-42",
        *,
        attributes: Mapping[str, Any] | None = None,
        timezone: str = "UTC",
        language: str = "en",
        country: str = "US",
        **client: Any,
    ) -> Player:
        """Add a player, with a client that was started and not pumped yet, so that listeners can be connected.

        Nothing comes from this machine: the files are in a temporary folder of the player's own.

        Args:
            id: the player's id.
            attributes: attributes that the platform knows of the player.
            timezone: where the player lives, an IANA name.
            language: ISO 639-1 code.
            country: ISO 3166-1 code.
            **client: other settings of `UserWise`, such as `environment_stage="qa"`.

        Returns:
            The player; `player.uw` is the client.

        Raises:
            ArgumentError: a setting is wrong, is the world's, or is `threaded=True`.

        """
        if attributes:
            self.sandbox.player(id).set_attributes(**attributes)
        client = {**client, "timezone": timezone, "language": language, "country": country}
        folder = self._folder / f"player-{len(self.players)}"
        self.players.append(Player(id, self._surroundings(), folder, client))
        return self.players[-1]

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            self.sandbox,
            self._clock,
            self.seed,
            self._elides,
            self._way,
            self._tell,
            lambda *asked: self.wait(*asked),
        )

    # Time.

    def skip(
        self,
        *,
        weeks: float = 0,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
        to: str | datetime | None = None,
        frame: Callable[[World], object] | None = None,
    ) -> int:
        """Let time pass, from one moment at which something is due to the next; what happens at the end is included.

        At each stop the platform comes first, then the players in the order of making, until all is quiet.

        Args:
            weeks: how long; all of them together.
            days: likewise.
            hours: likewise.
            minutes: likewise.
            seconds: likewise.
            to: until when, in their place: an aware datetime, ISO 8601, or "+2h".
            frame: called as `frame(world)` at each stop, as the game's frame; not for a poll that changed nothing.

        Returns:
            How many stops there were.

        Raises:
            ValueError: it would be in the past, or is no moment.
            TimeStuckError: time is held, or does not go on; the message names by whom.

        """
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        if to is not None and length:
            raise ValueError("Say either for how long to skip, or to when, not both.")
        target = self._future(self.now + length if to is None else read_moment(to, self.now))
        stops = 0
        for _ in self._stops(target):
            stops += 1
            if frame is not None:
                with self.holding_time("frame() is running"):
                    frame(self)
                self._settle()
        return stops

    def wait(self, condition: Callable[[], T], within: str | timedelta = "14d") -> T:
        """Skip until a condition is true; it is asked now and at each stop.

        Args:
            condition: called without arguments.
            within: how long to wait at most, in the world's time: "14d", "2h30m", or a timedelta.

        Returns:
            What the condition has returned.

        Raises:
            TimeoutError: it did not become true; the message tells what is live, held back and waiting.
            TimeStuckError: as for `skip`.

        """
        target = self._future(self.now + read_duration(within))
        self._check_free()
        self._settle()
        found = self._ask(condition)
        if found:
            return found
        for _ in self._stops(target):
            found = self._ask(condition)
            if found:
                return found
        raise TimeoutError(why_not(within, self.now, self.players))

    def _ask(self, condition: Callable[[], T]) -> T:
        """What a condition returns now; again, if asking gave players something to do, such as the first card."""
        found = condition()
        return condition() if not found and self._settle() else found

    @contextmanager
    def holding_time(self, reason: str) -> Iterator[None]:
        """Have no time pass for the length of the block: a skip in it raises TimeStuckError, with the reason."""
        self._holders.append(reason)
        try:
            yield
        finally:
            self._holders.remove(reason)

    def _stops(self, target: int) -> Iterator[None]:
        """Go to the target, and yield at each stop, when all is quiet there."""
        self._check_free()
        self._settle()
        self._patience.start(self._clock.microseconds)
        while True:
            moment = self._next_moment(target)
            is_poll = moment < target and moment < self._next_besides_polls()
            self._patience.spend(moment, self._cause)
            for player in self.players:
                player.let_polls_pass(moment / 1e6)
            lines = len(self.timeline)
            self._clock.show(moment)
            self._settle()
            if not is_poll or len(self.timeline) > lines:
                yield
            if moment == target:
                return

    def _settle(self) -> bool:
        """Do all that is due now, on the platform and then with all players, until all is quiet.

        Returns:
            Whether a player had something to do.

        """
        had_work = False
        with self.holding_time("a listener, a callback or a view of the game is running"):
            self.sandbox.catch_up()
            self._note_faults()
            for _ in range(MOST_ROUNDS):
                busy = [player for player in self.players if self._act(player)]
                busy += [player for player in self.players if not busy and player.draw()]
                if not self.sandbox.webhooks.send_due() and not busy:
                    break
                had_work = True
            else:
                raise TimeStuckError(f"Time does not go on, because there is always more to do: {self._cause()}.")
            self._note_faults()
        self.sandbox.check()
        return had_work

    def _act(self, player: Player) -> bool:
        self._acting = player
        try:
            return player.do_due()
        finally:
            self._acting = None

    def _next_moment(self, target: int) -> int:
        """The next moment at which something is due, the target at the latest."""
        due = min((player.next_due for player in self.players), default=float("inf"))
        return self._at_earliest(due, target)

    def _next_besides_polls(self) -> int:
        """The next moment at which something is due that is no poll."""
        due = min((player.next_besides_poll for player in self.players), default=float("inf"))
        return self._at_earliest(due, NO_MOMENT)

    def _at_earliest(self, due: float, target: int) -> int:
        """The earliest of what is due for players and on the platform, but not in the past."""
        moments = [target] if due == float("inf") else [target, first_microsecond(due)]
        for edge in (self.sandbox.next_due, self.sandbox.faults.next_edge):
            if edge is not None:
                moments.append(first_microsecond(self._clock.seconds_at(edge)))
        return max(min(moments), self._clock.microseconds)

    def _cause(self) -> str:
        """Who has something to do next, in words."""
        if not self.players:
            return "the platform: its timeline"
        return min(self.players, key=lambda player: player.next_due).cause

    def _future(self, moment: datetime) -> int:
        if moment < self.now:
            raise ValueError(f"{moment.isoformat()} is in the past: it is {self.now.isoformat()}.")
        return microseconds(moment)

    def _check_free(self) -> None:
        if self._holders:
            raise TimeStuckError(f"Time is held: {'; '.join(self._holders)}.")

    # The way back.

    def save(self) -> SavedWorld:
        """Remember this moment, when all is quiet: the platform, the players with their clients and files, all of it.

        Returns:
            What `restore` takes.

        Raises:
            TimeStuckError: a fault holds a request that is on its way, or time is held.

        """
        self._check_free()
        self._settle()
        waiting = [player.id for player in self.players if player.is_waiting_for_reply]
        if waiting:
            raise TimeStuckError(f"Requests are on their way, of {', '.join(waiting)}: skip until they have ended.")
        self._saves += 1
        folder = self._folder / f"saved-{self._saves}"
        return SavedWorld(self.now, self.sandbox, self.players, len(self.timeline), folder)

    def restore(self, saved: SavedWorld) -> None:
        """Go back to a moment, as if nothing had happened since: clients, also what is live in them, and platform.

        Clients are the same objects as then, and what listens to them stays connected. The log of requests, and what
        tests and games keep themselves, do not go back.

        Args:
            saved: what `save` gave.

        Raises:
            TimeStuckError: time is held.

        """
        self._check_free()
        self._clock.show(microseconds(saved.now))
        saved.put_back(self.sandbox, self.players)
        self.players = list(saved.players)
        self.timeline.cut(saved.lines)
        self._faults_on = self._faults_now()

    # What is written down.

    def screenshot(self, picture: Any, name: str = "") -> None:
        """Keep a picture of the game for the report of a test that fails, with the world's time; the latest are kept.

        Args:
            picture: a surface of pygame, a window of Panda3D (`base.win`), the path of a PNG, or its bytes.
            name: what it shows.

        Raises:
            ValueError: it is no picture.

        """
        self.screenshots.append(Screenshot(self.now, name, png_of(picture)))

    def _tell(self, player: str, source: str, what: str, id: str) -> None:
        self.timeline.append(Line(self.now, player, source, what, id))

    def _note_faults(self) -> None:
        """Write down which faults have begun and ended."""
        on = self._faults_now()
        if on == self._faults_on:
            return
        before, self._faults_on = self._faults_on, on
        for what, faults in (("end", before - on), ("begin", on - before)):
            for name, glob in faults.elements():
                self._tell("", "faults", what, name if glob == "*" else f"{name} {glob}")

    def _faults_now(self) -> Counter[tuple[str, str]]:
        moment = self.sandbox.clock.now()
        return Counter((fault.name, fault.glob) for fault in self.sandbox.faults.planned if fault.is_on(moment))

    def _hold(self, request: HeldRequest, seconds: float | None) -> None:
        """A fault holds a request of the player who acts; who is not acting does not wait for it."""
        if self._acting is None:
            request.cancel()
        else:
            self._acting.hold(request, seconds)

    def close(self) -> None:
        """Stop all clients, and remove their files."""
        for player in self.players:
            player.close()
        self._finalizer()


NO_MOMENT = 1 << 62
"""A microsecond that never comes."""


def _clean_up(folder: Path, sandbox: Sandbox) -> None:
    sandbox.stop()
    shutil.rmtree(folder, ignore_errors=True)
