"""Drawing: every state can be painted, nothing is where it should not be, and clicks hit what is seen."""

from __future__ import annotations

import threading

import pygame
import pytest
from hero_wars.live.pictures import MISSING
from hero_wars.panels.notice import Push
from hero_wars.panels.popups import Look, Popup
from hero_wars.panels.shelf import OfferCard, Price
from hero_wars.play.boss import Boss
from hero_wars.play.field import HEIGHT, WIDTH
from hero_wars.play.intent import Intent
from hero_wars.play.powers import Powers
from hero_wars.screen.card import lay_out_card
from hero_wars.screen.controls import WARES, Target
from hero_wars.screen.hud import BANNER, BOSS, LEVEL, MARKET, NEXT, PLAYER
from hero_wars.screen.painter import Painter
from hero_wars.screen.photos import cut
from hero_wars.screen.stall import STALL, lay_out_wares
from hero_wars.stage import Stage

from tests.examples.conftest import EXAMPLES
from tests.examples.playing import FRAME, advance

SCREEN = pygame.Rect(0, 0, WIDTH, HEIGHT)
DRAGON = (EXAMPLES / "hero_wars" / "media" / "dragon.png").read_bytes()

pytestmark = pytest.mark.usefixtures("screen")


def show_popup(stage: Stage, look: Look = Look.MESSAGE, image: str | None = None) -> None:
    stage.panels.popups.push(Popup("key", look, "Title", "word " * 80, "OK", "No", lambda accepted: None, image))
    advance(stage, 1.0)


def show_card(stage: Stage, image: str | None = None) -> None:
    stage.panels.shelf.put(OfferCard("gems", "Gems", "Shiny", (("gems", 300),), Price(4.99), None, image))
    advance(stage, 1.0)


def have_picture(stage: Stage, name: str, data: bytes | None) -> None:
    stage.live.pictures._bytes[name] = data


def hits(painter: Painter, stage: Stage) -> set[Target | None]:
    return {painter.target_at(stage, (x, y)) for x in range(0, WIDTH, 20) for y in range(0, HEIGHT, 10)}


def difference(before: pygame.Surface, after: pygame.Surface, box: pygame.Rect) -> int:
    """How much the most different pixel differs."""
    first, second = (pygame.image.tobytes(canvas.subsurface(box), "RGB") for canvas in (before, after))
    return max(abs(one - other) for one, other in zip(first, second, strict=True))


def test_a_click_hits_the_buttons_of_what_is_open(stage: Stage) -> None:
    painter = Painter()
    assert hits(painter, stage) == {None, Target.MARKET}
    show_card(stage)
    assert hits(painter, stage) == {None, Target.MARKET, Target.BUY}
    stage.panels.market.enter()
    assert hits(painter, stage) == {None, Target.MARKET, Target.BUY, *WARES}
    show_popup(stage)
    assert hits(painter, stage) == {None, Target.ACCEPT, Target.DISMISS}


def test_the_button_of_an_offer_moves_with_its_picture(stage: Stage) -> None:
    painter = Painter()
    have_picture(stage, "dragon", DRAGON)
    show_card(stage, "dragon")
    assert painter.target_at(stage, lay_out_card(has_photo=True).button.center) is Target.BUY
    have_picture(stage, "nowhere", MISSING)
    stage.panels.shelf.put(OfferCard("gems", "Gems", "", (), None, None, "nowhere"))
    assert painter.target_at(stage, lay_out_card(has_photo=False).button.center) is Target.BUY


def test_in_a_fight_an_offer_makes_room_by_leaving_its_picture_out(stage: Stage) -> None:
    have_picture(stage, "dragon", DRAGON)
    show_card(stage, "dragon")
    stage.world.boss = Boss(600.0, 4, 4)
    advance(stage, FRAME)
    assert Painter().target_at(stage, lay_out_card(has_photo=False).button.center) is Target.BUY


