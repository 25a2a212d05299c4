"""The designers' numbers and colours: the remote config `balance`, as it was last understood."""

from __future__ import annotations

from uwclient import DataError, RemoteConfig, UserWise

from ..panels.toasts import Toasts
from ..play.tuning import Tuning
from ..screen.palette import Theme, parse_hex
from .shapes import Balance

BALANCE = "balance"


class LiveBalance:
    """Follows the config; one that does not fit is shown on the screen, and the last good one stays."""

    def __init__(self, uw: UserWise, toasts: Toasts) -> None:
        self._toasts = toasts
        self.tuning = Tuning()
        self.theme = Theme()
        uw.remote_configs.on_active.connect(self._began)
        uw.remote_configs.on_updated.connect(self._changed)
        uw.remote_configs.on_inactive.connect(self._ended)

    def _began(self, _sender: object, record: RemoteConfig) -> None:
        if record.external_id == BALANCE:
            self._read(record)

    def _changed(self, _sender: object, record: RemoteConfig, previous: RemoteConfig) -> None:
        if record.external_id == BALANCE and self._read(record):
            self._toasts.say("The designers changed the balance")

    def _ended(self, _sender: object, record: RemoteConfig) -> None:
        if record.external_id == BALANCE:
            self._use(Balance())

    def _read(self, record: RemoteConfig) -> bool:
        try:
            balance = record.json_as(Balance)
        except DataError as error:
            self._toasts.say(f"{BALANCE}: {error}")
            return False
        self._use(balance)
        return True

    def _use(self, balance: Balance) -> None:
        theme = balance.theme
        self.tuning = balance
        self.theme = Theme(parse_hex(theme.sky), parse_hex(theme.ground), parse_hex(theme.accent))
