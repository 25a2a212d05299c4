"""Owns the file of what was set aside of one run's queue: actions that the platform does not answer, and those
that must not arrive before them.

A line each: "+ ACTION" was set aside, "- NUMBER" is settled; "? NUMBER SECONDS" tells for how long an action of
the queue has been tried without an answer, so that short runs add up. An action is written here before it counts as
done in its queue: whoever finds it in both after a crash takes the one here.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from uwclient.disk.action_lines import decode_action, encode_action
from uwclient.disk.checksummed_lines import append_line, append_surely, seal, unseal
from uwclient.errors import StorageError
from uwclient.models.player import QueuedAction

NAME = "aside"


class Unanswered(NamedTuple):
    """For how many seconds the action of this number has been tried without an answer."""

    number: int
    seconds: float


NOTHING = Unanswered(0, 0.0)


class Aside:
    """Owns what was set aside of one run's queue; its length is how many actions that are. Attributes:

    waiting_bytes: their size.
    unanswered: what is known of the front of the queue itself.

    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._actions: dict[int, QueuedAction] = {}
        self.waiting_bytes = 0
        self.unanswered = NOTHING

    def __len__(self) -> int:
        return len(self._actions)

    def __contains__(self, action: QueuedAction) -> bool:
        return action.number in self._actions

    @property
    def waiting(self) -> tuple[QueuedAction, ...]:
        """The actions, in the order in which they were set aside."""
        return tuple(self._actions.values())

    def put(self, action: QueuedAction) -> None:
        """Set an action aside; it has reached the disk itself then. StorageError when that does not take it."""
        if self._folder is None:
            raise StorageError("An action that is in memory only cannot be set aside.")
        try:
            append_surely(self._folder / NAME, seal(b"+ " + encode_action(action)))
        except OSError as error:
            raise StorageError(
                f"An action without an answer cannot be set aside in {self._folder} ({error.strerror or error})."
            ) from error
        self._add(action)

    def done(self, count: int) -> list[QueuedAction]:
        """The first `count` actions are settled: delivered, or given up. Returns them."""
        actions = list(self.waiting[:count])
        for action in actions:
            self.settle(action)
        return actions

    def settle(self, action: QueuedAction) -> None:
        """One of the actions is settled."""
        self._remove(action.number)
        self._note(b"- %d" % action.number)

    def note(self, unanswered: Unanswered) -> None:
        """Keep for how long the front of the queue has got no answer."""
        if unanswered != self.unanswered:
            self.unanswered = unanswered
            self._note(b"? %d %d" % (unanswered.number, unanswered.seconds))

    def _add(self, action: QueuedAction) -> None:
        self._actions[action.number] = action
        self.waiting_bytes += len(action.text)

    def _remove(self, number: int) -> None:
        action = self._actions.pop(number, None)
        self.waiting_bytes -= 0 if action is None else len(action.text)

    def _note(self, content: bytes) -> None:
        if self._folder is not None:
            append_line(self._folder / NAME, seal(content))

    def load(self) -> tuple[set[int], list[bytes]]:
        """Read what an earlier run has left: the numbers of all that was ever put here, and damaged lines.

        Raises OSError when there is a file that cannot be read.
        """
        seen: set[int] = set()
        damaged: list[bytes] = []
        for line in self._lines():
            if not self._take_in(unseal(line) or b"", seen) and line != b"\n":
                damaged.append(line)
        return seen, damaged

    def _take_in(self, content: bytes, seen: set[int]) -> bool:
        """Take in what a line says; whether that makes sense."""
        sign, _, rest = content.partition(b" ")
        if sign == b"+":
            action = decode_action(rest)
            if action is not None and action.number not in seen:
                self._add(action)
                seen.add(action.number)
            return action is not None
        numbers = rest.split(b" ")
        if not all(number.isdigit() for number in numbers):
            return False
        if sign == b"-" and len(numbers) == 1:
            self._remove(int(rest))
            return True
        if sign == b"?" and len(numbers) == 2:
            self.unanswered = Unanswered(int(numbers[0]), float(numbers[1]))
            return True
        return False

    def _lines(self) -> list[bytes]:
        if self._folder is None:
            return []
        try:
            with (self._folder / NAME).open("rb") as file:
                return file.readlines()
        except FileNotFoundError:
            return []
