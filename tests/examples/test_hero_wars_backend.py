"""The backend of Hero Wars: it grants what was bought and paid for, once, whatever happens in between."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from backend.app import HOOKS, Settings, create_app
from backend.ledger import Ledger
from backend.process import BackendProcess
from backend.store import Receipt, Store, read_receipt
from flask.testing import FlaskClient
from hero_wars.live.shop import Shop
from hero_wars.play.intent import Intent
from hero_wars.stage import Stage
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backends.conftest import PURCHASE, body_of, signature_of
from tests.conftest import PATIENCE, MakeClient
from tests.examples.conftest import EXAMPLES
from tests.examples.playing import FRAME
from uwclient import UserWise
from uwclient.sandbox import Sandbox

SETTINGS = Settings("http://127.0.0.1:5000/webhooks", "s3cret", "store-key")
STORE = Store(SETTINGS.store_key)
GEMS: dict[str, Any] = {"id": "gems", "title": "300 gems", "items": {"gems": 300}}
BARGAIN = {"payment_type": "iap", "iap_data": {"cost": 0.99, "android_product_id": "herowars.gems300"}}
DEMO = (sys.executable, "-m", "uwclient", "demo")
PAYMENT = {"payment_type": "iap", "iap_data": {"cost": 4.99, "android_product_id": "herowars.gems300"}}


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def backend(ledger: Ledger) -> FlaskClient:
    return create_app(SETTINGS, ledger).test_client()


def tell(backend: FlaskClient, secret: str = SETTINGS.secret, **changes: str) -> int:
    """The platform tells of a purchase; the status of the reply."""
    body = body_of("player_offer_impression_state_change", {**PURCHASE, **changes})
    headers = {"Userwise-Signature": signature_of(body, SETTINGS.url, secret)}
    return backend.post(HOOKS, data=body, headers=headers, content_type="application/json").status_code


def hand_in(backend: FlaskClient, receipt: str, player_id: str = "hero-42") -> int:
    """The game hands in a receipt; the status of the reply."""
    sent = {"offer_id": "gems", "receipt": receipt}
    return backend.post(f"/players/{player_id}/receipts", json=sent).status_code


def granted(backend: FlaskClient, player_id: str = "hero-42", after: int = 0) -> list[Any]:
    reply = backend.get(f"/players/{player_id}/grants?after={after}").json
    assert reply is not None
    return [one["items"] for one in reply["grants"]]


def test_what_was_bought_and_paid_for_is_granted_once(backend: FlaskClient) -> None:
    receipt = STORE.sell("hero-42", "herowars.gems300")
    assert tell(backend) == 204
    assert granted(backend) == []
    assert hand_in(backend, receipt) == 204
    assert granted(backend) == [{"gems": 300}]
    assert [tell(backend), hand_in(backend, receipt)] == [204, 204]
    assert granted(backend) == [{"gems": 300}]
    assert granted(backend, after=1) == []


def test_a_receipt_may_come_first(backend: FlaskClient) -> None:
    hand_in(backend, STORE.sell("hero-42", "herowars.gems300"))
    tell(backend)
    assert granted(backend) == [{"gems": 300}]


@pytest.mark.parametrize("changes", [{"offer_impression_current_state": "viewed"}, {"appuser_app_external_id": "x"}])
def test_nothing_else_makes_a_grant(backend: FlaskClient, changes: Any) -> None:
    hand_in(backend, STORE.sell("hero-42", "herowars.gems300"))
    tell(backend, **changes)
    assert granted(backend) == []


def test_what_the_platform_has_not_signed_grants_nothing(backend: FlaskClient) -> None:
    hand_in(backend, STORE.sell("hero-42", "herowars.gems300"))
    assert tell(backend, secret="another") == 400
    assert granted(backend) == []


@pytest.mark.parametrize(
    "receipt",
    [
        "",
        "{}|",
        Store("another").sell("hero-42", "herowars.gems300"),
        STORE.sell("hero-43", "herowars.gems300"),
        STORE.sell("hero-42", "herowars.gems3000000"),
        STORE.sell("hero-42", "herowars.gems300").replace("hero-42", "hero-43"),
        "\ud800|\ud800",
    ],
)
def test_what_is_no_receipt_of_the_player_is_refused(backend: FlaskClient, receipt: str) -> None:
    tell(backend)
    assert hand_in(backend, receipt) == 422
    assert granted(backend) == []


@given(st.text())
def test_only_the_store_writes_receipts(text: str) -> None:
    assert read_receipt(text, SETTINGS.store_key) is None


OFFERS = ("gems", "kit")
happenings = st.lists(
    st.tuples(
        st.sampled_from(["bought", "paid"]),
        st.sampled_from("ab"),
        st.sampled_from(["gems", "kit"]),
        st.integers(0, 3),
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None)
@given(happenings)
def test_grants_are_pairs_of_purchases_and_receipts_in_whatever_order(done: list[tuple[str, str, str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger.sqlite")
        for what, player, offer, number in done:
            name = f"{what}-{player}-{offer}-{number}"
            if what == "bought":
                ledger.bought(player, offer, name)
            else:
                ledger.paid(Receipt(name, player, "product"), offer, {offer: 1})
        found = {player: ledger.grants(player) for player in "ab"}

    different = Counter((what, player, offer) for what, player, offer, _ in set(done))
    for player, grants in found.items():
        wanted = {
            offer: min(different["bought", player, offer], different["paid", player, offer])
            for offer in ("gems", "kit")
        }
        assert Counter(item for grant in grants for item in grant.items) == +Counter(wanted)


def test_webhooks_that_were_handled_are_known_after_a_restart(tmp_path: Path) -> None:
    Ledger(tmp_path / "ledger.sqlite").add("key")
    again = Ledger(tmp_path / "ledger.sqlite")
    assert ("key" in again, "other" in again) == (True, False)


# With the game.


@pytest.fixture
def process(tmp_path: Path) -> Iterator[BackendProcess]:
    with BackendProcess(tmp_path, "sandbox-secret") as process:
        yield process


class Player:
    """Plays Hero Wars frame by frame, in real time, with a backend."""

    def __init__(self, uw: UserWise, process: BackendProcess) -> None:
        self.uw = uw
        self.shop = Shop(process.store.sell, process.url)
        self.stage = Stage(uw, seed=7, shop=self.shop)
        uw.start()

    @property
    def gems(self) -> int:
        return self.stage.world.purse.gems

    def until(self, condition: Callable[[], object], intent: Intent | None = None) -> None:
        """Frame after frame, until something holds."""
        ends_at = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < ends_at, "it does not happen"
            self.uw.pump()
            self.stage.advance(FRAME, intent or Intent())
            time.sleep(0.005)

    def buy(self) -> None:
        """Buys the offer in front."""
        self.until(lambda: self.stage.panels.shelf.front)
        self.stage.live.offers.buy_front()


@pytest.fixture
def player(sandbox: Sandbox, make_client: MakeClient, process: BackendProcess) -> Iterator[Player]:
    sandbox.publish("offers", **GEMS, payment_data=PAYMENT)
    sandbox.webhooks.add(process.hooks)
    player = Player(make_client(), process)
    yield player
    player.uw.stop()
    player.shop.close()


def purchase_told(sandbox: Sandbox) -> bool:
    """Whether the platform has heard of the purchase, and has tried to tell of it."""
    return any(
        one.payload.get("offer_impression_current_state") == "purchased" and one.attempts
        for one in sandbox.webhooks.deliveries
    )


def test_a_purchase_comes_back_from_the_backend(sandbox: Sandbox, player: Player) -> None:
    player.buy()
    assert player.gems == 0
    player.until(lambda: player.gems)
    (impression,) = sandbox.player("hero-42").offer_impressions

    assert player.gems == 300
    assert impression.state == "purchased"


def test_a_backend_that_dies_in_between_loses_nothing(
    sandbox: Sandbox, player: Player, process: BackendProcess
) -> None:
    process.restarts = False
    process.kill()
    player.buy()
    player.until(lambda: purchase_told(sandbox))
    assert player.gems == 0

    process.start()
    sandbox.clock.advance(seconds=76)
    player.until(lambda: player.gems)
    assert player.gems == 300
    assert all(one.status == "acknowledged" for one in sandbox.webhooks.deliveries if one.attempts)


def test_a_backend_that_dies_is_started_again(process: BackendProcess, capfd: pytest.CaptureFixture[str]) -> None:
    process.kill()
    said, ends_at = "", time.monotonic() + PATIENCE
    while "started again" not in said and time.monotonic() < ends_at:
        said += capfd.readouterr().out
        time.sleep(0.01)
    assert "The backend has died: it is started again." in said


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C cannot be sent to one process there")
def test_the_demo_plays_with_a_backend_from_one_command(tmp_path: Path) -> None:
    scenario = {
        "survey_refresh_interval_seconds": 5,
        "offers": [{**GEMS, "payment_data": PAYMENT, "start_at": "-1s"}],
        "timeline": [{"at": "+2s", "change": "gems", "with": {"payment_data": BARGAIN}}],
    }
    file = tmp_path / "scenario.yaml"
    file.write_text(json.dumps(scenario))
    demo = subprocess.Popen(
        [*DEMO, "--backend", "--headless", "--seconds", "120", "--scenario", str(file)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=EXAMPLES.parent,
        env={**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"},
    )
    assert demo.stdout is not None
    said = ""
    for line in demo.stdout:
        said += line
        if re.search(r"> set_attributes .*gems=3\d\d", line):
            break
    demo.send_signal(signal.SIGINT)
    demo.communicate(timeout=PATIENCE)

    assert "Purchases are granted by a backend at http://127.0.0.1:" in said
    assert re.search(r"offers\.on_purchased +gems", said)
    assert demo.returncode == 130
