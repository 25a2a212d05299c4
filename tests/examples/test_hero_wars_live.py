from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, cast

import pygame
import pytest
from hero_wars.album import Album
from hero_wars.game import Options, run
from hero_wars.intent import Intent
from hero_wars.journal import MODULES, Journal, describe
from hero_wars.painter import Painter, Target
from hero_wars.palette import Theme
from hero_wars.shelf import OfferCard
from hero_wars.stage import Stage
from hero_wars.world import Tuning

from uwclient import GameEvent, Message, Offer, PaymentData, PlayerEvent, RemoteConfig, Survey, UserWise
from uwclient.signals import ClientSignals, ContentSignals

NOW = datetime(2030, 1, 1, tzinfo=timezone.utc)
STEP = 1 / 60
PRICE = PaymentData(payment_type="iap", cost=4.99)
LOWER_PRICE = PaymentData(payment_type="iap", cost=2.99)


class FakeModule(ContentSignals):
    """A content module whose signals the test sends."""

    def __init__(self) -> None:
        super().__init__()
        self.upcoming: tuple[Any, ...] = ()
        self.values: dict[str, Any] = {}
        self.active: dict[str, Any] = {}
        self.told: list[tuple[str, str]] = []
        self.on_active.connect(lambda _, record: self.active.update({record.id: record}))

    def get(self, record_id: str) -> Any:
        return self.active.get(record_id)

    def initialize(self, record: Any) -> None:
        self.told.append(("initialized", record.id))

    def mark_viewed(self, record: Any) -> None:
        self.told.append(("viewed", record.id))

    def show(self, record: Any) -> None:
        self.told.append(("shown", record.id))

    def accept(self, record: Any) -> None:
        self.told.append(("accepted", record.id))

    def value(self, path: str, default: Any) -> Any:
        return self.values.get(path, default)


