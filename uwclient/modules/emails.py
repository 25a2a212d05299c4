"""The player's e-mail address on the platform: `uw.emails`."""

from __future__ import annotations

from uwclient.models.player import ActionKind
from uwclient.modules.actions import Actions, Callback
from uwclient.rules.actions import email_text, opt_out_text


class EmailsModule:
    """Sets and deletes the player's address on the platform; it is kept here only until it is delivered."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions

    def set_address(self, address: str, callback: Callback = None) -> None:
        """Set the player's address on the platform. It is delivered like every action of the player.

        Args:
            address: the e-mail address, such as "hero@example.com".
            callback: called once from `pump()` as `callback(ok)`: True when the platform has accepted the action,
                False when it has refused it, or when it was dropped. It is not called when the client is stopped, or
                switched to another player, before that.

        Raises:
            ArgumentError: the address does not look like one; nothing is recorded.
        """
        self._actions.record(ActionKind.SET_EMAIL, email_text(address), callback)

    def delete_address(self, opt_out: bool = False, callback: Callback = None) -> None:
        """Delete the player's address on the platform. It is delivered like every action of the player.

        Args:
            opt_out: whether the player wants no mail in the future either.
            callback: called as by `set_address`.

        Raises:
            ArgumentError: an argument is wrong; nothing is recorded.
        """
        self._actions.record(ActionKind.DELETE_EMAIL, opt_out_text(opt_out), callback)