def test_every_state_of_the_game_can_be_painted(stage: Stage) -> None:
    painter = Painter()
    stage.world.powers = Powers(shields=1, magnet_for=9.0, feather_for=9.0, golden_cape=True)
    stage.world.multiplier = 2
    stage.world.boss = Boss(600.0, 3, 4)
    stage.panels.notice.show(Push("Hello", "word " * 40, "dragon"))
    have_picture(stage, "dragon", None)
    show_card(stage, "dragon")
    for frame in range(240):
        stage.advance(FRAME, Intent(move=1.0, jump=frame % 20 < 5, accept=frame > 200))
        if frame == 60:
            stage.world.boss = None
            stage.panels.market.enter()
        if frame == 120:
            have_picture(stage, "dragon", DRAGON)
            show_popup(stage, Look.SURVEY, "dragon")
        if frame % 6 == 0:
            painter.paint(stage)
    assert painter.canvas.get_bounding_rect().size == (WIDTH, HEIGHT)


def test_a_picture_is_drawn_as_soon_as_it_is_there(stage: Stage) -> None:
    painter = Painter()
    have_picture(stage, "dragon", None)
    show_popup(stage, image="dragon")
    painter.paint(stage)
    before = painter.canvas.copy()
    have_picture(stage, "dragon", DRAGON)
    painter.paint(stage)
    painter.finish()
    painter.paint(stage)
    middle = (WIDTH // 2, 120)
    assert before.get_at(middle) != painter.canvas.get_at(middle)


def test_a_shaken_field_leaves_the_boxes_over_it_in_their_place(stage: Stage) -> None:
    painter = Painter()
    painter.paint(stage)
    calm = painter.canvas.copy()
    stage.effects._shake, stage.effects._shaken_for = 10.0, 0.01
    assert stage.effects.offset != (0, 0)
    painter.paint(stage)
    assert difference(calm, painter.canvas, pygame.Rect(300, 430, 400, 60)) > 40
    assert difference(calm, painter.canvas, PLAYER) < 30, "what shines through the box"


def test_the_boxes_of_the_field_do_not_overlap() -> None:
    boxes = [LEVEL, BANNER, BOSS, PLAYER, NEXT, MARKET, lay_out_card(has_photo=True).frame]
    assert all(SCREEN.contains(box) for box in boxes)
    assert not any(box.collidelist(boxes[place + 1 :]) >= 0 for place, box in enumerate(boxes))


@pytest.mark.parametrize("has_photo", [True, False])
def test_the_parts_of_a_card_are_in_it_and_beside_each_other(has_photo: bool) -> None:
    layout = lay_out_card(has_photo)
    parts = [layout.title, layout.body, layout.items, layout.button, *([layout.photo] if layout.photo else [])]
    assert all(layout.frame.contains(part) for part in [*parts, layout.clock])
    assert not any(part.collidelist(parts[place + 1 :]) >= 0 for place, part in enumerate(parts))


def test_the_market_leaves_the_offer_free_and_holds_its_wares() -> None:
    wares = lay_out_wares(len(WARES))
    assert not STALL.colliderect(lay_out_card(has_photo=True).frame)
    assert all(STALL.contains(ware.frame) for ware in wares)
    for ware in wares:
        parts = [ware.icon, ware.title, ware.text, ware.price]
        assert all(ware.frame.contains(part) for part in parts)
        assert not any(part.collidelist(parts[place + 1 :]) >= 0 for place, part in enumerate(parts))


def test_a_picture_is_decoded_beside_the_game_and_is_there_once_it_is_done(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_decode = threading.Event()
    decoding: list[threading.Thread] = []

    def slow_cut(data: bytes, size: tuple[int, int]) -> pygame.Surface | None:
        decoding.append(threading.current_thread())
        may_decode.wait(5.0)
        return cut(data, size)

    monkeypatch.setattr("hero_wars.screen.photos.cut", slow_cut)
    have_picture(stage, "dragon", DRAGON)
    show_popup(stage, image="dragon")
    painter = Painter()
    painter.paint(stage)
    before = painter.canvas.copy()
    painter.paint(stage)
    assert difference(before, painter.canvas, SCREEN) == 0, "until then there is a panel in its place"
    may_decode.set()
    painter.finish()
    painter.paint(stage)
    assert difference(before, painter.canvas, SCREEN) > 0
    assert len(decoding) == 1
    assert threading.current_thread() not in decoding
