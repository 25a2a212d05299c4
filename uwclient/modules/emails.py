"""Owns the player's e-mail address at the platform: `uw.emails`."""

from __future__ import annotations

from uwclient.models.player import ActionKind
from uwclient.modules.actions import Actions, Callback
from uwclient.rules.actions import email_text, opt_out_text


class EmailsModule:
    """Owns how the address is told to the platform; uwclient itself does not keep it."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions

    def set_address(self, address: str, callback: Callback = None) -> None:
        """Set the player's address. Raises ArgumentError when it does not look like one."""
        self._actions.record(ActionKind.SET_EMAIL, email_text(address), callback)

    def delete_address(self, opt_out: bool = False, callback: Callback = None) -> None:
        """Remove the player's address; with `opt_out` they do not want mail again."""
        self._actions.record(ActionKind.DELETE_EMAIL, opt_out_text(opt_out), callback)
