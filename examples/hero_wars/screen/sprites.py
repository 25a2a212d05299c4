"""Every frame of every figure, drawn once."""

from __future__ import annotations

from collections.abc import Sequence

from pygame import Surface

from ..play.powers import Power
from ..play.purse import COINS, GEMS
from . import figures, icons
from .brush import picture
from .figures import BOSS_SIZE, COIN_SIZE, GOLDEN_CAPE, HERO_SIZE, RED_CAPE, SLIME_SIZE, Cape
from .icons import ICON_SIZE

RUN_FRAMES = 8
COIN_FRAMES = 12
SLIME_FRAMES = 8
STRIDE_LENGTH = 64.0
COIN_TURN_TIME = 1.1
SLIME_HOP_TIME = 0.7
BOSS_BREATH_TIME = 1.2
STANDS_BELOW = 20.0
SMALL = 0.8

POWER_ICONS = {
    Power.SHIELD: icons.shield,
    Power.MAGNET: icons.magnet,
    Power.FEATHER: icons.feather,
    Power.GOLDEN_CAPE: icons.cape,
}


class HeroFrames:
    """The hero in a cape of one colour."""

    def __init__(self, cape: Cape) -> None:
        strides = (frame / RUN_FRAMES for frame in range(RUN_FRAMES))
        self.runs = [picture(HERO_SIZE, figures.hero(stride, 1.0, cape)) for stride in strides]
        self.stands = picture(HERO_SIZE, figures.hero(0.0, 0.0, cape))
        self.jumps = picture(HERO_SIZE, figures.hero(0.2, 1.3, cape))


class Sprites:
    """Make it after the window."""

    def __init__(self) -> None:
        self._heroes = {False: HeroFrames(RED_CAPE), True: HeroFrames(GOLDEN_CAPE)}
        self._coins = [picture(COIN_SIZE, figures.coin(frame / COIN_FRAMES)) for frame in range(COIN_FRAMES)]
        self._slimes = [picture(SLIME_SIZE, figures.slime(frame / SLIME_FRAMES)) for frame in range(SLIME_FRAMES)]
        self._boss = {dizzy: self._boss_frames(dizzy) for dizzy in (False, True)}
        self.gem = picture(ICON_SIZE, icons.gem)
        self.small_gem = picture(ICON_SIZE, icons.gem, SMALL)
        self.small_coin = picture(COIN_SIZE, figures.coin(0.0), SMALL * ICON_SIZE[0] / COIN_SIZE[0])
        self.gift = picture(ICON_SIZE, icons.gift)
        self.envelope = picture(ICON_SIZE, icons.envelope)
        self.bell = picture(ICON_SIZE, icons.bell)
        self.star = picture(ICON_SIZE, icons.star)
        self.powers = {power: picture(ICON_SIZE, paint) for power, paint in POWER_ICONS.items()}
        self.large_powers = {power: picture(ICON_SIZE, paint, 2.0) for power, paint in POWER_ICONS.items()}

    @property
    def coin_icon(self) -> Surface:
        """A coin from its front."""
        return self._coins[0]

    def icon_of(self, item_names: Sequence[str]) -> Surface:
        """The picture that stands for some items."""
        known = {COINS: self.coin_icon, GEMS: self.gem, **{power.value: icon for power, icon in self.powers.items()}}
        found = [known[name] for name in item_names if name in known]
        return found[0] if len(found) == 1 else self.gift

    def hero(self, stride: float, speed: float, airborne: bool, golden: bool) -> Surface:
        """The hero facing right."""
        frames = self._heroes[golden]
        if airborne:
            return frames.jumps
        if speed < STANDS_BELOW:
            return frames.stands
        return frames.runs[int(stride / STRIDE_LENGTH * RUN_FRAMES) % RUN_FRAMES]

    def coin(self, age: float) -> Surface:
        """A turning coin."""
        return self._coins[int(age / COIN_TURN_TIME * COIN_FRAMES) % COIN_FRAMES]

    def slime(self, age: float) -> Surface:
        """A hopping slime that looks right."""
        return self._slimes[int(age / SLIME_HOP_TIME * SLIME_FRAMES) % SLIME_FRAMES]

    def boss(self, age: float, dizzy: bool) -> Surface:
        """King Slime, who looks right."""
        return self._boss[dizzy][int(age / BOSS_BREATH_TIME * SLIME_FRAMES) % SLIME_FRAMES]

    def _boss_frames(self, dizzy: bool) -> list[Surface]:
        phases = (frame / SLIME_FRAMES for frame in range(SLIME_FRAMES))
        return [picture(BOSS_SIZE, figures.boss(phase, dizzy)) for phase in phases]
