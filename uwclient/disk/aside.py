"""The file of the actions of one run's queue that were set aside.

They are actions that the platform does not reply to, and those that must not arrive before them. The file has a line
for each change: "+ ACTION" was set aside, "- NUMBER" is settled. "? NUMBER SECONDS" is for how long an action of the
queue was sent without a reply, so that short runs add up. An action is written here before it is marked as done in
its queue; if a crash leaves it in both, this file counts.
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
    """The number of seconds for which the action of this number was sent without a reply."""

    number: int
    seconds: float


NOTHING = Unanswered(0, 0.0)


class Aside:
    """Owns the actions of one run's queue that were set aside; its length is their number.

    Attributes:
        waiting_bytes: the size of the actions.
        unanswered: for how long the front of the queue itself was sent without a reply.

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
        """Set an action aside, and sync it to the disk. Raises StorageError when the disk fails."""
        if self._folder is None:
            raise StorageError("An action cannot be set aside, because the queue is in memory only.")
        try:
            append_surely(self._folder / NAME, seal(b"+ " + encode_action(action)))
        except OSError as error:
            raise StorageError(
                f"An action cannot be set aside in {self._folder} ({error.strerror or error}), so it blocks the "
                "queue: check free space and permissions."
            ) from error
        self._add(action)

    def done(self, count: int) -> list[QueuedAction]:
        """Remove and return the first `count` actions, which were delivered, refused or dropped."""
        actions = list(self.waiting[:count])
        for action in actions:
            self.settle(action)
        return actions

    def settle(self, action: QueuedAction) -> None:
        """Remove an action, which was delivered, refused or dropped."""
        self._remove(action.number)
        self._append_note(b"- %d" % action.number)

    def record(self, unanswered: Unanswered) -> None:
        """Save for how long the front of the queue was sent without a reply."""
        if unanswered != self.unanswered:
            self.unanswered = unanswered
            self._append_note(b"? %d %d" % (unanswered.number, unanswered.seconds))

    def _add(self, action: QueuedAction) -> None:
        self._actions[action.number] = action
        self.waiting_bytes += len(action.text)

    def _remove(self, number: int) -> None:
        action = self._actions.pop(number, None)
        self.waiting_bytes -= 0 if action is None else len(action.text)

    def _append_note(self, content: bytes) -> None:
        if self._folder is not None:
            append_line(self._folder / NAME, seal(content))

    def load(self) -> tuple[set[int], list[bytes]]:
        """Load the file of an earlier run; returns the numbers of all actions ever set aside, and damaged lines.

        Raises OSError when the file cannot be read.
        """
        seen: set[int] = set()
        damaged: list[bytes] = []
        for line in self._lines():
            if not self._apply(unseal(line) or b"", seen) and line != b"\n":
                damaged.append(line)
        return seen, damaged

    def _apply(self, content: bytes, seen: set[int]) -> bool:
        """Apply a line, and return whether it could be parsed."""
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
