"""What counts as an email address (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from uwclient.sandbox.core.errors import Refused
from uwclient.sandbox.core.fields import read_text, shown

_ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def read_address(body: Mapping[str, Any]) -> str:
    """The `email_address` that a client sent. Refused when it cannot be one."""
    address = read_text(body, "email_address")
    if not _ADDRESS.fullmatch(address):
        raise Refused(
            ("email_address",), f"{shown(address)} is no email address", "Send one such as hero@example.com."
        )
    return address