class FakeClient(ClientSignals):
    """A client without a platform; `stops` counts how often it was stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.is_session_initialized = False
        self.player_id = "hero-42"
        self.moment = NOW
        self.starts = self.stops = 0
        self.assigned: list[PlayerEvent] = []
        for name in MODULES:
            setattr(self, name, FakeModule())

    def now(self) -> datetime:
        return self.moment

    def assign_event(self, event: PlayerEvent) -> None:
        self.assigned.append(event)

    def start(self) -> None:
        self.starts += 1

    def stop(self) -> None:
        self.stops += 1

    def pump(self) -> int:
        return 0

    def send(self, signal: str, **details: Any) -> None:
        owner: Any = self
        *modules, name = signal.split(".")
        for module in modules:
            owner = getattr(owner, module)
        getattr(owner, name).send(owner, **details)

    def as_client(self) -> UserWise:
        return cast(UserWise, self)

    def module(self, name: str) -> FakeModule:
        return cast(FakeModule, getattr(self, name))


@pytest.fixture
def uw() -> FakeClient:
    return FakeClient()


@pytest.fixture
def stage(uw: FakeClient) -> Stage:
    return Stage(uw.as_client(), seed=7)


def text(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def event(external_id: str = "double_coins", **data: Any) -> GameEvent:
    return GameEvent(
        id=external_id,
        name="internal name",
        external_id=external_id,
        start_at=NOW,
        end_at=NOW + timedelta(seconds=20),
        text=text(data=data),
    )


def offer(price: PaymentData | None = PRICE, **fields: Any) -> Offer:
    return Offer(id="gems", title="300 gems", payment_data=price, text=text(**(fields or {"items": {"gems": 300}})))


def message(body: str = "Hello") -> Message:
    return Message(id="welcome", title="Welcome", body=body)


def advance(stage: Stage, seconds: float, intent: Intent | None = None) -> None:
    for _ in range(max(1, round(seconds * 60))):
        stage.advance(STEP, intent or Intent())


def shown_title(stage: Stage) -> str | None:
    return stage.popups.current.title if stage.popups.current else None


def front(stage: Stage) -> OfferCard:
    assert stage.shelf.front is not None
    return stage.shelf.front


def test_coins_count_double_while_the_event_is_on(uw: FakeClient, stage: Stage) -> None:
    uw.send("events.on_active", record=event(multiplier=2))
    assert stage.world.multiplier == 2
    uw.send("events.on_updated", record=event(multiplier=3), previous=event(multiplier=2))
    assert stage.world.multiplier == 3
    uw.send("events.on_inactive", record=event(multiplier=3))
    assert stage.world.multiplier == 1


@pytest.mark.parametrize("nonsense", ["two", None, True, [], -5, 0])
def test_a_multiplier_that_makes_no_sense_changes_nothing(uw: FakeClient, stage: Stage, nonsense: Any) -> None:
    uw.send("events.on_active", record=event(multiplier=nonsense))
    assert stage.world.multiplier == 1


def test_the_banner_tells_the_event_and_the_time_that_is_left(uw: FakeClient, stage: Stage) -> None:
    uw.send("events.on_active", record=event(title="Double Coins", multiplier=2))
    uw.moment = NOW + timedelta(seconds=15)
    banner = stage.live.banner()
    assert banner is not None
    assert (banner.title, banner.remaining, banner.share) == ("Double Coins", 5.0, 0.25)


def test_the_next_event_is_announced(uw: FakeClient, stage: Stage) -> None:
    assert stage.live.next_event() is None
    uw.module("events").upcoming = (event("coin_rain", title="Coin Rain"),)
    uw.moment = NOW - timedelta(seconds=30)
    following = stage.live.next_event()
    assert following is not None
    assert (following.title, following.remaining) == ("Coin Rain", 30.0)


def test_coin_rain_multiplies_the_coins_that_fall(uw: FakeClient, stage: Stage) -> None:
    uw.send("events.on_active", record=event("coin_rain", rate=4))
    assert stage.live.tuning().coins_per_second == 6.0


def test_the_remote_config_is_read_every_frame(uw: FakeClient, stage: Stage) -> None:
    advance(stage, STEP)
    assert stage.world.tuning == Tuning()
    uw.module("remote_configs").values = {"balance.hero.speed": 330, "balance.theme.sky": "#102030"}
    advance(stage, 2.0)
    assert stage.world.tuning.hero_speed == 330.0
    assert stage.colours.current.sky == (16, 32, 48)


@pytest.mark.parametrize("nonsense", ["fast", None, float("nan"), {}, True])
def test_a_config_that_makes_no_sense_falls_back_to_the_defaults(uw: FakeClient, stage: Stage, nonsense: Any) -> None:
    paths = ("balance.hero.speed", "balance.theme.sky", "balance.spawn.coins_per_second")
    uw.module("remote_configs").values = dict.fromkeys(paths, nonsense)
    assert stage.live.tuning() == Tuning()
    assert stage.live.theme() == Theme()


def test_the_game_pauses_while_a_message_is_open(uw: FakeClient, stage: Stage) -> None:
    uw.send("messages.on_active", record=message())
    advance(stage, 1.0)
    assert shown_title(stage) == "Welcome"
    before = stage.world.elapsed
    advance(stage, 1.0)
    assert stage.world.elapsed == before
    advance(stage, 0.5, Intent(accept=True))
    assert shown_title(stage) is None
    assert stage.world.elapsed > before


def test_a_message_that_is_withdrawn_while_shown_closes_by_itself(uw: FakeClient, stage: Stage) -> None:
    uw.send("messages.on_active", record=message())
    advance(stage, 1.0)
    uw.send("messages.on_inactive", record=message())
    advance(stage, 0.5)
    assert stage.popups.visible is None
    assert stage.toasts.text == "That message was withdrawn"


def test_a_message_that_changes_after_it_was_read_does_not_come_back(uw: FakeClient, stage: Stage) -> None:
    uw.send("messages.on_active", record=message())
    advance(stage, 1.0)
    uw.send("messages.on_updated", record=message("Hello again"), previous=message())
    assert stage.popups.current is not None
    assert stage.popups.current.body == "Hello again"
    advance(stage, 1.0, Intent(accept=True))
    uw.send("messages.on_updated", record=message("Once more"), previous=message())
    advance(stage, 1.0)
    assert stage.popups.visible is None


def test_an_offer_is_shown_refreshed_and_taken_away(uw: FakeClient, stage: Stage) -> None:
    uw.send("offers.on_active", record=offer())
    assert (front(stage).price_text, front(stage).items) == ("$4.99", (("gems", 300),))
    uw.send("offers.on_updated", record=offer(LOWER_PRICE), previous=offer())
    assert (front(stage).price_text, front(stage).note) == ("$2.99", "price changed")
    uw.send("offers.on_inactive", record=offer())
    assert stage.shelf.front is None


def test_accepting_an_offer_grants_its_items_once(uw: FakeClient, stage: Stage) -> None:
    uw.send("offers.on_active", record=offer())
    advance(stage, 1.0, Intent(buy=True))
    assert stage.world.gems == 300
    assert stage.shelf.front is None


def test_the_platform_hears_that_an_offer_was_shown_and_taken(uw: FakeClient, stage: Stage) -> None:
    uw.send("offers.on_active", record=offer())
    advance(stage, 1.0, Intent(buy=True))
    assert uw.module("offers").told == [("shown", "gems"), ("accepted", "gems")]
    assert uw.assigned == [PlayerEvent("offer_bought", {"offer": "gems"})]


def test_an_offer_for_coins_is_refused_while_there_are_too_few(uw: FakeClient, stage: Stage) -> None:
    price = PaymentData(payment_type="currency", currency_name="coins", currency_amount=50)
    uw.send("offers.on_active", record=offer(price))
    stage.live.buy_front_offer()
    assert (stage.world.gems, stage.shelf.front is None) == (0, False)
    stage.world.purse = 60
    stage.live.buy_front_offer()
    assert (stage.world.gems, stage.world.purse) == (300, 10)


@pytest.mark.parametrize(
    ("items", "understood"),
    [
        ({"gems": 300}, (("gems", 300),)),
        (
            [{"name": "sword", "quantity": 2}, "map", {"external_id": "gem"}],
            (("sword", 2), ("map", 1), ("gem", 1)),
        ),
        ({"gems": "many"}, (("gems", 1),)),
        ({}, ()),
    ],
)
def test_items_are_understood_in_either_form(
    uw: FakeClient, stage: Stage, items: Any, understood: tuple[tuple[str, int], ...]
) -> None:
    uw.send("offers.on_active", record=offer(items=items))
    assert front(stage).items == understood


@pytest.mark.parametrize(
    ("intent", "thanks"),
    [(Intent(accept=True), "Thank you, hero!"), (Intent(dismiss=True), "Maybe another time")],
)
def test_a_survey_invites_and_either_answer_is_thanked(
    uw: FakeClient, stage: Stage, intent: Intent, thanks: str
) -> None:
    uw.send("surveys.on_active", record=Survey(id="s", name="internal name", questions_count=4))
    advance(stage, 1.0)
    popup = stage.popups.current
    assert popup is not None
    assert popup.body.startswith("4 questions")
    assert (popup.accept_label, popup.dismiss_label) == ("Yes, sure", "Not now")
    advance(stage, STEP, intent)
    assert stage.toasts.text == thanks


def test_going_offline_is_said_once(uw: FakeClient, stage: Stage) -> None:
    for _ in range(3):
        uw.send("on_session_initialization_failed", error="refused")
        advance(stage, 3.0)
    assert stage.toasts.text is None
    uw.send("on_session_initialized", session_id="s-1")
    assert stage.toasts.text == "Connected as hero-42"


def test_the_journal_prints_each_signal_as_one_readable_line(uw: FakeClient) -> None:
    lines: list[str] = []
    moments = iter([100.0, 112.3, 113.0])
    Journal(lines.append, clock=lambda: next(moments)).follow(uw.as_client())
    uw.send("offers.on_active", record=offer())
    uw.send("events.on_loaded", from_api=True, from_cache=False)
    assert lines == [
        '[ 12.3 s] offers.on_active                 gems           "300 gems"',
        "[ 13.0 s] events.on_loaded                 from_api=True  from_cache=False",
    ]


def test_the_journal_tells_content_by_its_title_whatever_the_signal_calls_it() -> None:
    assert describe({"offer": offer()}) == 'gems           "300 gems"'
    assert describe({"message": message(), "error": "refused"}) == 'welcome        "Welcome"  refused'


@pytest.mark.usefixtures("screen")
def test_clicks_hit_the_offer_and_the_buttons_of_a_popup(uw: FakeClient, stage: Stage) -> None:
    painter = Painter()
    assert painter.target_at(stage, (820, 245)) is None
    uw.send("offers.on_active", record=offer())
    assert painter.target_at(stage, (820, 245)) is Target.BUY
    uw.send("surveys.on_active", record=Survey(id="s", questions_count=4))
    advance(stage, 1.0)
    hits = {painter.target_at(stage, (x, y)) for x in range(0, 960, 20) for y in range(0, 540, 10)}
    assert hits == {None, Target.ACCEPT, Target.DISMISS}


@pytest.mark.usefixtures("screen")
def test_every_state_of_the_game_can_be_painted(uw: FakeClient, stage: Stage) -> None:
    painter = Painter()
    uw.send("events.on_active", record=event(title="Double Coins", multiplier=2))
    uw.send("offers.on_active", record=offer())
    uw.send("messages.on_active", record=message("word " * 200))
    for _ in range(90):
        advance(stage, STEP, Intent(move=1.0, jump=True, accept=True))
        painter.paint(stage)
    assert painter.canvas.get_bounding_rect().size == (960, 540)


def test_the_album_takes_each_telling_moment_once(uw: FakeClient, stage: Stage, tmp_path: Path) -> None:
    album = Album(tmp_path, say=lambda line: None)
    album.follow(uw.as_client())
    taken = []
    for _ in range(2):
        uw.send("messages.on_active", record=message())
        for _ in range(180):
            advance(stage, STEP)
            taken += album.due(STEP, stage)
        uw.send("messages.on_inactive", record=message())
        for _ in range(180):
            advance(stage, STEP)
            taken += album.due(STEP, stage)
    assert taken == ["message", "message-withdrawn", "start"]


def test_a_run_starts_and_stops_the_client_and_leaves_pictures(
    uw: FakeClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(Options(headless=True, seconds=0.05, screenshots=tmp_path), uw.as_client())
    assert (code, uw.starts, uw.stops) == (0, 1, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["01-end.png"]
    assert str(tmp_path / "01-end.png") in capsys.readouterr().out


def test_a_run_stops_the_client_when_something_breaks(uw: FakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down() -> int:
        raise RuntimeError

    monkeypatch.setattr(uw, "pump", break_down)
    with pytest.raises(RuntimeError):
        run(Options(headless=True, seconds=1.0), uw.as_client())
    assert uw.stops == 1


def test_closing_the_window_ends_a_run_that_has_no_other_end(uw: FakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def close_window() -> int:
        pygame.event.post(pygame.event.Event(pygame.QUIT))
        return 0

    monkeypatch.setattr(uw, "pump", close_window)
    assert run(Options(), uw.as_client()) == 0
    assert uw.stops == 1


def test_without_a_screen_the_game_says_how_to_run_it(
    uw: FakeClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "none-such")
    assert run(Options(), uw.as_client()) == 1
    assert "run it headless" in capsys.readouterr().err
    assert (uw.starts, uw.stops) == (0, 1)


def test_a_changed_config_is_announced(uw: FakeClient, stage: Stage) -> None:
    config = RemoteConfig(id="balance", external_id="balance")
    uw.send("remote_configs.on_updated", record=config, previous=config)
    assert stage.toasts.text == "The designers changed the balance"
