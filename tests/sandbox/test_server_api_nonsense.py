"""Whatever is sent to the server API, it answers: no 500, no request that hangs, and what was there stays whole."""

from __future__ import annotations

import pytest

from tests.sandbox.server_api_fuzz import send
from uwclient.sandbox import Sandbox


@pytest.mark.parametrize("seed", range(3))
def test_nonsense_is_refused_or_kept_and_breaks_nothing(seed: int) -> None:
    with Sandbox() as sandbox:
        statuses = send(sandbox, 1500, seed)

        sandbox.check()

    assert statuses[200] + statuses[201] > 100
    assert statuses[422] > 100
    assert statuses[404] > 100
