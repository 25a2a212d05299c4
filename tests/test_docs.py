"""The pages on engines, pausing and scenarios: they run as they stand, and scenarios have no other parts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pygame
import pytest
import yaml

from tests.pages import DOCS, blocks, client_arguments, run
from uwclient.engines.pygame import attach
from uwclient.qa import World
from uwclient.sandbox import Sandbox, ScenarioError
from uwclient.sandbox.scenario import schema
from uwclient.sandbox.services.content.records import KINDS
from uwclient.ui.cooldown import GRACE
from uwclient.ui.scene import Box, Color

if TYPE_CHECKING:
    from tests.conftest import MakeClient

# Tests of a game.


def test_a_transport_of_a_tests_own_answers_the_client(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    [block] = blocks("transport.md")
    run(block.replace("seed=7", f"seed=7, data_dir={str(tmp_path)!r}"), {"__name__": "a_test"})
    assert capsys.readouterr().out == "The player did battle_won\n"


# Engines.


class Engine:
    """An engine without an adapter: it notes what it is to draw, and what its game is given."""

    width, height = 960, 540

    def __init__(self, is_running: Callable[[], bool]) -> None:
        self.is_running = is_running
        self.drawn: list[str] = []
        self.for_game: list[object] = []
        self.key_for_game = self.for_game.append

    def click_for_game(self, x: float, y: float) -> None:
        self.for_game.append((x, y))

    def text_width(self, text: str, size: float, bold: bool) -> float:
        return len(text) * size / 2

    def line_height(self, size: float, bold: bool) -> float:
        return size * 1.2

    def rectangle(self, box: Box, color: Color, radius: float) -> None:
        assert 0 <= color.alpha <= 255

    def frame(self, box: Box, color: Color, width: float) -> None:
        assert width > 0

    def text(self, text: str, box: Box, size: float, color: Color, bold: bool, clip: Box | None) -> None:
        self.drawn.append(text)

    def picture(self, data: bytes, box: Box) -> bool:
        self.drawn.append(f"{len(data)} bytes")
        return data.startswith(b"\x89PNG")

    def draw_game(self) -> None:
        self.drawn.clear()

    def show(self) -> None:
        time.sleep(0.001)


def picture() -> bytes:
    """A real picture."""
    return (Path(__file__).parents[1] / "examples/hero_wars/media/kit.png").read_bytes()


def test_an_engine_of_ones_own_draws_a_card_and_passes_on_what_the_player_does(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    kit = picture()
    sandbox.add_media("kit", kit, content_type="image/png")
    sandbox.publish("messages", id="hello", title="Hello", landscape_image_id="kit")
    deadline = time.monotonic() + 20
    player = sandbox.player("hero-42")
    seen: list[str] = []
    presses_at = [0.0]

    def playing() -> bool:
        ui = scope.get("ui")
        if ui is not None and ui.is_open:
            if f"{len(kit)} bytes" in engine.drawn:
                seen.extend(engine.drawn)
            if seen:
                scope["on_mouse_moved"](480, 270)
                scope["on_wheel"](1)
                if time.monotonic() > presses_at[0]:  # a player who hammers a key answers nothing
                    presses_at[0] = time.monotonic() + 2 * GRACE
                    scope["on_key"]("return")
        viewed = [one.state for one in player.message_impressions] == ["viewed"]
        return not viewed and time.monotonic() < deadline

    engine = Engine(playing)
    scope: dict[str, Any] = {"engine": engine}
    loop, what_the_player_does = blocks("engines.md")
    run(what_the_player_does, scope)
    run(loop.replace('api_key="YOUR-API-KEY"', client_arguments(sandbox, tmp_path)), scope)

    assert time.monotonic() < deadline
    assert "Hello" in seen
    scope["on_key"]("q")
    scope["on_key"]("return")
    scope["on_mouse_pressed"](1, 2)
    assert engine.for_game[-3:] == ["q", "return", (1, 2)]


# Pausing.


class PausedGame:
    """Owns a game in pygame as the page of pausing has it, and what becomes of a card in it."""

    def __init__(self, sandbox: Sandbox, make_client: MakeClient) -> None:
        sandbox.publish("messages", id="hello", title="Hello")
        self.player = sandbox.player("hero-42")
        self.uw = make_client()
        self.live = attach(self.uw)
        self.screen = pygame.display.set_mode((640, 360))
        self.moved_under_card = False
        self._presses_at = time.monotonic()
        self._deadline = time.monotonic() + 20

    def playing(self) -> bool:
        """Until the card was answered; with a player who presses Return, and does not hammer it."""
        if time.monotonic() > self._presses_at:
            self._presses_at = time.monotonic() + 2 * GRACE
            pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_RETURN, mod=0, unicode="\r"))
            pygame.event.post(pygame.event.Event(pygame.KEYUP, key=pygame.K_RETURN, mod=0))
        assert time.monotonic() < self._deadline
        return [one.state for one in self.player.message_impressions] != ["viewed"]

    def move(self) -> None:
        self.moved_under_card |= self.live.takes_input

    def scope(self) -> dict[str, Any]:
        return {
            "pygame": pygame,
            "live": self.live,
            "uw": self.uw,
            "screen": self.screen,
            "playing": self.playing,
            "handle": lambda event: None,
            "move_game": self.move,
            "draw_game": lambda surface: surface.fill((20, 40, 60)),
        }


@pytest.fixture
def paused_game(sandbox: Sandbox, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[PausedGame]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pygame.init()
    game = PausedGame(sandbox, make_client)
    yield game
    game.live.detach()
    pygame.quit()


@pytest.mark.parametrize("number", [0, 1])
def test_a_game_that_stands_still_under_a_card_goes_on_when_it_is_answered(
    paused_game: PausedGame, number: int
) -> None:
    run(blocks("pausing.md")[number], paused_game.scope())
    assert not paused_game.moved_under_card
    for _ in range(200):
        paused_game.live.update()
        paused_game.screen.fill((20, 40, 60))
        paused_game.live.draw(paused_game.screen)
        time.sleep(0.001)
    assert tuple(paused_game.screen.get_at((320, 180))) == (20, 40, 60, 255), "nothing is left of the card"


def until_open(game: PausedGame) -> None:
    deadline = time.monotonic() + 20
    while not game.live.takes_input:
        assert time.monotonic() < deadline
        game.live.update()
        game.live.draw(game.screen)
        time.sleep(0.001)


def test_a_card_is_taken_away_during_a_video_and_comes_back(paused_game: PausedGame) -> None:
    until_open(paused_game)
    during: list[bool] = []
    scope = {**paused_game.scope(), "play_video": lambda: during.append(paused_game.live.takes_input)}
    run(blocks("pausing.md")[2], scope)
    assert during == [False]
    until_open(paused_game)


def test_a_shop_delivers_what_has_waited_before_it_looks(paused_game: PausedGame, sandbox: Sandbox) -> None:
    sandbox.publish("offers", id="gems", title="300 gems")
    until_open(paused_game)
    in_shop: list[str] = []
    sandbox.wait_for_requests("offers")
    scope = {**paused_game.scope(), "put_in_shop": lambda offer: in_shop.append(offer.title)}
    deadline = time.monotonic() + 20
    while not in_shop:
        assert time.monotonic() < deadline
        paused_game.uw.refresh_content()
        run(blocks("pausing.md")[3], scope)
        time.sleep(0.01)
    assert set(in_shop) == {"300 gems"}


def test_nothing_that_a_game_sees_changes_while_it_does_not_update(paused_game: PausedGame, sandbox: Sandbox) -> None:
    until_open(paused_game)
    sandbox.publish("offers", id="gems")
    paused_game.uw.refresh_content()
    sandbox.wait_for(lambda: sum("offers" in one.path for one in sandbox.requests) > 1)
    assert paused_game.uw.offers.active == ()


# Scenarios.

SCENARIO, REPEATS = blocks("scenarios.md", "yaml")


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO)
    for name in ("banner.png", "banner-small.png"):
        (tmp_path / name).write_bytes(picture())
    return path


def test_the_scenario_runs_as_it_stands(scenario: Path) -> None:
    with Sandbox(scenario) as sandbox:
        assert sandbox.api_key == "sandbox-key"
        assert sandbox.clock.now().isoformat().startswith("2026-03-28T23:00")
        sandbox.check()


def test_the_repeats_of_the_page_are_written_out(tmp_path: Path) -> None:
    file = tmp_path / "repeats.yaml"
    file.write_text(f"clock: 2026-01-01T00:00:00Z\n{REPEATS}")
    with World(file) as world:
        player = world.player(timezone="Asia/Kathmandu")
        world.skip(days=1)
        starts = {offer.id: offer.start_at for offer in player.uw.offers.upcoming}
    assert len(starts) == 6 + 31 + 12
    assert starts["happy-hour-2026-03-20"] == datetime(2026, 3, 20, 17, tzinfo=UTC)
    assert starts["happy-hour-2026-04-03"] == datetime(2026, 4, 3, 16, tzinfo=UTC)
    assert starts["daily-deal-2026-03-02"] == datetime(2026, 3, 1, 18, 15, tzinfo=UTC)
    assert starts["payday-2026-02-28"] == datetime(2026, 2, 28, 12, tzinfo=UTC)


def test_the_page_knows_every_part_of_a_scenario() -> None:
    said = yaml.safe_load(SCENARIO)
    forms = {field.name: field for field in schema.SCENARIO.fields}
    assert said.keys() == forms.keys()
    for kind in KINDS:
        assert said[kind], kind
    actions = {next(iter(one.keys() - {"at", "with", "environment"})) for one in said["timeline"]}
    assert actions == {"publish", "change", "withdraw", "run", "pause", "complete"}
    campaign, media = ({field.name for field in forms[part].fields} for part in ("campaigns", "media"))
    assert set(said["campaigns"][0]) >= campaign - set(KINDS)
    assert set(said["media"][0]) == media
    page = (DOCS / "scenarios.md").read_text(encoding="utf-8")
    fields = [field for record in schema.RECORDS.values() for field in record.fields]
    repeat = next(field for field in fields if field.name == "repeat")
    assert [
        field.name
        for field in (*fields, *repeat.fields)
        if f"{field.name}:" not in page and f"`{field.name}`" not in page
    ] == []


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("start_at: +10s", "start_at: tomorrow"),
        ("segments: [vips, whales]", "segments: [vip]"),
        ("title: 300", "titel: 300"),
    ],
)
def test_a_mistake_is_refused_with_its_place(scenario: Path, written: str, instead: str) -> None:
    scenario.write_text(SCENARIO.replace(written, instead, 1))
    with pytest.raises(ScenarioError, match=r"scenario\.yaml"):
        Sandbox(scenario)
