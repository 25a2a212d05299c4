"""Hundreds of campaigns: no frame pays for all of them."""

from __future__ import annotations

import gc
from itertools import pairwise

from tests.client.campaigning import on_event
from tests.conftest import Play
from uwclient.models.campaign import Campaign
from uwclient.modules.content_scheduler import FREED_IN_A_FRAME
from uwclient.sandbox import Sandbox

CAMPAIGNS = 300


def campaigns_in_memory() -> int:
    return sum(type(one) is Campaign for one in gc.get_objects())


def test_the_campaigns_of_a_player_who_left_are_freed_bit_by_bit(sandbox: Sandbox, play: Play) -> None:
    for number in range(CAMPAIGNS):
        sandbox.publish_campaign(id=f"c{number}", trigger=on_event(f"e{number}"), messages=[{"id": f"m{number}"}])
    game = play()
    game.until(lambda: len(game.uw.campaigns.loaded) == CAMPAIGNS)
    others = campaigns_in_memory() - CAMPAIGNS
    sandbox.faults.hang("*", times=None)

    game.uw.switch_player("rogue-7")

    assert game.uw.campaigns.loaded == ()
    left = [campaigns_in_memory() - others]
    for _ in range(CAMPAIGNS // FREED_IN_A_FRAME + 10):
        game.uw.pump()
        left.append(campaigns_in_memory() - others)
    assert (left[0], left[-1]) == (CAMPAIGNS, 0)
    assert max(before - after for before, after in pairwise(left)) <= FREED_IN_A_FRAME
